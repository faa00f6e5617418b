"""Values with their first and second derivatives, and how each operation passes them on.

One rule per line. Each works on arrays of intervals, and on points as intervals that are next to
nothing wide, so that what is drawn and what is proven cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradplot.functions.intervals import interval as iv
from gradplot.functions.intervals import scaled
from gradplot.functions.intervals.interval import Interval
from gradplot.functions.intervals.scaled import Scaled
from gradplot.functions.jets.rules import Rule, rule
from gradplot.functions.step import Number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradplot.functions.arrays import Array, Mask


@dataclass(frozen=True, slots=True)
class Jet:
    """A quantity with its first and second derivative by x; None for one that is 0 throughout."""

    value: Interval
    slope: Scaled | None = None
    bend: Scaled | None = None


@dataclass(slots=True)
class Pass:
    """One forward pass: how many derivatives it takes, and what it finds out on the way."""

    order: int
    points: bool
    continuous: Mask


def mapped(change: Callable[..., NDArray[Any]], *jets: Jet) -> Jet:
    """``change`` of the jets' arrays, one by one; all of the jets have the same parts."""

    def interval(*parts: Interval) -> Interval:
        return Interval(
            change(*(part.low for part in parts)), change(*(part.high for part in parts))
        )

    def optional(*parts: Scaled | None) -> Scaled | None:
        there = [part for part in parts if part is not None]
        if not there:
            return None
        exponent = change(*(part.exponent for part in there))
        return Scaled(interval(*(part.mantissa for part in there)), exponent)

    return Jet(
        interval(*(jet.value for jet in jets)),
        optional(*(jet.slope for jet in jets)),
        optional(*(jet.bend for jet in jets)),
    )


#: How wide a point's range may be for its middle to be told: of its size, and what may be underflow
#: in a value.
NARROW, UNDERFLOW = 1e-6, 1e-300


def settled(jet: Jet) -> Jet:
    """The middles of a point's ranges, whose widths would grow from layer to layer; those that are
    too wide for it stay."""

    def middle(part: Interval, least: float) -> Interval:
        return Interval(part.middle, part.middle).where(narrow(part, least), part)

    slope = jet.slope and Scaled(middle(jet.slope.mantissa, 0.0), jet.slope.exponent)
    return Jet(middle(jet.value, UNDERFLOW), slope)


def narrow(part: Interval, least: float = 0.0) -> Mask:
    """Where a point's range tells a number."""
    width = part.high - part.low
    told: Mask = np.isfinite(width) & (width <= NARROW * iv.magnitude(part).high + least)
    return told


# --- optional terms: None is 0 -----------------------------------------------------------------


def plus(a: Scaled | None, b: Scaled | None) -> Scaled | None:
    return b if a is None else a if b is None else a + b


def minus(a: Scaled | None) -> Scaled | None:
    return None if a is None else -a


def times(a: Scaled | None, b: Scaled | None) -> Scaled | None:
    return None if a is None or b is None else a * b


def square(a: Scaled) -> Scaled:
    return Scaled(iv.power(a.mantissa, 2), 2 * a.exponent)


# --- rules -------------------------------------------------------------------------------------


def compose(f: Rule, u: Jet, going: Pass) -> Jet:
    """f(u)."""
    going.continuous = going.continuous & f.continuous(u.value)
    value = f.value(u.value)
    if u.slope is None or going.order == 0:
        return Jet(value)
    at = going.points and f.slope_at is not None
    slope = f.slope_at(u.value.middle) if at and f.slope_at else f.slope(u.value)
    return chained(Jet(value, slope, f.bend(u.value) if going.order > 1 else None), u)


def chained(outer: Jet, u: Jet) -> Jet:
    """f(u) from f with its derivatives at u: slope f'(u) u', bend f''(u) u'² + f'(u) u''."""
    if outer.slope is None or u.slope is None:
        return Jet(outer.value)
    curve = None if outer.bend is None else outer.bend * square(u.slope)
    return Jet(outer.value, outer.slope * u.slope, plus(curve, times(outer.slope, u.bend)))


def negate(u: Jet) -> Jet:
    return Jet(-u.value, minus(u.slope), minus(u.bend))


def _add(a: Jet, b: Jet, going: Pass) -> Jet:
    return Jet(a.value + b.value, plus(a.slope, b.slope), plus(a.bend, b.bend))


def _sub(a: Jet, b: Jet, going: Pass) -> Jet:
    if a is b:
        return Jet(iv.point(0.0).where(~a.value.empty, a.value))
    return _add(a, negate(b), going)


def _mul(a: Jet, b: Jet, going: Pass) -> Jet:
    """ab: slope a'b + ab', bend a''b + 2a'b' + ab''."""
    if a is b:
        return power(a, Number(2.0, 2.0, 2.0), going)
    value = a.value * b.value
    if a.slope is None and b.slope is None:
        return Jet(value)
    va, vb = scaled.of(a.value), scaled.of(b.value)
    slope = plus(times(a.slope, vb), times(va, b.slope))
    if going.order < 2:
        return Jet(value, slope)
    cross = times(a.slope, b.slope)
    bend = plus(times(a.bend, vb), times(va, b.bend))
    return Jet(value, slope, plus(bend, cross.twice() if cross else None))


