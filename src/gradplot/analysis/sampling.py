"""Polylines that are within a quarter of a pixel of the true curve, both ways, with few points.

An x-range is cut into cells, breadth first, until each cell is proven to be drawn well enough:

- its guaranteed range, clipped to the view, is so low that the chord cannot be wrong;
- or the steepest slope inside keeps the curve in a flat parallelogram around the chord;
- or it is narrower than a pixel's fraction: then all that is left to know is how high it reaches.

In a narrow cell the guaranteed range may be wider than the true one, so it is refined inside until
both agree or the work is spent. Everything here is in pixels, origin at the lower left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis import simplify
from gradplot.analysis.fields import Field, Window, slope_field, value_field
from gradplot.analysis.thin import Cells, bars

if TYPE_CHECKING:
    from gradplot.analysis.findings import Supremum
    from gradplot.functions.protocol import Array, Curve

#: Pixels between the curve and an accepted cell's chord; with SIMPLIFY it stays under 1/4.
CHORD = 0.19
#: Pixels that simplification may add.
SIMPLIFY = 0.05
#: Width in pixels under which a cell is not cut further.
THIN = 0.125
#: Cells at the start, and the most that are ever looked at: sizes beyond any screen stay bounded.
FIRST_CELLS = 128
MOST_CELLS = 2**17
#: Up to this many cells are cut in four at once.
FEW_CELLS = 100
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
    drawn = bars(field, cells, bottom, top, tolerance=CHORD)
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
    while len(left):
        evaluations += len(left)
        low, high = field.ranges(left, right)
        connected = field.connected(left, right)
        gone = np.isnan(low) | np.isnan(high)
        view_low, view_high = np.clip(low, bottom, top), np.clip(high, bottom, top)
        outside = view_low == view_high
        chord = outside | (connected & (view_high - view_low <= CHORD))
        open_ = ~(gone | chord)
        thin = open_ & (right - left <= THIN)
        open_ &= ~thin
        steep = np.flatnonzero(open_ & connected)
        if len(steep):
            limit = field.steepest(left[steep], right[steep])
            with np.errstate(invalid="ignore"):  # an overflowed end: no finite distance
                rise = right_y[steep] - left_y[steep]
            distance = _parallelogram(right[steep] - left[steep], rise, limit)
            good = steep[distance <= CHORD]
            chord[good] = True
            open_[good] = False
        if evaluations + 2 * np.count_nonzero(open_) > MOST_CELLS:
            thin |= open_
            open_ = np.zeros_like(open_)
        closed = ~open_
        done.append(
            Cells(left, right, left_y, right_y, low, high, connected, gone, thin).pick(closed)
        )
        left, right = left[open_], right[open_]
        left_y, right_y = left_y[open_], right_y[open_]
        # A call costs as much for a few hundred cells as for one: cut few cells finer.
        for _ in range(1 if len(left) > FEW_CELLS else 2):
            middle = left + (right - left) / 2
            middle_y = field.points(middle)
            left, right = _interleave(left, middle), _interleave(middle, right)
            left_y, right_y = _interleave(left_y, middle_y), _interleave(middle_y, right_y)
    return Cells.join(done).ordered(), evaluations


def _parallelogram(width: Array, rise: Array, limit: Array) -> Array:
    """How far a curve no steeper than ``limit`` can be from the chord of its ends.

    Two lines of slope ±limit through each end bound the curve to a parallelogram around the chord,
    and no point of that is farther from the chord than its other two corners.
    """
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        limit = np.maximum(limit, np.abs(rise) / width)
        across = (width + rise / limit) / 2
        up = across * limit
        along = np.clip((across * width + up * rise) / (width**2 + rise**2), 0, 1)
        distance = np.hypot(across - along * width, up - along * rise)
    return np.where(np.isfinite(distance), distance, np.where(limit == 0, 0.0, np.inf))


def _interleave(first: Array, second: Array) -> Array:
    return np.stack((first, second), axis=1).ravel()


def _outline(band: tuple[Array, Array, Array], bottom: float, top: float) -> Array:
    """The closed outline of an envelope given as x, low and high."""
    x, low, high = band
    sides = [
        simplify.simplify(np.column_stack((x, np.clip(side, bottom, top))), SIMPLIFY)
        for side in (low, high)
    ]
    return np.concatenate((sides[0], sides[1][::-1]))
