"""Cells of the x-range, and what is drawn in those too narrow to be cut further."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gradplot.analysis.fields import Field
    from gradplot.functions.protocol import Array

#: Inside a thin cell: parts a round, rounds, and the most intervals looked at in all.
PARTS = 8
ROUNDS = 6
MOST_PARTS = 2**17
#: A step is a jump when this share of it stays in one part of eight, ``JUMP_ROUNDS`` times over.
JUMP_SHARE = 0.9
JUMP_ROUNDS = 4
#: As many neighbouring bars are drawn as one band.
FEWEST_IN_BAND = 4
#: Pixels by which ends of neighbouring cells may differ for rounding alone.
ROUNDING = 0.01

Band = tuple["Array", "Array", "Array"]


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


@dataclass(frozen=True, slots=True)
class Drawn:
    """Strokes with NaN rows between, and envelopes as (x, low, high), in pixels."""

    line: Array
    bands: tuple[Band, ...]
    evaluations: int


def bars(field: Field, cells: Cells, bottom: float, top: float, *, tolerance: float) -> Drawn:
    """Chords and bars of all cells, from left to right; runs of bars become bands."""
    left_y = np.clip(cells.left_y, cells.low, cells.high)
    right_y = np.clip(cells.right_y, cells.low, cells.high)
    gap = cells.gone.copy()
    centre = (cells.left + cells.right) / 2
    bar_low = np.full_like(centre, np.nan)
    bar_high = np.full_like(centre, np.nan)
    thin = np.flatnonzero(cells.thin)
    evaluations = 0
    if len(thin):
        inner = cells.pick(thin)
        low, high, apart, evaluations = _reach(field, inner, bottom, top, tolerance)
        marked = _marked(field, inner)
        if field.mark is not None:
            centre[thin[marked]] = field.mark[0]
        if field.jumps:
            apart |= ~marked & _jumps(field, inner, bottom, top, tolerance)
        gap[thin] = apart
        ends_low = np.clip(np.fmin(left_y[thin], right_y[thin]), bottom, top)
        ends_high = np.clip(np.fmax(left_y[thin], right_y[thin]), bottom, top)
        bar_low[thin] = np.where(~apart & (low < ends_low - tolerance), low, np.nan)
        bar_high[thin] = np.where(~apart & (high > ends_high + tolerance), high, np.nan)
    barred = ~(np.isnan(bar_low) & np.isnan(bar_high))
    bands, banded = [], np.zeros_like(barred)
    for start, end in _runs(barred):
        if end - start >= FEWEST_IN_BAND:
            banded[start:end] = True
            run = slice(start, end)
            ends = np.stack((left_y[run], right_y[run]))
            bands.append(
                _band(
                    cells.left[run],
                    cells.right[run],
                    np.fmin(bar_low[run], ends.min(axis=0)),
                    np.fmax(bar_high[run], ends.max(axis=0)),
                )
            )
    # Per cell: a break, the left end, the bar in the order that crosses it once, the right end.
    rising = left_y <= right_y
    rows = np.full((len(centre), 5, 2), np.nan)
    rows[:, 1] = np.column_stack((cells.left, left_y))
    rows[:, 2] = np.column_stack((centre, np.where(rising, bar_low, bar_high)))
    rows[:, 3] = np.column_stack((centre, np.where(rising, bar_high, bar_low)))
    rows[:, 4] = np.column_stack((cells.right, right_y))
    shown = np.ones((len(centre), 5), dtype=bool)
    shown[:, 2:4] = ~np.isnan(rows[:, 2:4, 1])
    shown[:, 0] = False
    # At a kink that falls on a cell's end the two sides differ: they must not be joined.
    with np.errstate(invalid="ignore"):
        together = np.abs(left_y[1:] - right_y[:-1]) <= ROUNDING
        together |= np.clip(left_y[1:], bottom, top) == np.clip(right_y[:-1], bottom, top)
    shown[1:, 0] = ~together
    hidden = gap | banded
    shown[hidden] = [True, False, False, False, False]
    return Drawn(rows[shown], tuple(bands), evaluations)


def _reach(
    field: Field, cells: Cells, bottom: float, top: float, tolerance: float
) -> tuple[Array, Array, NDArray[np.bool_], int]:
    """How low and how high the field goes in each thin cell, and whether it is broken there."""
    ends = np.clip(np.stack((cells.left_y, cells.right_y)), bottom, top)
    low, high = np.fmin(*ends), np.fmax(*ends)
    if field.mark is not None:
        marked = _marked(field, cells)
        low[marked] = np.fmin(low[marked], np.clip(field.mark[1], bottom, top))
        high[marked] = np.fmax(high[marked], np.clip(field.mark[1], bottom, top))
    parent = np.arange(len(low))
    parts = cells
    evaluations = 0
    for round_ in range(ROUNDS + 1):
        part_low, part_high = np.clip(parts.low, bottom, top), np.clip(parts.high, bottom, top)
        wider = (part_high > high[parent] + tolerance) | (part_low < low[parent] - tolerance)
        open_ = np.flatnonzero(~parts.connected | (wider & (not field.exact)))
        closed_wide = np.flatnonzero(wider & parts.connected) if field.exact else open_[:0]
        np.fmin.at(low, parent[closed_wide], part_low[closed_wide])
        np.fmax.at(high, parent[closed_wide], part_high[closed_wide])
        parts, parent = parts.pick(open_), parent[open_]
        if not len(parent) or round_ == ROUNDS:
            break
        if evaluations + PARTS * len(parent) > MOST_PARTS // field.cost:
            break
        evaluations += PARTS * len(parent)
        edges, heights = _divided(field, parts)
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
        parts, parent = parts.pick(~sliver), parent[~sliver]
    np.fmin.at(low, parent, np.clip(parts.low, bottom, top))
    np.fmax.at(high, parent, np.clip(parts.high, bottom, top))
    return low, high, broken, evaluations


def _jumps(
    field: Field, cells: Cells, bottom: float, top: float, tolerance: float
) -> NDArray[np.bool_]:
    """Where a thin cell holds a jump: a step that no cutting spreads out."""
    step = np.abs(np.clip(cells.left_y, bottom, top) - np.clip(cells.right_y, bottom, top))
    found = step > tolerance
    which = np.flatnonzero(found)
    parts = cells.pick(which)
    for _ in range(JUMP_ROUNDS):
        if not len(which):
            break
        edges, heights = _divided(field, parts)
        steps = np.abs(np.diff(np.clip(heights, bottom, top), axis=1))
        largest = np.argmax(steps, axis=1)
        row = np.arange(len(which))
        stays = steps[row, largest] >= JUMP_SHARE * np.maximum(step[which], steps.sum(axis=1))
        found[which[~stays]] = False
        row, largest, which = row[stays], largest[stays], which[stays]
        parts = Cells(
            edges[row, largest],
            edges[row, largest + 1],
            heights[row, largest],
            heights[row, largest + 1],
            *(getattr(parts, name)[stays] for name in ("low", "high", "connected", "gone", "thin")),
        )
    return found


def _divided(field: Field, parts: Cells) -> tuple[Array, Array]:
    """Ends of equal parts of every cell, and the heights there: a row a cell."""
    share = np.linspace(0.0, 1.0, PARTS + 1)
    edges = parts.left[:, None] + (parts.right - parts.left)[:, None] * share
    edges[:, -1] = parts.right
    heights = np.empty_like(edges)
    heights[:, 0], heights[:, -1] = parts.left_y, parts.right_y
    inside = field.points(edges[:, 1:-1].ravel())
    heights[:, 1:-1] = inside.reshape(len(edges), PARTS - 1)
    return edges, heights


def _marked(field: Field, cells: Cells) -> NDArray[np.bool_]:
    if field.mark is None:
        return np.zeros(len(cells.left), dtype=bool)
    return (cells.left <= field.mark[0]) & (field.mark[0] <= cells.right)


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and end of every stretch of true."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _band(left: Array, right: Array, low: Array, high: Array) -> Band:
    """An envelope through the middles of its cells, from the first cell's end to the last's."""
    x = np.concatenate((left[:1], (left + right) / 2, right[-1:]))
    sides = [np.concatenate((side[:1], side, side[-1:])) for side in (low, high)]
    return x, sides[0], sides[1]
