"""Polylines that are within a quarter of a pixel of the true curve, both ways, with few points.

An x-range is cut into cells, breadth first, until each cell is proven to be drawn well enough:

- its guaranteed range, clipped to the view, is so low that the chord cannot be wrong;
- or the range of slopes inside keeps the curve in a flat parallelogram around the chord;
- or it is narrower than a pixel's fraction: then all that is left to know is how high it reaches.

In a narrow cell the guaranteed range may be wider than the true one, so it is refined inside until
both agree or the work is spent. Everything here is in pixels, origin at the lower left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.tracing import simplify
from gradplot.analysis.tracing.cells import Cells
from gradplot.analysis.tracing.field import Field, Window, slope_field, value_field
from gradplot.analysis.tracing.strokes import strokes

if TYPE_CHECKING:
    from gradplot.analysis.findings import Supremum
    from gradplot.functions.arrays import Array
    from gradplot.functions.curve import Curve

#: Pixels between the curve and an accepted cell's chord; with SIMPLIFY it stays under 1/4.
CHORD = 0.19
#: Pixels that simplification may add.
SIMPLIFY = 0.05
#: A jump no higher than this, in pixels, may be drawn as connected: no point is far from a side.
JUMP = 0.4
#: Width in pixels under which a cell is not cut further.
THIN = 0.125
#: Cells at the start, and the most that are ever looked at: sizes beyond any screen stay bounded.
FIRST_CELLS = 128
MOST_CELLS = 2**17
#: Parts that a cell is cut into at once.
MOST_PARTS = 32
#: Heights of the view that are kept above and below it, so that thick strokes leave it cleanly.
MARGIN = 0.1


@dataclass(frozen=True, slots=True)
class Trace:
    """What to draw for one curve in one panel, in data units.

    ``line`` has a vertex a row, with NaN rows between strokes. ``bands`` are closed outlines of
    stretches that oscillate within a pixel: their true envelopes. ``evaluations`` counts intervals.
    """

    line: Array
    bands: tuple[Array, ...]
    evaluations: int


def value_trace(curve: Curve, window: Window) -> Trace:
    """The curve's own graph in ``window``."""
    return trace(value_field(curve, window), window)


def slope_trace(curve: Curve, window: Window, supremum: Supremum | None = None) -> Trace:
    """The graph of log10|dy/dx| in ``window``; where the slope is exactly 0 there is none.

    ``supremum`` clips the enclosures, and its point becomes a point of the curve.
    """
    return trace(slope_field(curve, window, supremum), window)


def trace(field: Field, window: Window) -> Trace:
    """The graph of a field, cut, refined, clipped to the window and simplified."""
    bottom, top = -MARGIN * window.height, (1 + MARGIN) * window.height
    cells, evaluations = _cut(field, window, bottom, top)
    drawn = strokes(field, cells, bottom, top, tolerance=CHORD)
    line = simplify.clip(drawn.line, bottom, top)
    return Trace(
        window.to_data(simplify.simplify(line, SIMPLIFY)),
        tuple(window.to_data(_outline(band, bottom, top)) for band in drawn.bands),
        evaluations + drawn.evaluations,
    )


