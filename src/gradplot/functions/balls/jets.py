"""A value with its first and second derivative over an interval, and how each operation passes
them on; a program of such operations, run layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from flint import arb, ctx, fmpq

from gradplot.functions.balls.rules import Rule, Undefined, power, rule
from gradplot.functions.balls.span import ONE, WHOLE, ZERO, Span, point
from gradplot.functions.step import Number, Step

#: Bits that a layer carries beyond those that tell an interval's two ends apart.
GUARD_BITS = 72


class Jet:
    """A quantity with its first and second derivative; None for one that is 0 throughout."""

    __slots__ = ("bend", "slope", "value")

    def __init__(self, value: Span, slope: Span | None = None, bend: Span | None = None) -> None:
        self.value = value
        self.slope = slope
        self.bend = bend


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
    return None if a is None or b is None else a * b


def twice(a: Span | None) -> Span | None:
    return None if a is None else a.scaled(TWO)


def square(a: Span) -> Span:
    low, high = a.low, a.high
    if low is high or low >= 0:
        return a * a
    return a * a if high <= 0 else Span(ZERO, (low * low).max(high * high))


TWO, HALF = arb(2), arb(0.5)
ONE_JET = Jet(point(ONE))

# --- rules --------------------------------------------------------------------------------------


def compose(f: Rule, u: Jet, going: Pass) -> Jet:
    """f(u): slope f'(u) u', bend f''(u) u'² + f'(u) u''."""
    outer, whole = f(u.value.low, u.value.high)
    if not whole:
        going.whole = False
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


def _div(a: Jet, b: Jet, going: Pass) -> Jet:
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
    value = a.value
    if not level:
        value = Span(a.value.low.max(b.value.low), a.value.high.max(b.value.high))
    slope = (a.slope or ZERO_SPAN).hull(b.slope or ZERO_SPAN)
    return Jet(value, None if slope.flat else slope, None if slope.flat else WHOLE)


def _min(a: Jet, b: Jet, going: Pass) -> Jet:
    return a if a is b else negate(_max(negate(a), negate(b), going))


ZERO_SPAN = point(ZERO)
_SQUARE = power(Number(2.0, 2.0, 2.0))
BINARY: dict[str, Callable[[Jet, Jet, Pass], Jet]] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "max": _max,
    "min": _min,
}


def raised(u: Jet, exponent: Number, going: Pass) -> Jet:
    """u^p, by way of 1/u^-p where p is a negative whole number."""
    p = exponent.value
    if p < 0 and p.is_integer() and exponent.low == exponent.high:
        return _div(ONE_JET, compose(power(Number(-p, -p, -p)), u, going), going)
    return compose(power(exponent), u, going)


# --- programs -----------------------------------------------------------------------------------


class Program:
    """A function of x: layers of steps, each with the result before as y; the first y is x.

    With ``start`` the first y is that constant instead.
    """

    def __init__(self, layers: Sequence[Sequence[Step]], start: Number | None = None) -> None:
        self.layers = tuple(layers)
        self.start = start
        self.size = sum(len(steps) for steps in self.layers)
        self._zeros: dict[float, tuple[bool, ...]] = {}

    def first(self, depth: int) -> Program:
        """The program of the first layers."""
        return Program(self.layers[:depth], self.start)

    def balls(self, low: arb, high: arb, *, order: int, bits: int) -> tuple[Jet, bool]:
        """The jet over [low, high] with ``bits`` of working precision, and whether the function is
        defined on all of it. Raises Undefined where it is so nowhere."""
        before = ctx.prec
        try:
            ctx.prec = bits
            going = Pass(order)
            x = Jet(point(low) if low is high else Span(low, high), point(ONE))
            y = x if self.start is None else Jet(_constant(self.start))
            for number, steps in enumerate(self.layers):
                if number and number % 4 == 0 and low is not high:
                    ctx.prec = min(bits, _enough(y.value))
                y = self._run(steps, x, y, going, [])
            return y, going.whole
        finally:
            ctx.prec = before

    def _run(self, steps: Sequence[Step], x: Jet, y: Jet, going: Pass, results: list[Jet]) -> Jet:
        """The last result; all of them in ``results``."""
        for step in steps:
            name = step.function
            if name == "x":
                jet = x
            elif name == "y":
                jet = y
            elif name == "number":
                jet = Jet(_constant(step.constants[0]))
            elif name == "neg":
                jet = negate(results[step.sources[0]])
            elif name == "pow" and step.constants:
                jet = raised(results[step.sources[0]], step.constants[0], going)
            elif len(step.sources) == 2:
                a, b = (results[source] for source in step.sources)
                if name == "div" and len(self.layers) == 1 and self._removable(step, a, b, x):
                    jet = _at_common_zero(a, b)
                else:
                    jet = BINARY[name](a, b, going)
            else:
                parameters = tuple(constant.value for constant in step.constants)
                jet = compose(rule(name, parameters), results[step.sources[0]], going)
            results.append(jet)
        return results[-1]

    def _removable(self, step: Step, a: Jet, b: Jet, x: Jet) -> bool:
        """Whether both parts of a quotient are 0 at one point of x, where the lower one rises."""
        if b.value.sign() or b.slope is None or not b.slope.sign():
            return False
        if x.value.low is x.value.high or not a.value.low <= 0 <= a.value.high:
            return False
        for place in _near_zero(b, x):
            inside = x.value.low <= place and x.value.high >= place
            if inside and self._vanish(place, step.sources):
                return True
        return False

    def _vanish(self, place: float, sources: tuple[int, ...]) -> bool:
        if place not in self._zeros:
            at, found = Jet(point(arb(place)), point(ONE)), list[Jet]()
            with suppress(Undefined):  # what comes after an undefined part is of no interest
                self._run(self.layers[0], at, at, Pass(1), found)
            self._zeros[place] = tuple(jet.value.flat for jet in found)
        zeros = self._zeros[place]
        return all(source < len(zeros) and zeros[source] for source in sources)


def _at_common_zero(a: Jet, b: Jet) -> Jet:
    """a/b where both are 0 at one point p, and b only there: with s = x - p, a/s is a mean of a',
    and (a/s)' half a mean of a''."""
    assert b.slope is not None
    over = b.slope.inverse()
    q = (a.slope or ZERO_SPAN) * over
    top = plus(a.bend, minus(times(q, b.bend)))
    slope = None if top is None else top.scaled(HALF) * over
    return Jet(q, slope, None if slope is None else WHOLE)


def _near_zero(b: Jet, x: Jet) -> tuple[float, ...]:
    """0, and the double nearest to the zero of b that its line points to."""
    low, high = x.value.low, x.value.high
    assert b.slope is not None
    rise = b.value.high - b.value.low
    if not rise > 0:
        return (0.0,)
    share = (-b.value.low if b.slope.low > 0 else b.value.high) / rise
    return 0.0, float((low + share * (high - low)).mid())


def _constant(number: Number) -> Span:
    if number.low == number.high:
        return point(arb(number.low))
    if number.fraction is not None:
        return point(arb(fmpq(number.fraction.numerator, number.fraction.denominator)))
    return Span(arb(number.low), arb(number.high))


def _enough(value: Span) -> int:
    """Bits that tell the ends of an interval apart, and some more."""
    width = value.high - value.low
    if not width > 0 or not width.is_finite():
        return 10**9
    return GUARD_BITS - _exponent(width) + max(_exponent(value.low), _exponent(value.high), 0)


def _exponent(size: arb) -> int:
    """log2 of the absolute value, nearly."""
    mantissa, exponent = size.mid().man_exp()
    return int(exponent) + int(mantissa).bit_length() if mantissa else -(10**9)
