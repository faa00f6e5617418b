"""Intervals whose two ends are Arb balls: any precision, any exponent, exact where a kink is met.

The true range lies between the lower end of ``low`` and the upper end of ``high``. An end that is
NaN or infinite says nothing. A point is a span whose two ends are one object, and costs half.
"""

from __future__ import annotations

import math

from flint import arb, ctx

ZERO, ONE = arb(0), arb(1)
INF = arb("inf")
#: Precision of a logarithm on its way to a double.
LOG_BITS = 80


class Span:
    """[low, high]."""

    __slots__ = ("high", "low")

    def __init__(self, low: arb, high: arb) -> None:
        self.low = low
        self.high = high

    def __repr__(self) -> str:
        return f"Span({self.low}, {self.high})"

    def __neg__(self) -> Span:
        if self.low is self.high:
            return point(-self.low)
        return Span(-self.high, -self.low)

    def __add__(self, other: Span) -> Span:
        if self.low is self.high and other.low is other.high:
            return point(self.low + other.low)
        return Span(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Span) -> Span:
        if self.low is self.high and other.low is other.high:
            return point(self.low - other.low)
        return Span(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Span) -> Span:
        a, b, c, d = self.low, self.high, other.low, other.high
        if a is b and c is d:
            return point(a * c)
        if self.flat or other.flat:  # also times what has no bound
            return point(ZERO)
        if a >= 0:
            return Span(a * c if c >= 0 else b * c, a * d if d <= 0 else b * d)
        if b <= 0:
            return Span(b * d if d <= 0 else a * d, b * c if c >= 0 else a * c)
        if c >= 0:
            return Span(a * d, b * d)
        if d <= 0:
            return Span(b * c, a * c)
        return Span((a * d).min(b * c), (a * c).max(b * d))

    def __truediv__(self, other: Span) -> Span:
        if self.low is self.high and other.low is other.high:
            return point(self.low / other.low)
        return self * other.inverse()

    def inverse(self) -> Span:
        """1 / span; the whole line where 0 lies inside."""
        low, high = self.low, self.high
        if low > 0 or high < 0:
            return Span(1 / high, 1 / low)
        if low >= 0 and high > 0:
            return Span(1 / high, INF)
        if high <= 0 and low < 0:
            return Span(-INF, 1 / low)
        return WHOLE

    def scaled(self, factor: arb) -> Span:
        """Times a positive number."""
        if self.low is self.high:
            return point(self.low * factor)
        return Span(self.low * factor, self.high * factor)

    def hull(self, other: Span) -> Span:
        return Span(self.low.min(other.low), self.high.max(other.high))

    def meet(self, other: Span) -> Span:
        """What both say; an end that says nothing gives way to the other one."""
        low = other.low if _tells(other.low) and not self.low >= other.low else self.low
        high = other.high if _tells(other.high) and not self.high <= other.high else self.high
        return Span(low, high)

    @property
    def flat(self) -> bool:
        return self.low.is_zero() and self.high.is_zero()

    @property
    def bounded(self) -> bool:
        return bool(self.low.is_finite() and self.high.is_finite())

    def sign(self) -> int:
        """1 or -1 where every value has that sign, else 0."""
        return 1 if self.low > 0 else -1 if self.high < 0 else 0

    def log_upper(self) -> float:
        """A double above log|value|: -inf for an exact 0, inf where the span tells nothing."""
        size = self.low.abs_upper().max(self.high.abs_upper())
        return math.inf if not size.is_finite() else _log(size, 1)

    def log_lower(self) -> float:
        """A double below log|value|; -inf where 0 cannot be excluded."""
        if self.low > 0:
            size = self.low.lower()
        elif self.high < 0:
            size = -self.high.upper()
        else:
            return -math.inf
        return _log(size, -1) if size.is_finite() else -math.inf


def point(value: arb) -> Span:
    return Span(value, value)


def _tells(end: arb) -> bool:
    return bool(end.is_finite())


def _log(size: arb, direction: int) -> float:
    """log of a positive number, or of 0, rounded outward to a double."""
    if size.is_zero():
        return -math.inf
    before, ctx.prec = ctx.prec, LOG_BITS
    log = size.log()
    end = 0.0 if log.is_zero() else float(log.upper() if direction > 0 else log.lower())
    ctx.prec = before
    return math.nextafter(end, direction * math.inf) if end else end


WHOLE = Span(-INF, INF)
