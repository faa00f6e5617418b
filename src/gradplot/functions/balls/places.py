"""Where a formula is likely to be singular: points that it names, and simple ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from flint import arb

from gradplot.functions.balls.exact.functions import values
from gradplot.functions.balls.exact.numbers import Exact, rational
from gradplot.functions.step import Step

#: Intervals so narrow that the simplest fraction in them may be such a point.
NARROW = 0.25
#: Bits of ends of intervals between which a simple fraction is sought.
MOST_BITS = 8192


def named(steps: Sequence[Step]) -> list[Exact]:
    """0, 1, and the constants of a formula, of both signs."""
    sizes = [rational(Fraction(0)), rational(Fraction(1)), *filter(None, values(steps, None))]
    return list(dict.fromkeys(place for size in sizes for place in (size, -size)))


def likely(named: Sequence[Exact], low: arb, high: arb) -> Iterator[Exact]:
    """Those of an interval, and the simplest fraction of a narrow one."""
    for place in named:
        ball = place.ball()
        if low <= ball and ball <= high:
            yield place
    ends = low.lower(), high.upper()
    if high - low < NARROW and not any(_long(end) for end in ends):
        yield rational(simplest_fraction(*map(_fraction, ends)))


def _long(x: arb) -> bool:
    """Whether a number as a fraction is long, as those are whose last digit is nearly 0."""
    return bool(abs(x.mid().man_exp()[1]) > MOST_BITS)


def _fraction(x: arb) -> Fraction:
    mantissa, exponent = x.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def simplest_fraction(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of the smallest denominator in [low, high]; of two, the one nearer to 0."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_fraction(-high, -low)
    # The continued fraction of both ends as far as it is the same, and the convergents so far.
    before, last = (0, 1), (1, 0)
    while True:
        whole = low.__ceil__()
        common = whole if whole <= high else whole - 1
        before, last = last, (common * last[0] + before[0], common * last[1] + before[1])
        if whole <= high:
            return Fraction(*last)
        low, high = 1 / (high - common), 1 / (low - common)
