"""How fast a chain's log-slope changes along x: guaranteed ranges of d log|dy/dx| / dx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.activations import ranges
from gradplot.functions.intervals.rounding import MAX

if TYPE_CHECKING:
    from gradplot.functions.activations.shape import Shape
    from gradplot.functions.arrays import Array, Pair

#: What rounding may add, relative to the sizes of all that is summed; thousands of layers stay
#: under it.
SLACK = 1e-11


@np.errstate(all="ignore")
def log_slope_rates(
    shape: Shape, weights: Array, low: Array, high: Array, depths: np.ndarray
) -> Pair:
    """Ranges at each of ``depths`` (ascending), of shape (depths, intervals).

    ``low`` and ``high`` are ranges of each layer's z, of shape (depth, intervals). It is the sum of
    phi'(z_k) dz_k/dx over the layers, and dz_k/dx is a product of weights and slopes before it.
    Infinite where a kink or a turning point cannot be excluded.
    """
    logs = np.log(np.abs(weights))[:, None]
    smallest, largest = (
        np.exp(_before(phi, logs, direction))
        for phi, direction in zip(
            ranges.log_slope_range(shape, low, high), (-SLACK, SLACK), strict=True
        )
    )
    smallest = np.minimum(smallest, MAX)
    below, above = ranges.rate_range(shape, low, high)
    under = below * np.where(below < 0, largest, smallest)
    over = above * np.where(above > 0, largest, smallest)
    signs = np.cumprod(np.sign(weights))[:, None]
    if not shape.monotone:
        # Where an act turns within its interval the sums are infinite, whatever the signs.
        turns = shape.sign(np, 0.5 * low + 0.5 * high)[:-1]
        signs = signs * np.cumprod(np.concatenate((np.ones_like(low[:1]), turns)), axis=0)
    under, over = np.where(signs < 0, -over, under), np.where(signs < 0, -under, over)
    for kink in shape.kinks:
        bent = (low <= kink) & (kink <= high)
        under, over = np.where(bent, -np.inf, under), np.where(bent, np.inf, over)
    error = SLACK * np.cumsum(np.maximum(np.abs(under), np.abs(over)), axis=0)
    bottom = (np.cumsum(under, axis=0) - error)[depths - 1]
    top = (np.cumsum(over, axis=0) + error)[depths - 1]
    known = np.isfinite(bottom) & np.isfinite(top)
    return np.where(known, bottom, -np.inf), np.where(known, top, np.inf)


def _before(phi: Array, logs: Array, slack: float) -> Array:
    """log|dz_k/dx| in every layer: this layer's weight, and all that is before it."""
    terms = np.concatenate((np.zeros_like(phi[:1]), phi[:-1])) + logs
    total: Array = np.cumsum(terms, axis=0) + slack * (1.0 + np.cumsum(np.abs(terms), axis=0))
    return total
