"""What every layer of every lane can see, cut into cells, and what is known on each cell.

Cells of all layers and lanes stand in one array, by layer, lane and z. A *segment* is a layer of a
lane: number layer * lanes + lane. No place where act, phi or phi' turns or jumps is inside a cell,
so that all are monotone on it, and what is known at the edges, which neighbours share, is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.turning.cells import Layer, times
from gradplot.analysis.supremum.turning.cells import divided as in_pieces
from gradplot.functions.activations import edges, ranges
from gradplot.functions.chain import layer_map

if TYPE_CHECKING:
    from gradplot.analysis.supremum.turning.together.lanes import Lanes
    from gradplot.functions.arrays import Array, Mask, Pair

#: Cells per segment at first, and where its span is wide also geometric steps on both sides of 0.
FIRST, WIDE, STEPS = 32, 64.0, 12
#: Places where a periodic act turns, at most in one segment.
MOST_TURNS = 400


@dataclass(frozen=True, eq=False)
class Cells:
    """``segment`` is ascending, and so is ``low`` within a segment."""

    low: Array
    high: Array
    segment: np.ndarray
    segments: int

    @property
    def size(self) -> int:
        return int(self.low.size)

    @cached_property
    def start(self) -> np.ndarray:
        """The first cell of each segment, and the end of all."""
        return np.searchsorted(self.segment, np.arange(self.segments + 1))

    def of(self, kept: Mask | np.ndarray) -> Cells:
        return Cells(self.low[kept], self.high[kept], self.segment[kept], self.segments)

    def in_lanes(self, kept: np.ndarray, lanes: int, layers: int) -> Cells:
        """The cells of some lanes of so many, and of the first layers, as segments of their own."""
        place = np.full(lanes, -1)
        place[kept] = np.arange(kept.size)
        layer, lane = np.divmod(self.segment, lanes)
        mine = (place[lane] >= 0) & (layer < layers)
        segment = layer[mine] * kept.size + place[lane[mine]]
        return Cells(self.low[mine], self.high[mine], segment, layers * kept.size)


def spans(lanes: Lanes, x_range: tuple[float, float]) -> Pair:
    """What each layer can see: lower and upper ends, of shape (layers, lanes)."""
    low, high = np.empty(lanes.weights.shape), np.empty(lanes.weights.shape)
    below, above = (np.full(lanes.size, end) for end in x_range)
    for k in range(lanes.layers):
        low[k], high[k] = layer_map.affine(lanes.weights[k], lanes.biases[k], below, above)
        below, above = ranges.value_range(lanes.shape, low[k], high[k])
    return low, high


def tractable(lanes: Lanes, span: Pair) -> Mask:
    """The lanes of which no layer sees too many places where act turns."""
    if lanes.shape.period is None:
        return np.ones(lanes.size, dtype=bool)
    turns = (span[1] - span[0]) / lanes.shape.period * len(lanes.shape.turning)
    return np.asarray((np.where(lanes.used, turns, 0.0) < MOST_TURNS).all(axis=0))


def first_cells(lanes: Lanes, span: Pair) -> Cells:
    """A first cut: equal steps, and every place where act, phi or phi' turns or jumps."""
    segment = np.flatnonzero(lanes.used.ravel())
    low, high = (ends.ravel()[segment] for ends in span)
    shape = lanes.shape
    step = np.arange(FIRST + 1) / FIRST
    near, far = np.maximum(low, -1e300)[:, None], np.minimum(high, 1e300)[:, None]
    every = [near * (1.0 - step) + far * step]
    places = np.array(
        sorted({*shape.turning, *shape.modes, *shape.kinks, *shape.rate_modes, *shape.rate_jumps})
    )
    if shape.period is None:
        every.append(np.broadcast_to(places, (segment.size, places.size)))
        # Orbits that matter near 0 are lost in a wide range; geometric steps keep sight of them.
        size = np.maximum(np.abs(low), np.abs(high))[:, None]
        scale = 0.05 * (np.minimum(size, 1e300) / 0.05) ** (np.arange(STEPS) / STEPS)
        scale = np.where(size > WIDE, scale, 0.0)
        every += [scale, -scale]
    else:
        first = np.floor((low - places[0]) / shape.period)[:, None]
        count = int(np.max((high - low) / shape.period, initial=0.0)) + 3
        copies = places + shape.period * (first[:, :, None] + np.arange(count)[:, None])
        every.append(copies.reshape(segment.size, -1))
    edge = np.clip(np.concatenate(every, axis=1), low[:, None], high[:, None])
    edge[:, 0], edge[:, FIRST] = low, high
    edge.sort(axis=1)
    some = edge[:, :-1] < edge[:, 1:]
    some[low == high, 0] = True
    return Cells(
        edge[:, :-1][some],
        edge[:, 1:][some],
        np.repeat(segment, some.sum(axis=1)),
        lanes.layers * lanes.size,
    )


