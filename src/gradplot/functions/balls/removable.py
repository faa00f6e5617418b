"""Quotients of a layer whose two parts are 0 at one point: there they have a limit, and jets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from flint import arb

from gradplot.functions.balls.exact.numbers import Exact
from gradplot.functions.balls.jets import TWO, Jet, Pass, divide
from gradplot.functions.balls.places import likely, named
from gradplot.functions.balls.series import about, over
from gradplot.functions.balls.span import Span, point
from gradplot.functions.step import Step

#: Points that are tried.
MOST_TRIED = 128


class Removable:
    """What is known of such points of one layer, a function of one variable t."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = tuple(steps)
        #: Points, and by how much the parts of each quotient are shifted there.
        self.places: list[tuple[Exact, Mapping[int, int]]] = []
        self._tried: set[Exact] = set()
        self._at: Jet | None = None
        self._found: list[dict[int, tuple[arb, ...]]] = []

    @cached_property
    def _named(self) -> list[Exact]:
        return named(self.steps)

    def quotient(self, number: int, a: Jet, b: Jet, t: Jet, going: Pass) -> Jet:
        """a/b, the step of that number, for a variable t with slope 1."""
        low, high = t.value.low, t.value.high
        zero = not b.value.sign()
        if zero and low is high:  # a limit, maybe, but not a value
            going.whole = False
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
        for place in likely(self._named, low, high):
            if place in self._tried or len(self._tried) >= MOST_TRIED:
                continue
            self._tried.add(place)
            self._at = None
            shifts = about(self.steps, place)
            if shifts:
                self.places.append((place, shifts))

    def _near(self, number: int, t: Jet, going: Pass) -> list[Jet]:
        """The quotient by way of each place: over the interval from there to where t is."""
        low, high = t.value.low, t.value.high
        if self._at is not t:
            self._at = t
            # With the digits that this interval asks for, which may be more than those before.
            places = [(place.ball(), shifts) for place, shifts in self.places]
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
