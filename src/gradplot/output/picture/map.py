"""The picture of a map: a cell for every network, the fold over them, a colour bar beside."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from gradplot.analysis.findings import LN10
from gradplot.output.picture.look.shades import rgb, scale_of
from gradplot.output.picture.look.style import drawing, in_force
from gradplot.output.picture.look.theme import PALETTES
from gradplot.output.picture.notebook import ShownFigure
from gradplot.output.picture.parts import labels, ticks
from gradplot.output.picture.parts.cells import Cells
from gradplot.output.picture.parts.layout import Box
from gradplot.output.picture.parts.panel import Panel
from gradplot.output.picture.parts.text import Page, color, text_width
from gradplot.output.picture.parts.ticks import Ticks
from gradplot.output.report import map as words

if TYPE_CHECKING:
    from gradplot.analysis.findings import Axis, MapFindings
    from gradplot.analysis.map import Analysed
    from gradplot.functions.arrays import Array
    from gradplot.spec.figure import FigureSpec

#: Sizes and distances as multiples of the font size.
FOLD, HALO = 0.11, 0.22
GAP, BAR, ROW, SWATCH, KEY, KEY_GAP = 1.2, 1.1, 1.5, 1.1, 0.85, 0.35
HEADING = "max |dy/dx|"
#: Parts of the colour bar.
PARTS = 256


class Entry(NamedTuple):
    """A line of the key: what stands for what."""

    kind: str
    text: str


def picture(
    spec: FigureSpec, analysed: Analysed, *, axes: bool = False, outlined: bool = False
) -> ShownFigure:
    """Draw ``spec`` as a new matplotlib figure, with its text as paths if ``outlined``.

    What is only saved needs no ``axes``; with them the map and its colour bar are an Axes each.
    Raises InputError for a style sheet that cannot be read.
    """
    with drawing(spec):
        return _Drawing(spec, analysed.findings, axes=axes, outlined=outlined).figure


class _Drawing:
    """One figure in the making, inside the settings it is drawn with."""

    def __init__(
        self, spec: FigureSpec, findings: MapFindings, *, axes: bool, outlined: bool
    ) -> None:
        self.spec, self.findings, self.axes = spec, findings, axes
        self.palette = PALETTES[spec.theme]
        self.font = float(in_force()["font.size"])
        lower, upper = (np.array(rows) / LN10 for rows in (findings.lower, findings.upper))
        self.dead = np.isneginf(upper)
        self.log10 = _middles(lower, upper)
        self.scale = scale_of(self.log10[~self.dead])
        with np.errstate(invalid="ignore"):
            wide = upper - lower > self.scale.step(self.log10)
        self.wide = wide & ~self.dead
        self.figure = ShownFigure.blank(spec)
        self.page = Page(self.figure, outlined=outlined)
        self._fill()

    def _fill(self) -> None:
        font, (first, second) = self.font, self.findings.axes
        title, key = words.title(self.spec), self._key()
        height = self._box(bool(title), 0.0, 0.0).height
        bar_ticks = self._bar_ticks(height - len(key) * ROW * font)
        column = max(
            BAR * font + labels.PAD * font + labels.widest(list(bar_ticks.labels), font),
            text_width(HEADING, labels.HEADING * font),
            *((SWATCH + 0.5) * font + text_width(entry.text, KEY * font) for entry in key),
        )
        up = _ticks(second, labels.y_ticks_that_fit(height, font))
        box = self._box(bool(title), labels.widest(list(up.labels), font), GAP * font + column)
        panel = Panel(
            self.page,
            box,
            x_range=(first.low, first.high),
            limits=(second.low, second.high),
            filled=False,
            axes=self.axes,
        )
        self._cells(panel)
        self._fold(panel)
        labels.heading(panel, second.name)
        labels.y_labels(panel, up)
        across = labels.x_ticks((first.low, first.high), box.width, font)
        labels.x_labels(panel, _whole(across) if first.name == "depth" else across, first.name)
        self._bar(Box(box.right + GAP * font, box.bottom, BAR * font, box.height), bar_ticks, key)
        labels.write_title(self.page, title, box)
        self.page.finish()

    def _box(self, titled: bool, beside: float, column: float) -> Box:
        size, font = self.spec.size, self.font
        (box,) = labels.boxes(size, 1, titled=titled, beside=beside, column=column, font=font)
        return box

    def _cells(self, panel: Panel) -> None:
        colors = self.scale.colors(self.log10, ramp=self.palette.diverging)
        colors[self.dead] = rgb(self.palette.dead)
        (left, right), (bottom, top) = panel.x_range, panel.limits
        panel.add(Cells(colors, (left, bottom, right, top)))
        if self.wide.any():
            panel.add(self._hatching(panel))

    def _hatching(self, panel: Panel) -> PathPatch:
        """A stroke across each cell whose slope is not known to a shade."""
        up, across = np.nonzero(self.wide)
        rows, columns = self.wide.shape
        (left, right), (bottom, top) = panel.x_range, panel.limits
        width, height = (right - left) / columns, (top - bottom) / rows
        starts = np.stack((left + across * width, bottom + up * height), axis=1)
        ends = starts + np.array([width, height])
        points = np.stack((starts, ends), axis=1).reshape(-1, 2)
        codes = np.tile([Path.MOVETO, Path.LINETO], len(starts))
        return PathPatch(
            Path(points, codes),
            fill=False,
            edgecolor=self.palette.muted,
            linewidth=0.05 * self.font,
            zorder=1.5,
        )

    def _fold(self, panel: Panel) -> None:
        for stroke in self.findings.fold:
            x, y = zip(*stroke, strict=True)
            for order, shade, width in (
                (2.0, self.palette.background, HALO),
                (2.1, self.palette.text, FOLD),
            ):
                panel.add(
                    Line2D(
                        x,
                        y,
                        color=shade,
                        linewidth=width * self.font,
                        alpha=0.5 if order == 2.0 else 1.0,
                        solid_capstyle="butt",
                        solid_joinstyle="round",
                        snap=False,
                        zorder=order,
                    )
                )

    def _bar_ticks(self, height: float) -> Ticks:
        """Powers of ten on either side of 1, as many as there is room for."""
        scale = self.scale
        room = labels.y_ticks_that_fit(height, self.font)
        halves = [(low, high) for low, high in ((scale.low, 0.0), (0.0, scale.high)) if low < high]
        places: dict[float, str] = {}
        for low, high in halves:
            shown = ticks.decades(low, high, max(2, room // len(halves)))
            places |= dict(zip(shown.places, shown.labels, strict=True))
        places[0.0] = "1"
        return Ticks(tuple(places), tuple(places.values()))

    def _bar(self, column: Box, marks: Ticks, key: list[Entry]) -> None:
        font, scale = self.font, self.scale
        taken = len(key) * ROW * font + (KEY_GAP * font if key else 0.0)
        box = Box(column.left, column.bottom + taken, column.width, column.height - taken)
        bar = Panel(
            self.page, box, x_range=(0.0, 1.0), limits=(0.0, 1.0), filled=False, axes=self.axes
        )
        shades = scale.bar(PARTS, ramp=self.palette.diverging)[:, None, :]
        bar.add(Cells(shades, (0.0, 0.0, 1.0, 1.0)))
        labels.heading(bar, HEADING)
        for place, text in zip(marks.places, marks.labels, strict=True):
            at = box.bottom + scale.place(place) * box.height
            if at > box.top - 0.5 * font and place:
                continue  # the heading stands there
            labels.bar_label(self.page, box, at, text)
        for number, entry in enumerate(key):
            self._entry(entry, column.left, column.bottom + (KEY_GAP + number * ROW) * font)

    def _key(self) -> list[Entry]:
        """What is on the map beside the scale's colours, from the bottom."""
        entries = [
            (self.wide.any(), Entry("wide", "less certain")),
            (self.dead.any(), Entry("dead", "0 (dead)")),
            (self.findings.fold, Entry("fold", "fold")),
        ]
        return [entry for shown, entry in entries if shown]

    def _entry(self, entry: Entry, left: float, bottom: float) -> None:
        font, size = self.font, KEY * self.font
        side, middle = SWATCH * font, bottom + labels.CAPITAL * size / 2
        add, points = self.page.figure.add_artist, self.page.points
        if entry.kind == "fold":
            add(
                Line2D(
                    (left, left + side),
                    (middle, middle),
                    color=self.palette.text,
                    linewidth=FOLD * font,
                    transform=points,
                )
            )
        else:
            fill = self.palette.dead if entry.kind == "dead" else "none"
            edge = fill if entry.kind == "dead" else self.palette.muted
            corner = (left, middle - 0.4 * font)
            add(
                Rectangle(
                    corner,
                    side,
                    0.8 * font,
                    facecolor=fill,
                    edgecolor=edge,
                    linewidth=0.05 * font,
                    transform=points,
                )
            )
            if entry.kind == "wide":
                add(
                    Line2D(
                        (left, left + side),
                        (middle - 0.4 * font, middle + 0.4 * font),
                        color=edge,
                        linewidth=0.05 * font,
                        transform=points,
                    )
                )
        shade = color("ytick.labelcolor", "ytick.color")
        self.page.write(left + side + 0.5 * font, bottom, entry.text, size=size, color=shade)


def _middles(lower: Array, upper: Array) -> Array:
    """One slope for each bracket: its middle, or the end that is known; 0 where neither is."""
    with np.errstate(invalid="ignore"):
        middle = 0.5 * lower + 0.5 * upper
    known = np.where(np.isfinite(lower), lower, np.where(np.isfinite(upper), upper, 0.0))
    return np.where(np.isfinite(middle), middle, known)


def _ticks(axis: Axis, most: int) -> Ticks:
    shown = ticks.linear(axis.low, axis.high, most)
    return _whole(shown) if axis.name == "depth" else shown


def _whole(shown: Ticks) -> Ticks:
    """Only whole numbers: there is no depth between."""
    kept = [
        pair
        for pair in zip(shown.places, shown.labels, strict=True)
        if math.isclose(pair[0], round(pair[0]), abs_tol=1e-9)
    ]
    return Ticks(tuple(place for place, _ in kept), tuple(label for _, label in kept))
