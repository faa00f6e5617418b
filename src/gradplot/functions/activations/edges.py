"""Guaranteed bounds of an activation and its derivatives at points: the edges of cells.

Between two neighbouring places where act, phi = log|act'| or phi' turns or jumps all three are
monotone, and bounds at the ends of a cell are bounds on it. At a kink its two sides count, each for
the cell on that side. Every function takes a float64 array, and returns (lower, upper) bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.activations import ranges
from gradplot.functions.activations.shape import Shape
from gradplot.functions.intervals.rounding import MAX

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Mask, Pair

    #: A point with the bounds on its right and on its left.
    Jumps = Mapping[float, tuple[Pair, Pair]]


def values(shape: Shape, z: Array) -> Pair:
    """act at each point."""
    low, high = ranges.value_bounds(shape, z)
    return ranges.unclipped(shape, (z, z), ranges.within_range(shape, low, high))


def log_slopes(shape: Shape, z: Array) -> tuple[Pair, Pair]:
    """phi just right of each point, and just left of it; the lower bound -inf where act turns."""
    with np.errstate(all="ignore"):
        phi, doubt = shape.log_slope(np, z), shape.blur(np, z)
    low, high = ranges.log_slope_bounds(phi, doubt)
    low[_turns(shape, z) | _levels_off(shape, z)] = -np.inf
    return _by_sides(z, (low, high), _kinks(shape))


def rates(shape: Shape, z: Array) -> tuple[Pair, Pair]:
    """phi' just right of each point, and just left of it; infinite where act turns."""
    with np.errstate(all="ignore"):
        bounds = ranges.rate_bounds(shape, shape.rate(np, z), 1.0 + shape.blur(np, z))
    (low, high), unknown = bounds, _turns(shape, z) | _levels_off(shape, z)
    low[unknown], high[unknown] = -np.inf, np.inf
    return _by_sides(z, (low, high), _rate_jumps(shape))


def _turns(shape: Shape, z: Array) -> Mask:
    turns = np.zeros(z.shape, dtype=bool)
    for point in shape.turning:
        turns |= ranges.holds(z, z, point, period=shape.period)
    return turns


def _levels_off(shape: Shape, z: Array) -> Mask:
    """Where the largest double stands for a z past float64 (see ``ranges``)."""
    left, right = np.isfinite(shape.low), np.isfinite(shape.high)
    return np.asarray(((z <= -MAX) & left) | ((z >= MAX) & right))


def _kinks(shape: Shape) -> Jumps:
    one = np.ones(1)
    return {
        kink: (
            ranges.log_slope_bounds(one * right, one),
            ranges.log_slope_bounds(one * left, one),
        )
        for kink, (left, right) in shape.kinks.items()
    }


def _rate_jumps(shape: Shape) -> Jumps:
    one = np.ones(1)
    return {
        point: (
            ranges.rate_bounds(shape, one * right, 2.0 * one),
            ranges.rate_bounds(shape, one * left, 2.0 * one),
        )
        for point, (left, right) in shape.rate_jumps.items()
    }


def _by_sides(z: Array, bounds: Pair, jumps: Jumps) -> tuple[Pair, Pair]:
    if not jumps:
        return bounds, bounds
    right, left = ((bounds[0].copy(), bounds[1].copy()) for _ in range(2))
    for place, sides in jumps.items():
        here = z == place
        for side, known in zip((right, left), sides, strict=True):
            side[0][here], side[1][here] = known[0][0], known[1][0]
    return right, left
