"""The slope of a layer beside a point where its parts have no derivative, or none that is bounded,
and what the layer makes of them has: as x² log x and x² sin(1/x) at 0."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from gradplot.functions.balls.graded import Graded
from gradplot.functions.balls.graded_rules import Part, take
from gradplot.functions.balls.growth import Growth, Stretch
from gradplot.functions.balls.jets import Jet
from gradplot.functions.balls.places import ball_of, likely
from gradplot.functions.balls.rules import Undefined
from gradplot.functions.balls.series import MOST_SHIFT, expand, order_of, ranged, variable
from gradplot.functions.balls.series_rules import Series, Unknown, balls
from gradplot.functions.balls.span import WHOLE, Span, point
from gradplot.functions.step import Step

#: Stretches end here: their logarithms have one sign.
FARTHEST = arb(0.5)
#: How often a point is tried before it is given up, and points in all.
PATIENCE, MOST_TRIED = 8, 64
#: An interval beside a point is looked at that is at least this share of its distance wide.
WIDE = 1 / 16


class Beside:
    """What is known of such points of one layer, a function of one variable."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = tuple(steps)
        self._known: dict[Fraction, None] = {}
        self._failed: dict[Fraction, int] = {}
        self._orders: dict[tuple[Fraction, int], _Orders] = {}

    def better(self, jet: Jet, low: arb, high: arb) -> Jet:
        """The jet over [low, high], and what is known by way of the points about."""
        if jet.slope is None:
            return jet
        places = [p for p in self._known if _near(ball_of(p), low, high)]
        if not jet.slope.bounded:
            places += likely(self.steps, low, high)
        for place in dict.fromkeys(places):
            if self._failed.get(place, 0) < PATIENCE and len(self._failed) < MOST_TRIED:
                found = self._about(place, low, high)
                if found is not None:
                    jet = jet.meet(found)
        return jet

    def _about(self, place: Fraction, low: arb, high: arb) -> Jet | None:
        p = ball_of(place)
        right = (low - p).lower().max(arb(0)), (high - p).upper()
        left = (p - high).lower().max(arb(0)), (p - low).upper()
        sides = [(side, ends) for side, ends in ((1, right), (-1, left)) if ends[1] > 0]
        if not all(ends[1] <= FARTHEST for _, ends in sides):
            return None
        found: list[Jet] = []
        for side, ends in sides:
            try:
                found.append(self._beside(place, side, Stretch(*ends)))
            except Undefined:
                continue
            except Unknown:
                found.append(Jet(WHOLE, WHOLE))
        slopes = [jet.slope for jet in found if jet.slope is not None]
        if not all(slope.bounded for slope in slopes):
            self._failed[place] = self._failed.get(place, 0) + (place not in self._known)
            return None
        if len(slopes) < len(found) or not found:
            return None
        self._known[place] = None
        value, slope = found[0].value, slopes[0]
        for jet in found[1:]:
            value, slope = value.hull(jet.value), slope.hull(jet.slope or slope)
        return Jet(value, slope, WHOLE)

    def _beside(self, place: Fraction, side: int, stretch: Stretch) -> Jet:
        key = place, side
        if key not in self._orders:
            self._orders[key] = _Orders(self.steps, place, side)
        part = self._orders[key].over(stretch)
        slope = part.slope
        if slope is None:
            return Jet(part.value.plain)
        return Jet(part.value.plain, slope.plain if side > 0 else -slope.plain)


def _near(p: arb, low: arb, high: arb) -> bool:
    return not (high - low < WIDE * (low - p).max(p - high))


class _Orders:
    """The parts of a layer on one side of a point: those with a Taylor series by that."""

    def __init__(self, steps: Sequence[Step], place: Fraction, side: int) -> None:
        self.steps, self.place, self.side = steps, place, side
        at = variable(place, side)
        series, self.shifts = expand(steps, at, at)
        self.orders = [None if own is None else _orders(own) for own in series]

    def over(self, stretch: Stretch) -> Part:
        known = [max(orders) for orders in self.orders if orders is not None]
        terms = max(known, default=0) + sum(self.shifts.values()) + 2
        within = ball_of(self.place) + self.side * arb(0).union(stretch.far)
        series = ranged(self.steps, within, self.shifts, terms, side=self.side)
        results: list[Part | None] = []
        for step, own, orders in zip(self.steps, series, self.orders, strict=True):
            try:
                if own is not None and orders is not None:
                    results.append(_analytic(own, orders, stretch))
                else:
                    results.append(take(step, [_told(results[n]) for n in step.sources]))
            except Unknown:
                results.append(None)
        return _told(results[-1])


def _told(part: Part | None) -> Part:
    if part is None:
        raise Unknown
    return part


def _orders(series: Series) -> tuple[int, int]:
    """The leading coefficients that are 0: of a series, and of its derivative."""
    found = order_of(series), order_of(series.derivative()) if series.coeffs()[1:] else None
    return min(found[0] or 0, MOST_SHIFT), min(found[1] or 0, MOST_SHIFT)


def _analytic(series: Series, orders: tuple[int, int], stretch: Stretch) -> Part:
    """f = s^m A and f' = s^n B: A and B are means of f^(m)/m! and f^(n+1)/n! (see ``series``)."""
    m, n = orders
    coefficients = balls(series).coeffs()
    if series.prec < max(m, n + 1) + 1:
        raise Unknown

    def graded(power: int, index: int, factor: int) -> Graded:
        ball = coefficients[index] if index < len(coefficients) else arb(0)
        ball = factor * ball
        span = point(ball) if ball.is_exact() else Span(ball.lower(), ball.upper())
        return Graded(stretch, Growth(Fraction(power), Fraction(0)), span)

    slope = graded(n, n + 1, n + 1) if len(coefficients) > 1 else None
    return Part(graded(m, m, 1), slope)