def _cut(field: Field, window: Window, bottom: float, top: float) -> tuple[Cells, int]:
    """Cells from left to right, each either gone, good as a chord, or thin."""
    edges = np.linspace(0.0, window.width, FIRST_CELLS + 1)
    heights = field.points(edges)
    left, right = edges[:-1], edges[1:]
    left_y, right_y = heights[:-1], heights[1:]
    done: list[Cells] = []
    evaluations = 0
    while True:
        evaluations += len(left)
        low, high = field.ranges(left, right)
        connected = field.connected(left, right)
        gone = np.isnan(low) | np.isnan(high)
        rise = _within(high, bottom, top) - _within(low, bottom, top)
        # A slope that nobody knows in one point, as of min(x, sqrt(x)) at 0, is known beside it.
        flat = connected & (rise <= CHORD)
        left_y = np.where(flat & np.isnan(left_y), low, left_y)
        right_y = np.where(flat & np.isnan(right_y), low, right_y)
        box = _box(right - left, left_y, right_y, low=low, high=high)
        # What is out of view needs no more; what may end in the cell does, however flat it is.
        hidden = (low >= top) | (high <= bottom)
        chord = hidden | flat
        chord |= connected & (box <= CHORD) & (rise <= JUMP if field.jumps else True)
        open_ = ~(gone | chord)
        thin = open_ & (right - left <= THIN)
        open_ &= ~thin
        # A range shrinks with its cell.
        parts = np.fmin(rise / CHORD, np.fmax(box, rise * CHORD / JUMP) / CHORD)
        steep = np.flatnonzero(open_ & connected)
        if len(steep) and field.slopes is not None:
            flattest, steepest = field.slopes(left, right)  # of all: their layers are known
            with np.errstate(invalid="ignore"):  # an overflowed end: no finite distance
                across, up = right[steep] - left[steep], right_y[steep] - left_y[steep]
            distance = _parallelogram(across, up, flattest[steep], steepest[steep])
            good = distance <= CHORD
            chord[steep[good]] = True
            open_[steep[good]] = False
            # A smooth curve's distance from its chord shrinks with the square of the width.
            parts[steep] = np.minimum(parts[steep], np.sqrt(distance) / np.sqrt(CHORD))
        parts = _within(np.ceil(1.2 * parts), 2, MOST_PARTS)
        parts = np.minimum(parts, np.ceil((right - left) / THIN))
        if evaluations + np.sum(parts, where=open_) > MOST_CELLS:
            thin |= open_
            open_ = np.zeros_like(open_)
        cells = Cells(left, right, left_y, right_y, low, high, connected, gone, thin)
        done.append(cells.pick(~open_))
        if not open_.any():
            break
        left, right, left_y, right_y = _divided(field, cells.pick(open_), parts[open_])
    return Cells.join(done).ordered(), evaluations


def _within(values: Array, low: float, high: float) -> Array:
    """np.clip, which takes several times as long for a hundred values."""
    within: Array = np.minimum(np.maximum(values, low), high)
    return within


def _divided(field: Field, cells: Cells, parts: Array) -> tuple[Array, Array, Array, Array]:
    """Ends and heights of equal parts, as many of each cell as ``parts`` says."""
    counts = parts.astype(np.intp)
    first = np.cumsum(counts) - counts
    parent = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(parent)) - first[parent]
    left = cells.left[parent] + (cells.right - cells.left)[parent] * (place / parts[parent])
    inner = place > 0
    left_y = cells.left_y[parent]
    left_y[inner] = field.points(left[inner])
    right, right_y = np.append(left[1:], 0.0), np.append(left_y[1:], 0.0)
    last = first + counts - 1
    right[last], right_y[last] = cells.right, cells.right_y
    return left, right, left_y, right_y


def _box(width: Array, left_y: Array, right_y: Array, *, low: Array, high: Array) -> Array:
    """How far a connected curve can be from the chord of its ends when it keeps to its range.

    The corners of the ends' own box are as far as its height over its diagonal; what the range has
    beyond that box is added.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        step = np.abs(right_y - left_y)
        beyond = np.maximum(high - np.maximum(left_y, right_y), np.minimum(left_y, right_y) - low)
        distance = width * step / np.hypot(width, step) + np.maximum(beyond, 0.0)
    return np.where(np.isfinite(distance), distance, np.inf)


def _parallelogram(width: Array, rise: Array, flattest: Array, steepest: Array) -> Array:
    """How far a curve whose slope lies between two can be from the chord of its ends.

    Lines of both slopes through each end bound the curve to a parallelogram around the chord, and
    no point of that is farther from the chord than its other two corners. A chord that is steeper
    or flatter than both has an end on the far side of a kink, and is as wrong as that end.
    """
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        chord = rise / width
        wrong = width * np.maximum(np.maximum(flattest - chord, chord - steepest), 0.0)
        low, high = np.minimum(flattest, chord), np.maximum(steepest, chord)
        across = (chord - low) / (high - low) * width
        up = across * high
        along = _within((across * width + up * rise) / (width**2 + rise**2), 0, 1)
        distance = np.hypot(across - along * width, up - along * rise) + wrong
    return np.where(np.isfinite(distance), distance, np.where(low == high, 0.0, np.inf))


def _outline(band: tuple[Array, Array, Array], bottom: float, top: float) -> Array:
    """The closed outline of an envelope given as x, low and high."""
    x, low, high = band
    sides = [
        simplify.simplify(np.column_stack((x, np.clip(side, bottom, top))), SIMPLIFY)
        for side in (low, high)
    ]
    return np.concatenate((sides[0], sides[1][::-1]))