def _div(a: Jet, b: Jet, going: Pass) -> Jet:
    """q = a/b: slope (a' - q b')/b, bend (a'' - 2q' b' - q b'')/b."""
    going.continuous = going.continuous & ((b.value.low > 0) | (b.value.high < 0))
    value = a.value / b.value
    if a is b:
        value = iv.point(1.0).where(~value.empty, value)
    if a is b or (a.slope is None and b.slope is None):
        return Jet(value)
    vb, q = scaled.of(b.value), scaled.of(value)
    top = plus(a.slope, minus(times(q, b.slope)))
    slope = top / vb if top is not None else None
    if going.order < 2:
        return Jet(value, slope)
    cross = times(slope, b.slope)
    top = plus(a.bend, minus(plus(cross.twice() if cross else None, times(q, b.bend))))
    return Jet(value, slope, top / vb if top is not None else None)


def power(u: Jet, exponent: Number, going: Pass) -> Jet:
    """u^p: slope p u^(p-1) u', by way of 1/u^-p where p is a negative whole number."""
    p = exponent.value
    if exponent.low == exponent.high and p.is_integer() and abs(p) <= MAX_POWER:
        if p < 0:
            one = Jet(iv.point(1.0))
            return _div(one, power(u, Number(-p, -p, -p), going), going)
        return compose(_whole_power(int(p)), u, going)
    return compose(_real_power(exponent), u, going)


#: Larger exponents go by exp(p log u).
MAX_POWER = 2**30


def _whole_power(n: int) -> Rule:
    return Rule(
        lambda u: iv.power(u, n),
        lambda u: scaled.number(n) * _scaled_power(u, n - 1) if n else scaled.number(0.0),
        lambda u: (
            scaled.number(float(n * (n - 1))) * _scaled_power(u, n - 2)
            if n > 1
            else scaled.number(0.0)
        ),
    )


def _scaled_power(u: Interval, n: int) -> Scaled:
    """u^n beyond float64's exponents."""
    base = u if n % 2 else iv.magnitude(u)
    return _end_power(base.low, n).hull(_end_power(base.high, n))


def _end_power(z: Array, n: int) -> Scaled:
    """z^n by repeated squaring."""
    if n == 0:
        return scaled.of(Interval(np.where(np.isnan(z), z, 1.0), np.where(np.isnan(z), z, 1.0)))
    factor = scaled.of(Interval(z, z))
    if n == 1:
        return factor
    half = _end_power(z, n // 2)
    return half * half * factor if n % 2 else half * half


def _real_power(exponent: Number) -> Rule:
    """u^p = e^(p log u) for u >= 0."""
    p = Interval(np.array([exponent.low]), np.array([exponent.high]))
    rising = exponent.low > 0

    def value(u: Interval) -> Interval:
        return iv.real_power(u, p) if rising else _exp_log(u, p).interval()

    def slope(u: Interval) -> Scaled:
        return scaled.of(p) * _exp_log(u, p - iv.point(1.0))

    def bend(u: Interval) -> Scaled:
        return scaled.of(p * (p - iv.point(1.0))) * _exp_log(u, p - iv.point(2.0))

    def continuous(u: Interval) -> Mask:
        return (u.low >= 0) if rising else (u.low > 0)

    return Rule(value, slope, bend, continuous)


def _exp_log(u: Interval, p: Interval) -> Scaled:
    positive = Interval(np.maximum(u.low, 0.0), u.high).empty_where(~(u.high > 0))
    log = iv.log(positive) * p
    return scaled.exponential(log.low, log.high)


def _general_power(a: Jet, b: Jet, going: Pass) -> Jet:
    """a^b = e^(b log a) for a > 0."""
    return compose(rule("exp"), _mul(b, compose(rule("log"), a, going), going), going)


def _max(a: Jet, b: Jet, going: Pass) -> Jet:
    if a is b:
        return a
    first = a.value.low >= b.value.high
    second = b.value.low >= a.value.high
    value = Interval(np.maximum(a.value.low, b.value.low), np.maximum(a.value.high, b.value.high))
    if a.slope is None and b.slope is None:
        return Jet(value)
    zero = scaled.number(0.0)
    slope_a, slope_b = a.slope or zero, b.slope or zero
    if going.points:
        ma, mb = a.value.middle, b.value.middle
        half = scaled.number(0.5) * (slope_a + slope_b)
        slope = slope_a.where(ma > mb, slope_b.where(mb > ma, half))
        return Jet(value, slope)
    slope = slope_a.where(first, slope_b.where(second, slope_a.hull(slope_b)))
    if going.order < 2:
        return Jet(value, slope)
    unknown = scaled.unknown(value.low)
    bend = (a.bend or zero).where(first, (b.bend or zero).where(second, unknown))
    return Jet(value, slope, bend)


def _min(a: Jet, b: Jet, going: Pass) -> Jet:
    if a is b:
        return a
    return negate(_max(negate(a), negate(b), going))


BINARY: dict[str, Callable[[Jet, Jet, Pass], Jet]] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": _div,
    "pow": _general_power,
    "max": _max,
    "min": _min,
}
