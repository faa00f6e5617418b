"""The max-plus program of ``turning.program``, for all lanes at once, with one guide for each.

A *link* is a cell and a part of the next layer's cells that its image meets, on which the potential
is one straight line: its own line about the guide, or a constant on either side (``potentials``).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gradplot.analysis.supremum.slopes import WIDE_EPS
from gradplot.analysis.supremum.turning.potentials import MOST, Potential, largest
from gradplot.analysis.supremum.turning.range_maxima import largest_above, largest_within
from gradplot.analysis.supremum.turning.together.cells import measured, plain
from gradplot.functions.intervals.rounding import EPS

if TYPE_CHECKING:
    from gradplot.analysis.supremum.turning.together.cells import Cells
    from gradplot.analysis.supremum.turning.together.lanes import Lanes
    from gradplot.functions.arrays import Array, Pair

#: Bits of a double that are left out where cells are looked up, for the segment's number, of which
#: there are fewer than 2^15.
DROPPED = 16


class Guides(NamedTuple):
    """About z in every layer of each lane, and the slopes of the potentials there.

    Both have shape (layers, lanes).
    """

    centres: Array
    slopes: Array


class Program:
    """One pass over the layers, backwards, for the cells as they are cut; forwards on request.

    Without guides the potentials are 0.
    """

    def __init__(self, lanes: Lanes, cells: Cells, guides: Guides | None) -> None:
        self.lanes, self.cells = lanes, cells
        self.last = lanes.last.ravel()[cells.segment]
        #: Per link: its cell, the cells [first, stop) that come next, and the bound of psi.
        self.cell: np.ndarray
        self.first: np.ndarray
        self.stop: np.ndarray
        self.bound: Array
        #: Per cell: how much psi may vary within it.
        self.varies = np.zeros(cells.size)
        if guides is None:
            self._link_plainly()
        else:
            self._link(guides)
        #: Number of the first link of each cell, and of each layer's cells.
        self.links = np.searchsorted(self.cell, np.arange(cells.size + 1))
        self.after = self._backwards()

    # --- links ------------------------------------------------------------------------------------

    def _link_plainly(self) -> None:
        found = plain(self.lanes, self.cells)
        first, stop = self._meets(found.next_)
        self.cell = np.flatnonzero((stop > first) | self.last)
        self.first, self.stop = first[self.cell], stop[self.cell]
        logs = self.lanes.logs.ravel()[self.cells.segment[self.cell]]
        self.bound = found.phi[1][self.cell] + logs
        with np.errstate(invalid="ignore"):
            self.varies = np.nan_to_num(found.phi[1] - found.phi[0], nan=0.0)

    def _meets(self, next_: Pair) -> tuple[np.ndarray, np.ndarray]:
        """The cells [first, stop) of the next layer that each image meets."""
        cells, size = self.cells, self.cells.size
        ahead = np.minimum(cells.segment + self.lanes.size, cells.segments - 1)
        low, high = next_
        first = np.searchsorted(_keys(cells.segment, cells.high), _keys(ahead, low))
        stop = np.searchsorted(_keys(cells.segment, cells.low), _keys(ahead, high), side="right")
        begin, end = cells.start[ahead], cells.start[ahead + 1]
        # The keys leave out digits: cells that are only touched, or not even that, go one by one.
        for _ in range(size):
            more = (first < end) & (cells.high[np.minimum(first, size - 1)] <= low)
            if not more.any():
                break
            first += more
        for _ in range(size):
            less = (stop > begin) & (cells.low[stop - 1] >= high)
            if not less.any():
                break
            stop -= less
        first, stop = np.clip(first, begin, end), np.clip(stop, begin, end)
        return np.where(self.last, 0, first), np.where(self.last, 0, stop)

    def _link(self, guides: Guides) -> None:
        cells, lanes = self.cells, self.lanes
        found = measured(lanes, cells)
        first, stop = self._meets(found.next_)
        slope, centre = (each.ravel() for each in (guides.slopes, guides.centres))
        side = np.copysign(MOST, slope)
        with np.errstate(all="ignore"):
            far = np.where(slope != 0.0, MOST / np.abs(slope), math.inf)
        mine = cells.segment
        middle = 0.5 * cells.low + 0.5 * cells.high
        # On which side of the guide a cell stands, out of its potential's reach: -1 or 1.
        stands = np.where(middle < (centre - far)[mine], -1, 0)
        stands[(middle >= (centre + far)[mine]) & (stands == 0)] = 1
        own_slope = np.where(stands == 0, slope[mine], 0.0)
        offset = stands * side[mine]
        ahead = np.minimum(mine + lanes.size, cells.segments - 1)
        before, within = (
            np.bincount(mine[stands <= place], minlength=cells.segments) for place in (-1, 0)
        )
        edges = [cells.start[:-1], cells.start[:-1] + before, cells.start[:-1] + within,
                 cells.start[1:]]  # fmt: skip
        parts = []
        for place in (-1, 0, 1):
            begin, close = edges[place + 1][ahead], edges[place + 2][ahead]
            start, end = np.maximum(first, begin), np.minimum(stop, close)
            some = np.flatnonzero((start < end) | (self.last if place == 0 else False))
            parts.append((some, start[some], end[some], np.full(some.size, place)))
        joined = [np.concatenate(each) for each in zip(*parts, strict=True)]
        order = np.argsort(joined[0], kind="stable")
        self.cell, self.first, self.stop, stretch = (each[order] for each in joined)
        next_segment, ends = ahead[self.cell], self.last[self.cell]
        next_slope = np.where((stretch == 0) & ~ends, slope[next_segment], 0.0)
        next_centre = np.where(ends, 0.0, centre[next_segment])
        next_offset = np.where(ends, 0.0, stretch * side[next_segment])
        at = self.cell
        bound, varies = largest(
            found.part(at),
            Potential(own_slope[at], centre[mine[at]], offset[at]),
            Potential(next_slope, next_centre, next_offset),
        )
        self.bound = bound + lanes.logs.ravel()[mine[self.cell]]
        np.maximum.at(self.varies, self.cell, varies)

    # --- sums -------------------------------------------------------------------------------------

    def _layer(self, k: int) -> tuple[int, int]:
        """The cells of a layer."""
        size, start = self.lanes.size, self.cells.start
        return int(start[k * size]), int(start[(k + 1) * size])

    def _backwards(self) -> Array:
        after = np.full(self.cells.size, -math.inf)
        for k in range(self.lanes.layers - 1, -1, -1):
            low, high = self._layer(k)
            here = slice(self.links[low], self.links[high])
            cell = self.cell[here]
            if not cell.size:
                continue
            _, end = self._layer(k + 1) if k + 1 < self.lanes.layers else (high, high)
            first, stop = self.first[here] - high, self.stop[here] - high
            rest = np.where(self.last[cell], 0.0, largest_within(after[high:end], first, stop))
            sums = self.bound[here] + rest
            begins = np.flatnonzero(np.diff(cell, prepend=-1))
            after[cell[begins]] = np.maximum.reduceat(sums, begins)
        return after

    def totals(self) -> Array:
        """The largest sum of a path through each cell."""
        before = np.full(self.cells.size, -math.inf)
        before[slice(*self._layer(0))] = 0.0
        for k in range(self.lanes.layers - 1):
            low, high = self._layer(k)
            here = slice(self.links[low], self.links[high])
            cell = self.cell[here]
            end = self._layer(k + 1)[1]
            sums = before[cell] + self.bound[here]
            first, stop = self.first[here] - high, self.stop[here] - high
            before[high:end] = largest_above(sums, first, stop, end - high)
        return before + self.after

    def upper(self) -> tuple[Array, Array]:
        """Upper bounds of each lane's log-slope, and what rounding they allow for."""
        lanes = self.lanes
        top = np.full(lanes.size, -math.inf)
        low, high = self._layer(0)
        np.maximum.at(top, self.cells.segment[low:high], self.after[low:high])
        most = np.zeros(self.cells.segments)
        np.maximum.at(most, self.cells.segment[self.cell], self.bound)
        # Every partial sum of a best path is its total less sums that are no larger than these.
        largest = np.abs(top) + 2.0 * most.reshape(lanes.layers, -1).sum(axis=0)
        rounding = 4.0 * EPS * (lanes.depth + 4) * largest + WIDE_EPS
        rounding = np.where(np.isfinite(top), rounding, 0.0)
        return top + rounding, rounding

    def paths(self) -> Array:
        """The middles of the cells of each lane's best path, of shape (layers, lanes).

        Where none goes on, or its lane has ended, they are NaN.
        """
        middle = np.append(0.5 * self.cells.low + 0.5 * self.cells.high, math.nan)
        found = np.full(self.lanes.weights.shape, math.nan)
        start = self.cells.start[: self.lanes.size + 1]
        cell = _steepest(self.after, start[:-1], start[1:])
        for k in range(self.lanes.layers):
            found[k] = middle[cell]
            if k + 1 < self.lanes.layers:
                cell = self._ahead(cell)
        return found

    def _ahead(self, cell: np.ndarray) -> np.ndarray:
        """The next cells of the best paths through some cells; -1 where none goes on."""
        known = np.maximum(cell, 0)
        low, high = self.links[known], self.links[np.minimum(known + 1, self.cells.size)]
        high = np.where((cell < 0) | self.last[known], low, high)
        which, best = np.full(cell.size, -1), np.full(cell.size, -math.inf)
        for number in range(int((high - low).max(initial=0))):
            link = np.minimum(low + number, self.cell.size - 1)
            stop = np.where(low + number < high, self.stop[link], self.first[link])
            place = _steepest(self.after, self.first[link], stop)
            total = np.where(place < 0, -math.inf, self.bound[link] + self.after[place])
            better = total > best
            which, best = np.where(better, place, which), np.where(better, total, best)
        return which


def _keys(segment: np.ndarray, z: Array) -> np.ndarray:
    """Integers in the order of segments, and in them of z, but for the last digits of z."""
    bits = np.ascontiguousarray(z + 0.0).view(np.int64)
    bits = np.where(bits < 0, np.iinfo(np.int64).min - bits, bits)
    return (bits >> DROPPED) + (segment.astype(np.int64) << (64 - DROPPED))


def _steepest(values: Array, first: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """The place of the largest of values[first:stop] for each pair; -1 where that is -inf."""
    found = np.full(first.size, -1)
    some = np.flatnonzero(stop > first)
    if not some.size:
        return found
    count = (stop - first)[some]
    begins = np.cumsum(count) - count
    number = np.arange(int(count.sum())) - np.repeat(begins, count)
    place = np.repeat(first[some], count) + number
    part = values[place]
    top = np.maximum.reduceat(part, begins)
    here = np.where(part == np.repeat(top, count), number, part.size)
    at = first[some] + np.minimum.reduceat(here, begins)
    found[some] = np.where(np.isneginf(top), -1, at)
    return found
