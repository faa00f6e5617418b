"""Arrays of intervals with outward rounding, for ranges that are guaranteed.

An empty interval (its function is defined nowhere on it) is NaN at both ends. A lower end is never
+inf and an upper end never -inf: beyond float64 an end is its largest finite number. Sums and
products that are exact stay exact, so that a kink at a double is hit and not smeared. numpy's
transcendental functions are taken to be good to 4 units in the last place.

Every function here expects ``np.errstate(all="ignore")`` around it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.intervals.rounding import EPS, TINY, two_product, two_sum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradplot.functions.arrays import Array

    Mask = NDArray[np.bool_]

ULPS = 4.0


def down(x: Array) -> Array:
    return np.nextafter(x, -np.inf)


def up(x: Array) -> Array:
    return np.nextafter(x, np.inf)


@dataclass(frozen=True, slots=True)
class Interval:
    """Ends of intervals, low <= high, or NaN in both where empty."""

    low: Array
    high: Array

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __add__(self, other: Interval) -> Interval:
        low, low_error = two_sum(self.low, other.low)
        high, high_error = two_sum(self.high, other.high)
        return Interval(
            np.where(low_error >= 0, low, down(low)), np.where(high_error <= 0, high, up(high))
        )

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        for first, second in ((self, other), (other, self)):
            if (first.low >= 0).all():
                return first._not_negative_times(second)
        a, b = np.broadcast_arrays(
            np.stack([self.low, self.low, self.high, self.high]),
            np.stack([other.low, other.high, other.low, other.high]),
        )
        product, error = two_product(a, b)
        low = np.min(np.where(error >= 0, product, down(product)), axis=0)
        high = np.max(np.where(error <= 0, product, up(product)), axis=0)
        return Interval(low, high).empty_where(self.empty | other.empty)

    def _not_negative_times(self, other: Interval) -> Interval:
        """The product by two multiplications: signs tell which ends are extreme."""
        product, error = two_product(
            np.stack(
                np.broadcast_arrays(
                    np.where(other.low >= 0, self.low, self.high),
                    np.where(other.high >= 0, self.high, self.low),
                )
            ),
            np.stack([other.low, other.high]),
        )
        low = np.where(error[0] >= 0, product[0], down(product[0]))
        high = np.where(error[1] <= 0, product[1], up(product[1]))
        return Interval(low, high).empty_where(other.empty)

    def __truediv__(self, other: Interval) -> Interval:
        """The quotient where ``other`` is not 0; unbounded where it comes to 0."""
        inside = (other.low < 0) & (other.high > 0)
        pole = inside | (other.low == 0) | (other.high == 0)
        if not pole.any():
            return self._over(other)
        left, right = (other.high == 0), (other.low == 0)
        kept = other.where(~pole, point(1.0))
        reciprocal = Interval(
            np.where(left | inside, -np.inf, down(1.0 / np.where(right, other.high, 1.0))),
            np.where(right | inside, np.inf, up(1.0 / np.where(left, other.low, 1.0))),
        ).empty_where(left & right)
        return self._over(kept).where(~pole, self * reciprocal)

    def _over(self, other: Interval) -> Interval:
        a, b = np.broadcast_arrays(
            np.stack([self.low, self.low, self.high, self.high]),
            np.stack([other.low, other.high, other.low, other.high]),
        )
        # inf/inf lies between the quotients at the other ends.
        quotient = np.where((a == 0) | (np.isinf(a) & np.isinf(b)), 0.0, a / b)
        back, error = two_product(quotient, b)
        exact = (back == a) & (error == 0)
        low = np.min(np.where(exact, quotient, down(quotient)), axis=0)
        high = np.max(np.where(exact, quotient, up(quotient)), axis=0)
        return Interval(low, high).empty_where(self.empty | other.empty)

    @property
    def empty(self) -> Mask:
        return np.isnan(self.low)

    @property
    def middle(self) -> Array:
        with np.errstate(invalid="ignore"):  # all of the line has none
            return np.where(self.low == self.high, self.low, 0.5 * self.low + 0.5 * self.high)

    def empty_where(self, mask: Mask) -> Interval:
        if not mask.any():
            return self
        return Interval(np.where(mask, np.nan, self.low), np.where(mask, np.nan, self.high))

    def where(self, mask: Mask, other: Interval) -> Interval:
        """This interval where ``mask`` holds, the other elsewhere."""
        return Interval(np.where(mask, self.low, other.low), np.where(mask, self.high, other.high))

    def hull(self, other: Interval) -> Interval:
        return Interval(np.fmin(self.low, other.low), np.fmax(self.high, other.high))

    def clip(self, low: float, high: float) -> Interval:
        """What is known of a function whose values all lie between two numbers."""
        return Interval(np.clip(self.low, low, high), np.clip(self.high, low, high))

    def widen(self, ulps: float | Array = ULPS) -> Interval:
        """Room for errors relative to the ends; an end that is 0 was computed exactly."""
        low, high = self.low, self.high
        return Interval(
            np.where(low == 0, low, down(low - ulps * EPS * np.abs(low))),
            np.where(high == 0, high, up(high + ulps * EPS * np.abs(high))),
        ).where(np.isfinite(low) & np.isfinite(high), Interval(_cap(low), -_cap(-high)))


def _cap(low: Array) -> Array:
    """Lower ends, widened; beyond float64 the largest finite number."""
    return np.where(np.isfinite(low), down(low - ULPS * EPS * np.abs(low)), down(low))


def point(value: float) -> Interval:
    return Interval(np.array([value]), np.array([value]))


def exp(u: Interval) -> Interval:
    r = Interval(np.exp(u.low), np.exp(u.high)).widen()
    low = np.where(u.low == 0, 1.0, np.maximum(r.low, 0.0))
    return Interval(low, np.where(u.high == 0, 1.0, np.maximum(r.high, TINY)))


def log(u: Interval) -> Interval:
    """On the positive part of u."""
    return _lift(np.log, u)


def sqrt(u: Interval) -> Interval:
    """On the part of u that is not negative; numpy's square root is correctly rounded."""
    low, high = np.sqrt(np.maximum(u.low, 0.0)), np.sqrt(np.maximum(u.high, 0.0))
    r = Interval(
        np.where(_squares_to(low, u.low), low, np.maximum(down(low), 0.0)),
        np.where(_squares_to(high, u.high), high, up(high)),
    )
    return r.empty_where(~(u.high >= 0))


