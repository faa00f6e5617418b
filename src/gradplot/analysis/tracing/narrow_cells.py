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
#: Rounds in which an end of the domain is found to the last digit of x.
END_ROUNDS = 14
#: Cells with points that take long, at most: where there are more, none of them is cut at a jump.
MOST_DEAR = 64
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


def reach(
    field: Field, cells: Cells, bottom: float, top: float, tolerance: float
) -> tuple[Array, Array, NDArray[np.bool_], int]:
    """How low and how high the field goes in each thin cell, and whether it is broken there."""
    ends = np.clip(np.stack((cells.left_y, cells.right_y)), bottom, top)
    low, high = np.fmin(*ends), np.fmax(*ends)
    low[np.isnan(low)], high[np.isnan(high)] = np.inf, -np.inf
    if field.mark is not None:
        holds = marked(field, cells)
        low[holds] = np.fmin(low[holds], np.clip(field.mark[1], bottom, top))
        high[holds] = np.fmax(high[holds], np.clip(field.mark[1], bottom, top))
    parent = np.arange(len(low))
    parts = cells
    evaluations, spent = 0, False
    kinks = field.jumps and not field.sharp
    rounds = ROUNDS_AT_KINKS if kinks else ROUNDS
    for round_ in range(rounds + 1):
        part_low, part_high = np.clip(parts.low, bottom, top), np.clip(parts.high, bottom, top)
        wider = (part_high > high[parent] + tolerance) | (part_low < low[parent] - tolerance)
        open_ = np.flatnonzero(~parts.connected | (wider & (not field.exact)))
        closed_wide = np.flatnonzero(wider & parts.connected) if field.exact else open_[:0]
        np.fmin.at(low, parent[closed_wide], part_low[closed_wide])
        np.fmax.at(high, parent[closed_wide], part_high[closed_wide])
        parts, parent = parts.pick(open_), parent[open_]
        if not len(parent) or round_ == rounds:
            break
        if evaluations + PARTS * len(parent) > MOST_PARTS // field.cost:
            spent = True
            break
        evaluations += PARTS * len(parent)
        edges, heights = _divided(field.hasty, parts)
        inside = np.clip(heights, bottom, top)
        np.fmin.at(low, parent, np.fmin.reduce(inside, axis=1))
        np.fmax.at(high, parent, np.fmax.reduce(inside, axis=1))
        parent = np.repeat(parent, PARTS)
        left, right = edges[:, :-1].ravel(), edges[:, 1:].ravel()
        part_low, part_high = field.ranges(left, right)
        gone = np.isnan(part_low) | np.isnan(part_high)
        nothing = np.zeros_like(gone)
        parts = Cells(
            left,
            right,
            heights[:, :-1].ravel(),
            heights[:, 1:].ravel(),
            part_low,
            part_high,
            field.connected(left, right) & ~gone,
            gone,
            nothing,
        )
    broken = np.zeros(len(low), dtype=bool)
    broken[parent[~parts.connected]] = True
    # What is still open is as wide as its enclosure: the work is spent, or doubles are. But where a
    # field jumps at a cell's end, rounding lets the enclosure see the other side of the kink.
    if field.jumps:
        start, end = cells.left[parent], cells.right[parent]
        sliver = parts.right - parts.left < (end - start) * PARTS ** (0.5 - ROUNDS)
        sliver &= (parts.left == start) | (parts.right == end)
        if kinks:
            sliver |= (parts.right - parts.left < SLIVER) & np.isfinite(parts.high)
        parts, parent = parts.pick(~sliver), parent[~sliver]
    if spent and not field.sharp:
        # Dense oscillation, whose ranges are too wide: many points are nearer the truth.
        inside = np.clip(_spots(field, parts), bottom, top)
        np.fmin.at(low, parent, np.fmin.reduce(inside, axis=1))
        np.fmax.at(high, parent, np.fmax.reduce(inside, axis=1))
        unknown = low[parent] > high[parent]
        parts, parent = parts.pick(unknown), parent[unknown]
    if field.sharp or not field.jumps:
        np.fmin.at(low, parent, np.clip(parts.low, bottom, top))
    np.fmax.at(high, parent, np.clip(parts.high, bottom, top))
    low[low > high] = np.nan
    return low, high, broken, evaluations


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
    for round_ in range(END_ROUNDS):
        ends = np.isnan(parts.left_y) | np.isnan(parts.right_y)
        if not len(which) or (round_ >= JUMP_ROUNDS and not ends.any()):
            break
        edges, heights = _divided(field.hasty, parts)
        unknown = np.isnan(heights)
        # Both ends are defined, and between them every point takes long: it is too dense to tell.
        dense = unknown[:, 1:-1].all(axis=1) & ~unknown[:, [0, -1]].any(axis=1)
        rest = np.flatnonzero(unknown.any(axis=1) & ~dense)
        if len(rest) > MOST_DEAR:
            dense = dense | unknown.any(axis=1)
            rest = rest[:0]
        heights[rest] = _divided(field.points, parts.pick(rest))[1]
        steps = np.abs(np.diff(placed(heights), axis=1))
        largest = np.argmax(steps, axis=1)
        row = np.arange(len(which))
        stays = steps[row, largest] >= JUMP_SHARE * np.maximum(step[which], steps.sum(axis=1))
        stays &= ~dense
        row, largest, which = row[stays], largest[stays], which[stays]
        parts = Cells(
            edges[row, largest],
            edges[row, largest + 1],
            heights[row, largest],
            heights[row, largest + 1],
            *(getattr(parts, name)[stays] for name in ("low", "high", "connected", "gone", "thin")),
        )
    return which, parts


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