@dataclass(frozen=True, eq=False)
class Plain:
    """Bounds of phi = log|act'| on each cell, and of z of the next layer."""

    phi: Pair
    next_: Pair


class _Edges:
    """The edges of all cells, each once, and z of the next layer there."""

    def __init__(self, lanes: Lanes, cells: Cells) -> None:
        low, high, segment = cells.low, cells.high, cells.segment
        apart = np.ones(cells.size, dtype=bool)
        apart[:-1] = (low[1:] != high[:-1]) | (segment[1:] != segment[:-1])
        #: Number of the edge at each cell's lower end; the next one is at its upper end.
        self.below = np.arange(cells.size) + np.cumsum(apart) - apart
        self.z = np.empty(cells.size + int(apart.sum()))
        self.z[self.below], self.z[self.below + 1] = low, high
        at = np.empty(self.z.size, dtype=int)
        at[self.below] = at[self.below + 1] = segment
        weight, bias = (each.ravel()[at] for each in lanes.following)
        shape = lanes.shape
        exact = bool(shape.kinks)
        self.next_ = layer_map.affine(weight, bias, *edges.values(shape, self.z), exact=exact)

    def ends(self, pair: Pair) -> tuple[Pair, Pair]:
        """What is known at edges, at the lower and at the upper end of each cell."""
        below, above = self.below, self.below + 1
        return (pair[0][below], pair[1][below]), (pair[0][above], pair[1][above])


def _hull(one: Pair, other: Pair) -> Pair:
    return np.minimum(one[0], other[0]), np.maximum(one[1], other[1])


def plain(lanes: Lanes, cells: Cells) -> Plain:
    found = _Edges(lanes, cells)
    right, left = edges.log_slopes(lanes.shape, found.z)
    below, above = found.below, found.below + 1
    phi = np.minimum(right[0][below], left[0][above]), np.maximum(right[1][below], left[1][above])
    return Plain(phi, _hull(*found.ends(found.next_)))


def measured(lanes: Lanes, cells: Cells) -> Layer:
    """What the program with potentials asks for, of all cells."""
    shape, found = lanes.shape, _Edges(lanes, cells)
    below, above = found.below, found.below + 1
    right, left = edges.log_slopes(shape, found.z)
    phi_low, phi_high = right[1][below], left[1][above]
    phi = np.minimum(right[0][below], left[0][above]), np.maximum(phi_low, phi_high)
    right, left = edges.rates(shape, found.z)
    rate = np.minimum(right[0][below], left[0][above]), np.maximum(right[1][below], left[1][above])
    next_low, next_high = found.ends(found.next_)
    weight = lanes.following[0].ravel()[cells.segment]
    sign = weight * shape.sign(np, 0.5 * cells.low + 0.5 * cells.high)
    slope = np.exp(phi[0]) * (1.0 - 1e-14), np.exp(phi[1]) * (1.0 + 1e-14)
    return Layer(
        cells.low, cells.high, phi, phi_low, phi_high, rate, _hull(next_low, next_high), next_low,
        next_high, times(sign, slope),
    )  # fmt: skip


def divided(cells: Cells, pieces: np.ndarray) -> Cells:
    """Every cell in equal pieces, as far as float64 tells them apart."""
    (low, high), cell = in_pieces(cells.low, cells.high, pieces)
    return Cells(low, high, cells.segment[cell], cells.segments)
