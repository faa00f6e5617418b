"""Cells of the x-range, and what a field does inside those too narrow to be cut further."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from gradplot.analysis.tracing.field import Field
    from gradplot.functions.arrays import Array

#: Inside a thin cell: parts a round, rounds, and the most intervals looked at in all.
PARTS = 8
ROUNDS = 6
#: Rounds where a range may stay too wide at a kink whatever is cut, and the width in pixels under
#: which it then says nothing.
ROUNDS_AT_KINKS, SLIVER = 12, 1e-10
MOST_PARTS = 2**18
#: Points that take as long as an interval, at least.
POINTS = 8
#: A step is a jump when this share of it stays in one part of eight, ``JUMP_ROUNDS`` times over.
JUMP_SHARE = 0.9
JUMP_ROUNDS = 4
#: Beside a pole the curve rises as well: half of all steps is over it, however near one looks.
POLE_SHARE = 0.45
#: Rounds in which an end of the domain is found to the last digit of x.
END_ROUNDS = 14
#: Pixels beside a gap in which a range is endless however narrow it is, as of abs(x)/x beside 0.
BESIDE = 0.002
#: Cells with points that take long, at most: where there are more, none of them is cut at a jump.
MOST_DEAR = 64
#: Cells between whose ends every point takes long, at most: more are a dense stretch.
FEW_DENSE = 4
#: How far below the picture, in heights of it, what is undefined counts as.
BENEATH = 16.0
#: Points looked at in a thin cell where the work allowed for intervals is spent: least and most.
SPOTS = (4, 64)


@dataclass(frozen=True, slots=True)
class Cells:
    """Intervals of x with the heights at their ends and their guaranteed ranges, in pixels."""

    left: Array
    right: Array
    left_y: Array
    right_y: Array
    low: Array
    high: Array
    connected: NDArray[np.bool_]
    #: Undefined throughout.
    gone: NDArray[np.bool_]
    #: To be drawn as the bar of its range; the others are chords.
    thin: NDArray[np.bool_]

    def pick(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Cells:
        return Cells(*(getattr(self, f.name)[which] for f in fields(self)))

    def ordered(self) -> Cells:
        return self.pick(np.argsort(self.left, kind="stable"))

    @staticmethod
    def join(pieces: Sequence[Cells]) -> Cells:
        return Cells(*(np.concatenate([getattr(p, f.name) for p in pieces]) for f in fields(Cells)))


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
        edges, heights = _divided(field.hasty, parts)
        extremes.see(parent, heights)
        parts, parent = _between(field, edges, heights), np.repeat(parent, PARTS)
    return parts, parent, evaluations, False


def _between(field: Field, edges: Array, heights: Array) -> Cells:
    """The cells between neighbouring edges of each row."""
    left, right = edges[:, :-1].ravel(), edges[:, 1:].ravel()
    low, high = field.ranges(left, right)
    gone = np.isnan(low) | np.isnan(high)
    return Cells(
        left,
        right,
        heights[:, :-1].ravel(),
        heights[:, 1:].ravel(),
        low,
        high,
        field.connected(left, right) & ~gone,
        gone,
        np.zeros_like(gone),
    )


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
    heights = _divided(field.hasty, parts, count)[1][:, 1:-1]
    dear = np.flatnonzero(np.isnan(heights).all(axis=1))
    heights[dear, 0] = _divided(field.points, parts.pick(dear), 2)[1][:, 1]
    return heights


def cut_at_jumps(field: Field, cells: Cells, bottom: float, top: float, tolerance: float) -> Cells:
    """The cells with a gap at each jump: what is steep beside it is there all the same."""
    which, gaps = _jumps(field, cells, bottom, top, tolerance)
    if not len(which):
        return cells
    hit = cells.pick(which)
    left = np.concatenate((hit.left, gaps.right))
    right = np.concatenate((gaps.left, hit.right))
    low, high = field.ranges(left, right)
    gone = np.isnan(low) | np.isnan(high)
    beside = Cells(
        left,
        right,
        np.concatenate((hit.left_y, gaps.right_y)),
        np.concatenate((gaps.left_y, hit.right_y)),
        low,
        high,
        field.connected(left, right) & ~gone,
        gone,
        np.ones_like(gone),
    )
    gaps.gone[:], gaps.thin[:] = True, False
    whole = np.ones(len(cells.left), dtype=bool)
    whole[which] = False
    return Cells.join((cells.pick(whole), beside.pick(left < right), gaps)).ordered()


def _jumps(
    field: Field, cells: Cells, bottom: float, top: float, tolerance: float
) -> tuple[NDArray[np.intp], Cells]:
    """Which thin cells hold a jump, a step that no cutting spreads out, or an end of the domain,
    and where it is."""
    # What is undefined counts as far below, so that the field jumps at an end of its domain.
    below = bottom - BENEATH * (top - bottom)

    def placed(heights: Array) -> Array:
        return np.where(np.isnan(heights), below, np.clip(heights, bottom, top))

    step = np.abs(placed(cells.left_y) - placed(cells.right_y))
    may = cells.thin & (field.jumps | ~cells.connected)
    which = np.flatnonzero(may & (step > tolerance) & ~marked(field, cells))
    parts = cells.pick(which)
    found = []
    for round_ in range(END_ROUNDS):
        if round_ >= JUMP_ROUNDS:
            # Only ends of the domain are looked at closer: beside a jump every point takes long.
            ends = np.isnan(parts.left_y) | np.isnan(parts.right_y)
            found.append((which[~ends], parts.pick(~ends)))
            which, parts = which[ends], parts.pick(ends)
        if not len(which):
            break
        stays, parts = _closer(field, parts, step[which], placed)
        which = which[stays]
    found.append((which, parts))
    return np.concatenate([each[0] for each in found]), Cells.join([each[1] for each in found])


def _closer(
    field: Field, parts: Cells, step: Array, placed: Callable[[Array], Array]
) -> tuple[NDArray[np.bool_], Cells]:
    """Which parts hold nearly all of their cell's step in one eighth, and those eighths."""
    edges, heights = _divided(field.hasty, parts)
    unknown = np.isnan(heights)
    # Both ends are defined, and between them every point takes long: many such are too dense to
    # tell, and a few may be where terms cancel on one side of a jump.
    dense = unknown[:, 1:-1].all(axis=1) & ~unknown[:, [0, -1]].any(axis=1)
    dense &= np.count_nonzero(dense) > FEW_DENSE
    rest = np.flatnonzero(unknown.any(axis=1) & ~dense)
    if len(rest) > MOST_DEAR:
        dense = dense | unknown.any(axis=1)
        rest = rest[:0]
    heights[rest] = _divided(field.points, parts.pick(rest))[1]
    steps = np.abs(np.diff(placed(heights), axis=1))
    largest = np.argmax(steps, axis=1)
    row = np.arange(len(largest))
    share = np.where(parts.connected, JUMP_SHARE, POLE_SHARE)
    stays = steps[row, largest] >= share * np.maximum(step, steps.sum(axis=1))
    stays &= ~dense
    row, largest = row[stays], largest[stays]
    return stays, Cells(
        edges[row, largest],
        edges[row, largest + 1],
        heights[row, largest],
        heights[row, largest + 1],
        *(getattr(parts, name)[stays] for name in ("low", "high", "connected", "gone", "thin")),
    )


def _divided(
    points: Callable[[Array], Array], parts: Cells, count: int = PARTS
) -> tuple[Array, Array]:
    """Ends of equal parts of every cell, and the heights there: a row a cell."""
    share = np.linspace(0.0, 1.0, count + 1)
    edges = parts.left[:, None] + (parts.right - parts.left)[:, None] * share
    edges[:, -1] = parts.right
    heights = np.empty_like(edges)
    heights[:, 0], heights[:, -1] = parts.left_y, parts.right_y
    inside = points(edges[:, 1:-1].ravel())
    heights[:, 1:-1] = inside.reshape(len(edges), count - 1)
    return edges, heights


def marked(field: Field, cells: Cells) -> NDArray[np.bool_]:
    if field.mark is None:
        return np.zeros(len(cells.left), dtype=bool)
    return (cells.left <= field.mark[0]) & (field.mark[0] <= cells.right)
