"""Ranges of a function over intervals from what it is at their ends and how fast it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.intervals.interval import Interval, up

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Mask


def between(left: Interval, right: Interval, rate: Interval, width: Array) -> Interval:
    """Range of a function that has these ranges at its ends and this range of derivatives.

    Above it is bounded by a line from either end; wherever between the ends one stops using the
    first and takes the second, the higher of the two there is a bound.
    """
    return Interval(-_top(-left, -right, -rate, width), _top(left, right, rate, width))


def _top(left: Interval, right: Interval, rate: Interval, width: Array) -> Array:
    rise, fall = np.maximum(rate.high, 0.0), np.maximum(-rate.low, 0.0)
    meet = (right.high - left.high + fall * width) / (rise + fall)
    meet = np.clip(np.where(np.isfinite(meet), meet, 0.0), 0.0, width)
    from_left = up(left.high + up(rise * meet))
    from_right = up(right.high + up(fall * up(width - meet)))
    return np.where(
        rise == 0, left.high, np.where(fall == 0, right.high, np.maximum(from_left, from_right))
    )


def narrowed(
    natural: Interval, ends: tuple[Interval, Interval], rate: Interval, width: Array, usable: Mask
) -> Interval:
    """A range, and what follows from ends and rate where they are ``usable``."""
    return _meet(natural, between(*ends, rate, width)).where(usable, natural)


def _meet(a: Interval, b: Interval) -> Interval:
    """What both say; the first where the second says nothing."""
    return Interval(np.fmax(a.low, b.low), np.fmin(a.high, b.high))
