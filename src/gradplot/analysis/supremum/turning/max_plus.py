"""The certified supremum of |dy/dx| for chains of activations that turn.

A max-plus interval program over the layers. The pre-activations that each layer can see are cut
into cells on which act does not turn; S is the largest log layer factor on a cell, and a cell's
image covers a run of the next layer's cells. With

    V_k(cell) = S_k(cell) + max of V_(k+1) over the cells that its image meets

max V_1 is an upper bound, since every true orbit is one such path. The best path, pulled back
through the layers, is an orbit and so a lower bound (``paths``). Cells that no path as good as it
goes through are dropped, the others are cut, and so on. Paths that share their end share its work,
so that the number of laps of the function, which grows as a power of depth, does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.bracket import Bracket
from gradplot.analysis.supremum.slopes import WIDE_EPS, log_weights
from gradplot.analysis.supremum.turning import paths, refine
from gradplot.functions.activations import ranges
from gradplot.functions.chain import layer_map
from gradplot.functions.chain.chain import Chain
from gradplot.functions.intervals.rounding import EPS

if TYPE_CHECKING:
    from gradplot.functions.activations.shape import Shape
    from gradplot.functions.arrays import Array

#: Width of the bracket, as a logarithm, that is aimed at, and at which x is first refined.
TOLERANCE, FIRST_REFINED = 1e-6, 1e-2
#: The bound on the work: visits of a layer, and cells looked at, over all rounds.
LAYER_VISITS, CELL_VISITS = 6_000, 1_000_000
#: Depths in a table past which they share the visits, and the rounds that each has in any case.
MANY, FEWEST_ROUNDS = 10, 24
#: Cells per layer: at first, and at most after a round of cutting.
FIRST, MOST = 64, 30_000
#: Inputs that are tried before anything else.
FIRST_INPUTS = 1025
#: Turning points of a periodic activation that are cut at; beyond, cells span whole periods.
MOST_TURNS = 10_000


@dataclass(slots=True)
class Layer:
    """The cells of one layer, ascending and apart, and what is known of them."""

    low: Array
    high: Array
    #: Largest log layer factor.
    steepest: Array
    #: The cells [first, stop) of the next layer that the image meets.
    first: np.ndarray
    stop: np.ndarray
    #: Upper bounds of the sum before this layer, and from it on.
    before: Array
    after: Array

    def keep(self, cells: np.ndarray) -> tuple[Array, Array]:
        return self.low[cells], self.high[cells]


def suprema(
    chain: Chain,
    x_range: tuple[float, float],
    depths: tuple[int, ...],
    *,
    progress: Callable[[float], None] | None = None,
    tolerance: float = 0.0,
) -> list[Bracket]:
    """Brackets of the essential supremum for each depth, all weights of ``chain`` not 0.

    With ``tolerance`` a bracket so wide, as a logarithm, is enough, and x does not matter.
    """
    found = []
    visits = LAYER_VISITS // max(1, len(depths) // MANY)
    for number, depth in enumerate(depths):

        def tell(share: float, number: int = number) -> None:
            if progress is not None:
                progress((number + share) / len(depths))

        found.append(_Program(chain.at(depth), x_range).run(visits, tell, tolerance))
    return found


class _Program:
    def __init__(self, chain: Chain, x_range: tuple[float, float]) -> None:
        self.chain = chain
        self.x_range = x_range
        self.logs = log_weights(chain)
        self.lower, self.upper = -math.inf, math.inf
        self.best: paths.Orbit | None = None
        self.cells = self._first_cells()
        self.layers: list[Layer] = []
        self.visits = 0

    def run(
        self, visits: int, progress: Callable[[float], None], tolerance: float = 0.0
    ) -> Bracket:
        self._sample(np.linspace(*self.x_range, FIRST_INPUTS))
        rounds = max(FEWEST_ROUNDS, visits // self.chain.depth)
        target = FIRST_REFINED
        for number in range(rounds):
            self._bound_cells()
            self.upper = min(self.upper, max(self._top(), self.lower))
            if not self.layers[0].low.size or self.upper == -math.inf:
                break
            if tolerance and self.upper - self.lower <= tolerance:
                return Bracket(self.lower, self.upper)
            self._try(paths.through_cells(self.chain, self.x_range, self._best_path()))
            if tolerance and self.upper - self.lower <= tolerance:
                return Bracket(self.lower, max(self.upper, self.lower))
            self._sample(self._steep_inputs())
            last = self.visits > CELL_VISITS or number + 1 == rounds or not self._cut()
            if self.upper - self.lower <= target or last:
                # Cells that cannot hold the supremum are gone: what is left of x may be small.
                found = self._refined()
                if last or found.upper - found.lower <= TOLERANCE:
                    return found
                self.lower, self.upper = found.lower, found.upper
                target = min(target, self.upper - self.lower) / 30.0
            progress(number / rounds)
        return self._refined()

    def _first_cells(self) -> list[tuple[Array, Array]]:
        shape = self.chain.shape
        low, high = (np.array([end]) for end in self.x_range)
        cells = []
        for weight, bias in zip(self.chain.weights, self.chain.biases, strict=True):
            low, high = layer_map.affine(weight, bias, low, high)
            edges = _edges(shape, float(low[0]), float(high[0]))
            cells.append((edges[:-1], edges[1:]))
            low, high = ranges.value_range(shape, low, high)
        return cells

    def _bound_cells(self) -> None:
        """S, images, V and the sums before each cell, for the cells as they are cut now."""
        shape, chain = self.chain.shape, self.chain
        self.layers = []
        for k, (low, high) in enumerate(self.cells):
            _, over = ranges.log_slope_range(shape, low, high)
            first = stop = np.zeros(low.size, dtype=int)
            if k + 1 < chain.depth:
                image = ranges.value_range(shape, low, high)
                image = layer_map.affine(chain.weights[k + 1], chain.biases[k + 1], *image)
                next_low, next_high = self.cells[k + 1]
                first = np.searchsorted(next_high, image[0], side="right")
                stop = np.searchsorted(next_low, image[1], side="left")
            none = np.full(low.size, -math.inf)
            steepest = over + self.logs[k]
            self.layers.append(Layer(low, high, steepest, first, stop, none, steepest))
            self.visits += low.size
        for layer, following in zip(self.layers[-2::-1], self.layers[:0:-1], strict=True):
            layer.after = layer.steepest + _max_over(following.after, layer.first, layer.stop)
        self.layers[0].before = np.zeros(self.layers[0].low.size)
        for layer, following in zip(self.layers, self.layers[1:], strict=False):
            best = layer.before + layer.steepest
            following.before = _spread(best, layer.first, layer.stop, following.low.size)

    def _rounding(self, total: float) -> float:
        if not math.isfinite(total):
            return 0.0
        largest = abs(total) + float(np.abs(self.logs).sum())
        return 4.0 * EPS * (self.chain.depth + 4) * largest + WIDE_EPS

    def _top(self) -> float:
        top = float(self.layers[0].after.max(initial=-math.inf))
        return top + self._rounding(top)

    def _best_path(self) -> list[tuple[float, float]]:
        path = []
        cell = int(np.argmax(self.layers[0].after))
        for k, layer in enumerate(self.layers):
            path.append((float(layer.low[cell]), float(layer.high[cell])))
            if k + 1 < len(self.layers):
                first, stop = int(layer.first[cell]), int(layer.stop[cell])
                if stop <= first:
                    break
                cell = first + int(np.argmax(self.layers[k + 1].after[first:stop]))
        return path

    def _try(self, orbit: paths.Orbit | None) -> None:
        if orbit is not None and orbit.lower > self.lower:
            self.lower, self.best = orbit.lower, orbit

    def _sample(self, x: Array) -> None:
        """Prove the slope at the steepest of some doubles."""
        if x.size:
            x = np.clip(x, *self.x_range)
            steepest = int(np.argmax(self.chain.log_slope(x)[1]))
            self._try(paths.from_input(self.chain, float(x[steepest])))

    def _steep_inputs(self) -> Array:
        """Inputs whose first cells have the largest upper bounds."""
        first = self.layers[0]
        likely = np.argsort(first.after)[-FIRST:]
        z = 0.5 * first.low[likely] + 0.5 * first.high[likely]
        return np.asarray((z - self.chain.biases[0]) / self.chain.weights[0])

    def _cut(self) -> bool:
        """Drop the cells that cannot hold the supremum and halve the others, steepest first."""
        spare = self._rounding(self.upper)
        cut_any = False
        for k, layer in enumerate(self.layers):
            total = layer.before + layer.after
            alive = np.flatnonzero(total + spare >= self.lower)
            low, high, total = layer.low[alive], layer.high[alive], total[alive]
            middle = 0.5 * low + 0.5 * high
            room = (low < middle) & (middle < high)
            room &= self._slack(low, high) > TOLERANCE / (4.0 * self.chain.depth)
            if room.any() and alive.size + int(room.sum()) > MOST:
                bar = np.sort(total[room])[-max(1, MOST - alive.size) :][0]
                room &= total >= bar
            cut_any |= bool(room.any())
            pieces_low = np.concatenate((low, middle[room]))
            pieces_high = np.concatenate((np.where(room, middle, high), high[room]))
            order = np.argsort(pieces_low, kind="stable")
            self.cells[k] = (pieces_low[order], pieces_high[order])
        return cut_any

    def _slack(self, low: Array, high: Array) -> Array:
        under, over = ranges.log_slope_range(self.chain.shape, low, high)
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(over - under, nan=0.0)

    def _refined(self) -> Bracket:
        bracket = Bracket(self.lower, max(self.upper, self.lower))
        if self.best is None or bracket.upper == -math.inf:
            return bracket
        chain, (low, high) = self.chain, self.cells[0]
        low, high = layer_map.affine_inverse(chain.weights[0], chain.biases[0], low, high)
        low, high = np.clip(low, *self.x_range), np.clip(high, *self.x_range)
        bracket.x = self.best.x
        if low.size:
            bracket.left, bracket.right = refine.around(low, high, bracket.x)
        return refine.refined(chain, self.x_range, bracket, low, high)


def _edges(shape: Shape, low: float, high: float) -> Array:
    """Cell edges: the places where act or phi turns or jumps, and equal steps between the ends."""
    places: list[float] = [*shape.turning, *shape.modes, *shape.kinks]
    edges: list[Array] = [np.linspace(max(low, -1e300), min(high, 1e300), FIRST + 1)]
    if shape.period is None:
        edges.append(np.array(places))
        # Orbits that matter near 0 are lost in a wide range; geometric steps keep sight of them.
        size = max(abs(low), abs(high))
        if size > 100.0:
            scale = np.geomspace(1e-2, size, FIRST)
            edges += [scale, -scale]
    elif (high - low) / shape.period * len(places) < MOST_TURNS:
        for place in places:
            copies = np.arange(
                math.floor((low - place) / shape.period),
                math.ceil((high - place) / shape.period) + 1,
            )
            edges.append(np.asarray(place + shape.period * copies, dtype=np.float64))
    every = np.unique(np.concatenate(edges))
    inside = every[(low < every) & (every < high)]
    return np.concatenate(([low], inside, [high])) if low < high else np.array([low, high])


def _max_over(values: Array, first: np.ndarray, stop: np.ndarray) -> Array:
    """max of values[first:stop] for each pair; -inf where that is empty."""
    out = np.full(first.size, -math.inf)
    some = np.flatnonzero(stop > first)
    if not some.size:
        return out
    table = [values]
    longest = int((stop - first).max())
    while 2 ** len(table) <= longest:
        half = 2 ** (len(table) - 1)
        table.append(np.maximum(table[-1][:-half], table[-1][half:]))
    level = np.floor(np.log2(stop[some] - first[some])).astype(int)
    for height in np.unique(level):
        here = some[level == height]
        row = table[height]
        out[here] = np.maximum(row[first[here]], row[stop[here] - 2**height])
    return out


def _spread(values: Array, first: np.ndarray, stop: np.ndarray, size: int) -> Array:
    """For each of ``size`` places the largest value whose [first, stop) contains it."""
    some = np.flatnonzero(stop > first)
    if not some.size:
        return np.full(size, -math.inf)
    level = np.floor(np.log2(stop[some] - first[some])).astype(int)
    row = np.full(size, -math.inf)
    for height in range(int(level.max()), -1, -1):
        here = some[level == height]
        np.maximum.at(row, first[here], values[here])
        np.maximum.at(row, stop[here] - 2**height, values[here])
        if height:
            half = 2 ** (height - 1)
            shifted = np.full(size, -math.inf)
            shifted[half:] = row[:-half]
            row = np.maximum(row, shifted)
    return row
