"""The steepest point as an orbit, which is known also where no double x leads to it.

Where a chain expands, its inverse contracts: an orbit that is fixed at a deep layer and pulled back
from there is known everywhere. So the search goes over z of a deep layer, not over x. It proves
nothing; whether it has found the point is told by the certified bracket of the slope.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.layers.orbit import Anchor, orbit_ends

if TYPE_CHECKING:
    from gradplot.analysis.findings import Supremum
    from gradplot.functions.arrays import Array
    from gradplot.functions.chain.chain import Chain

#: Points that a stretch of z is searched at, and how often it is narrowed.
SAMPLES, ROUNDS = 129, 40
#: Searches from another layer, each starting where the last one ended.
RESTARTS = 3
#: Slopes this near, as logarithms, are equal.
EQUAL = 1e-13
#: Doubles of room that x has at both ends.
ULPS = 4


def anchor(chain: Chain, supremum: Supremum, x_range: tuple[float, float]) -> Anchor | None:
    """What fixes the steepest point: z of a deep layer; None where the search finds none."""
    x = supremum.x
    if x is None or 0.0 in chain.weights:
        return None
    if not chain.shape.monotone:
        return _on_the_orbit(chain, supremum.orbit) if supremum.orbit else None
    low = x if supremum.x_low is None else supremum.x_low
    high = x if supremum.x_high is None else supremum.x_high
    low, high = _wider(low, -1, x_range), _wider(high, 1, x_range)
    with np.errstate(all="ignore"):
        return _Search(chain, low, high).found()


def _on_the_orbit(chain: Chain, points: tuple[float, ...]) -> Anchor:
    """The orbit that the search has found, by its most expanded layer."""
    with np.errstate(all="ignore"):
        phi = chain.shape.log_slope(np, np.array(points))
        reach = np.cumsum(phi + np.log(np.abs(chain.weights))) - phi
    layer = int(np.argmax(np.where(np.isnan(reach), -np.inf, reach)))
    return Anchor(layer, points[layer], points[:layer])


def _wider(end: float, side: int, x_range: tuple[float, float]) -> float:
    for _ in range(ULPS):
        end = math.nextafter(end, side * math.inf)
    return min(max(end, x_range[0]), x_range[1])


class _Search:
    """The steepest orbit between two inputs, of a chain of an increasing activation."""

    def __init__(self, chain: Chain, low: float, high: float) -> None:
        self.chain, self.low, self.high = chain, low, high
        self.logs = [math.log(abs(weight)) for weight in chain.weights]

    def found(self) -> Anchor | None:
        ends = [orbit_ends(self.chain, x) for x in (self.low, self.high)]
        if not all(ends):
            return None
        lows, highs = (np.array(end) for end in ends)
        layer = self._spread_out(np.abs(highs - lows))
        stretch = sorted((lows[layer], highs[layer]))
        best = (-math.inf, 0.0)
        for _ in range(RESTARTS):
            best = self._narrowed(layer, stretch, best)
            if best[0] == -math.inf:
                break
            deepest = self._most_expanded(layer, best[1])
            if deepest == layer:
                break
            z = float(self._orbits(layer, np.array([best[1]]))[0][deepest, 0])
            room = 1e-6 * max(1.0, abs(z))
            layer, stretch, best = deepest, [z - room, z + room], (-math.inf, z)
        kink = self._steepest_kink()
        if kink is not None and kink[0] >= best[0] - EQUAL:
            return kink[1]
        return None if best[0] == -math.inf else Anchor(layer, best[1])

    @staticmethod
    def _spread_out(widths: Array) -> int:
        """The deepest layer at which the orbits of both ends lie about as far apart as they get."""
        return int(np.flatnonzero(widths >= 0.5 * widths.max())[-1])

    def _narrowed(
        self, layer: int, stretch: list[float], best: tuple[float, float]
    ) -> tuple[float, float]:
        """The highest log-slope over a stretch of z at a layer, and where it is."""
        low, high = stretch
        for _ in range(ROUNDS):
            if not low < high:
                break
            z = np.unique(np.concatenate((np.linspace(low, high, SAMPLES), _spaced(low, high))))
            slopes = self._slopes(layer, z)
            top = slopes.max()
            if not np.isfinite(top):
                break
            level = np.flatnonzero(slopes >= top - EQUAL)
            # The first run of equal slopes: its middle is safe from where it ends.
            run = level[: int(np.argmax(np.diff(level, append=-1) != 1)) + 1]
            if top >= best[0]:
                best = float(top), float(z[run[len(run) // 2]])
            if len(run) > SAMPLES // 8:
                break
            low, high = float(z[max(run[0] - 1, 0)]), float(z[min(run[-1] + 1, len(z) - 1)])
        return best

    def _most_expanded(self, layer: int, z: float) -> int:
        """The layer at which the orbit through z has the largest dz/dx."""
        _, phi = self._orbits(layer, np.array([z]))
        reach = np.cumsum(phi[:, 0] + np.array(self.logs)) - phi[:, 0]
        return int(np.argmax(reach))

    def _slopes(self, layer: int, z: Array) -> Array:
        orbit, phi = self._orbits(layer, z)
        x = (orbit[0] - self.chain.biases[0]) / self.chain.weights[0]
        total = np.sum(phi, axis=0) + sum(self.logs)
        room = 1e-9 * max(1.0, abs(self.low), abs(self.high))
        inside = (x >= self.low - room) & (x <= self.high + room)
        return np.where(inside & ~np.isnan(total), total, -np.inf)

    def _orbits(self, layer: int, z: Array) -> tuple[Array, Array]:
        """z and log|act'(z)| of every layer, of shape (depth, points), through z at one layer."""
        chain, shape = self.chain, self.chain.shape
        assert shape.inverse is not None
        orbit = np.empty((chain.depth, z.size))
        orbit[layer] = z
        for k in range(layer, 0, -1):
            orbit[k - 1] = self._pulled_back(orbit[k], k)
        for k in range(layer + 1, chain.depth):
            orbit[k] = chain.weights[k] * shape.value(np, orbit[k - 1]) + chain.biases[k]
        return orbit, np.stack([shape.log_slope(np, row) for row in orbit])

    def _pulled_back(self, z: Array, k: int) -> Array:
        shape = self.chain.shape
        assert shape.inverse is not None
        a = (z - self.chain.biases[k]) / self.chain.weights[k]
        inside = (a >= shape.low) & (a <= shape.high)
        return np.where(inside, shape.inverse(np, a), np.nan)

    def _steepest_kink(self) -> tuple[float, Anchor] | None:
        """The steepest of the orbits that meet a kink, where the steeper side is as it is there."""
        best: tuple[float, Anchor] | None = None
        for kink in self.chain.shape.kinks:
            for layer in range(self.chain.depth):
                slope = float(self._slopes(layer, np.array([float(kink)]))[0])
                if math.isfinite(slope) and (best is None or slope > best[0]):
                    best = slope, Anchor(layer, float(kink))
        return best


def _spaced(low: float, high: float) -> Array:
    """Points between low and high whose sizes go through all powers of ten."""
    return np.sinh(np.linspace(math.asinh(low), math.asinh(high), SAMPLES)).clip(low, high)
