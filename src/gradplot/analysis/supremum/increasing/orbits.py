"""Orbits: what an input passes through, (z_1 ... z_d), as enclosures that no double x need lead to.

Where a chain expands, its inverse contracts: an orbit that is fixed at a deep layer and pulled back
from there is known to the last bits everywhere, while the x it starts from may lie between two
doubles. Everything here is for increasing activations, whose layers can be inverted.

Arrays have shape (depth, lanes): one column per orbit, one row per layer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.activations import ranges
from gradplot.functions.chain import layer_map
from gradplot.functions.chain.chain import Chain
from gradplot.functions.intervals.rounding import EPS

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

#: Sums over layers are taken in the widest type at hand; its rounding is what the bounds count.
WIDE = np.longdouble
WIDE_EPS = float(np.finfo(WIDE).eps)


@dataclass(frozen=True, slots=True)
class Orbits:
    """Enclosures of orbits: the true z_k of column i lies in [low[k, i], high[k, i]]."""

    low: Array
    high: Array

    def __getitem__(self, lanes: object) -> Orbits:
        return Orbits(self.low[:, lanes], self.high[:, lanes])  # type: ignore[index]

    def where(self, take: np.ndarray, other: Orbits) -> Orbits:
        """This orbit in the lanes where ``take`` is true, the other one elsewhere."""
        return Orbits(np.where(take, self.low, other.low), np.where(take, self.high, other.high))


@dataclass(frozen=True, slots=True)
class Box:
    """All orbits between two: ``low``/``high`` enclose them, the inner pair surely lies between."""

    low: Array
    high: Array
    inner_low: Array
    inner_high: Array


def between(left: Orbits, right: Orbits) -> Box:
    """The boxes whose ends are ``left`` and ``right``, in either order."""
    return Box(
        np.minimum(left.low, right.low),
        np.maximum(left.high, right.high),
        np.minimum(left.high, right.high),
        np.maximum(left.low, right.low),
    )


def from_input(chain: Chain, x: Array) -> Orbits:
    """The orbits of inputs x, carried forwards."""
    weight, bias = chain.weights[0], chain.biases[0]
    low, high = layer_map.affine(weight, bias, x, x)
    depth = chain.depth
    start = Orbits(np.empty((depth, x.size)), np.empty((depth, x.size)))
    start.low[0], start.high[0] = low, high
    _carry_forward(chain, start, np.zeros(x.size, dtype=int), None)
    return start


def through(chain: Chain, layer: np.ndarray, z: Array, box: Box) -> Orbits:
    """The orbits that have exactly ``z`` before activation ``layer`` (counted from 0).

    ``box`` must contain each of them; its bounds sharpen what rounding has blurred.
    """
    depth, lanes = chain.depth, z.size
    orbits = Orbits(np.empty((depth, lanes)), np.empty((depth, lanes)))
    columns = np.arange(lanes)
    orbits.low[layer, columns] = z
    orbits.high[layer, columns] = z
    _pull_back(chain, orbits, layer, box)
    _carry_forward(chain, orbits, layer, box)
    return orbits


def _lanes(used: np.ndarray) -> slice | np.ndarray:
    return slice(None) if used.all() else np.flatnonzero(used)


def _carry_forward(chain: Chain, orbits: Orbits, layer: np.ndarray, box: Box | None) -> None:
    for k in range(int(layer.min()), chain.depth - 1):
        lanes = _lanes(layer <= k)
        z = np.stack((orbits.low[k, lanes], orbits.high[k, lanes]))
        z = layer_map.forward(chain.shape, chain.weights[k + 1], chain.biases[k + 1], z)
        if box is not None:
            np.clip(z, box.low[k + 1, lanes], box.high[k + 1, lanes], out=z)
        orbits.low[k + 1, lanes], orbits.high[k + 1, lanes] = z


def _pull_back(chain: Chain, orbits: Orbits, layer: np.ndarray, box: Box) -> None:
    for k in range(int(layer.max()) - 1, -1, -1):
        lanes = _lanes(layer > k)
        z = np.stack((orbits.low[k + 1, lanes], orbits.high[k + 1, lanes]))
        z = layer_map.backward(chain.shape, chain.weights[k + 1], chain.biases[k + 1], z)
        np.clip(z, box.low[k, lanes], box.high[k, lanes], out=z)
        orbits.low[k, lanes], orbits.high[k, lanes] = z


@dataclass(frozen=True, slots=True)
class Slopes:
    """Bounds on log|dy/dx| and on its derivative along columns of enclosures.

    ``rate_low``/``rate_high`` bound d log|dy/dx| / dx over exp(reach), the largest |dz/dx| of any
    layer, so that nothing overflows.
    """

    low: Array
    high: Array
    rate_low: Array
    rate_high: Array
    #: An upper bound of log|dz/dx| at that layer.
    reach: Array


def slopes(chain: Chain, low: Array, high: Array, depth: np.ndarray) -> Slopes:
    """Bounds for columns whose network ends after ``depth`` layers (an array, one per lane).

    d log|dy/dx| / dx = sum_k phi'(z_k) dz_k/dx, and every dz_k/dx is a product of layer factors.
    """
    shape = chain.shape
    used = np.arange(chain.depth)[:, None] < depth
    under, over = ranges.log_slope_range(shape, low, high)
    logs = log_weights(chain)[:, None]
    with np.errstate(all="ignore"):
        total_low = _total(under, logs, used, -1.0)
        total_high = _total(over, logs, used, 1.0)
        middle = np.where(used, np.where(np.isfinite(under), 0.5 * (under + over), over), 0.0)
        doubt = np.where(used, over - under, 0.0)
        # log|dz_k/dx|: the factors of the layers before, and this layer's weight.
        reach = np.cumsum((middle + logs).astype(WIDE), axis=0) - middle
        reach = np.where(used, reach, -math.inf)
        pivot = np.argmax(reach, axis=0)
        columns = np.arange(low.shape[1])
        blur = np.cumsum(doubt, axis=0) - doubt
        blur = np.abs(blur - blur[pivot, columns])
        relative = (reach - reach[pivot, columns]).astype(np.float64)
        size = np.sum(np.where(used, np.abs(middle) + np.abs(logs), 0.0), axis=0)
        factor = np.exp(relative) * _signs(chain, low, high)
        rate_low, rate_high = ranges.rate_range(shape, low, high)
        middle_rate = 0.5 * (rate_low + rate_high)
        terms = np.where(used, factor * middle_rate, 0.0)
        error = np.abs(terms) * (np.expm1(blur) + 8.0 * EPS + 4.0 * WIDE_EPS * size)
        error += np.abs(factor) * np.exp(blur) * 0.5 * (rate_high - rate_low)
        error = np.sum(np.where(used, error, 0.0), axis=0) * (1.0 + 1e-9)
        total = np.sum(terms.astype(WIDE), axis=0).astype(np.float64)
        error += EPS * np.abs(total)
        rate = (total - error, total + error)
    unknown = np.isnan(rate[0]) | np.isnan(rate[1])
    return Slopes(
        total_low,
        total_high,
        np.where(unknown, -math.inf, rate[0]),
        np.where(unknown, math.inf, rate[1]),
        reach[pivot, columns].astype(np.float64) + 1e-9,
    )


def _signs(chain: Chain, low: Array, high: Array) -> Array:
    """Sign of dz_k/dx in every layer, where no act turns inside its interval."""
    signs = np.sign(np.array(chain.weights))[:, None]
    if not chain.shape.monotone:
        signs = np.repeat(signs, low.shape[1], axis=1)
        signs[1:] *= chain.shape.sign(np, 0.5 * low + 0.5 * high)[:-1]
    return np.asarray(np.cumprod(signs, axis=0), dtype=np.float64)


def _total(phi: Array, logs: Array, used: np.ndarray, direction: float) -> Array:
    """Sum over layers of phi + log|w|, moved outward by what its rounding can amount to."""
    terms = np.where(used, phi + logs, 0.0)
    size = np.sum(np.where(used, np.abs(phi) + np.abs(logs), 0.0), axis=0)
    total = np.sum(terms.astype(WIDE), axis=0).astype(np.float64)
    error = (4.0 * EPS + len(phi) * WIDE_EPS) * size
    return total + direction * np.where(np.isfinite(total) & (size < 1e300), error, 0.0)


def log_weights(chain: Chain) -> Array:
    """log|w_k| of every layer; -inf for a weight of 0."""
    with np.errstate(divide="ignore"):
        return np.log(np.abs(np.array(chain.weights)))
