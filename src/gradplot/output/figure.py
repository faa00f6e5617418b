"""The figure: the value above, the slope below, on one x-axis. No pyplot."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from gradplot.analysis.fields import LN10, Window
from gradplot.analysis.sampling import Trace, slope_trace, value_trace
from gradplot.functions.build import curves as build_curves
from gradplot.output import margin, ticks, words
from gradplot.output.layout import Box, fitted, panels, text_width
from gradplot.output.limits import Limits, slope_limits, value_limits
from gradplot.output.style import drawing
from gradplot.output.theme import PALETTES, colors, widths

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gradplot.analysis.findings import Findings, Supremum
    from gradplot.functions.protocol import Curve
    from gradplot.output.ticks import Ticks
    from gradplot.spec import FigureSpec

#: Sizes and distances as multiples of the font size.
TITLE, SMALLEST_TITLE, TICK, HEADING = 1.25, 0.8, 0.85, 0.9
TITLE_BAND, EDGE, HEADING_BAND, TICK_BAND, TICK_PAD = 2.5, 0.8, 1.6, 1.8, 0.45
MARKER = 0.62
#: Room a tick takes along its axis.
X_TICK_ROOM, Y_TICK_ROOM = 5.5, 1.7


@dataclass(frozen=True, slots=True)
class Panel:
    """One kind of panel: what it says and how it finds what it shows."""

    heading: str
    #: The line that the eye measures by: y = 0, slope = 1.
    origin: float
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
        0.0,
        _value_limits,
        ticks.linear,
        lambda curve, window, _: value_trace(curve, window),
    ),
    "slope": Panel("slope  |dy/dx|", 0.0, _slope_limits, ticks.decades, slope_trace),
}
SHOWN: dict[str, tuple[str, ...]] = {
    "both": ("value", "slope"),
    "value": ("value",),
    "slope": ("slope",),
}


def figure(spec: FigureSpec, findings: Findings) -> Figure:
    """Draw ``spec``, whose numbers are ``findings``, as a new matplotlib figure.

    Raises InputError for a style sheet that cannot be read.
    """
    with drawing(spec):
        return _Drawing(spec, findings).figure


class _Drawing:
    """One figure in the making, inside the settings it is drawn with."""

    def __init__(self, spec: FigureSpec, findings: Findings) -> None:
        self.spec, self.findings = spec, findings
        self.curves = build_curves(spec.function)
        self.palette = PALETTES[spec.theme]
        self.font = float(matplotlib.rcParams["font.size"])
        count = len(self.curves)
        self.colors = _cycle_colors(count) or colors(spec.theme, count)
        self.widths = widths(count, self.font)
        shown = [(name, PANELS[name]) for name in SHOWN[spec.panels]]
        limits = [panel.limits(spec, self.curves, findings) for _, panel in shown]
        self.figure = Figure(figsize=spec.size, dpi=spec.dpi)
        if spec.transparent:
            self.figure.patch.set_alpha(0.0)
        columns = margin.Margin(spec, findings, self.colors, self.widths)
        title = words.title(spec)
        # Ticks depend on the panels' height, which their labels' width does not change.
        boxes = self._boxes(len(shown), bool(title), 0.0, columns.width)
        y_ticks = [
            panel.ticks(*ends, max(2, int(box.height / (Y_TICK_ROOM * self.font))))
            for (_, panel), ends, box in zip(shown, limits, boxes, strict=True)
        ]
        labels = [label for each in y_ticks for label in each.labels]
        widest = max((text_width(label, TICK * self.font) for label in labels), default=0.0)
        boxes = self._boxes(len(shown), bool(title), widest, columns.width)
        axes: list[Axes] = []
        for (name, panel), ends, each, box in zip(shown, limits, y_ticks, boxes, strict=True):
            below = axes[0] if axes else None
            axes.append(self._axes(panel, ends, each, box, above=below))
            self._draw(axes[-1], name, panel, ends, box)
            columns.draw(axes[-1], name, ends, box, alone=len(shown) == 1)
        self._x_axis(axes, boxes[-1])
        if title:
            self._title(title, boxes[0])

    def _boxes(self, count: int, titled: bool, labels: float, column: float) -> list[Box]:
        font = self.font
        return panels(
            self.spec.size,
            count,
            left=labels + (EDGE + TICK_PAD) * font,
            right=column + EDGE * font,
            top=(HEADING_BAND + (TITLE_BAND if titled else 0.3)) * font,
            bottom=(TICK_BAND + 0.35) * font,
            gap=(HEADING_BAND + 0.4) * font,
        )

    def _axes(
        self, panel: Panel, limits: Limits, y_ticks: Ticks, box: Box, *, above: Axes | None
    ) -> Axes:
        width, height = (72 * inches for inches in self.spec.size)
        axes = self.figure.add_axes(
            (box.left / width, box.bottom / height, box.width / width, box.height / height),
            sharex=above,
            autoscale_on=False,
        )
        if self.spec.transparent:
            axes.patch.set_alpha(0.0)
        axes.set_ylim(*limits)
        axes.set_yticks(y_ticks.places, y_ticks.labels)
        axes.tick_params(axis="y", length=0, pad=TICK_PAD * self.font, labelsize=TICK * self.font)
        axes.set_ylabel(
            panel.heading, rotation=0, ha="left", va="baseline", fontsize=HEADING * self.font
        )
        axes.yaxis.set_label_coords(0.0, 1 + 0.5 * self.font / box.height)
        if limits[0] < panel.origin < limits[1]:
            axes.axhline(
                panel.origin, color=self.palette.axis, linewidth=self.font / 12, zorder=1.6
            )
        return axes

    def _x_axis(self, axes: list[Axes], box: Box) -> None:
        font, spec = self.font, self.spec
        axes[-1].set_xlim(*spec.x_range)
        most = max(2, int(box.width / (X_TICK_ROOM * font)))
        shown = ticks.linear(*spec.x_range, min(most, 8))
        widest = max((text_width(label, TICK * font) for label in shown.labels), default=0.0)
        if widest * len(shown.labels) > 0.8 * box.width:
            shown = ticks.linear(*spec.x_range, max(1, int(0.6 * box.width / widest)))
        axes[-1].set_xticks(shown.places, shown.labels)  # panels share their ticks
        for each in axes:
            each.tick_params(
                axis="x", length=0, pad=TICK_PAD * font, labelsize=TICK * font,
                labelbottom=each is axes[-1],
            )  # fmt: skip
        axes[-1].set_xlabel("x", ha="left", va="baseline", fontsize=HEADING * font)
        ascent = 0.76 * TICK * font
        axes[-1].xaxis.set_label_coords(
            1 + 0.9 * font / box.width, -(TICK_PAD * font + ascent) / box.height
        )

    def _draw(self, axes: Axes, name: str, panel: Panel, limits: Limits, box: Box) -> None:
        spec, pixel = self.spec, self.spec.dpi / 72
        window = Window(
            x=spec.x_range, y=limits, width=box.width * pixel, height=box.height * pixel
        )
        for k, (curve, row) in enumerate(zip(self.curves, self.findings.rows, strict=True)):
            # Deeper is wider and underneath: where curves run together, each still shows.
            order = 3 - k / len(self.curves)
            trace = panel.trace(curve, window, row.supremum)
            color, width = self.colors[k], self.widths[k]
            if len(trace.line):
                stroke = Line2D(
                    trace.line[:, 0],
                    trace.line[:, 1],
                    color=color,
                    linewidth=width,
                    solid_capstyle="butt",
                    solid_joinstyle="round",
                    snap=False,
                    zorder=order,
                    label=row.label,
                )
                axes.add_line(stroke)
            if trace.bands:
                outline = Path.make_compound_path(
                    *(Path(band, closed=False) for band in trace.bands)
                )
                axes.add_artist(
                    PathPatch(
                        outline,
                        facecolor=color,
                        edgecolor=color,
                        linewidth=width,
                        snap=False,
                        joinstyle="round",
                        zorder=order,
                    )  # fmt: skip
                )
            if name == "slope":
                self._peak(axes, row.supremum, limits, color)

    def _peak(self, axes: Axes, supremum: Supremum, limits: Limits, color: str) -> None:
        if supremum.x is None or not math.isfinite(supremum.upper):
            return
        axes.add_line(
            Line2D(
                [supremum.x],
                [supremum.lower / LN10],
                marker="o",
                markersize=MARKER * self.font,
                markerfacecolor=color,
                markeredgecolor=self.palette.background,
                markeredgewidth=0.09 * self.font,
                linestyle="none",
                clip_on=False,
                zorder=5,
            )
        )

    def _title(self, title: str, box: Box) -> None:
        width, height = (72 * inches for inches in self.spec.size)
        font = self.font
        text, size = fitted(
            title, TITLE * font, width - box.left - EDGE * font, smallest=SMALLEST_TITLE * font
        )
        y = box.top + (HEADING_BAND + 0.55) * font
        self.figure.text(
            box.left / width,
            y / height,
            text,
            fontsize=size,
            color=self.palette.text,
            va="baseline",
        )


def _cycle_colors(count: int) -> list[str] | None:
    """The colours of the style sheet's own cycle, if it has one."""
    cycle = matplotlib.rcParams["axes.prop_cycle"]
    if cycle == matplotlib.rcParamsDefault["axes.prop_cycle"] or "color" not in cycle.keys:
        return None
    chosen = cycle.by_key()["color"]
    return [chosen[k % len(chosen)] for k in range(count)]
