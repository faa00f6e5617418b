"""Bounds of a chain's log-slope, and of its rate of change, along enclosures of every layer's z.

Arrays have shape (depth, lanes): one row per layer, one column per enclosure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.activations import ranges
from gradplot.functions.chain.chain import Chain
from gradplot.functions.chain.fan import Fan
from gradplot.functions.intervals.rounding import EPS

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

#: Sums over layers are taken in the widest type at hand; its rounding is what the bounds count.
WIDE = np.longdouble
WIDE_EPS = float(np.finfo(WIDE).eps)
#: Layers times lanes that are looked at together: their arrays stay in the cache.
BLOCK = 40_000


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


def slopes(chain: Chain | Fan, low: Array, high: Array, depth: np.ndarray) -> Slopes:
    """Bounds for columns whose network ends after ``depth`` layers (an array, one per lane).

    d log|dy/dx| / dx = sum_k phi'(z_k) dz_k/dx, and every dz_k/dx is a product of layer factors.
    """
    lanes = max(1, BLOCK // len(low))
    blocks = [slice(start, start + lanes) for start in range(0, max(1, depth.size), lanes)]
    found = [_of_block(chain, low, high, depth, here) for here in blocks]
    if len(found) == 1:
        return found[0]
    return Slopes(
        *(np.concatenate([getattr(block, each.name) for block in found]) for each in fields(Slopes))
    )


def _of_block(
    chain: Chain | Fan, low: Array, high: Array, depth: np.ndarray, here: slice
) -> Slopes:
    """``slopes`` of some lanes, through no more layers than the deepest of them has."""
    depth = depth[here]
    chain = chain.lanes(here).at(int(depth.max(initial=1)))
    low, high = low[: chain.depth, here], high[: chain.depth, here]
    shape = chain.shape
    used = np.arange(chain.depth)[:, None] < depth
    under, over = ranges.log_slope_range(shape, low, high)
    logs = _columns(log_weights(chain))
    with np.errstate(all="ignore"):
        total_low = _total(under, logs, used, -1.0)
        total_high = _total(over, logs, used, 1.0)
        middle = np.where(used, np.where(np.isfinite(under), 0.5 * (under + over), over), 0.0)
        doubt = np.where(used, over - under, 0.0)
        # log|dz_k/dx|: the factors of the layers before, and this layer's weight.
        # Wide before the sum: beside a saturated layer float64 would keep log|w| to 1e-12 only.
        reach = np.cumsum(middle.astype(WIDE) + logs, axis=0) - middle
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
        # What exp is taken of was rounded, too; it is no more than 0.
        rounded = (8.0 - np.maximum(relative, -800.0)) * EPS + (4.0 + len(middle)) * WIDE_EPS * size
        error = np.abs(terms) * (np.expm1(blur) + rounded)
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


def _signs(chain: Chain | Fan, low: Array, high: Array) -> Array:
    """Sign of dz_k/dx in every layer, where no act turns inside its interval."""
    signs = _columns(np.sign(np.array(chain.weights)))
    if not chain.shape.monotone:
        signs = np.broadcast_to(signs, low.shape).copy()
        signs[1:] *= chain.shape.sign(np, 0.5 * low + 0.5 * high)[:-1]
    return np.asarray(np.cumprod(signs, axis=0), dtype=np.float64)


def _total(phi: Array, logs: Array, used: np.ndarray, direction: float) -> Array:
    """Sum over layers of phi + log|w|, moved outward by what its rounding can amount to."""
    terms = np.where(used, phi + logs, 0.0)
    size = np.sum(np.where(used, np.abs(phi) + np.abs(logs), 0.0), axis=0)
    total = np.sum(terms.astype(WIDE), axis=0).astype(np.float64)
    error = (4.0 * EPS + len(phi) * WIDE_EPS) * size
    return total + direction * np.where(np.isfinite(total) & (size < 1e300), error, 0.0)


def running_total(phi: Array, logs: Array, direction: float) -> Array:
    """Sums of phi + log|w| after each layer, moved outward by what their rounding can amount to."""
    size = np.cumsum(np.abs(phi) + np.abs(logs), axis=0)
    total = np.cumsum((phi + logs).astype(WIDE), axis=0).astype(np.float64)
    error = (4.0 * EPS + np.arange(1, len(phi) + 1)[:, None] * WIDE_EPS) * size
    return total + direction * np.where(np.isfinite(total) & (size < 1e300), error, 0.0)


def _columns(layers: Array) -> Array:
    """One number per layer as a column that is broadcast to all lanes; else one per lane."""
    return layers[:, None] if layers.ndim == 1 else layers


def log_weights(chain: Chain | Fan) -> Array:
    """log|w_k| of every layer (of a fan: in every lane); -inf for a weight of 0."""
    with np.errstate(divide="ignore"):
        return np.log(np.abs(np.array(chain.weights)))
