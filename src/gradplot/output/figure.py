"""The figure: the value above, the slope below, on one x-axis. No pyplot."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import rcParamsDefault
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from gradplot.analysis.fields import LN10, Window
from gradplot.analysis.sampling import Trace, slope_trace, value_trace
from gradplot.functions.build import curves as build_curves
from gradplot.output import frame, ticks, words
from gradplot.output.layout import Box, fitted, panels
from gradplot.output.limits import Limits, dead_stretch, slope_limits, value_limits
from gradplot.output.margin import Margin
from gradplot.output.style import drawing, in_force
from gradplot.output.text import Page, color, text_width
from gradplot.output.theme import PALETTES, colors, widths

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gradplot.analysis.findings import Findings, Supremum
    from gradplot.functions.protocol import Curve
    from gradplot.output.ticks import Ticks
    from gradplot.spec import FigureSpec

#: Sizes and distances as multiples of the font size.
TITLE, SMALLEST_TITLE, DEAD, MARKER = 1.25, 0.8, 0.9, 0.62
TITLE_BAND, HEADING_BAND, TICK_BAND, EDGE = 2.5, 1.6, 2.15, 0.8
#: Why a wide stretch of the slope panel is empty.
DEAD_NOTE = "slope exactly 0"
#: Natural logarithm by which a peak's mirror image may be lower in float64 and still be one.
AS_STEEP = 1e-9


@dataclass(frozen=True, slots=True)
class Panel:
    """One kind of panel: what it says and how it finds what it shows."""

    heading: str
    limits: Callable[[FigureSpec, tuple[Curve, ...], Findings], Limits]
    ticks: Callable[[float, float, int], Ticks]
    trace: Callable[[Curve, Window, Supremum], Trace]


def _value_limits(spec: FigureSpec, curves: tuple[Curve, ...], _: Findings) -> Limits:
    return spec.y_range or value_limits(curves, spec.x_range)


def _slope_limits(spec: FigureSpec, curves: tuple[Curve, ...], findings: Findings) -> Limits:
    return slope_limits(curves, spec.x_range, [row.supremum for row in findings.rows])


PANELS: dict[str, Panel] = {
    "value": Panel(
        "value  y",
        _value_limits,
        ticks.linear,
        lambda curve, window, _: value_trace(curve, window),
    ),
    "slope": Panel("slope  |dy/dx|", _slope_limits, ticks.decades, slope_trace),
}
SHOWN: dict[str, tuple[str, ...]] = {
    "both": ("value", "slope"),
    "value": ("value",),
    "slope": ("slope",),
}


def figure(spec: FigureSpec, findings: Findings, *, outlined: bool = False) -> Figure:
    """Draw ``spec``, whose numbers are ``findings``, as a new matplotlib figure.

    With ``outlined`` its text is paths and not text. Raises InputError for a style sheet that
    cannot be read.
    """
    with drawing(spec):
        return _Drawing(spec, findings, outlined=outlined).figure


class _Drawing:
    """One figure in the making, inside the settings it is drawn with."""

    def __init__(self, spec: FigureSpec, findings: Findings, *, outlined: bool) -> None:
        self.spec, self.findings = spec, findings
        self.curves = build_curves(spec.function)
        self.palette = PALETTES[spec.theme]
        self.font = float(in_force()["font.size"])
        self.colors = _cycle_colors(len(self.curves)) or colors(spec.theme, len(self.curves))
        self.widths = widths(len(self.curves), self.font)
        self.figure = Figure(figsize=spec.size, dpi=spec.dpi)
        if spec.transparent:
            self.figure.patch.set_alpha(0.0)
        self.page = Page(self.figure, outlined=outlined)
        self._fill([(name, PANELS[name]) for name in SHOWN[spec.panels]])

    def _fill(self, shown: list[tuple[str, Panel]]) -> None:
        spec, font = self.spec, self.font
        title = words.title(spec)
        margin = Margin(spec, self.findings, self.page, colors=self.colors, widths=self.widths)
        limits = [panel.limits(spec, self.curves, self.findings) for _, panel in shown]
        # Heights first: they decide how many ticks there are, and those how wide the panels.
        height = self._boxes(len(shown), bool(title), 0.0, margin.width)[0].height
        y_ticks = [
            panel.ticks(*ends, frame.y_ticks_that_fit(height, font))
            for (_, panel), ends in zip(shown, limits, strict=True)
        ]
        labels = frame.widest([label for y in y_ticks for label in y.labels], font)
        boxes = self._boxes(len(shown), bool(title), labels, margin.width)
        x = frame.x_ticks(spec.x_range, boxes[0].width, font)
        for (name, panel), ends, y, box in zip(shown, limits, y_ticks, boxes, strict=True):
            axes = frame.frame(self.page, spec, box, limits=ends, x=x, y=y)
            frame.heading(self.page, panel.heading, box)
            self._draw(axes, name, panel, ends, box)
            margin.draw(axes, name, ends, box, alone=len(shown) == 1)
            if name == "slope":
                self._dead(y, ends, box)
        frame.x_labels(self.page, spec.x_range, x, box)
        if title:
            self._title(title, boxes[0])
        self.page.finish()

    def _boxes(self, count: int, titled: bool, labels: float, column: float) -> list[Box]:
        font = self.font
        return panels(
            self.spec.size,
            count,
            left=labels + (EDGE + frame.PAD) * font,
            right=column + EDGE * font,
            top=(HEADING_BAND + (TITLE_BAND if titled else 0.3)) * font,
            bottom=TICK_BAND * font,
            gap=(HEADING_BAND + 0.4) * font,
        )

    def _draw(self, axes: Axes, name: str, panel: Panel, limits: Limits, box: Box) -> None:
        spec, pixels = self.spec, self.spec.dpi / 72
        window = Window(
            x=spec.x_range, y=limits, width=box.width * pixels, height=box.height * pixels
        )
        # The lines that the eye measures by: y = 0, slope = 1, and the panel's floor.
        self._rule(axes, limits[0], 2.4)
        if limits[0] < 0 < limits[1]:
            self._rule(axes, 0.0, 1.6)
        for k, (curve, row) in enumerate(zip(self.curves, self.findings.rows, strict=True)):
            # Deeper is wider and underneath: where curves run together, each still shows.
            trace = panel.trace(curve, window, row.supremum)
            self._curve(axes, trace, k, label=row.label)
            if name == "slope":
                self._peak(axes, curve, row.supremum, self.colors[k])

    def _rule(self, axes: Axes, height: float, order: float) -> None:
        axes.add_artist(
            Line2D(
                self.spec.x_range,
                (height, height),
                color=in_force()["axes.edgecolor"],
                linewidth=in_force()["axes.linewidth"],
                solid_capstyle="butt",
                clip_on=False,
                zorder=order,
            )
        )

    def _curve(self, axes: Axes, trace: Trace, k: int, *, label: str) -> None:
        shade, width, order = self.colors[k], self.widths[k], 3 - k / len(self.curves)
        if len(trace.line):
            axes.add_artist(
                Line2D(
                    *trace.line.T,
                    color=shade,
                    linewidth=width,
                    solid_capstyle="butt",
                    solid_joinstyle="round",
                    snap=False,
                    zorder=order,
                    label=label,
                )
            )
        if trace.bands:
            outlines = (Path(band, closed=False) for band in trace.bands)
            axes.add_artist(
                PathPatch(
                    Path.make_compound_path(*outlines),
                    facecolor=shade,
                    edgecolor=shade,
                    linewidth=width,
                    joinstyle="round",
                    snap=False,
                    zorder=order,
                )
            )

    def _peak(self, axes: Axes, curve: Curve, supremum: Supremum, shade: str) -> None:
        """A dot on the certified peak, and on its mirror image where that is as steep."""
        if supremum.x is None or not math.isfinite(supremum.upper):
            return
        places = [supremum.x]
        low, high = self.spec.x_range
        if supremum.x and low <= -supremum.x <= high:
            _, mirrored = curve.log_slope(np.array([-supremum.x]))
            if mirrored[0] >= supremum.lower - AS_STEEP:
                places.append(-supremum.x)
        axes.add_artist(
            Line2D(
                places,
                [supremum.lower / LN10] * len(places),
                marker="o",
                markersize=MARKER * self.font,
                markerfacecolor=shade,
                markeredgecolor=self.palette.background,
                markeredgewidth=0.09 * self.font,
                linestyle="none",
                clip_on=False,
                zorder=5,
            )
        )

    def _dead(self, y: Ticks, limits: Limits, box: Box) -> None:
        """Say why there is no curve, where that is so of a wide stretch."""
        stretch = dead_stretch(self.curves, self.spec.x_range)
        size = DEAD * self.font
        if stretch is None:
            return
        x_low, x_high = self.spec.x_range
        left, right = ((x - x_low) / (x_high - x_low) * box.width for x in stretch)
        peaks = [row.supremum.x for row in self.findings.rows]
        crossed = any(x is not None and x < stretch[1] for x in peaks)  # by leaders or by a spike
        if crossed or right - left < text_width(DEAD_NOTE, size) + 2 * size:
            return
        # Between the two grid lines nearest the middle.
        places = [limits[0], *y.places, limits[1]]
        gaps = [(low + high) / 2 for low, high in itertools.pairwise(places)]
        middle = min(gaps, key=lambda place: abs(place - sum(limits) / 2))
        height = box.bottom + (middle - limits[0]) / (limits[1] - limits[0]) * box.height
        self.page.write(
            box.left + (left + right) / 2,
            height - 0.36 * size,
            DEAD_NOTE,
            size=size,
            color=color("axes.labelcolor"),
            align="center",
        )

    def _title(self, title: str, box: Box) -> None:
        font = self.font
        room = 72 * self.spec.size[0] - box.left - EDGE * font
        text, size = fitted(title, TITLE * font, room, smallest=SMALLEST_TITLE * font)
        y = box.top + (HEADING_BAND + 0.55) * font
        self.page.write(box.left, y, text, size=size, color=color("axes.titlecolor"))


def _cycle_colors(count: int) -> list[str] | None:
    """The colours of the style sheet's own cycle, if it has one."""
    cycle = in_force()["axes.prop_cycle"]
    if cycle == rcParamsDefault["axes.prop_cycle"] or "color" not in cycle.keys:
        return None
    chosen = cycle.by_key()["color"]
    return [chosen[k % len(chosen)] for k in range(count)]
