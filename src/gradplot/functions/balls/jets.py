"""A value with its first and second derivative over an interval, and how each operation passes
them on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import arb

from gradplot.functions.balls.outline import Ranges
from gradplot.functions.balls.rules import Rule, Undefined, power, rule
from gradplot.functions.balls.span import ONE, WHOLE, ZERO, Span, point
from gradplot.functions.step import Number


class Jet:
    """A quantity with its first and second derivative; None for one that is 0 throughout."""

    __slots__ = ("bend", "slope", "value")

    def __init__(self, value: Span, slope: Span | None = None, bend: Span | None = None) -> None:
        self.value = value
        self.slope = slope
        self.bend = bend

    def meet(self, other: Jet) -> Jet:
        """What both say."""
        return Jet(
            self.value.meet(other.value),
            _meet(self.slope, other.slope),
            _meet(self.bend, other.bend),
        )

    def hull(self, other: Jet) -> Jet:
        """What one or the other is; of the bend nothing."""
        value = self.value.hull(other.value)
        if self.slope is None and other.slope is None:
            return Jet(value)
        return Jet(value, (self.slope or ZERO_SPAN).hull(other.slope or ZERO_SPAN), WHOLE)


def _meet(a: Span | None, b: Span | None) -> Span | None:
    return None if a is None or b is None else a.meet(b)


@dataclass(slots=True)
class Pass:
    """One forward pass: how many derivatives it takes, and what it finds out on the way."""

    order: int
    #: Whether every operation is defined on the whole interval.
    whole: bool = True


# --- optional terms: None is 0 ------------------------------------------------------------------


def plus(a: Span | None, b: Span | None) -> Span | None:
    return b if a is None else a if b is None else a + b


def minus(a: Span | None) -> Span | None:
    return None if a is None else -a


def times(a: Span | None, b: Span | None) -> Span | None:
    if a is None or b is None:
        return None
    product = a * b
    return None if product.flat else product


def twice(a: Span | None) -> Span | None:
    return None if a is None else a.scaled(TWO)


def square(a: Span) -> Span:
    low, high = a.low, a.high
    if low is high or low >= 0:
        return a * a
    return a * a if high <= 0 else Span(ZERO, (low * low).max(high * high))


TWO = arb(2)
ONE_JET = Jet(point(ONE))

# --- rules --------------------------------------------------------------------------------------


def compose(f: Rule, u: Jet, going: Pass) -> Jet:
    """f(u)."""
    outer, whole = f(u.value.low, u.value.high)
    if not whole:
        going.whole = False
        if outer.slope is None and _moves(u):
            raise Undefined
    return chained(outer, u, going)


def _moves(u: Jet) -> bool:
    """Whether a quantity is proven to be 0, like any number, at single points at most."""
    return any(rate is not None and rate.sign() for rate in (u.slope, u.bend))


def chained(outer: Ranges | Jet, u: Jet, going: Pass) -> Jet:
    """f(u) from f and its derivatives: slope f'(u) u', bend f''(u) u'² + f'(u) u''."""
    if u.slope is None or outer.slope is None:
        return Jet(outer.value)
    slope = outer.slope * u.slope
    if going.order < 2:
        return Jet(outer.value, slope)
    curve = None if outer.bend is None else outer.bend * square(u.slope)
    return Jet(outer.value, slope, plus(curve, times(outer.slope, u.bend)))


def negate(u: Jet) -> Jet:
    return Jet(-u.value, minus(u.slope), minus(u.bend))


def _add(a: Jet, b: Jet, going: Pass) -> Jet:
    return Jet(a.value + b.value, plus(a.slope, b.slope), plus(a.bend, b.bend))


def _sub(a: Jet, b: Jet, going: Pass) -> Jet:
    if a is b:
        return Jet(point(ZERO))
    return Jet(a.value - b.value, plus(a.slope, minus(b.slope)), plus(a.bend, minus(b.bend)))


def _mul(a: Jet, b: Jet, going: Pass) -> Jet:
    """ab: slope a'b + ab', bend a''b + 2a'b' + ab''."""
    if a is b:
        return compose(_SQUARE, a, going)
    slope = plus(times(a.slope, b.value), times(a.value, b.slope))
    bend = None
    if going.order > 1:
        bend = plus(times(a.bend, b.value), times(a.value, b.bend))
        bend = plus(bend, twice(times(a.slope, b.slope)))
    return Jet(a.value * b.value, slope, bend)


def divide(a: Jet, b: Jet, going: Pass) -> Jet:
    """q = a/b: slope (a' - q b')/b, bend (a'' - 2q' b' - q b'')/b."""
    if b.value.flat:
        raise Undefined
    if a is b:
        return ONE_JET
    over = b.value.inverse()
    if not b.value.sign():
        going.whole = False
    q = a.value * over
    slope = times(plus(a.slope, minus(times(q, b.slope))), over)
    bend = None
    if going.order > 1:
        rest = plus(twice(times(slope, b.slope)), times(q, b.bend))
        bend = times(plus(a.bend, minus(rest)), over)
    return Jet(q, slope, bend)


def _pow(a: Jet, b: Jet, going: Pass) -> Jet:
    """a^b = e^(b log a) for a > 0."""
    return compose(rule("exp"), _mul(b, compose(rule("log"), a, going), going), going)


def _max(a: Jet, b: Jet, going: Pass) -> Jet:
    # At a point where both are the same, either may be the larger one beside it.
    level = a.value.low == b.value.high and a.value.high == b.value.low
    if a is b or (a.value.low >= b.value.high and not level):
        return a
    if b.value.low >= a.value.high and not level:
        return b
    either = a.hull(b)
    if level:
        return Jet(a.value, either.slope, either.bend)
    either.value = Span(a.value.low.max(b.value.low), a.value.high.max(b.value.high))
    return either


def _min(a: Jet, b: Jet, going: Pass) -> Jet:
    return a if a is b else negate(_max(negate(a), negate(b), going))


ZERO_SPAN = point(ZERO)
_SQUARE = power(Number(2.0, 2.0, 2.0))
BINARY: dict[str, Callable[[Jet, Jet, Pass], Jet]] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": divide,
    "pow": _pow,
    "max": _max,
    "min": _min,
}


def raised(u: Jet, exponent: Number, going: Pass) -> Jet:
    """u^p, by way of 1/u^-p where p is a negative whole number."""
    p = exponent.value
    if p < 0 and p.is_integer() and exponent.low == exponent.high:
        return divide(ONE_JET, compose(power(Number(-p, -p, -p)), u, going), going)
    return compose(power(exponent), u, going)
