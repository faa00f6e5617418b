"""From cells to what is drawn: strokes along chords, bars in thin cells, bands where bars run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.tracing.cells import marked
from gradplot.analysis.tracing.jumps import cut_at_jumps
from gradplot.analysis.tracing.narrow_cells import reach

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradplot.analysis.tracing.cells import Cells
    from gradplot.analysis.tracing.field import Field
    from gradplot.functions.arrays import Array

#: As many neighbouring bars are drawn as one band.
FEWEST_IN_BAND = 4
#: Pixels by which ends of neighbouring cells may differ for rounding alone.
ROUNDING = 0.01

#: Pixels in which one break is seen, and several are not.
DENSE = 1.0

Band = tuple["Array", "Array", "Array"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Strokes with NaN rows between, and envelopes as (x, low, high), in pixels."""

    line: Array
    bands: tuple[Band, ...]
    evaluations: int


@dataclass(frozen=True, slots=True)
class _Bars:
    """For every cell: where its bar stands, how far it reaches, and whether there is one."""

    centre: Array
    low: Array
    high: Array
    below: NDArray[np.bool_]
    above: NDArray[np.bool_]
    #: The field is broken in the cell, or undefined.
    gap: NDArray[np.bool_]


def strokes(field: Field, cells: Cells, bottom: float, top: float, *, tolerance: float) -> Drawn:
    """Chords and bars of all cells, from left to right; runs of bars become bands."""
    cells = cut_at_jumps(field, cells, bottom, top, tolerance)
    left_y = np.clip(cells.left_y, cells.low, cells.high)
    right_y = np.clip(cells.right_y, cells.low, cells.high)
    bars, evaluations = _bars(field, cells, bottom, top, tolerance=tolerance)
    banded = _crowded(cells, bars)
    bands = tuple(
        _band(cells.left[run], cells.right[run], bars.low[run], bars.high[run])
        for run in _runs(banded)
    )
    # Per cell: a break, the left end, the bar in the order that crosses it once, the right end.
    rising = left_y <= right_y
    rows = np.full((len(left_y), 5, 2), np.nan)
    rows[:, 1, 0], rows[:, 1, 1] = cells.left, left_y
    rows[:, 2, 0], rows[:, 2, 1] = bars.centre, np.where(rising, bars.low, bars.high)
    rows[:, 3, 0], rows[:, 3, 1] = bars.centre, np.where(rising, bars.high, bars.low)
    rows[:, 4, 0], rows[:, 4, 1] = cells.right, right_y
    shown = np.ones((len(left_y), 5), dtype=bool)
    shown[:, 2] = np.where(rising, bars.below, bars.above)
    shown[:, 3] = np.where(rising, bars.above, bars.below)
    # At a kink that falls on a cell's end the two sides differ: they must not be joined.
    with np.errstate(invalid="ignore"):
        together = np.abs(left_y[1:] - right_y[:-1]) <= ROUNDING
        together |= np.clip(left_y[1:], bottom, top) == np.clip(right_y[:-1], bottom, top)
    shown[0, 0] = False
    shown[1:, 0] = ~together
    # Neighbours that meet exactly share a vertex.
    shown[:-1, 4] = ~together | (left_y[1:] != right_y[:-1])
    empty = bars.gap | banded
    shown[:-1, 4] |= empty[1:]
    shown[empty] = [True, False, False, False, False]
    return Drawn(rows[shown], bands, evaluations)


def _bars(
    field: Field, cells: Cells, bottom: float, top: float, *, tolerance: float
) -> tuple[_Bars, int]:
    """A bar where a thin cell reaches beyond its ends; all others have none."""
    centre = (cells.left + cells.right) / 2
    gap = cells.gone.copy()
    low, high = np.full_like(centre, np.nan), np.full_like(centre, np.nan)
    below, above = np.zeros_like(gap), np.zeros_like(gap)
    which = np.flatnonzero(cells.thin)
    if not len(which):
        return _Bars(centre, low, high, below, above, gap), 0
    inner = cells.pick(which)
    gaps = np.sort(np.concatenate((cells.left[gap], cells.right[gap])))
    low[which], high[which], apart, evaluations = reach(field, inner, gaps, bottom, top, tolerance)
    if field.mark is not None:
        centre[which[marked(field, inner)]] = field.mark[0]
    ends = np.clip(np.stack((inner.left_y, inner.right_y)), bottom, top)
    # Where both ends are unknown the bar is all that there is.
    known = np.isfinite(low[which])
    under = known & ~(low[which] >= np.fmin(*ends) - tolerance)
    over = known & ~(high[which] <= np.fmax(*ends) + tolerance)
    apart[apart] = ~_dense(centre[which[apart]])
    # What stays between its ends has a hole there, if anything, and both sides of a pole of slopes
    # go up: neither stroke crosses what the curve does not.
    apart &= under & over if field.jumps else under | over
    below[which], above[which], gap[which] = under & ~apart, over & ~apart, apart
    return _Bars(centre, low, high, below, above, gap), evaluations


def _dense(broken: Array) -> NDArray[np.bool_]:
    """Where so many cells are broken that a gap for each would leave nothing of the curve.

    ``broken`` are their middles. One break is in one cell, or in the two that it lies between.
    """
    first = np.searchsorted(broken, broken - DENSE / 2)
    last = np.searchsorted(broken, broken + DENSE / 2, side="right")
    dense: NDArray[np.bool_] = last - first > 2
    return dense


def _crowded(cells: Cells, bars: _Bars) -> NDArray[np.bool_]:
    """Cells of runs that are drawn as bands: bars, and single thin cells between two of them."""
    barred = bars.below | bars.above
    between = cells.thin & ~bars.gap
    between[1:-1] &= barred[:-2] & barred[2:]
    between[[0, -1]] = False
    crowded = barred | between
    for run in _runs(crowded):
        if run.stop - run.start < FEWEST_IN_BAND:
            crowded[run] = False
    return crowded


def _runs(flags: NDArray[np.bool_]) -> list[slice]:
    """Every stretch of true."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _band(left: Array, right: Array, low: Array, high: Array) -> Band:
    """An envelope through the middles of its cells, from the first cell's end to the last's."""
    x = np.concatenate((left[:1], (left + right) / 2, right[-1:]))
    sides = [np.concatenate((side[:1], side, side[-1:])) for side in (low, high)]
    return x, sides[0], sides[1]
