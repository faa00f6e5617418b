"""Intervals times a power of two: slopes such as 8^400, or e^-2000, that float64 cannot hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.intervals.interval import Interval, down, magnitude, up
from gradplot.functions.intervals.rounding import EPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradplot.functions.arrays import Array, Mask, Pair

    Exponents = NDArray[np.int64]

LOG2 = math.log(2.0)
#: log 2 in two parts; the first ends in zeros, so that k·_LOG2_HIGH is exact for |k| < 2^20.
_LOG2_HIGH = float.fromhex("0x1.62e42fee00000p-1")
_LOG2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
#: Logarithms beyond this are taken for infinite (or -infinite): no depth gets there.
_FAR = 1e12

_NORMAL = float(np.finfo(np.float64).smallest_normal)


@dataclass(frozen=True, slots=True)
class Scaled:
    """[low, high]·2^exponent."""

    mantissa: Interval
    exponent: Exponents

    def __neg__(self) -> Scaled:
        return Scaled(-self.mantissa, self.exponent)

    def __add__(self, other: Scaled) -> Scaled:
        a, b, exponent = _align(self, other)
        return Scaled(a + b, exponent)._normal()

    def __sub__(self, other: Scaled) -> Scaled:
        return self + -other

    def __mul__(self, other: Scaled) -> Scaled:
        return Scaled(self.mantissa * other.mantissa, self.exponent + other.exponent)._normal()

    def __truediv__(self, other: Scaled) -> Scaled:
        return Scaled(self.mantissa / other.mantissa, self.exponent - other.exponent)._normal()

    def twice(self) -> Scaled:
        return Scaled(self.mantissa, self.exponent + 1)

    def hull(self, other: Scaled) -> Scaled:
        a, b, exponent = _align(self, other)
        return Scaled(a.hull(b), exponent)

    def where(self, mask: Mask, other: Scaled) -> Scaled:
        return Scaled(
            self.mantissa.where(mask, other.mantissa),
            np.where(mask, self.exponent, other.exponent),
        )

    def _normal(self) -> Scaled:
        """The same with mantissas near 1, wherever they have drifted far from it."""
        low, high = self.mantissa.low, self.mantissa.high
        largest = np.maximum(np.abs(low), np.abs(high))
        if ((largest > 1e-100) & (largest < 1e100)).all():
            return self
        size = np.where(
            np.isinf(high), np.where(np.isinf(low), 1.0, np.abs(low)),
            np.where(np.isinf(low), np.abs(high), np.maximum(np.abs(low), np.abs(high))),
        )  # fmt: skip
        drifted = (size > 1e100) | ((size < 1e-100) & (size > 0))
        if not drifted.any():
            return self
        shift = np.where(drifted, np.frexp(size)[1], 0).astype(np.int64)
        return Scaled(_shift(self.mantissa, -shift), self.exponent + shift)

    def interval(self) -> Interval:
        """As an ordinary interval; ends beyond float64 go outward."""
        return _shift(self.mantissa, self.exponent)

    def log_magnitude(self) -> Pair:
        """Ends of log of the absolute value; -inf where 0 cannot be excluded."""
        size = magnitude(self.mantissa)
        shift = self.exponent.astype(np.float64)
        low, high = np.log(size.low), np.log(size.high)
        slack = 4 * EPS * np.abs(shift)
        low_sum = low + shift * LOG2
        high_sum = high + shift * LOG2
        room = 4 * EPS
        return (
            np.where((shift == 0) & (size.low == 1), 0.0,
                     down(low_sum - room * (np.abs(low) + np.abs(low_sum)) - slack)),
            np.where((shift == 0) & (size.high == 1), 0.0,
                     np.where(size.high == 0, -np.inf,
                              up(high_sum + room * (np.abs(high) + np.abs(high_sum)) + slack))),
        )  # fmt: skip

    def sign_and_log(self) -> Pair:
        """(sign, log of the absolute value) of the middle, for intervals that are nearly points."""
        middle = self.mantissa.middle
        return np.sign(middle), np.log(np.abs(middle)) + self.exponent * LOG2


def of(interval: Interval) -> Scaled:
    return Scaled(interval, np.zeros(interval.low.shape, dtype=np.int64))._normal()


def number(value: float) -> Scaled:
    return of(Interval(np.array([value]), np.array([value])))


def unknown(like: Array) -> Scaled:
    """The whole line."""
    return of(Interval(np.full_like(like, -np.inf), np.full_like(like, np.inf)))


def exponential(low: Array, high: Array) -> Scaled:
    """e^[low, high], of logarithms that may lie far beyond float64's own exponents."""
    low, high = np.broadcast_arrays(low, high)
    top = np.clip(np.where(np.isnan(high), 0.0, high), -_FAR, _FAR)
    k = np.rint(top / LOG2)

    def reduced(log: Array) -> tuple[Array, Array]:
        near = np.clip(log, -_FAR, _FAR)
        rest = (near - k * _LOG2_HIGH) - k * _LOG2_LOW
        # The product with _LOG2_HIGH is exact up to 2^20 only.
        error = 4 * EPS + EPS * (np.abs(rest) + np.where(np.abs(k) < 2**20, 0.0, np.abs(near)))
        return np.exp(rest), error

    at_low, low_error = reduced(low)
    at_high, high_error = reduced(high)
    exact_low, exact_high = (low == 0) & (k == 0), (high == 0) & (k == 0)
    mantissa = Interval(
        np.where(exact_low, 1.0, np.maximum(down(at_low * (1 - low_error)), 0.0)),
        np.where(exact_high, 1.0, up(at_high * (1 + high_error))),
    )
    mantissa = Interval(
        np.where(low < -_FAR, 0.0, mantissa.low),
        np.where(high > _FAR, np.inf, np.where(high == -np.inf, 0.0, mantissa.high)),
    )
    return Scaled(mantissa, k.astype(np.int64))


def _align(a: Scaled, b: Scaled) -> tuple[Interval, Interval, Exponents]:
    zero_a = (a.mantissa.low == 0) & (a.mantissa.high == 0)
    zero_b = (b.mantissa.low == 0) & (b.mantissa.high == 0)
    exponent = np.where(
        zero_a, b.exponent, np.where(zero_b, a.exponent, np.maximum(a.exponent, b.exponent))
    )
    return (
        _shift(a.mantissa, a.exponent - exponent),
        _shift(b.mantissa, b.exponent - exponent),
        exponent,
    )


def _shift(mantissa: Interval, by: Exponents) -> Interval:
    """mantissa·2^by, rounded outward where that is not exact."""
    if not by.any():
        return mantissa
    steps = np.clip(by, -4000, 4000).astype(np.int32)
    low, high = np.ldexp(mantissa.low, steps), np.ldexp(mantissa.high, steps)
    inexact_low = (np.abs(low) < _NORMAL) | (np.isinf(low) & np.isfinite(mantissa.low))
    inexact_high = (np.abs(high) < _NORMAL) | (np.isinf(high) & np.isfinite(mantissa.high))
    return Interval(
        np.where(inexact_low & (mantissa.low != 0), _beyond(mantissa.low, down(low)), low),
        np.where(inexact_high & (mantissa.high != 0), -_beyond(-mantissa.high, -up(high)), high),
    )


def _beyond(mantissa: Array, low: Array) -> Array:
    """A lower end rounded outward, but not past 0."""
    return np.where(mantissa > 0, np.maximum(low, 0.0), low)
