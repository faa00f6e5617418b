"""Quotients of a layer whose two parts are 0 at one point: there they have a limit, and jets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from flint import arb, fmpq

from gradplot.functions.balls.jets import TWO, Jet, Pass, divide
from gradplot.functions.balls.series import expand, over, variable
from gradplot.functions.balls.series_rules import fraction_of
from gradplot.functions.balls.span import Span, point
from gradplot.functions.step import Step

#: Points that are tried, and intervals so narrow that the simplest fraction in them may be one.
MOST_TRIED, NARROW = 128, 0.25


class Removable:
    """What is known of such points of one layer, a function of one variable t."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = tuple(steps)
        #: Points, and by how much the parts of each quotient are shifted there.
        self.places: list[tuple[Fraction, Mapping[int, int]]] = []
        self._tried: set[Fraction] = set()
        self._at: Jet | None = None
        self._found: list[dict[int, tuple[arb, ...]]] = []

    def quotient(self, number: int, a: Jet, b: Jet, t: Jet, going: Pass) -> Jet:
        """a/b, the step of that number, for a variable t with slope 1."""
        low, high = t.value.low, t.value.high
        zero = not b.value.sign()
        if zero and not a.value.sign():
            self._seek(low, high)
        # At a point beside such a place digits are lost, and the caller takes more of them.
        near = self._near(number, t, going) if self.places and (zero or low is not high) else []
        if not near or not zero:
            near.append(divide(a, b, going))
        jet = near[0]
        for other in near[1:]:
            jet = jet.meet(other)
        return jet

    def _seek(self, low: arb, high: arb) -> None:
        """Try the points of an interval that are likely."""
        for fraction in self._likely(low, high):
            if fraction in self._tried or len(self._tried) >= MOST_TRIED:
                continue
            self._tried.add(fraction)
            self._at = None
            at = variable(fraction)
            shifts = expand(self.steps, at, at)[1]
            if shifts:
                self.places.append((fraction, shifts))

    def _likely(self, low: arb, high: arb) -> Iterator[Fraction]:
        """0, 1, the constants of the formula, and the simplest fraction of a narrow interval."""
        named = (fraction_of(step.constants[0]) for step in self.steps if step.function == "number")
        for size in (Fraction(0), Fraction(1), *filter(None, named)):
            yield from (p for p in (size, -size) if low <= ball_of(p) and ball_of(p) <= high)
        if high - low < NARROW:
            yield simplest_fraction(_fraction(low.lower()), _fraction(high.upper()))

    def _near(self, number: int, t: Jet, going: Pass) -> list[Jet]:
        """The quotient by way of each place: over the interval from there to where t is."""
        low, high = t.value.low, t.value.high
        if self._at is not t:
            self._at = t
            # With the digits that this interval asks for, which may be more than those before.
            places = [(ball_of(fraction), shifts) for fraction, shifts in self.places]
            self._found = [
                over(self.steps, at.min(low), at.max(high), shifts, going.order)
                for at, shifts in places
            ]
        return [
            _jet(coefficients)
            for found in self._found
            if (coefficients := found.get(number)) is not None
        ]


def _jet(coefficients: Sequence[arb]) -> Jet:
    spans = [_span(ball) for ball in coefficients]
    return Jet(*spans[:2], *(half.scaled(TWO) for half in spans[2:]))


def _span(ball: arb) -> Span:
    return point(ball) if ball.is_exact() else Span(ball.lower(), ball.upper())


def ball_of(fraction: Fraction) -> arb:
    return arb(fmpq(fraction.numerator, fraction.denominator))


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
