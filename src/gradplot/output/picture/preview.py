"""The curves in a terminal: four by two dots of braille a letter, traced as for a picture.

Nothing here imports matplotlib.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rich.text import Text

from gradplot.analysis.findings import LN10
from gradplot.analysis.tracing.field import Window
from gradplot.analysis.tracing.trace import slope_trace, value_trace
from gradplot.output.picture.look.theme import shades
from gradplot.output.picture.parts import ticks
from gradplot.output.picture.parts.limits import slope_limits, value_limits
from gradplot.output.picture.parts.spacing import spread, thinned
from gradplot.output.report.curves.words import axis, label
from gradplot.output.report.digits import number_text
from gradplot.spec.functions import ChainSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradplot.analysis.curves import Analysed
    from gradplot.analysis.findings import Supremum
    from gradplot.analysis.tracing.trace import Trace
    from gradplot.functions.arrays import Array
    from gradplot.functions.curve import Curve
    from gradplot.output.picture.parts.ticks import Ticks
    from gradplot.spec.figure import FigureSpec

#: Letters: a panel's height, alone and above another, and the widest that a preview gets.
ALONE, STACKED, WIDEST = 18, 11, 110
#: Letters that the curves have at least, and that a name takes at most.
NARROWEST, LONGEST = 12, 18
#: Digits of a peak's value.
DIGITS = 4
#: Colours that can be told from black and from white: nobody knows a terminal's background.
RAMP = ("#ff8fb8", "#e8365a", "#b3123a")
#: The bits of a letter's dots, in rows of two from the top.
_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
_BRAILLE = 0x2800


class _Panel(NamedTuple):
    """What one panel shows: the slope or the value, between which limits, in rows of letters."""

    slope: bool
    heading: str
    limits: tuple[float, float]
    ticks: Ticks
    rows: int


class _Curve(NamedTuple):
    """One curve, and what stands beside it in each panel."""

    curve: Curve
    supremum: Supremum
    color: str
    name: str
    peak: str


def preview(spec: FigureSpec, analysed: Analysed, *, width: int) -> Text:
    """The figure's panels in ``width`` letters, with their ticks, names and peaks."""
    panels, drawn = _panels(spec, analysed), _curves(spec, analysed)
    left = max(len(text) for panel in panels for text in panel.ticks.labels)
    right = max(max(len(each.name), len(each.peak)) for each in drawn)
    across = min(width, WIDEST) - left - right - 4
    if across < NARROWEST:  # the table has the names and the peaks, too
        drawn = [each._replace(name="", peak="") for each in drawn]
        across = max(NARROWEST // 2, width - left - 7)
    lines: list[Text] = []
    for panel in panels:
        lines.append(Text(" " * (left + 2) + panel.heading, "dim"))
        lines += _drawn(spec, panel, drawn, left=left, across=across)
    lines += _x_axis(spec, left, across)
    return Text("\n").join(lines)


def _panels(spec: FigureSpec, analysed: Analysed) -> list[_Panel]:
    curves, findings = analysed
    signs = axis(spec)
    rows = STACKED if spec.panels == "both" else ALONE
    panels = []
    if spec.panels != "slope":
        limits = spec.y_range or value_limits(curves, spec.x_range)
        y, heading = ticks.linear(*limits, rows // 3), f"{signs.kind}  {signs.value}"
        panels.append(_Panel(False, heading, limits, y, rows))
    if spec.panels != "value":
        suprema = [row.supremum for row in findings.rows]
        limits = slope_limits(curves, spec.x_range, suprema)
        y, heading = ticks.decades(*limits, rows // 2), f"slope  {signs.slope}"
        panels.append(_Panel(True, heading, limits, y, rows))
    return panels


def _curves(spec: FigureSpec, analysed: Analysed) -> list[_Curve]:
    curves, findings = analysed
    found = []
    for curve, row, color in zip(curves, findings.rows, shades(RAMP, len(curves)), strict=True):
        name = _short(label(spec, row))
        peak = number_text(row.supremum.lower, row.supremum.upper, digits=DIGITS)
        if spec.panels == "slope" and len(curves) > 1:
            peak = f"{name}: {peak}"
        found.append(_Curve(curve, row.supremum, color, name, peak))
    return found


def _drawn(
    spec: FigureSpec, panel: _Panel, drawn: Sequence[_Curve], *, left: int, across: int
) -> Iterator[Text]:
    """The rows of a panel: a tick's label, the curves, and what stands beside them."""
    window = Window(x=spec.x_range, y=panel.limits, width=2.0 * across, height=4.0 * panel.rows)
    canvas = _Canvas(window, [each.color for each in drawn])
    for owner in reversed(range(len(drawn))):  # the shallowest last, on top
        curve, supremum, *_ = drawn[owner]
        slope = panel.slope
        trace = slope_trace(curve, window, supremum) if slope else value_trace(curve, window)
        canvas.draw(trace, owner)
    labels = {
        _row(at, window): text
        for at, text in zip(panel.ticks.places, panel.ticks.labels, strict=True)
    }
    beside = _beside(spec, panel, drawn, window)
    for row in range(panel.rows):
        line = Text()
        line.append(f"{labels.get(row, ''):>{left}} {'┤' if row in labels else '│'}", "dim")
        canvas.write(line, row)
        if row in beside:
            each = beside[row]
            line.append(f" {each.peak if panel.slope else each.name}", each.color)
        yield line


def _beside(
    spec: FigureSpec, panel: _Panel, drawn: Sequence[_Curve], window: Window
) -> dict[int, _Curve]:
    """The curve that is named beside a row: as near to its peak as there is room."""
    # The steepest on top, as in a picture; depths stay in theirs.
    order = sorted(range(len(drawn)), key=lambda k: -drawn[k].supremum.lower)
    if isinstance(spec.curves, ChainSpec):
        order = sorted(order, reverse=order[0] > order[-1])
    wanted = thinned(len(order), panel.rows)
    named = [drawn[order[k]] for k in wanted]
    if panel.slope:
        wanted = [_peak_row(each.supremum, window) for each in named]
    places = spread(wanted, 1.0, 0.0, panel.rows - 1.0)
    return {int(row + 0.5 + 1e-9): each for row, each in zip(places, named, strict=True)}


class _Canvas:
    """Dots of braille, and whose they are."""

    def __init__(self, window: Window, colors: Sequence[str]) -> None:
        self.window, self.colors = window, colors
        self.height, self.width = round(window.height), round(window.width)
        self.bits = np.zeros((self.height // 4, self.width // 2), dtype=int)
        self.owner = np.full(self.bits.shape, -1)

    def draw(self, trace: Trace, owner: int) -> None:
        points = self._dots(trace.line)
        starts, ends = points[:-1], points[1:]
        drawn = np.isfinite(starts).all(axis=1) & np.isfinite(ends).all(axis=1)
        for start, end in zip(starts[drawn], ends[drawn], strict=True):
            count = 2 + int(np.abs(end - start).max())
            x, y = np.linspace(start, end, count).T
            self._set(x, y, owner=owner)
        for band in trace.bands:
            outline = self._dots(band)
            turn = int(outline[:, 0].argmax()) + 1
            low, high = outline[:turn], outline[turn:][::-1]
            for x in np.arange(math.floor(low[0, 0]), low[-1, 0]) + 0.5:
                bottom, top = (float(np.interp(x, *side.T)) for side in (low, high))
                heights = np.arange(bottom, top + 1)
                self._set(np.full(len(heights), x), heights, owner=owner)

    def write(self, line: Text, row: int) -> None:
        for bits, owner in zip(self.bits[row], self.owner[row], strict=True):
            line.append(chr(_BRAILLE + bits) if bits else " ", self.colors[owner] if bits else None)

    def _dots(self, points: Array) -> Array:
        x = (points[:, 0] - self.window.x[0]) / self.window.x_scale
        y = (points[:, 1] - self.window.y[0]) / self.window.y_scale
        return np.column_stack((x, y))

    def _set(self, x: Array, y: Array, *, owner: int) -> None:
        column = np.clip(np.floor(x), 0, self.width - 1).astype(int)
        row = self.height - 1 - np.floor(y).astype(int)
        inside = (row >= 0) & (row < self.height)
        row, column = row[inside], column[inside]
        np.bitwise_or.at(self.bits, (row // 4, column // 2), _BITS[row % 4, column % 2])
        self.owner[row // 4, column // 2] = owner


def _peak_row(supremum: Supremum, window: Window) -> int:
    """The row of a peak; an unbounded one is at the top."""
    return _row(supremum.lower / LN10, window) if supremum.upper < math.inf else 0


def _row(place: float, window: Window) -> int:
    """The letter's row, from the top, at a height in data units."""
    rows = round(window.height) // 4
    share = (window.y[1] - place) / (window.y[1] - window.y[0])
    return min(max(int(share * rows), 0), rows - 1) if math.isfinite(share) else rows - 1


def _x_axis(spec: FigureSpec, left: int, across: int) -> list[Text]:
    """The line below the panels, and the numbers under it."""
    low, high = spec.x_range
    marks, numbers = ["─"] * across, [" "] * (left + across + 12)
    most = max(2, across // 12)
    x = ticks.linear(low, high, most)
    for place, text in zip(x.places, x.labels, strict=True):
        column = min(int((place - low) / (high - low) * across), across - 1)
        marks[column] = "┬"
        start = max(0, left + 2 + column - len(text) // 2)
        numbers[start : start + len(text)] = text
    bottom = f"{''.join(numbers).rstrip()}  {axis(spec).variable}"
    return [Text(f"{'':>{left}} └{''.join(marks)}", "dim"), Text(bottom, "dim")]


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
