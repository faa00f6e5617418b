"""Where the steepest point is, told by a double, and whether a double attains the supremum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.findings import Supremum
from gradplot.analysis.supremum.bracket import Bracket

if TYPE_CHECKING:
    from gradplot.analysis.supremum.attained import SlopesAtDoubles
    from gradplot.functions.arrays import Array
    from gradplot.functions.chain.chain import Chain

#: A double attains the supremum if its slope is proven to be this close, as a logarithm.
ATTAINS = 1e-9
#: Part of the x-range over which equal slopes are a stretch, and any x in it will do.
STRETCH = 1e-6
#: Part of the x-range in which a number of few digits does not stand by chance.
NARROW, FEW_DIGITS = 1e-13, 6
#: Doubles that are tried one by one between the ends of where x* must lie.
MOST_DOUBLES = 64
DEAD = Supremum(lower=-math.inf, upper=-math.inf, x=None, located=False, attained=False)


def located(
    chain: Chain, depths: Sequence[int], brackets: list[Bracket], x_range: tuple[float, float]
) -> list[Supremum]:
    """The brackets of a chain's depths as people get them; the depths share their work."""
    points = [_likely(bracket, x_range) for bracket in brackets]
    ends = np.cumsum([0, *(each.size for each in points)])
    every = np.concatenate(points)
    proven, _ = chain.enclosures.log_slopes(every, every, depths)
    doubles = _Doubles(chain)
    return [
        _supremum(
            bracket,
            x_range,
            points[row],
            proven[row, ends[row] : ends[row + 1]],
            doubles=doubles,
            depth=depth,
        )
        if points[row].size
        else _unplaced(bracket)
        for row, (bracket, depth) in enumerate(zip(brackets, depths, strict=True))
    ]


def _likely(bracket: Bracket, x_range: tuple[float, float]) -> Array:
    """Doubles that may attain the supremum, the plainest first; none where no x is known."""
    left, right = bracket.left, bracket.right
    if bracket.upper == -math.inf or math.isnan(left):
        return np.array([])
    plain = _plain(left, right) if _narrow(bracket, x_range) else []
    return np.clip(np.array([*plain, _middle(bracket), left, right]), *x_range)


def _middle(bracket: Bracket) -> float:
    if bracket.x is not None:
        return bracket.x
    return bracket.left + 0.5 * (bracket.right - bracket.left)


def _narrow(bracket: Bracket, x_range: tuple[float, float]) -> bool:
    return bracket.right - bracket.left <= NARROW * (x_range[1] - x_range[0])


def _unplaced(bracket: Bracket) -> Supremum:
    """The supremum of a function that is flat, or of whose steepest point nothing is known."""
    if bracket.upper == -math.inf:
        return DEAD
    return Supremum(lower=bracket.lower, upper=bracket.upper, x=None, located=False, attained=False)


def _supremum(
    bracket: Bracket,
    x_range: tuple[float, float],
    points: Array,
    proven: Array,
    *,
    doubles: _Doubles,
    depth: int,
) -> Supremum:
    """What is known of one depth; ``proven`` are lower bounds of the slope at ``points``."""
    left, right = bracket.left, bracket.right
    attains = proven >= bracket.upper - ATTAINS
    attained = bool(attains.any())
    x = float(points[np.argmax(attains)]) + 0.0
    between = False
    if not attained and _narrow(bracket, x_range):
        attaining, between = doubles.nearest(bracket, depth, x_range)
        attained, x = attaining is not None, x if attaining is None else attaining
    stretch = right - left > STRETCH * (x_range[1] - x_range[0])
    return Supremum(
        lower=max(bracket.lower, float(proven.max())),
        upper=bracket.upper,
        x=x,
        located=attained or not stretch,
        attained=attained,
        unattained=between,
        x_low=x if stretch and attained else left,
        x_high=x if stretch and attained else right,
        orbit=bracket.orbit,
    )


class _Doubles:
    """The doubles next to steepest points, looked at more closely than float64 can."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self._slopes: SlopesAtDoubles | None = None

    def nearest(
        self, bracket: Bracket, depth: int, x_range: tuple[float, float]
    ) -> tuple[float | None, bool]:
        """The double nearest to x* that attains the supremum; whether it is proven that none does.

        The slope of a smooth increasing chain rises to x* and falls behind it, so that the doubles
        next to x* are the steepest of all. Of others only what attains is proven.
        """
        from gradplot.analysis.supremum import attained  # python-flint

        middle = 0.5 * bracket.left + 0.5 * bracket.right
        inside = [x for x in _doubles_in(bracket) if x_range[0] <= x <= x_range[1]]
        near = sorted(inside, key=lambda point: (abs(point - middle), point))
        if not near or not attained.known(self.chain):
            return None, False
        if self._slopes is None:
            self._slopes = attained.SlopesAtDoubles(self.chain)
        shape = self.chain.shape
        below = shape.monotone and not shape.kinks
        for point in near:
            low, high = self._slopes.log_slope(point, depth, least=bracket.lower - 1.0)
            if low >= bracket.upper - ATTAINS:
                return point, False
            below &= high < bracket.lower - ATTAINS
        return None, below


def _plain(left: float, right: float) -> list[float]:
    """The number of few digits in [left, right], if there is one: 0 or -0.1 rather than 1e-320."""
    if left <= 0.0 <= right:
        return [0.0]
    rounded = float(f"{left + 0.5 * (right - left):.{FEW_DIGITS}g}")
    return [rounded] if left <= rounded <= right else []


def _doubles_in(bracket: Bracket) -> list[float]:
    """Every double between the bracket's ends, and the next one on both sides; none if too many."""
    points = [math.nextafter(bracket.left, -math.inf)]
    while points[-1] <= bracket.right and len(points) < MOST_DOUBLES:
        points.append(math.nextafter(points[-1], math.inf))
    return points if points[-1] > bracket.right else []
