"""The picture of one point: the layer factors as bars, their running product as a line below."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from gradplot.analysis.findings import LN10
from gradplot.output.picture.look.style import drawing, in_force
from gradplot.output.picture.look.theme import PALETTES, legible
from gradplot.output.picture.notebook import ShownFigure
from gradplot.output.picture.parts import labels, ticks
from gradplot.output.picture.parts.layout import Box
from gradplot.output.picture.parts.legend import GAP, ROW
from gradplot.output.picture.parts.panel import Panel
from gradplot.output.picture.parts.raised import Label, raised, write
from gradplot.output.picture.parts.text import Page, color, text_width
from gradplot.output.report.point import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradplot.analysis.layers.found import PointFindings, Quantity
    from gradplot.analysis.point import Analysed
    from gradplot.output.picture.parts.limits import Limits
    from gradplot.spec.figure import FigureSpec

#: Sizes and distances as multiples of the font size.
LINE, DOT, SIGN, SWATCH, NOTE = 0.2, 0.5, 0.9, 0.9, 0.9
#: Part of a layer's room that its bar takes; all of it where it is narrower than this many points.
BAR, NARROW = 0.76, 5.0
#: Layers whose ends are dots on the line.
FEW = 30
#: Decades on both sides of 1 that the factors' axis shows at least, and room at its ends.
LEAST, PADDING = 1.0, 0.08
#: Beyond this an axis cannot be laid out in float64.
FARTHEST = 1e300
#: Digits of the slope beside the line.
DIGITS = 4
#: What a bar's colour says, in the order of the key: mark -> words.
MARKS = {"expanding": "expanding", None: "contracting", "saturated": "saturated", "dead": "dead"}


def picture(
    spec: FigureSpec, analysed: Analysed, *, axes: bool = False, outlined: bool = False
) -> ShownFigure:
    """Draw ``spec`` as a new matplotlib figure, with its text as paths if ``outlined``.

    What is only saved needs no ``axes``; with them each panel is an Axes: x is the layer, y the
    logarithm to the base 10 of the factor's size, below of the product's. Raises InputError for a
    style sheet that cannot be read.
    """
    with drawing(spec):
        return _Drawing(spec, analysed.findings, axes=axes, outlined=outlined).figure


def log10(quantity: Quantity) -> float:
    """The logarithm of its size as an axis can show it; -inf for 0."""
    low, high = (
        max(min(log / LN10, FARTHEST), -FARTHEST) for log in (quantity.lower, quantity.upper)
    )
    return -math.inf if quantity.sign == 0 else (low + high) / 2


class _Drawing:
    """One figure in the making, inside the settings it is drawn with."""

    def __init__(
        self, spec: FigureSpec, findings: PointFindings, *, axes: bool, outlined: bool
    ) -> None:
        self.spec, self.findings, self.axes = spec, findings, axes
        self.layers = findings.layers
        self.palette = PALETTES[spec.theme]
        light, strong, deep = self.palette.ramp
        self.shades = {
            "expanding": strong,
            None: light,
            "saturated": self.palette.muted,
            "dead": self.palette.muted,
        }
        self.line = deep
        self.font = float(in_force()["font.size"])
        self.figure = ShownFigure.blank(spec)
        self.page = Page(self.figure, outlined=outlined)
        self.x_range = (0.5, len(self.layers) + 0.5)
        self._fill()

    def _fill(self) -> None:
        font = self.font
        title = words.title(self.spec)
        factors = [log10(layer.factor) for layer in self.layers]
        products = [0.0, *(log10(layer.product) for layer in self.layers)]
        limits = [_limits([*factors, -LEAST, LEAST]), _limits([*products, -LEAST, LEAST])]
        key = [mark for mark in MARKS if any(layer.mark == mark for layer in self.layers)]
        slope = raised(words.signed(self.findings.slope, digits=DIGITS))
        named = max(text_width(MARKS[mark], font) for mark in key) + (SWATCH + GAP) * font
        column = max(named, slope.width(font)) + 3 * GAP * font
        height = self._boxes(bool(title), 0.0, column)[0].height
        most = labels.y_ticks_that_fit(height, font)
        y_ticks = [ticks.decades(*ends, most) for ends in limits]
        beside = labels.widest([label for y in y_ticks for label in y.labels], font)
        boxes = self._boxes(bool(title), beside, column)
        x = _layer_ticks(len(self.layers), boxes[0].width, font)
        top, bottom = (
            Panel(
                self.page,
                box,
                x_range=self.x_range,
                limits=ends,
                filled=not self.spec.clear,
                axes=self.axes,
            )
            for box, ends in zip(boxes, limits, strict=True)
        )
        for panel, y, heading in (
            (top, y_ticks[0], "layer factor  |w·act'(z)|"),
            (bottom, y_ticks[1], "running product  |da/dx|"),
        ):
            panel.grid((), y.places)
            panel.rules()
            labels.heading(panel, heading)
            labels.y_labels(panel, y)
        self._bars(top, factors)
        self._key(top, key)
        self._product(bottom, products, y_ticks[1].places)
        self._slope(bottom, products, slope)
        labels.x_labels(bottom, x, variable="layer")
        labels.write_title(self.page, title, boxes[0])
        self.page.finish()

    def _boxes(self, titled: bool, beside: float, column: float) -> list[Box]:
        size, font = self.spec.size, self.font
        return labels.boxes(size, 2, titled=titled, beside=beside, column=column, font=font)

    def _bars(self, panel: Panel, factors: Sequence[float]) -> None:
        """A bar from 1 to each factor; a dead layer's goes down all the panel, as an outline."""
        room = panel.box.width / len(self.layers)
        half = 0.5 * (1.0 if room < NARROW else BAR)
        for mark, shade in self.shades.items():
            chosen = [
                (layer.layer, max(factor, panel.limits[0]))
                for layer, factor in zip(self.layers, factors, strict=True)
                if layer.mark == mark
            ]
            if not chosen:
                continue
            bars = [
                Path([(k - half, 0.0), (k - half, end), (k + half, end), (k + half, 0.0), (0, 0)],
                     closed=True)
                for k, end in chosen
            ]  # fmt: skip
            hollow = mark == "dead"
            panel.add(
                PathPatch(
                    Path.make_compound_path(*bars),
                    facecolor="none" if hollow else shade,
                    edgecolor=shade,
                    linewidth=self.font / 16 if hollow else 0.0,
                    linestyle=(0, (2, 2)) if hollow and room >= NARROW else "solid",
                    snap=False,
                    zorder=2.0,
                    label=MARKS[mark],
                )
            )
        if room >= SIGN * self.font:
            self._signs(panel, factors)

    def _signs(self, panel: Panel, factors: Sequence[float]) -> None:
        """A minus at the end of the bar of every negative factor."""
        size = SIGN * self.font
        for layer, factor in zip(self.layers, factors, strict=True):
            if layer.factor.sign < 0:
                x, y = panel.on_page((layer.layer, factor))
                y += 0.1 * size if factor >= 0 else -0.75 * size
                shade = legible(self.shades[layer.mark], self.palette.background)
                self.page.write(x, y, "−", size=size, color=shade, align="center")

    def _product(self, panel: Panel, products: Sequence[float], y_places: Sequence[float]) -> None:
        """The line from 1 before the first layer; it ends where a layer is dead."""
        alive = [k for k, product in enumerate(products) if product > -math.inf]
        x = np.array([0.5 + k for k in alive])
        y = np.array([products[k] for k in alive])
        if len(alive) < len(products):  # straight down to the floor
            x, y = np.append(x, x[-1]), np.append(y, panel.limits[0])
        panel.add(
            Line2D(
                x,
                y,
                color=self.line,
                linewidth=LINE * self.font,
                solid_capstyle="butt",
                solid_joinstyle="round",
                snap=False,
                zorder=3.0,
                label="running product",
            )
        )
        dotted = alive if len(self.layers) <= FEW else alive[-1:]
        dots = Line2D(
            [0.5 + k for k in dotted],
            [products[k] for k in dotted],
            marker="o",
            markersize=DOT * self.font,
            markerfacecolor=self.line,
            markeredgecolor=self.palette.background,
            markeredgewidth=0.12 * DOT * self.font,
            linestyle="none",
            zorder=5,
        )
        panel.add(dots, clipped=False)
        if len(alive) < len(products):
            self._note(panel, len(alive), y_places)

    def _note(self, panel: Panel, dead: int, y_places: Sequence[float]) -> None:
        """Say why the line ends, between two grid lines, if there is room."""
        text, size = f"exactly 0 from layer {dead} on", NOTE * self.font
        limits = panel.limits
        gaps = pairwise([limits[0], *y_places, limits[1]])
        middle = min(((a + b) / 2 for a, b in gaps), key=lambda y: abs(y - sum(limits) / 2))
        x, y = panel.on_page((dead - 0.5, middle))
        if x + text_width(text, size) + 2 * size <= panel.box.right:
            shade = color("axes.labelcolor")
            self.page.write(x + size, y - 0.36 * size, text, size=size, color=shade)

    def _key(self, panel: Panel, key: Sequence[str | None]) -> None:
        """What the bars' colours say."""
        font, box = self.font, panel.box
        left = box.right + 2 * GAP * font
        for place, mark in enumerate(key):
            y = box.top - (place + 0.5) * ROW * font
            hollow = mark == "dead"
            swatch = Rectangle(
                (left, y - 0.5 * SWATCH * 0.8 * font),
                SWATCH * 0.8 * font,
                SWATCH * 0.8 * font,
                transform=self.page.points,
                facecolor="none" if hollow else self.shades[mark],
                edgecolor=self.shades[mark],
                linewidth=font / 16 if hollow else 0.0,
                linestyle=(0, (2, 2)) if hollow else "solid",
            )
            panel.add(swatch, clipped=False)
            write(self.page, left + (SWATCH + GAP) * font, y, Label(MARKS[mark]), size=font)

    def _slope(self, panel: Panel, products: Sequence[float], slope: Label) -> None:
        """The slope dy/dx beside the line's end."""
        font, box = self.font, panel.box
        low, high = panel.limits
        end = max(products[-1], low)
        y = box.bottom + (end - low) / (high - low) * box.height
        y = min(max(y, box.bottom + 0.4 * font), box.top - 1.8 * font)
        shade = legible(self.line, self.palette.background)
        left = box.right + 2 * GAP * font
        muted = color("axes.labelcolor")
        write(self.page, left, y + ROW * font * 0.95, Label("dy/dx"), size=0.9 * font, shade=muted)
        write(self.page, left, y, slope, size=font, shade=shade)


def _limits(logs: Sequence[float]) -> Limits:
    finite = [log for log in logs if math.isfinite(log)]
    low, high = min(finite), max(finite)
    padding = PADDING * (high - low)
    return low - padding, high + padding


def _layer_ticks(depth: int, width: float, font: float) -> ticks.Ticks:
    """Whole layers, as many as their labels have room for."""
    room = text_width(str(depth), labels.TICK * font) + 1.2 * font
    return ticks.wholes(depth, int(width / room))
