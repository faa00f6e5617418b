"""The steepest slope of any curve, by branch and bound over its guaranteed ranges.

Boxes of x are halved, steepest first, many at a time; each is dropped once its upper bound is below
a slope that is proven to be reached. The curve's own second-order bounds make this quick near a
smooth maximum. The work is bounded, and the bracket honest where that bound is met.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.findings import Supremum
from gradplot.errors import InputError
from gradplot.functions.protocol import Directed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradplot.functions.protocol import Array, Curve, Pair

#: The bracket's width aimed at, in natural logarithms, and the one that does when work piles up.
FINEST, FINE = 1e-13, 1e-9
#: Interval evaluations: at most, and how many are spent on going from FINE to FINEST.
BUDGET, ENOUGH = 20_000, 4_000
_FIRST, _BATCH = 64, 256
#: A box is not halved below this share of the x-range: beside a pole that would go on for ever.
_NARROWEST = 2.0**-64


@dataclass(frozen=True, slots=True)
class _Boxes:
    """Intervals of x, and upper bounds of log|dy/dx| on them."""

    low: Array
    high: Array
    top: Array

    def pick(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> _Boxes:
        return _Boxes(self.low[which], self.high[which], self.top[which])

    def __add__(self, other: _Boxes) -> _Boxes:
        return _Boxes(*(np.concatenate([getattr(self, f), getattr(other, f)]) for f in _FIELDS))


_FIELDS = ("low", "high", "top")
_NONE = _Boxes(*(np.empty(0) for _ in _FIELDS))


class _Search:
    """What is known of one curve's supremum so far."""

    def __init__(self, curve: Curve, x_range: tuple[float, float]) -> None:
        self.curve = curve
        self.x_range = x_range
        self.span = x_range[1] - x_range[0]
        self.evaluations = 0
        self.lower = -math.inf
        self.best = 0.5 * x_range[0] + 0.5 * x_range[1]
        self.settled = _NONE
        ends = np.linspace(*x_range, _FIRST + 1)
        ends[0], ends[-1] = x_range
        ends = np.unique(ends)
        self.active = self.bounded(ends[:-1], ends[1:])

    @property
    def upper(self) -> float:
        tops = (float(boxes.top.max(initial=-math.inf)) for boxes in (self.active, self.settled))
        return max(self.lower, *tops)

    def ranges(self, low: Array, high: Array) -> Pair:
        """The curve's ranges; each lower end is reached almost everywhere, so it is a proof."""
        self.evaluations += low.size
        bottom, top = self.curve.log_slope_range(low, high)
        proven = np.where(np.isnan(bottom), -np.inf, bottom)
        if proven.size and proven.max() > self.lower:
            self.lower = float(proven.max())
            self.best = float(_middle(low, high)[proven.argmax()])
        return bottom, top

    def bounded(self, low: Array, high: Array) -> _Boxes:
        """Boxes where the curve may be defined, with a look at the middle of the steepest."""
        _, top = self.ranges(low, high)
        defined = ~np.isnan(top)
        boxes = _Boxes(low, high, top).pick(defined)
        steepest = np.argsort(-boxes.top, kind="stable")[:8]
        if steepest.size:
            self.ranges(*_beside(_middle(boxes.low, boxes.high)[steepest], self.x_range))
        return boxes

    def step(self, aim: float) -> None:
        """Halve the steepest boxes; set aside those that need or bear no more."""
        boxes = self.active.pick(self.active.top >= self.lower)
        middle = _middle(boxes.low, boxes.high)
        splits = (middle > boxes.low) & (middle < boxes.high)
        splits &= boxes.high - boxes.low > _NARROWEST * self.span
        splits &= boxes.top > self.lower + aim
        self.settled = self.settled + boxes.pick(~splits)
        boxes, middle = boxes.pick(splits), middle[splits]
        order = np.argsort(-boxes.top, kind="stable")
        now, later = np.sort(order[:_BATCH]), np.sort(order[_BATCH:])
        low = np.concatenate([boxes.low[now], middle[now]])
        high = np.concatenate([middle[now], boxes.high[now]])
        fresh = self.bounded(low, high) if low.size else _NONE
        self.active = boxes.pick(later) + fresh

    @property
    def done(self) -> bool:
        gap = self.upper - self.lower
        return (
            not self.active.top.size
            or gap <= FINEST
            or self.evaluations >= (ENOUGH if gap <= FINE else BUDGET)
        )


