"""How each operation passes on a graded quantity and its derivative by the distance s."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import arb

from gradplot.functions.balls.graded import Graded, Wave, flat
from gradplot.functions.balls.growth import FLAT, LOG, Growth
from gradplot.functions.balls.rules import Undefined, power, rule
from gradplot.functions.balls.series_rules import Unknown, fraction_of
from gradplot.functions.balls.span import INF, ONE, ZERO, Span, point
from gradplot.functions.step import Number, Step, exactly

#: A power of s that stands for what falls faster than every one, as e^(-1/s).
FASTEST = 64
#: Bits of the exponents of powers that are only known as balls.
EXPONENT_BITS = 32


class Part(NamedTuple):
    """A quantity and its derivative; None for one that is 0 throughout."""

    value: Graded
    slope: Graded | None


def take(step: Step, inputs: Sequence[Part]) -> Part:
    """Raises Unknown where nothing is known, Undefined where there is no value."""
    name = step.function
    if name == "pow" and step.constants:
        return _raised(inputs[0], step.constants[0])
    if name == "pow":
        return _exponential(_product(inputs[1], _log(inputs[0])))
    if name in _PAIRS:
        return _PAIRS[name](*inputs)
    if len(inputs) != 1:
        raise Unknown
    u = inputs[0]
    if name in _ONE:
        return _ONE[name](u)
    if u.value.growth.endless:
        if name in ("sin", "cos"):
            return _turning(name, u, step.sources[0])
        if name in _TAILS:
            value, slope = _TAILS[name](u.value)
            return Part(value or _composed(step, u).value, _times(slope, u.slope))
    return _composed(step, u)


def _times(a: Graded | None, b: Graded | None) -> Graded | None:
    return None if a is None or b is None else a * b


def _plus(a: Graded | None, b: Graded | None) -> Graded | None:
    return b if a is None else a if b is None else a + b


def _minus(a: Graded | None) -> Graded | None:
    return None if a is None else -a


def _negative(u: Part) -> Part:
    return Part(-u.value, _minus(u.slope))


def _sum(a: Part, b: Part) -> Part:
    return Part(a.value + b.value, _plus(a.slope, b.slope))


def _product(a: Part, b: Part) -> Part:
    if a is b:
        return _raised(a, exactly(2.0))
    slope = _plus(_times(a.slope, b.value), _times(a.value, b.slope))
    return Part(a.value * b.value, slope)


def _quotient(a: Part, b: Part) -> Part:
    over = b.value.inverse()
    value = a.value * over
    return Part(value, _times(_plus(a.slope, _minus(_times(value, b.slope))), over))


def _raised(u: Part, exponent: Number) -> Part:
    """u^q: slope q u^(q-1) u'."""
    q = fraction_of(exponent)
    if q is None:
        whole = Span(arb(exponent.low), arb(exponent.high))
        return _exponential(_product(Part(flat(u.value.stretch, whole), None), _log(u)))
    if not q:
        return Part(flat(u.value.stretch, point(ONE)), None)
    slope = _times(_power(u.value, q - 1), u.slope)
    factor = Span(arb(exponent.low), arb(exponent.high))
    return Part(_power(u.value, q), _times(flat(u.value.stretch, factor), slope))


def _power(u: Graded, q: Fraction) -> Graded:
    if q.denominator == 1 and q < 0:
        return _power(u, -q).inverse()
    factor = u.factor
    if q.denominator > 1 and not factor.low >= 0:
        raise Undefined if factor.high < 0 else Unknown
    value = float(q)
    number = Number(value, value, value) if value == q else _around(value)
    ranges, _ = power(number)(factor.low, factor.high)
    return u.like(u.growth.raised(q), ranges.value)


def _around(value: float) -> Number:
    return Number(value, math.nextafter(value, -math.inf), math.nextafter(value, math.inf))


def _log(u: Part) -> Part:
    """log(s^a |log s|^b U) = -a l + b log l + log U, for l = |log s|."""
    growth, factor, stretch = u.value.growth, u.value.factor, u.value.stretch
    if factor.sign() < 0:
        raise Undefined
    if not factor.sign():
        raise Unknown
    slope = _times(u.slope, u.value.inverse())
    rest = Span(factor.low.log(), factor.high.log())
    if growth == FLAT:
        return Part(flat(stretch, rest), slope)
    logs = _number(-growth.power)
    if growth.logs:
        logs = logs + stretch.log_of_log() * _number(growth.logs)
    return Part(flat(stretch, rest) + u.value.like(LOG, logs), slope)


def _number(fraction: Fraction) -> Span:
    return point(arb(fraction.numerator) / fraction.denominator)


def _exponential(u: Part) -> Part:
    value = _exp(u.value)
    return Part(value, _times(value, u.slope))


def _exp(u: Graded) -> Graded:
    factor = u.factor
    if not u.growth.endless or not (u.growth.power or u.growth.logs >= 1):
        return flat(u.stretch, Span(u.plain.low.exp(), u.plain.high.exp()))
    if factor.sign() > 0:
        return _exp(-u).inverse()
    if not factor.sign():
        raise Unknown
    return _falling_power(-u) if not u.growth.power else _falling(-u)


