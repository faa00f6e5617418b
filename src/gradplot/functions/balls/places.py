"""Where a formula is likely to be singular: points that it names, and simple ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from flint import arb

from gradplot.functions.balls.constants import ball_of, fraction_of
from gradplot.functions.step import Step

#: Intervals so narrow that the simplest fraction in them may be such a point.
NARROW = 0.25


def likely(steps: Sequence[Step], low: arb, high: arb) -> Iterator[Fraction]:
    """0, 1, the constants of the formula, and the simplest fraction of a narrow interval."""
    named = (fraction_of(step.constants[0]) for step in steps if step.function == "number")
    for size in (Fraction(0), Fraction(1), *filter(None, named)):
        yield from (p for p in (size, -size) if low <= ball_of(p) and ball_of(p) <= high)
    if high - low < NARROW:
        yield simplest_fraction(_fraction(low.lower()), _fraction(high.upper()))


def _fraction(x: arb) -> Fraction:
    mantissa, exponent = x.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def simplest_fraction(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of the smallest denominator in [low, high]; of two, the one nearer to 0."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_fraction(-high, -low)
    whole = Fraction(low.__ceil__())
    if whole <= high:
        return whole
    return whole - 1 + 1 / simplest_fraction(1 / (high - whole + 1), 1 / (low - whole + 1))
