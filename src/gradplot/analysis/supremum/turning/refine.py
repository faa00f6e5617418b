"""From a bracket that is known to lie in a few intervals of x to one that is as tight as float64.

Branch and bound over x with the monotonicity test: an interval on which |dy/dx| is proven to rise
or fall has its supremum at an end, and so goes. This cures the cluster of intervals that cannot be
told apart near a smooth maximum (a first-order bound needs about 1/sqrt(gap) of them).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.bracket import Bracket
from gradplot.analysis.supremum.slopes import Slopes, slopes
from gradplot.functions.chain.chain import Chain

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

#: Rounds of halving, and intervals at a time.
ROUNDS, MOST = 80, 4096
#: Parts that each given interval is first cut into; rounds that may pass without progress.
PIECES, IDLE = 16, 4
#: A run of intervals narrower than this part of the x-range is around one point.
NARROW = 1e-6


def refined(
    chain: Chain,
    x_range: tuple[float, float],
    known: Bracket,
    low: Array,
    high: Array,
    *,
    work: int,
) -> Bracket:
    """A bracket at least as tight as ``known``, whose supremum lies in the intervals given.

    ``work`` bounds how often a layer is looked at over an interval.
    """
    lower, upper, best_x = known.lower, known.upper, known.x
    left, right = known.left, known.right
    low, high = _runs(low, high)
    if not 0 < low.size <= MOST // PIECES:
        return known
    low, high = _divided(low, high)
    ends = np.array(x_range)
    idle = done = 0
    width = math.inf
    for _ in range(ROUNDS):
        middle = 0.5 * low + 0.5 * high
        points = np.concatenate((middle, ends))
        # Intervals and points go through the layers together: numpy's cost is per call.
        found = _bounds(chain, np.concatenate((low, points)), np.concatenate((high, points)))
        done += 2 * low.size * chain.depth
        reached, over = found.low[low.size :], found.high[: low.size]
        steepest = int(np.argmax(reached))
        if reached[steepest] > lower:
            lower, best_x = float(reached[steepest]), float(points[steepest])
        # A slope that rises up to the x-range's own end has its supremum there, and stays.
        goes = (found.rate_low[: low.size] > 0.0) & (high < x_range[1])
        goes |= (found.rate_high[: low.size] < 0.0) & (low > x_range[0])
        alive = (over >= lower) & ~goes
        top = float(over[alive].max(initial=-math.inf))
        tighter = min(upper, max(lower, top))
        width, before = float(np.sum((high - low)[alive])), width
        narrower = tighter - lower < 0.7 * (upper - lower) or width < 0.7 * before
        idle = 0 if narrower else idle + 1
        upper = tighter
        if alive.any():
            left, right = around(low[alive], high[alive], best_x)
        low, high, middle = low[alive], high[alive], middle[alive]
        cut = (low < middle) & (middle < high)
        if idle > IDLE or not cut.any() or 2 * low.size > MOST or done > work:
            break
        low, high = (
            np.concatenate((low, middle[cut])),
            np.concatenate((np.where(cut, middle, high), high[cut])),
        )
    # The monotonicity test closes in on the maximum from both sides: its middle is the best guess,
    # unless the run is a stretch of one slope, or stands at an end.
    if 0.0 < right - left < NARROW * (x_range[1] - x_range[0]):
        best_x = None
    return Bracket(lower, max(upper, lower), left, right, best_x, known.orbit)


def _bounds(chain: Chain, low: Array, high: Array) -> Slopes:
    """Bounds of the log-slope and of its rate; no rate where a kink may lie inside."""
    under, over = chain.enclosures.layers(low, high)
    depth = np.full(low.size, chain.depth)
    found = slopes(chain, under, over, depth)
    kinked = np.zeros(low.size, dtype=bool)
    for kink in chain.shape.kinks:
        kinked |= ((under <= kink) & (kink <= over)).any(axis=0)
    found.rate_low[kinked], found.rate_high[kinked] = -math.inf, math.inf
    return found


def _runs(low: Array, high: Array) -> tuple[Array, Array]:
    """The intervals' unions, where they touch or overlap."""
    order = np.argsort(low, kind="stable")
    low, high = low[order], np.maximum.accumulate(high[order])
    apart = low[1:] > high[:-1]
    if not low.size:
        return low, high
    return low[np.concatenate(([True], apart))], high[np.concatenate((apart, [True]))]


def _divided(low: Array, high: Array) -> tuple[Array, Array]:
    """Each interval in ``PIECES`` equal parts."""
    part = np.arange(PIECES + 1) / PIECES
    edges = low[:, None] * (1.0 - part) + high[:, None] * part
    edges[:, 0], edges[:, -1] = low, high
    below, above = edges[:, :-1].ravel(), edges[:, 1:].ravel()
    wide = below < above
    return (below[wide], above[wide]) if wide.any() else (low, high)


def around(low: Array, high: Array, x: float | None) -> tuple[float, float]:
    """Ends of the union of touching intervals that is nearest to ``x``."""
    low, high = _runs(low, high)
    if x is None:
        return float(low[0]), float(high[0])
    away = np.maximum(np.maximum(low - x, x - high), 0.0)
    nearest = int(np.argmin(away))
    return float(low[nearest]), float(high[nearest])