def _falling_power(u: Graded) -> Graded:
    """e^-u = s^U, for u = U |log s|."""
    exponent = u.at(LOG).factor
    whole = (exponent.low * arb(2) ** EXPONENT_BITS).lower().floor().unique_fmpz()
    if whole is None:
        raise Unknown
    q = Fraction(int(whole), 2**EXPONENT_BITS)
    known = exponent.low is exponent.high and exponent.low == _number(q).low
    return u.like(Growth(q, Fraction(0)), point(ONE) if known else Span(ZERO, ONE))


def _falling(u: Graded) -> Graded:
    """e^-u <= e^-ct for u >= ct, with t = s^-a; and t^(n/a) e^-ct rises up to t = n/ac."""
    power, logs = u.growth
    a = -power if logs >= 0 else -power / 2
    least = u.at(Growth(-a, Fraction(0))).factor.low.lower()
    if not least > 0:
        raise Unknown
    share, first = FASTEST / a, u.stretch.far.log() * _number(-a).low
    peak = (_number(share).low / least).max(first.exp())
    most = (_number(share).low * peak.log() - least * peak).exp()
    return u.like(Growth(Fraction(FASTEST), Fraction(0)), Span(ZERO, most))


def _turning(name: str, u: Part, source: int) -> Part:
    sine, cosine = point(ONE), point(ZERO)
    if name == "cos":
        sine, cosine = cosine, sine
    here = flat(u.value.stretch, point(ZERO))

    def wave(sine: Span, cosine: Span) -> Graded:
        return Graded(here.stretch, FLAT, here.rest, Wave(source, sine, cosine))

    return Part(wave(sine, cosine), _times(wave(-cosine, sine), u.slope))


def _composed(step: Step, u: Part) -> Part:
    """f(u) by the range of u; or, where f(0) = 0, as f'(t) u for a t from 0 to u."""
    f = rule(step.function, tuple(constant.value for constant in step.constants))
    low, high = u.value.plain.low, u.value.plain.high
    if low.is_nan() or high.is_nan():
        raise Unknown
    low, high = low if low.is_finite() else -INF, high if high.is_finite() else INF
    own, whole = f(low, high)
    if not whole:
        raise Unknown
    zero, (hull, _) = f(ZERO, ZERO)[0], f(low.min(ZERO), high.max(ZERO))
    value = _by_rate(own.value, zero.value, hull.slope, u.value)
    if own.slope is None:
        return Part(value, None)
    slope = _by_rate(own.slope, zero.slope, hull.bend, u.value)
    return Part(value, _times(slope, u.slope))


def _by_rate(own: Span, at_zero: Span | None, rate: Span | None, u: Graded) -> Graded:
    """A quantity of u by its own range, or by that of its derivative where it comes to 0 like u."""
    starts = at_zero is None or at_zero.flat
    needed = u.growth.vanishing or (u.growth.endless and not own.bounded)
    if needed and starts and rate is not None and rate.bounded:
        return u * flat(u.stretch, rate)
    return flat(u.stretch, own)


def _sigmoid(u: Graded) -> Graded:
    return (_one(u) + _exp(-u)).inverse()


def _one(u: Graded) -> Graded:
    return flat(u.stretch, point(ONE))


def _scaled(u: Graded, by: arb) -> Graded:
    return u * flat(u.stretch, point(by))


def _bell(u: Graded) -> Graded:
    return _exp(-_power(u, Fraction(2)))


def _tanh_slope(u: Graded) -> Graded:
    twice = _scaled(u, arb(2))
    return _scaled(_sigmoid(twice) * _sigmoid(-twice), arb(4))


#: Of parts that grow without end: the value, where it may fall to 0, and the slope by u.
_TAILS: dict[str, Callable[[Graded], tuple[Graded | None, Graded]]] = {
    "arctan": lambda u: (None, (_one(u) + _power(u, Fraction(2))).inverse()),
    "tanh": lambda u: (None, _tanh_slope(u)),
    "sigmoid": lambda u: (_sigmoid(u), _sigmoid(u) * _sigmoid(-u)),
    "gaussian": lambda u: (_bell(u), _scaled(u * _bell(u), arb(-2))),
    "erf": lambda u: (None, _scaled(_bell(u), 2 / arb.pi().sqrt())),
    "softplus": lambda u: (None, _sigmoid(u)),
}
_PAIRS: dict[str, Callable[[Part, Part], Part]] = {
    "add": _sum,
    "sub": lambda a, b: _sum(a, _negative(b)),
    "mul": _product,
    "div": _quotient,
}
_ONE: dict[str, Callable[[Part], Part]] = {
    "neg": _negative,
    "identity": lambda u: u,
    "exp": _exponential,
    "log": _log,
    "sqrt": lambda u: _raised(u, exactly(0.5)),
}
