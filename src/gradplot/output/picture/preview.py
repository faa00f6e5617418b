"""The curves in a terminal: four by two dots of braille a letter, traced as for a picture.

Nothing here imports matplotlib.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

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
    from collections.abc import Sequence

    from gradplot.analysis.curves import Analysed
    from gradplot.analysis.findings import Supremum
    from gradplot.analysis.tracing.trace import Trace
    from gradplot.functions.arrays import Array
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


def preview(spec: FigureSpec, analysed: Analysed, *, width: int) -> Text:
    """The figure's panels in ``width`` letters, with their ticks, names and peaks."""
    curves, findings = analysed
    signs = axis(spec)
    suprema = [row.supremum for row in findings.rows]
    colors = shades(RAMP, len(curves))
    names = [_short(label(spec, row)) for row in findings.rows]
    peaks = [number_text(each.lower, each.upper, digits=DIGITS) for each in suprema]
    both = spec.panels == "both"
    if spec.panels == "slope" and len(names) > 1:
        peaks = [f"{name}: {peak}" for name, peak in zip(names, peaks, strict=True)]
    rows = STACKED if both else ALONE
    panels: list[tuple[str, tuple[float, float], Ticks]] = []
    if spec.panels != "slope":
        limits = spec.y_range or value_limits(curves, spec.x_range)
        panels.append((f"{signs.kind}  {signs.value}", limits, ticks.linear(*limits, rows // 3)))
    if spec.panels != "value":
        limits = slope_limits(curves, spec.x_range, suprema)
        panels.append((f"slope  {signs.slope}", limits, ticks.decades(*limits, rows // 2)))
    left = max(len(text) for _, _, y in panels for text in y.labels)
    right = max(map(len, [*names, *peaks]))
    across = min(width, WIDEST) - left - right - 4
    if across < NARROWEST:  # the table has the names and the peaks, too
        names = peaks = [""] * len(names)
        across = max(NARROWEST // 2, width - left - 7)
    # The steepest on top, as in a picture; depths stay in theirs.
    order = sorted(range(len(curves)), key=lambda k: -suprema[k].lower)
    if isinstance(spec.curves, ChainSpec):
        order = sorted(order, reverse=order[0] > order[-1])
    lines: list[Text] = []
    for heading, limits, y in panels:
        slope = heading.startswith("slope")
        window = Window(x=spec.x_range, y=limits, width=2.0 * across, height=4.0 * rows)
        canvas = _Canvas(window)
        # The shallowest last, on top.
        for k in reversed(range(len(curves))):
            trace = (
                slope_trace(curves[k], window, suprema[k])
                if slope
                else value_trace(curves[k], window)
            )
            canvas.draw(trace, k)
        named = thinned(len(order), rows)
        wanted = [_peak_row(suprema[order[k]], window) if slope else i for i, k in enumerate(named)]
        places = spread(wanted, 1.0, 0.0, rows - 1.0)
        beside = {int(row + 0.5 + 1e-9): order[k] for row, k in zip(places, named, strict=True)}
        lines.append(Text(" " * (left + 2) + heading, "dim"))
        labels = {_row(at, window): text for at, text in zip(y.places, y.labels, strict=True)}
        texts = peaks if slope else names
        for row in range(rows):
            line = Text()
            line.append(f"{labels.get(row, ''):>{left}} {'┤' if row in labels else '│'}", "dim")
            canvas.write(line, row, colors)
            if row in beside:
                k = beside[row]
                line.append(f" {texts[k]}", colors[k])
            lines.append(line)
    lines += _x_axis(spec, left, across)
    return Text("\n").join(lines)


class _Canvas:
    """Dots of braille, and whose they are."""

    def __init__(self, window: Window) -> None:
        self.window = window
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

    def write(self, line: Text, row: int, colors: Sequence[str]) -> None:
        for bits, owner in zip(self.bits[row], self.owner[row], strict=True):
            line.append(chr(_BRAILLE + bits) if bits else " ", colors[owner] if bits else None)

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
