"""The picture of curves: the value above, the slope below, on one x-axis. No pyplot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import rcParamsDefault
from matplotlib.colors import to_hex

from gradplot.analysis.findings import LN10
from gradplot.analysis.tracing.field import Window
from gradplot.output.picture.look.strokes import Strokes, plain, strokes
from gradplot.output.picture.look.style import drawing, in_force
from gradplot.output.picture.look.theme import PALETTES, colors
from gradplot.output.picture.notebook import ShownFigure
from gradplot.output.picture.parts import labels
from gradplot.output.picture.parts.dead import why_empty
from gradplot.output.picture.parts.descent import on_curve
from gradplot.output.picture.parts.kinds import SHOWN, Kind
from gradplot.output.picture.parts.layout import Box
from gradplot.output.picture.parts.legend import Margin
from gradplot.output.picture.parts.limits import Limits
from gradplot.output.picture.parts.panel import Panel
from gradplot.output.picture.parts.path_words import NOTE_BAND, note
from gradplot.output.picture.parts.spacing import thinned
from gradplot.output.picture.parts.text import Page
from gradplot.output.picture.traced.points import Traced
from gradplot.output.report.curves import words
from gradplot.spec.functions import ChainSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradplot.analysis.curves import Analysed
    from gradplot.analysis.tracing.trace import Trace
    from gradplot.functions.curve import Curve
    from gradplot.spec.figure import FigureSpec

#: Sizes and distances as multiples of the font size.
MARKER, MARKER_OF_MANY = 0.62, 0.4
#: Curves with large dots on their peaks, and the most with dots: more would hide the curves.
FEW, MOST_DOTS = 8, 24
#: Natural logarithm by which a peak's mirror image may be lower in float64 and still be one.
AS_STEEP = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """What stands still from frame to frame of a moving picture.

    ``limits`` has a pair for each panel, ``column`` is the width in points of what stands right of
    them, ``order`` that of the key's rows, and ``strokes`` the usual ones for None. Only the first
    ``shown`` curves are drawn, all for None; ``note`` stands above the panels.
    """

    limits: tuple[Limits, ...]
    column: float
    order: tuple[int, ...]
    strokes: Strokes | None = None
    shown: int | None = None
    note: str = ""


def still(spec: FigureSpec, analysed: Analysed, *, traced: bool = False) -> Still:
    """What the picture of ``spec`` alone would have of that; its strokes if ``traced``."""
    with drawing(spec):
        made = _Drawing(spec, analysed, axes=False, outlined=True)
        return Still(
            limits=tuple(made.limits(SHOWN[spec.panels])),
            column=made.margin.width,
            order=tuple(made.margin.order),
            strokes=made.filled_strokes() if traced else None,
        )


def picture(
    spec: FigureSpec,
    analysed: Analysed,
    *,
    axes: bool = False,
    outlined: bool = False,
    still: Still | None = None,
) -> ShownFigure:
    """Draw ``spec`` as a new matplotlib figure, with its text as paths if ``outlined``.

    What is only saved needs no ``axes``; with them each panel is an Axes in data units
    (log10|dy/dx| in the slope panel). ``still`` makes it a frame of a moving one. Raises InputError
    for a style sheet that cannot be read.
    """
    with drawing(spec):
        return _Drawing(spec, analysed, axes=axes, outlined=outlined, still=still).filled()


def points(spec: FigureSpec, analysed: Analysed) -> tuple[Traced, ...]:
    """The points of the picture's own curves, panel by panel."""
    with drawing(spec):
        made = _Drawing(spec, analysed, axes=False, outlined=True)
        made.filled()
        return tuple(made.traced)