def steepest(curve: Curve, x_range: tuple[float, float], *, budget: int = BUDGET) -> Supremum:
    """The certified bracket of the essential supremum of |dy/dx| on ``x_range``.

    ``budget`` bounds the interval evaluations. Raises InputError where the curve is undefined on
    the whole range.
    """
    search = _Search(curve, x_range)
    while not search.done and search.evaluations < budget:
        search.step(FINEST)
    upper = search.upper
    if not search.active.top.size and not search.settled.top.size:
        raise InputError(
            "x-range", f"{curve.label} is undefined on all of {x_range[0]:g} to {x_range[1]:g}"
        )
    if upper == -math.inf:  # flat
        return Supremum(lower=upper, upper=upper, x=None, located=False, attained=False)
    left, right = _summit(search)
    if upper == math.inf and _no_bound(curve, left, right, x_range):
        x = _pole(left, right, x_range)
        return Supremum(lower=upper, upper=upper, x=x, located=False, attained=False)
    left, right = _narrowed(curve, left, right)
    x = left + 0.5 * (right - left)
    search.ranges(*_beside(np.array([x]), x_range))
    lower = min(search.lower, upper)
    level = left == right or _level(curve, left, right, lower)
    return Supremum(
        lower=lower,
        upper=upper,
        x=x,
        located=level and upper - lower <= FINE,
        attained=True,  # the lower end was proven on an interval of doubles
    )


def _middle(low: Array, high: Array) -> Array:
    return low + 0.5 * (high - low)


def _beside(x: Array, x_range: tuple[float, float]) -> Pair:
    """The narrowest interval that begins or ends at x: what holds there holds almost everywhere."""
    right = np.nextafter(x, np.inf)
    return np.where(right > x_range[1], np.nextafter(x, -np.inf), x), np.minimum(right, x_range[1])


def _summit(search: _Search) -> tuple[float, float]:
    """The stretch that holds the supremum; of several, the one nearest to 0, or the left one."""
    boxes = search.active + search.settled
    boxes = boxes.pick(boxes.top >= search.lower)
    boxes = boxes.pick(np.argsort(boxes.low, kind="stable"))
    if not boxes.low.size:
        return search.best, search.best
    starts = np.flatnonzero(np.r_[True, boxes.low[1:] > boxes.high[:-1]])
    left, right = boxes.low[starts], np.maximum.reduceat(boxes.high, starts)
    top = np.maximum.reduceat(boxes.top, starts)
    if search.upper == math.inf:
        kept = np.isinf(top)
    elif search.upper - search.lower > FINE:
        kept = (left <= search.best) & (search.best <= right)
    else:
        kept = np.ones(left.shape, dtype=bool)
    left, right = (left[kept], right[kept]) if kept.any() else (left, right)
    distance = np.abs(_middle(left, right))
    nearest = int(np.flatnonzero(distance <= distance.min() + 1e-6 * search.span)[0])
    return float(left[nearest]), float(right[nearest])


def _narrowed(curve: Curve, left: float, right: float) -> tuple[float, float]:
    """The stretch without the parts at its ends where the slope is proven to rise inwards."""
    if not isinstance(curve, Directed):
        return left, right
    for _ in range(_ROUNDS):
        ends = np.unique(np.linspace(left, right, _PARTS + 1))
        ends[0], ends[-1] = left, right
        if ends.size < 2:
            break
        trend = curve.trend(ends[:-1], ends[1:])
        rising = int(np.argmin(np.r_[trend > 0, False]))
        falling = int(np.argmin(np.r_[trend[::-1] < 0, False]))
        if rising == falling == 0:
            break
        left, right = float(ends[rising]), float(ends[max(ends.size - 1 - falling, rising)])
    return left, right


_ROUNDS, _PARTS = 40, 16


def _no_bound(curve: Curve, left: float, right: float, x_range: tuple[float, float]) -> bool:
    """Whether the slope is proven to exceed every bound near a point of the stretch."""
    if not isinstance(curve, Directed):
        return False
    # A pole between two doubles shows its change of sign a few doubles farther out.
    room = 64 * math.ulp(max(abs(left), abs(right)))
    low, high = max(left - room, x_range[0]), min(right + room, x_range[1])
    ends = np.unique([low, left, left + 0.5 * (right - left), right, high])
    starts, stops = np.r_[low, ends[:-1]], np.r_[high, ends[1:]]
    return bool(curve.unbounded(starts, stops).any())


def _pole(left: float, right: float, x_range: tuple[float, float]) -> float:
    """The point of a stretch about a pole that reads best."""
    for point in (0.0, *x_range):
        if left <= point <= right:
            return point
    return left + 0.5 * (right - left)


def _level(curve: Curve, left: float, right: float, lower: float) -> bool:
    """Whether all of a wide stretch is as steep as the supremum."""
    if right - left < 1e-6 * max(abs(left), abs(right)):
        return False
    bottom, _ = curve.log_slope_range(np.array([left]), np.array([right]))
    return bool(bottom[0] >= lower)
