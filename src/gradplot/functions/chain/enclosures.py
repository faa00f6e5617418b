"""Guaranteed ranges of a chain over intervals of x, at several of its depths in one pass.

What is asked of it takes the interval ends ``low`` <= ``high`` as float64 arrays of one dimension,
and ascending ``depths``; ranges come back as two arrays of shape (depths, intervals).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.activations import ranges
from gradplot.functions.activations.shape import Shape
from gradplot.functions.chain import layer_map
from gradplot.functions.chain.rates import log_slope_rates
from gradplot.functions.intervals.rounding import EPS

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Pair

#: Layers times intervals that are looked at together.
CELLS = 500_000


class Enclosures:
    """The ranges of one chain."""

    def __init__(self, shape: Shape, weights: Sequence[float], biases: Sequence[float]) -> None:
        self.shape, self.weights, self.biases = shape, np.array(weights), biases
        self.logs = np.array([math.log(abs(weight)) if weight else -math.inf for weight in weights])
        self._latest: tuple[tuple[bytes, bytes], Array] | None = None

    def values(self, low: Array, high: Array, depths: Sequence[int]) -> Pair:
        """Ranges of y: exact up to rounding, since a layer uses its input once."""
        return self._by_blocks(self._values, low, high, depths)

    def log_slopes(self, low: Array, high: Array, depths: Sequence[int]) -> Pair:
        """Ranges of log|dy/dx|: sums of the layers' ranges, which tighten on splitting."""
        return self._by_blocks(self._log_slopes, low, high, depths)

    def log_slope_rates(self, low: Array, high: Array, depths: Sequence[int]) -> Pair:
        """Ranges of d log|dy/dx| / dx; infinite where a kink or a turning point may be."""
        return self._by_blocks(self._log_slope_rates, low, high, depths)

    def layers(self, low: Array, high: Array, depth: int | None = None) -> Pair:
        """Ranges of z in the first ``depth`` layers, or in all, of shape (layers, intervals).

        They are not to be written to.
        """
        depth = depth or len(self.biases)
        asked = low.tobytes(), high.tobytes()
        # Values, slopes and rates of the same intervals are wanted one after the other, and the
        # layers are most of their cost. Read once: another thread may ask for others.
        latest = self._latest
        if latest is not None and latest[0] == asked and len(latest[1]) >= depth:
            z = latest[1][:depth]
        else:
            z = self._layers(low, high, depth)
            z.flags.writeable = False
            if z.size <= 2 * CELLS:
                self._latest = asked, z
        return z[:, 0], z[:, 1]

    @np.errstate(all="ignore")
    def _layers(self, low: Array, high: Array, depth: int) -> Array:
        z = np.empty((depth, 2, low.size))
        weights = self.weights.tolist()
        exact = bool(self.shape.kinks)
        z[0] = layer_map.affine(weights[0], self.biases[0], low, high, exact=exact)
        for layer in range(1, depth):
            weight, bias = weights[layer], self.biases[layer]
            z[layer] = layer_map.forward(self.shape, weight, bias, z[layer - 1])
        return z

    @np.errstate(all="ignore")
    def _by_blocks(
        self,
        find: Callable[[Pair, np.ndarray], Pair],
        low: Array,
        high: Array,
        depths: Sequence[int],
    ) -> Pair:
        wanted, depth = np.asarray(depths), depths[-1]
        block = max(1, CELLS // depth)
        if low.size <= block:
            return find(self.layers(low, high, depth), wanted)
        bottom, top = (np.empty((wanted.size, low.size)) for _ in range(2))
        for start in range(0, low.size, block):
            here = slice(start, start + block)
            bottom[:, here], top[:, here] = find(self.layers(low[here], high[here], depth), wanted)
        return bottom, top

    def _values(self, layers: Pair, depths: np.ndarray) -> Pair:
        return ranges.value_range(self.shape, layers[0][depths - 1], layers[1][depths - 1])

    def _log_slopes(self, layers: Pair, depths: np.ndarray) -> Pair:
        under, over = ranges.log_slope_range(self.shape, *layers)
        logs = self.logs[: len(under)]
        sizes = [np.where(np.isfinite(phi), np.abs(phi), 0.0) for phi in (under, over)]
        known = np.where(np.isfinite(logs), np.abs(logs), 0.0)
        size = _sums(sizes[0] + sizes[1] + known[:, None], depths)
        error = np.where(size < 1e300, EPS * (depths[:, None] + 2) * size, 0.0)
        total = _sums(logs[:, None], depths)
        return _sums(under, depths) + total - error, _sums(over, depths) + total + error

    def _log_slope_rates(self, layers: Pair, depths: np.ndarray) -> Pair:
        return log_slope_rates(self.shape, self.weights[: depths[-1]], *layers, depths)


def _sums(layers: Array, depths: np.ndarray) -> Array:
    """Sums of the first layers, for each of several depths."""
    if depths.size == 1:
        return np.asarray(np.sum(layers[: depths[0]], axis=0, keepdims=True))
    return np.asarray(np.cumsum(layers, axis=0)[depths - 1])
