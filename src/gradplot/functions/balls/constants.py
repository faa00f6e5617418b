"""The constants of a formula as balls."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq

from gradplot.functions.balls.span import Span, point
from gradplot.functions.step import Number


def fraction_of(number: Number) -> Fraction | None:
    """The fraction that a constant is exactly, if it is one."""
    return Fraction(number.value) if number.low == number.high else number.fraction


def ball_of(fraction: Fraction) -> arb:
    return arb(fmpq(fraction.numerator, fraction.denominator))


def span_of(number: Number) -> Span:
    if number.low == number.high:
        return point(arb(number.low))
    if number.fraction is not None:
        return point(ball_of(number.fraction))
    return Span(arb(number.low), arb(number.high))
