"""Where a curve is steepest, once a search has left only a few stretches of x that may hold it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.curve import Directed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradplot.functions.arrays import Array, Pair
    from gradplot.functions.curve import Curve

Stretch = tuple[float, float]

#: Stretches that are looked at; looks at each, and the parts it is cut into: more where few prove
#: nothing.
_MOST_SUMMITS, _ROUNDS, _PARTS = 64, 40, (16, 256, 2048)
_MOST_PARTS = 20_000
#: Share of the x-range over which equal slopes are a stretch, and any x in it will do.
_WIDE = 1e-6


@dataclass(frozen=True, slots=True)
class Boxes:
    """Intervals of x, and upper bounds of log|dy/dx| on them."""

    low: Array
    high: Array
    top: Array

    def pick(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Boxes:
        return Boxes(self.low[which], self.high[which], self.top[which])

    def __add__(self, other: Boxes) -> Boxes:
        return Boxes(*(np.concatenate([getattr(self, f), getattr(other, f)]) for f in _FIELDS))


_FIELDS = ("low", "high", "top")
NONE = Boxes(*(np.empty(0) for _ in _FIELDS))


def middle(low: Array, high: Array) -> Array:
    return low + 0.5 * (high - low)


def beside(x: Array, x_range: Stretch) -> Pair:
    """The narrowest interval that begins or ends at x: what holds there holds almost everywhere."""
    right = np.nextafter(x, np.inf)
    return np.where(right > x_range[1], np.nextafter(x, -np.inf), x), np.minimum(right, x_range[1])


def summits(boxes: Boxes, lower: float, upper: float, *, best: float, fine: bool) -> list[Stretch]:
    """Stretches that may hold the supremum, the nearest to 0 first; of two as near, the left.

    Beside a pole those about poles; and where the bracket is not ``fine``, the one about ``best``.
    """
    boxes = boxes.pick(boxes.top >= lower)
    boxes = boxes.pick(np.argsort(boxes.low, kind="stable"))
    if not boxes.low.size:
        return [(best, best)]
    starts = np.flatnonzero(np.r_[True, boxes.low[1:] > boxes.high[:-1]])
    left, right = boxes.low[starts], np.maximum.reduceat(boxes.high, starts)
    if upper == math.inf:
        kept = np.isinf(np.maximum.reduceat(boxes.top, starts))
    else:
        kept = np.full(left.shape, True) if fine else (left <= best) & (best <= right)
    left, right = (left[kept], right[kept]) if kept.any() else (left, right)
    # Mirror images are equally near, whatever their last digits.
    distance = np.abs(middle(left, right))
    step = 1e-6 * max(abs(boxes.low[0]), abs(boxes.high[-1]))
    order = np.argsort(np.round(distance / step), kind="stable")
    return [(float(left[n]), float(right[n])) for n in order]


def steepest_point(curve: Curve, summits: list[Stretch], x_range: Stretch) -> Stretch:
    """The first of the stretches that holds a maximum, narrowed down to it.

    One on which the slope only rises, or only falls, was kept for want of a sharper bound.
    """
    for left, right in summits[:_MOST_SUMMITS]:
        low, high = _narrowed(curve, left, right)
        if low < high or left == right or low in x_range or left < low < right:
            return low, high
    return summits[0]


def _narrowed(curve: Curve, left: float, right: float) -> Stretch:
    """The stretch without the parts at its ends where the slope is proven to rise inwards."""
    if not isinstance(curve, Directed):
        return left, right
    sizes, spent = iter(_PARTS), 0
    parts = next(sizes)
    for _ in range(_ROUNDS):
        ends = np.unique(np.linspace(left, right, parts + 1))
        ends[0], ends[-1] = left, right
        spent += parts
        if ends.size < 2 or spent > _MOST_PARTS:
            break
        trend = curve.trend(ends[:-1], ends[1:])
        rising = int(np.argmin(np.r_[trend > 0, False]))
        falling = int(np.argmin(np.r_[trend[::-1] < 0, False]))
        left, right = float(ends[rising]), float(ends[max(ends.size - 1 - falling, rising)])
        if rising == falling == 0:
            parts = next(sizes, 0)
            if not parts:
                break
    return left, right


def no_bound(curve: Curve, left: float, right: float, x_range: Stretch) -> bool:
    """Whether the slope is proven to exceed every bound near a point of the stretch."""
    if not isinstance(curve, Directed):
        return False
    # A pole between two doubles shows its change of sign a few doubles farther out.
    room = 64 * math.ulp(max(abs(left), abs(right)))
    low, high = max(left - room, x_range[0]), min(right + room, x_range[1])
    ends = np.unique(np.clip([low, left, 0.0, left + 0.5 * (right - left), right, high], low, high))
    starts, stops = np.r_[low, ends[:-1]], np.r_[high, ends[1:]]
    return bool(curve.unbounded(starts, stops).any())


def pole(left: float, right: float, x_range: Stretch) -> float:
    """The point of a stretch about a pole that reads best."""
    for point in (0.0, *x_range):
        if left <= point <= right:
            return point
    return left + 0.5 * (right - left)


def level(curve: Curve, left: float, right: float, *, lower: float, span: float) -> Stretch:
    """A point of the stretch, twice, where all of the stretch or half of it is of one slope."""
    centre = left + 0.5 * (right - left)
    if right - left < _WIDE * span:
        return left, right
    for low, high in ((left, right), (left, centre), (centre, right)):
        bottom, _ = curve.log_slope_range(np.array([low]), np.array([high]))
        if bottom[0] >= lower:
            return (low + 0.5 * (high - low),) * 2
    return left, right
