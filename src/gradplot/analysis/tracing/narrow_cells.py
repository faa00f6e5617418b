"""How far a field reaches inside the cells that are too narrow to be cut further."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.tracing.cells import PARTS, Cells, divided, marked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradplot.analysis.tracing.field import Field
    from gradplot.functions.arrays import Array

#: Rounds in which a thin cell is divided, and the most intervals looked at in all.
ROUNDS, MOST_PARTS = 6, 2**18
#: Rounds where a range may stay too wide at a kink whatever is cut, and the width in pixels under
#: which it then says nothing.
ROUNDS_AT_KINKS, SLIVER = 12, 1e-10
#: Points that take as long as an interval, at least.
POINTS = 8
#: Pixels beside a gap in which a range is endless however narrow it is, as of abs(x)/x beside 0.
BESIDE = 0.002
#: Points looked at in a thin cell where the work allowed for intervals is spent: least and most.
SPOTS = (4, 64)


class _Extremes:
    """How low and how high a field was seen in each cell, within the picture."""

    def __init__(self, cells: Cells, bottom: float, top: float) -> None:
        self.bottom, self.top = bottom, top
        ends = np.clip(np.stack((cells.left_y, cells.right_y)), bottom, top)
        self.low, self.high = np.fmin(*ends), np.fmax(*ends)
        self.low[np.isnan(self.low)], self.high[np.isnan(self.high)] = np.inf, -np.inf

    def clipped(self, heights: Array) -> Array:
        return np.clip(heights, self.bottom, self.top)

    def lower(self, cell: NDArray[np.intp], heights: Array) -> None:
        np.fmin.at(self.low, cell, self.clipped(heights))

    def raise_(self, cell: NDArray[np.intp], heights: Array) -> None:
        np.fmax.at(self.high, cell, self.clipped(heights))

    def see(self, cell: NDArray[np.intp], heights: Array) -> None:
        """Take a row of heights for each cell into account."""
        self.lower(cell, np.fmin.reduce(heights, axis=1))
        self.raise_(cell, np.fmax.reduce(heights, axis=1))


def reach(
    field: Field, cells: Cells, gaps: Array, bottom: float, top: float, tolerance: float
) -> tuple[Array, Array, NDArray[np.bool_], int]:
    """How low and how high the field goes in each thin cell, whether it is broken there, and how
    many intervals that took. ``gaps`` are all ends of gaps, from left to right."""
    extremes = _Extremes(cells, bottom, top)
    if field.mark is not None:
        holds = np.flatnonzero(marked(field, cells))
        extremes.see(holds, np.full((len(holds), 1), field.mark[1]))
    parts, parent, evaluations, spent = _open_parts(field, cells, extremes, tolerance)
    broken = np.zeros(len(cells.left), dtype=bool)
    broken[parent[~parts.connected]] = True
    # What is still open is as wide as its enclosure: the work is spent, or doubles are. But where a
    # field jumps at a cell's end, rounding lets the enclosure see the other side of the kink.
    if field.jumps:
        rest = ~_slivers(field, parts, cells.pick(parent))
        parts, parent = parts.pick(rest), parent[rest]
    if spent and not field.sharp:
        # Dense oscillation, whose ranges are too wide: many points are nearer the truth.
        extremes.see(parent, _spots(field, parts))
        unknown = extremes.low[parent] > extremes.high[parent]
        parts, parent = parts.pick(unknown), parent[unknown]
    # Beside a break the enclosures are endless, whether or not the curve is: points alone tell.
    rest = ~(broken[parent] | _beside(gaps, parts))
    parts, parent = parts.pick(rest), parent[rest]
    if field.sharp or not field.jumps:
        extremes.lower(parent, parts.low)
    extremes.raise_(parent, parts.high)
    low, high = extremes.low, extremes.high
    low[low > high] = np.nan
    return low, high, broken, evaluations


def _open_parts(
    field: Field, cells: Cells, extremes: _Extremes, tolerance: float
) -> tuple[Cells, NDArray[np.intp], int, bool]:
    """The parts of cells that may reach further than was seen, however often they are divided.

    With the cell of each, how many intervals were looked at, and whether the work was spent.
    """
    parts, parent = cells, np.arange(len(cells.left))
    evaluations = 0
    rounds = ROUNDS_AT_KINKS if _may_stay_wide(field) else ROUNDS
    for round_ in range(rounds + 1):
        low, high = extremes.clipped(parts.low), extremes.clipped(parts.high)
        wider = high > extremes.high[parent] + tolerance
        wider |= low < extremes.low[parent] - tolerance
        still = ~parts.connected
        if field.exact:
            known = np.flatnonzero(wider & parts.connected)
            extremes.lower(parent[known], low[known])
            extremes.raise_(parent[known], high[known])
        else:
            still |= wider
        parts, parent = parts.pick(still), parent[still]
        if not len(parent) or round_ == rounds:
            break
        if evaluations + PARTS * len(parent) > MOST_PARTS // field.cost:
            return parts, parent, evaluations, True
        evaluations += PARTS * len(parent)
        edges, heights = divided(field.hasty, parts)
        extremes.see(parent, heights)
        sides = (side.ravel() for of in (edges, heights) for side in (of[:, :-1], of[:, 1:]))
        parts, parent = Cells.looked_at(field, *sides, thin=False), np.repeat(parent, PARTS)
    return parts, parent, evaluations, False


def _may_stay_wide(field: Field) -> bool:
    """Whether a range may stay too wide at a kink, whatever is cut."""
    return field.jumps and not field.sharp


def _beside(gaps: Array, parts: Cells) -> NDArray[np.bool_]:
    """Which parts are next to an end of a gap."""
    first = np.searchsorted(gaps, parts.left - BESIDE)
    last = np.searchsorted(gaps, parts.right + BESIDE, side="right")
    beside: NDArray[np.bool_] = last > first
    return beside


def _slivers(field: Field, parts: Cells, whole: Cells) -> NDArray[np.bool_]:
    """Which parts are next to an end of their whole cell, or so narrow that they say nothing."""
    narrow = parts.right - parts.left < (whole.right - whole.left) * PARTS ** (0.5 - ROUNDS)
    slivers = narrow & ((parts.left == whole.left) | (parts.right == whole.right))
    if _may_stay_wide(field):
        slivers |= (parts.right - parts.left < SLIVER) & np.isfinite(parts.high)
    return slivers


def _spots(field: Field, parts: Cells) -> Array:
    """Heights at many points inside of every cell; where those take long, at one."""
    most = min(MOST_PARTS, POINTS * MOST_PARTS // field.cost)
    count = min(SPOTS[1], max(SPOTS[0], most // max(1, len(parts.left))))
    heights = divided(field.hasty, parts, count)[1][:, 1:-1]
    dear = np.flatnonzero(np.isnan(heights).all(axis=1))
    heights[dear, 0] = divided(field.points, parts.pick(dear), 2)[1][:, 1]
    return heights
