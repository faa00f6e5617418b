"""How each operation passes on a graded quantity and its derivative by the distance s."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradplot.functions.balls.beside.graded import Graded, Wave, flat
from gradplot.functions.balls.beside.growth import FLAT, LOG
from gradplot.functions.balls.beside.parts import (
    Part,
    minus,
    plus,
    rate_of_product,
    rate_of_quotient,
    rate_of_sum,
    times,
)
from gradplot.functions.balls.beside.tails import TAILS, exp, number, power
from gradplot.functions.balls.constants import span_of
from gradplot.functions.balls.rules import Undefined, rule
from gradplot.functions.balls.series_rules import Unknown
from gradplot.functions.balls.span import INF, ONE, ZERO, Span, point
from gradplot.functions.step import Number, Step, exactly


def take(step: Step, inputs: Sequence[Part]) -> Part:
    """Raises Unknown where nothing is known, Undefined where there is no value."""
    return _taken(step, inputs).plain


def _taken(step: Step, inputs: Sequence[Part]) -> Part:
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
        if name in _ENDLESS:
            return _ENDLESS[name](u)
        if name in TAILS:
            value, slope = TAILS[name](u.value, *(constant.value for constant in step.constants))
            return Part(value or _composed(step, u).value, times(slope, u.slope))
    return _composed(step, u)


def _negative(u: Part) -> Part:
    return Part(-u.value, minus(u.slope), u.rate)


def _sum(a: Part, b: Part) -> Part:
    return Part(a.value + b.value, plus(a.slope, b.slope), rate_of_sum(a, b))


def _product(a: Part, b: Part) -> Part:
    if a is b and a.value.wave is None:
        return _raised(a, exactly(2.0))
    slope = plus(times(a.slope, b.value), times(a.value, b.slope))
    return Part(a.value * b.value, slope, rate_of_product(a, b))


def _quotient(a: Part, b: Part) -> Part:
    over = b.value.inverse()
    value = a.value * over
    slope = times(plus(a.slope, minus(times(value, b.slope))), over)
    return Part(value, slope, rate_of_quotient(a, b))


def _larger(a: Part, b: Part) -> Part:
    """The one that is larger; where that is not known, the slope of either."""
    above = (a.value + -b.value).factor
    if a is b or above.low >= 0:
        return a
    if above.high <= 0:
        return b
    none = flat(a.value.stretch, point(ZERO))
    return Part(a.value.larger(b.value), (a.slope or none).hull(b.slope or none))


def _raised(u: Part, exponent: Number) -> Part:
    """u^q: slope q u^(q-1) u'."""
    q = exponent.rational
    if q is None:
        factor = flat(u.value.stretch, span_of(exponent))
        return _exponential(_product(Part(factor, None), _log(u)))
    if not q:
        return Part(flat(u.value.stretch, point(ONE)), None)
    if q == 2 and u.value.wave is not None:
        return _product(u, u)
    factor = flat(u.value.stretch, span_of(exponent))
    slope = times(power(u.value, q - 1), u.slope)
    return Part(power(u.value, q), times(factor, slope), times(factor, u.rate))


def _log(u: Part) -> Part:
    """log(s^a |log s|^b U) = -a l + b log l + log U, for l = |log s|."""
    growth, factor, stretch = u.value.growth, u.value.factor, u.value.stretch
    if factor.sign() < 0:
        raise Undefined
    if not factor.sign():
        raise Unknown
    slope = times(u.slope, u.value.inverse())
    rest = Span(factor.low.log(), factor.high.log())
    if growth == FLAT:
        return Part(flat(stretch, rest), slope)
    logs = number(-growth.power)
    if growth.logs:
        logs = logs + stretch.log_of_log() * number(growth.logs)
    return Part(flat(stretch, rest) + u.value.like(LOG, logs), slope)


def _exponential(u: Part) -> Part:
    value = exp(u.value)
    return Part(value, times(value, u.slope), u.slope)


def _cosh(u: Part) -> Part:
    half = flat(u.value.stretch, point(ONE / 2))
    return _sum(_exponential(u), _exponential(_negative(u))).scaled(half)


def _sinh(u: Part) -> Part:
    half = flat(u.value.stretch, point(ONE / 2))
    return _sum(_exponential(u), _negative(_exponential(_negative(u)))).scaled(half)


def _turning(name: str, u: Part, source: int) -> Part:
    sine, cosine = point(ONE), point(ZERO)
    if name == "cos":
        sine, cosine = cosine, sine
    here = flat(u.value.stretch, point(ZERO))

    def wave(sine: Span, cosine: Span) -> Graded:
        return Graded(here.stretch, FLAT, here.rest, Wave((source, 1), sine, cosine))

    return Part(wave(sine, cosine), times(wave(-cosine, sine), u.slope))


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
    return Part(value, times(slope, u.slope))


def _by_rate(own: Span, at_zero: Span | None, rate: Span | None, u: Graded) -> Graded:
    """A quantity of u by its own range, or by that of its derivative where it comes to 0 like u."""
    starts = at_zero is None or at_zero.flat
    needed = u.growth.vanishing or (u.growth.endless and not own.bounded)
    if needed and starts and rate is not None and rate.bounded:
        return u * flat(u.stretch, rate)
    return flat(u.stretch, own)


_PAIRS: dict[str, Callable[[Part, Part], Part]] = {
    "add": _sum,
    "sub": lambda a, b: _sum(a, _negative(b)),
    "mul": _product,
    "div": _quotient,
    "max": _larger,
    "min": lambda a, b: a if a is b else _negative(_larger(_negative(a), _negative(b))),
}
_ONE: dict[str, Callable[[Part], Part]] = {
    "neg": _negative,
    "identity": lambda u: u,
    "exp": _exponential,
    "log": _log,
    "sqrt": lambda u: _raised(u, exactly(0.5)),
}
#: Of parts that grow without end.
_ENDLESS: dict[str, Callable[[Part], Part]] = {"cosh": _cosh, "sinh": _sinh}
