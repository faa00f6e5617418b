"""The constants of a formula as balls."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import arb, fmpq

from gradplot.functions.balls.span import Span, point
from gradplot.functions.step import Number


def ball_of(fraction: Fraction) -> arb:
    return arb(fmpq(fraction.numerator, fraction.denominator))


def ball_of_number(number: Number) -> arb:
    """The real value, in the precision of now, as far as it is known."""
    fraction = number.rational
    if fraction is not None:
        return ball_of(fraction)
    if number.origin is None:
        return arb(number.low).union(arb(number.high))
    name, parts = number.origin
    return _MADE[name](*map(ball_of_number, parts))


def span_of(number: Number) -> Span:
    if number.origin is None and number.rational is None:
        return Span(arb(number.low), arb(number.high))
    return point(ball_of_number(number))


_MADE: dict[str, Callable[..., arb]] = {
    "pi": arb.pi,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "neg": lambda a: -a,
    "abs": lambda a: abs(a),
    "max": lambda a, b: a.max(b),
    "min": lambda a, b: a.min(b),
    "sqrt": arb.sqrt,
    "exp": arb.exp,
    "log": arb.log,
}
