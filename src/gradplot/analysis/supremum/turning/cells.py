"""The pre-activations that each layer can see, cut into cells, and what is known on each cell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.activations import ranges
from gradplot.functions.chain import layer_map

if TYPE_CHECKING:
    from gradplot.functions.activations.shape import Shape
    from gradplot.functions.arrays import Array, Pair
    from gradplot.functions.chain.chain import Chain

    #: (low, high) of a layer's cells: ascending, and apart but for their ends.
    Cells = tuple[Array, Array]

#: Cells per layer at first.
FIRST = 64
#: Turning points of a periodic activation that are cut at; beyond, cells span whole periods.
MOST_TURNS = 10_000


@dataclass(slots=True)
class Layer:
    """One layer's cells; ``next_`` is z of the layer after, as a function g of this layer's z.

    Of the last layer g is act itself, which nothing asks for.

    Every pair is (lower, upper) and rounded outward. No act turns within a cell.
    """

    low: Array
    high: Array
    #: phi = log|act'| within each cell, and just inside its two ends.
    phi: Pair
    phi_low: Array
    phi_high: Array
    #: phi' within each cell; infinite beside a turning point.
    rate: Pair
    #: g over each cell, at its two ends, and its derivative.
    next_: Pair
    next_low: Pair
    next_high: Pair
    next_rate: Pair

    @property
    def size(self) -> int:
        return self.low.size

    def part(self, here: slice | np.ndarray) -> Layer:
        """Some of the cells."""

        def cut(pair: Pair) -> Pair:
            return pair[0][here], pair[1][here]

        return Layer(
            self.low[here],
            self.high[here],
            cut(self.phi),
            self.phi_low[here],
            self.phi_high[here],
            cut(self.rate),
            cut(self.next_),
            cut(self.next_low),
            cut(self.next_high),
            cut(self.next_rate),
        )


def first_cells(chain: Chain, x_range: tuple[float, float]) -> list[Cells]:
    """A first cut of what each layer can see, at every place where act or its slope turns."""
    shape = chain.shape
    low, high = (np.array([end]) for end in x_range)
    cells = []
    for weight, bias in zip(chain.weights, chain.biases, strict=True):
        low, high = layer_map.affine(weight, bias, low, high)
        edges = _edges(shape, float(low[0]), float(high[0]))
        cells.append((edges[:-1], edges[1:]))
        low, high = ranges.value_range(shape, low, high)
    return cells


def lap_ends(shape: Shape, low: float, high: float) -> Array | None:
    """Where act turns or has a kink in (low, high), ascending; None where they are too many."""
    if shape.period is None:
        places = np.array(sorted((*shape.turning, *shape.kinks)))
    elif (high - low) / shape.period * len(shape.turning) < MOST_TURNS:
        places = np.sort(_copies(shape.turning, shape.period, low, high))
    else:
        return None
    return np.asarray(places[(low < places) & (places < high)])


def _copies(places: tuple[float, ...], period: float, low: float, high: float) -> Array:
    """Every periodic copy of some places in [low, high], and one more on each side."""
    return np.concatenate(
        [
            place
            + period
            * np.arange(math.floor((low - place) / period), math.ceil((high - place) / period) + 1)
            for place in places
        ]
    )


def _edges(shape: Shape, low: float, high: float) -> Array:
    """Cell edges: the places where act or phi turns or jumps, and equal steps between the ends."""
    places: tuple[float, ...] = (*shape.turning, *shape.modes, *shape.kinks)
    edges: list[Array] = [np.linspace(max(low, -1e300), min(high, 1e300), FIRST + 1)]
    if shape.period is None:
        # With no bias 0 stays 0: a cell about it would let orbits change sides as none does.
        edges.append(np.array((*places, 0.0)))
        # Orbits that matter near 0 are lost in a wide range; geometric steps keep sight of them.
        size = max(abs(low), abs(high))
        if size > 100.0:
            scale = np.geomspace(1e-2, size, FIRST)
            edges += [scale, -scale]
    elif (high - low) / shape.period * len(places) < MOST_TURNS:
        edges.append(_copies(places, shape.period, low, high))
    every = np.unique(np.concatenate(edges))
    inside = every[(low < every) & (every < high)]
    return np.concatenate(([low], inside, [high])) if low < high else np.array([low, high])


def measured(chain: Chain, cells: list[Cells]) -> list[Layer]:
    """What is known on each cell of every layer; one pass over the cells of all layers."""
    shape = chain.shape
    sizes = [low.size for low, _ in cells]
    low = np.concatenate([low for low, _ in cells])
    high = np.concatenate([high for _, high in cells])
    up, down = np.nextafter(low, math.inf), np.nextafter(high, -math.inf)
    wide = low < high
    up, down = np.where(wide, up, low), np.where(wide, down, high)
    phi = ranges.log_slope_range(shape, low, high)
    # Between an end and the next double inwards: at a kink the side counts that is in the cell.
    phi_low = ranges.log_slope_range(shape, low, up)[1]
    phi_high = ranges.log_slope_range(shape, down, high)[1]
    rate = ranges.rate_range(shape, low, high)
    value = ranges.value_range(shape, low, high)
    value_low, value_high = (ranges.value_range(shape, end, end) for end in (low, high))
    weight, bias = (
        np.repeat([*layers[1:], last], sizes)
        for layers, last in ((chain.weights, 1.0), (chain.biases, 0.0))
    )
    sign = shape.sign(np, 0.5 * low + 0.5 * high)
    slope = np.exp(phi[0]) * (1.0 - 1e-14), np.exp(phi[1]) * (1.0 + 1e-14)
    exact = bool(shape.kinks)
    next_, next_low, next_high = (
        layer_map.affine(weight, bias, *pair, exact=exact)
        for pair in (value, value_low, value_high)
    )
    whole = Layer(
        low, high, phi, phi_low, phi_high, rate, next_, next_low, next_high,
        times(weight * sign, slope),
    )  # fmt: skip
    ends = np.cumsum(sizes).tolist()
    return [whole.part(slice(stop - size, stop)) for size, stop in zip(sizes, ends, strict=True)]


def times(factor: Array, pair: Pair) -> Pair:
    """A range times a number, rounded outward by far more than one rounding."""
    one, other = factor * pair[0], factor * pair[1]
    low, high = np.minimum(one, other), np.maximum(one, other)
    return low - 1e-15 * np.abs(low), high + 1e-15 * np.abs(high)


def pieces_for(varies: Array, bar: float, *, most: int) -> np.ndarray:
    """How many pieces leave each cell a variation of ``bar``: a power of 2, at most ``most``."""
    with np.errstate(all="ignore"):
        wanted = np.exp2(np.ceil(np.log2(varies / bar))) if bar else np.full(varies.size, 2.0)
    return np.clip(np.nan_to_num(wanted, nan=1.0), 1, most).astype(int)


def divided(low: Array, high: Array, pieces: np.ndarray) -> tuple[Cells, np.ndarray]:
    """Every cell in equal pieces, as far as float64 tells them apart; which one each is of."""
    cell = np.repeat(np.arange(low.size), pieces)
    number = np.arange(cell.size) - (np.cumsum(pieces) - pieces)[cell]
    many, half = pieces[cell], (0.5 * high - 0.5 * low)[cell]
    start, end = low[cell], high[cell]
    # In spite of rounding the steps ascend, since each of what they are made of does.
    below = np.minimum(start + 2.0 * (half * (number / many)), end)
    above = np.minimum(start + 2.0 * (half * ((number + 1) / many)), end)
    above = np.where(number == many - 1, end, above)
    some = (below < above) | ((start == end) & (number == 0))
    return (below[some], above[some]), cell[some]
