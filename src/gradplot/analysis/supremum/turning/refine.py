"""From a bracket that is known to lie in a few intervals of x to one that is as tight as float64.

Branch and bound over x with the monotonicity test: an interval on which |dy/dx| is proven to rise
or fall has its supremum at an end, and so goes. This cures the cluster of intervals that cannot be
told apart near a smooth maximum (a first-order bound needs about 1/sqrt(gap) of them).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(slots=True)
class Known:
    """What is known of one depth: a bracket, and the intervals that its supremum lies in.

    ``work`` bounds how often a layer is looked at over an interval.
    """

    depth: int
    bracket: Bracket
    low: Array
    high: Array
    work: int


def refined(chain: Chain, x_range: tuple[float, float], known: Sequence[Known]) -> list[Bracket]:
    """A bracket for each that is at least as tight; depths of one chain share its layers."""
    every = [_Depth(x_range, each) for each in known]
    for _ in range(ROUNDS):
        going = [each for each in every if each.going]
        if not going:
            break
        # Intervals and points of all depths go through the layers together: numpy's cost is per
        # call.
        asked = [each.asked() for each in going]
        low, high = (np.concatenate(ends) for ends in zip(*asked, strict=True))
        sizes = [len(ends[0]) for ends in asked]
        depth = np.repeat([each.known.depth for each in going], sizes)
        found = _bounds(chain, low, high, depth)
        for each, stop, size in zip(going, np.cumsum(sizes).tolist(), sizes, strict=True):
            each.judge(found, stop - size)
    return [each.bracket() for each in every]


class _Depth:
    """The search of one depth: intervals that are halved, and dropped."""

    def __init__(self, x_range: tuple[float, float], known: Known) -> None:
        self.x_range, self.known = x_range, known
        bracket = known.bracket
        self.lower, self.upper, self.best_x = bracket.lower, bracket.upper, bracket.x
        self.left, self.right = bracket.left, bracket.right
        self.low, self.high = _runs(known.low, known.high)
        self.idle = self.done = 0
        self.width = math.inf
        self.going = self.refined = 0 < self.low.size <= MOST // PIECES
        if self.going:
            self.low, self.high = _divided(self.low, self.high)

    def asked(self) -> tuple[Array, Array]:
        """What is to be bounded: the intervals, their middles, and the ends of the x-range."""
        points = np.concatenate((0.5 * self.low + 0.5 * self.high, self.x_range))
        return np.concatenate((self.low, points)), np.concatenate((self.high, points))

    def judge(self, found: Slopes, start: int) -> None:
        """Learn from the bounds of what was asked, which are those from ``start`` on."""
        low, high, known, count = self.low, self.high, self.known, self.low.size
        middle, x_range = 0.5 * low + 0.5 * high, self.x_range
        wide = slice(start, start + count)
        self.done += 2 * count * known.depth
        reached, over = found.low[start + count : start + 2 * count + 2], found.high[wide]
        steepest = int(np.argmax(reached))
        if reached[steepest] > self.lower:
            self.lower = float(reached[steepest])
            self.best_x = float(middle[steepest] if steepest < count else x_range[steepest - count])
        # A slope that rises up to the x-range's own end has its supremum there, and stays.
        goes = (found.rate_low[wide] > 0.0) & (high < x_range[1])
        goes |= (found.rate_high[wide] < 0.0) & (low > x_range[0])
        alive = (over >= self.lower) & ~goes
        top = float(over[alive].max(initial=-math.inf))
        tighter = min(self.upper, max(self.lower, top))
        self.width, before = float(np.sum((high - low)[alive])), self.width
        narrower = tighter - self.lower < 0.7 * (self.upper - self.lower)
        self.idle = 0 if narrower or self.width < 0.7 * before else self.idle + 1
        self.upper = tighter
        if alive.any():
            self.left, self.right = around(low[alive], high[alive], self.best_x)
        low, high, middle = low[alive], high[alive], middle[alive]
        cut = (low < middle) & (middle < high)
        if self.idle > IDLE or not cut.any() or 2 * low.size > MOST or self.done > known.work:
            self.going = False
            return
        self.low = np.concatenate((low, middle[cut]))
        self.high = np.concatenate((np.where(cut, middle, high), high[cut]))

    def bracket(self) -> Bracket:
        if not self.refined:
            return self.known.bracket
        left, right, best_x = self.left, self.right, self.best_x
        # The monotonicity test closes in on the maximum from both sides: its middle is the best
        # guess, unless the run is a stretch of one slope, or stands at an end.
        if 0.0 < right - left < NARROW * (self.x_range[1] - self.x_range[0]):
            best_x = None
        orbit = self.known.bracket.orbit
        return Bracket(self.lower, max(self.upper, self.lower), left, right, best_x, orbit)


def _bounds(chain: Chain, low: Array, high: Array, depth: np.ndarray) -> Slopes:
    """Bounds of the log-slope and of its rate; no rate where a kink may lie inside."""
    under, over = chain.enclosures.layers(low, high, int(depth.max()))
    found = slopes(chain, under, over, depth)
    kinked = np.zeros(low.size, dtype=bool)
    used = np.arange(len(under))[:, None] < depth
    for kink in chain.shape.kinks:
        kinked |= (used & (under <= kink) & (kink <= over)).any(axis=0)
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