class _Drawing:
    """One figure in the making, inside the settings it is drawn with."""

    def __init__(
        self,
        spec: FigureSpec,
        analysed: Analysed,
        *,
        axes: bool,
        outlined: bool,
        still: Still | None = None,
    ) -> None:
        self.spec, self.axes, self.still = spec, axes, still
        self.curves, self.findings = analysed
        self.palette = PALETTES[spec.theme]
        self.font = float(in_force()["font.size"])
        self.colors = _cycle_colors(len(self.curves)) or colors(spec.theme, len(self.curves))
        self.strokes = plain(len(self.curves), self.font)
        self.figure = ShownFigure.blank(spec)
        self.page = Page(self.figure, outlined=outlined)
        self.traced: list[Traced] = []
        self.dotted = set(thinned(len(self.curves), MOST_DOTS))
        self.shown = len(self.curves) if still is None or still.shown is None else still.shown
        self.margin = Margin(
            spec,
            self.findings,
            self.page,
            colors=self.colors,
            widths=self.strokes.widths,
            shown=self.shown,
            order=None if still is None else still.order,
        )

    def limits(self, kinds: tuple[Kind, ...]) -> list[Limits]:
        """What part of the plane each panel shows."""
        if self.still is not None:
            return list(self.still.limits)
        return [kind.limits(self.spec, self.curves, self.findings) for kind in kinds]

    def filled(self) -> ShownFigure:
        """The figure with everything in it."""
        self._fill(SHOWN[self.spec.panels])
        return self.figure

    def filled_strokes(self) -> Strokes:
        """The strokes that the figure has."""
        self.filled()
        return self.strokes

    def _fill(self, kinds: tuple[Kind, ...]) -> None:
        spec, font, margin = self.spec, self.font, self.margin
        title = words.title(spec)
        limits = self.limits(kinds)
        column = margin.width if self.still is None else self.still.column
        # Heights first: they decide how many ticks there are, and those how wide the panels.
        height = self._boxes(len(kinds), bool(title), 0.0, column)[0].height
        most = labels.y_ticks_that_fit(height, font)
        y_ticks = [kind.ticks(*ends, most) for kind, ends in zip(kinds, limits, strict=True)]
        label_width = labels.widest([label for y in y_ticks for label in y.labels], font)
        boxes = self._boxes(len(kinds), bool(title), label_width, column)
        x = labels.x_ticks(spec.x_range, boxes[0].width, font)
        traces = self._traced(kinds, limits, boxes)
        for kind, ends, y, box, found in zip(kinds, limits, y_ticks, boxes, traces, strict=True):
            panel = Panel(
                self.page,
                box,
                x_range=spec.x_range,
                limits=ends,
                filled=not spec.clear,
                axes=self.axes,
            )
            panel.grid(x.places, y.places)
            panel.rules()
            labels.heading(panel, kind.heading.format(words.axis(spec)))
            labels.y_labels(panel, y)
            self._curves(panel, kind, found)
            if kind.peaks:
                margin.peaks(panel, alone=len(kinds) == 1)
                peaks = [row.supremum.x for row in self.findings.rows]
                why_empty(panel, y, self.curves, peaks, font=font)
            else:
                if self.findings.path is not None:
                    on_curve(panel, self.findings.path, palette=self.palette, font=font)
                margin.key(panel)
        labels.x_labels(panel, x, words.axis(spec).variable)
        self._notes(boxes)
        labels.write_title(self.page, title, boxes[0])
        self.page.finish()

    def _notes(self, boxes: Sequence[Box]) -> None:
        """What is said of a descent below the panels, and of a frame above them."""
        if self.findings.path is not None:
            said, font = words.descent_note(self.spec, self.findings.path), self.font
            width = 72 * self.spec.size[0] - boxes[-1].left - labels.EDGE * font
            note(self.page, boxes[-1], said, below=labels.TICK_BAND * font, width=width, font=font)
        if self.still is not None and self.still.note:
            labels.note(self.page, boxes[0], self.still.note)

    def _boxes(self, count: int, titled: bool, beside: float, column: float) -> list[Box]:
        return labels.boxes(
            self.spec.size,
            count,
            titled=titled,
            beside=beside,
            column=column,
            below=NOTE_BAND if self.findings.path is not None else 0.0,
            font=self.font,
        )

    def _traced(
        self, kinds: tuple[Kind, ...], limits: Sequence[Limits], boxes: Sequence[Box]
    ) -> list[list[Trace]]:
        """The curves that are shown in each panel, as wide as their swings allow."""
        pixels = self.spec.dpi / 72
        curves = list(zip(self.curves, self.findings.rows, strict=True))[: self.shown]
        panels = []
        for kind, ends, box in zip(kinds, limits, boxes, strict=True):
            width, height = box.width * pixels, box.height * pixels
            window = Window(x=self.spec.x_range, y=ends, width=width, height=height)
            # From the deepest on: what it takes to know that is enough for the others.
            traces = [kind.trace(curve, window, row.supremum) for curve, row in reversed(curves)]
            panels.append((window, traces[::-1]))
        if self.still is None:
            function = self.spec.curves
            deeper = isinstance(function, ChainSpec) or bool(function.nest)
            dpi = self.spec.dpi
            self.strokes = strokes(panels, len(curves), font=self.font, dpi=dpi, deeper=deeper)
        elif self.still.strokes is not None:
            self.strokes = self.still.strokes
        self.margin.widths = self.strokes.widths
        return [traces for _, traces in panels]

    def _curves(self, panel: Panel, kind: Kind, traces: Sequence[Trace]) -> None:
        for k, trace in enumerate(traces):
            curve, row = self.curves[k], self.findings.rows[k]
            order = self.strokes.orders[k]
            shade, width = self.colors[k], self.strokes.widths[k]
            self.traced.append(
                Traced(
                    panel=kind.name,
                    limits=panel.limits,
                    curve=row.label,
                    name=words.label(self.spec, row),
                    depth=row.depth,
                    trace=trace,
                    color=to_hex(shade),
                    width=width,
                    order=order,
                    place=self.margin.order.index(k),
                )
            )
            panel.curve(trace, label=row.label, color=shade, width=width, order=order)
            marked = kind.peaks and k in self.dotted
            if marked and row.supremum.x is not None and math.isfinite(row.supremum.upper):
                panel.dots(
                    self._peaks(curve, row.supremum.x, row.supremum.lower),
                    row.supremum.lower / LN10,
                    color=shade,
                    edge=self.palette.background,
                    size=(MARKER if len(self.curves) <= FEW else MARKER_OF_MANY) * self.font,
                )

    def _peaks(self, curve: Curve, x: float, height: float) -> list[float]:
        """Where the peak is, and its mirror image where that is as steep."""
        low, high = self.spec.x_range
        if x and low <= -x <= high and curve.log_slope(np.array([-x]))[1][0] >= height - AS_STEEP:
            return [x, -x]
        return [x]


def _cycle_colors(count: int) -> list[str] | None:
    """The colours of the style sheet's own cycle, if it has one."""
    cycle = in_force()["axes.prop_cycle"]
    if cycle == rcParamsDefault["axes.prop_cycle"] or "color" not in cycle.keys:
        return None
    chosen = cycle.by_key()["color"]
    return [chosen[k % len(chosen)] for k in range(count)]