def _squares_to(root: Array, square: Array) -> Mask:
    product, error = two_product(root, root)
    exact: Mask = ((product == square) & (error == 0)) | (square == 0)
    return exact


def _lift(rising: np.ufunc, u: Interval) -> Interval:
    r = Interval(rising(np.maximum(u.low, 0.0)), rising(np.maximum(u.high, 0.0))).widen()
    return r.empty_where(~(u.high > 0))


def sinh(u: Interval) -> Interval:
    return Interval(np.sinh(u.low), np.sinh(u.high)).widen()


def cosh(u: Interval) -> Interval:
    """Least at 0."""
    size = magnitude(u)
    return Interval(np.cosh(size.low), np.cosh(size.high)).widen().clip(1.0, np.inf)


def magnitude(u: Interval) -> Interval:
    """|u|."""
    across = (u.low < 0) & (u.high > 0)
    low, high = np.abs(u.low), np.abs(u.high)
    return Interval(np.where(across, 0.0, np.minimum(low, high)), np.maximum(low, high))


def cos(u: Interval) -> Interval:
    return _wave(np.cos, u, top=0.0)


def sin(u: Interval) -> Interval:
    return _wave(np.sin, u, top=math.pi / 2)


def _wave(wave: np.ufunc, u: Interval, top: float) -> Interval:
    """A sine that is 1 at ``top`` and -1 half a turn on; numpy reduces its argument exactly."""
    endless = ~(np.isfinite(u.low) & np.isfinite(u.high)) & ~u.empty
    bounded = u.where(~endless, point(0.0))
    ends = np.stack([wave(bounded.low), wave(bounded.high)])
    r = Interval(np.min(ends, axis=0), np.max(ends, axis=0)).widen().clip(-1.0, 1.0)
    low = np.where(endless | hits(u, top + math.pi, 2 * math.pi), -1.0, r.low)
    high = np.where(endless | hits(u, top, 2 * math.pi), 1.0, r.high)
    return Interval(low, high).empty_where(u.empty)


def hits(u: Interval, first: float, period: float) -> Mask:
    """Where u may contain first + k·period for some whole k."""
    low, high = (u.low - first) / period, (u.high - first) / period
    slack = 4 * EPS * (1.0 + np.maximum(np.abs(low), np.abs(high)))
    return ~(np.floor(high + slack) < np.ceil(low - slack)) & ~u.empty


def tan(u: Interval) -> Interval:
    """All of the line where a pole may lie in u."""
    r = Interval(np.tan(u.low), np.tan(u.high)).widen()
    everywhere = Interval(np.full_like(u.low, -np.inf), np.full_like(u.high, np.inf))
    pole = tan_pole(u)
    return everywhere.where(pole, r).empty_where(u.empty)


def tan_pole(u: Interval) -> Mask:
    unbounded = ~(np.isfinite(u.low) & np.isfinite(u.high))
    return (hits(u, math.pi / 2, math.pi) | (u.high - u.low > 3.0) | unbounded) & ~u.empty


def power(u: Interval, exponent: int) -> Interval:
    """u^exponent for a whole exponent >= 0; even powers are least at 0."""
    if exponent == 0:
        return Interval(np.ones_like(u.low), np.ones_like(u.high)).empty_where(u.empty)
    if exponent == 1:
        return u
    base = u if exponent % 2 else magnitude(u)
    low, high = np.power(base.low, exponent), np.power(base.high, exponent)
    if exponent == 2:
        low_error, high_error = (two_product(end, end)[1] for end in (base.low, base.high))
        return Interval(
            np.where(low_error >= 0, low, np.maximum(down(low), 0.0)),
            np.where(high_error <= 0, high, up(high)),
        )
    r = Interval(low, high).widen()
    # An end that underflowed to 0 is not exact.
    return Interval(
        np.where((low == 0) & (base.low != 0), np.where(base.low < 0, -TINY, 0.0), r.low),
        np.where((high == 0) & (base.high != 0), np.where(base.high > 0, TINY, 0.0), r.high),
    )


def real_power(u: Interval, exponent: Interval) -> Interval:
    """u^exponent on the part of u that is not negative, for one exponent > 0."""
    base = Interval(np.maximum(u.low, 0.0), np.maximum(u.high, 0.0))
    ends = np.stack(
        [np.power(b, p) for b in (base.low, base.high) for p in (exponent.low, exponent.high)]
    )
    r = Interval(np.min(ends, axis=0), np.max(ends, axis=0)).widen()
    high = np.where((r.high == 0) & (base.high != 0), TINY, r.high)
    return Interval(np.maximum(r.low, 0.0), high).empty_where(~(u.high >= 0))
