"""About where the steepest orbits of many depths are, in plain float64: nothing here is a proof.

The deepest is narrowed a little. The others are nearly parts of it, from their ends on where x
moves the deep layers most, else from x on; from there the zero of each one's rate is a matter of a
few steps of the secant method, which take a tenth of the time of a round of narrowing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.increasing import orbits
from gradplot.analysis.supremum.increasing.cuts import Hint
from gradplot.analysis.supremum.slopes import log_weights

if TYPE_CHECKING:
    from gradplot.analysis.supremum.increasing.pieces import Pieces
    from gradplot.analysis.supremum.increasing.search import Search
    from gradplot.functions.arrays import Array

#: A layer factor's logarithm is taken for no less than this where layers are weighed.
LEAST = -1e6
#: How well the deepest orbit has to be known, relative to its z, and the rounds that may take.
NEAR, ROUNDS = 1e-3, 8
#: Steps of the secant method; the first one, relative to z, and one whose successor is too small to
#: matter, since they shrink ever faster; the share of depths that is waited for.
STEPS, FIRST, SMALL, MOST = 12, 1e-4, 1e-9, 0.9


def hints(pieces: Pieces, deepest: Search, depths: tuple[int, ...]) -> Hint:
    """For each of ``depths`` its layer where x moves z the most, and about what z is there.

    ``deepest`` is the search of the whole chain, not begun.
    """
    z, reach = _orbit(pieces, deepest)
    size, depth = z.size, np.array(depths)
    start = size - depth if 2 * int(np.argmax(reach)) >= size else np.zeros_like(depth)
    every = np.arange(size)[:, None]
    inside = (start <= every) & (every < start + depth)
    layer = np.argmax(np.where(inside, reach[:, None], -math.inf), axis=0) - start
    rates = _Rates(pieces, layer, depth)
    return Hint(layer, _zeros(rates, z[start + layer]))


def _orbit(pieces: Pieces, search: Search) -> tuple[Array, Array]:
    """About the steepest orbit of the whole chain, and log|dz/dx| along it."""
    search.measure_ends()
    box = orbits.between(search.left, search.right)
    for _ in range(ROUNDS):
        if np.all(box.high - box.low <= NEAR * (1.0 + np.abs(box.low))) or not search.step():
            break
        box = orbits.between(search.left, search.right)
    z = 0.5 * box.inner_low[:, 0] + 0.5 * box.inner_high[:, 0]
    logs = log_weights(pieces.chain)
    # Beside a unit that is dead to float64 every z moves as little: any layer will do.
    factors = np.maximum(pieces.chain.shape.log_slope(np, z) + logs, LEAST)
    return z, np.cumsum(factors) - factors + logs


class _Rates:
    """d log|dy/dx| / dz of one layer of each depth, as a function of z there."""

    def __init__(self, pieces: Pieces, layer: np.ndarray, depth: np.ndarray) -> None:
        self.chain, self.layer, self.depth = pieces.chain, layer, depth
        ends = np.sort(0.5 * pieces.ends.low + 0.5 * pieces.ends.high, axis=1)
        self.low, self.high = ends[:, 0], ends[:, 1]
        self.logs, self.signs = log_weights(pieces.chain)[:, None], pieces.signs[:, None]
        self.columns = np.arange(depth.size)
        self.used = np.arange(int(depth.max()))[:, None] < depth

    @np.errstate(all="ignore")
    def at(self, point: Array) -> Array:
        """The rate of each depth where its layer has this z; NaN where float64 has none."""
        shape, z = self.chain.shape, self._orbits(point)
        phi = shape.log_slope(np, z)
        reach = np.cumsum(phi + self.logs[: len(z)], axis=0) - phi
        reach -= reach[self.layer, self.columns]
        sign = self.signs[: len(z)] * self.signs[self.layer, 0]
        terms = shape.rate(np, z) * np.exp(np.minimum(reach, 700.0)) * sign
        return np.asarray(np.sum(np.where(self.used, terms, 0.0), axis=0))

    def _orbits(self, point: Array) -> Array:
        chain, shape = self.chain, self.chain.shape
        assert shape.inverse is not None
        z = np.zeros(self.used.shape)
        z[self.layer, self.columns] = point
        for k in range(int(self.layer.max()) - 1, -1, -1):
            lanes = orbits.columns(self.layer > k)
            a = (z[k + 1, lanes] - chain.biases[k + 1]) / chain.weights[k + 1]
            before = shape.inverse(np, np.maximum(np.minimum(a, shape.high), shape.low))
            z[k, lanes] = np.minimum(np.maximum(before, self.low[k]), self.high[k])
        for k in range(int(self.layer.min()), len(z) - 1):
            lanes = orbits.columns((self.layer <= k) & (k + 1 < self.depth))
            z[k + 1, lanes] = shape.value(np, z[k, lanes]) * chain.weights[k + 1]
            z[k + 1, lanes] += chain.biases[k + 1]
        return z


def _zeros(rates: _Rates, z: Array) -> Array:
    """Where the rates change their sign from + to -, by secants from ``z``; else by halves."""
    low, high = rates.low[rates.layer], rates.high[rates.layer]
    rate, step = rates.at(z), np.zeros_like(z)
    before = np.full_like(z, math.nan), rate
    for number in range(STEPS):
        low, high = np.where(rate > 0.0, z, low), np.where(rate < 0.0, z, high)
        with np.errstate(all="ignore"):
            step = rate * (z - before[0]) / (before[1] - rate)
        if number == 0:
            step = np.sign(rate) * FIRST * (1.0 + np.abs(z))
        new = z + np.where(np.isfinite(step), step, 0.0)
        inside = ((low <= new) & (new <= high)) | (step == 0.0)
        new = np.where(inside & np.isfinite(step), new, 0.5 * low + 0.5 * high)
        before, z = (z, rate), new
        if np.mean(np.abs(z - before[0]) <= SMALL * (1.0 + np.abs(z))) >= MOST:
            break
        rate = rates.at(z)
    return z
