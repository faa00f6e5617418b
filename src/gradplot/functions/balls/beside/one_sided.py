"""The parts of a layer on one side of a point, by how they grow: those that have a Taylor series
there by that, the others by the rules of ``rules``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import arb_series

from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.functions.balls.beside.graded import Graded
from gradplot.functions.balls.beside.growth import FLAT, Growth, Stretch
from gradplot.functions.balls.beside.parts import Part
from gradplot.functions.balls.beside.rules import take
from gradplot.functions.balls.exact.numbers import Exact
from gradplot.functions.balls.exact.vanishing import orders
from gradplot.functions.balls.jets import Jet
from gradplot.functions.balls.series import MOST_SHIFT, expand, order_of, ranged, variable
from gradplot.functions.balls.series_rules import Series, Unknown, balls
from gradplot.functions.balls.span import WHOLE, ZERO, Span, point
from gradplot.functions.step import Step


class Known(NamedTuple):
    """What is known of a step; nothing without a part."""

    step: Step
    part: Part | None
    #: Whether it has a Taylor series about the point, and so comes to the same from both sides.
    analytic: bool = False


class OneSided:
    """A layer, a function of one variable, at distances s to one side of a point."""

    def __init__(self, steps: Sequence[Step], place: Exact, side: int) -> None:
        self.steps, self.place, self.side = steps, place, side
        at = variable(place, side)
        self.series, self.shifts = expand(steps, at, at, orders(steps, place))
        self.orders = [None if own is None else _orders(own) for own in self.series]

    def jet(self, stretch: Stretch) -> Jet:
        """Raises Unknown where nothing is known, Undefined where there is no value."""
        part = self.parts(stretch)[-1].part
        if part is None:
            raise Unknown
        if part.slope is None:
            return Jet(part.value.plain)
        slope = part.slope.plain
        return Jet(part.value.plain, slope if self.side > 0 else -slope, WHOLE)

    def parts(self, stretch: Stretch) -> list[Known]:
        """All steps'. Raises Undefined where there is no value."""
        highest = max((max(pair) for pair in self.orders if pair is not None), default=0)
        terms = highest + sum(self.shifts.values()) + 3
        within = self.place.ball() + self.side * ZERO.union(stretch.far)
        about = ranged(self.steps, within, self.shifts, terms, side=self.side)
        results: list[Known] = []
        for step, at, over, leading in zip(
            self.steps, self.series, about, self.orders, strict=True
        ):
            try:
                if at is not None and over is not None and leading is not None:
                    part = _analytic(balls(at), balls(over), leading, stretch)
                else:
                    part = take(step, [_part(results[source]) for source in step.sources])
                results.append(Known(step, part, at is not None))
            except Unknown:
                results.append(Known(step, None))
        return results


def _part(known: Known) -> Part:
    if known.part is None:
        raise Unknown
    return known.part


def _orders(series: Series) -> tuple[int, int]:
    """The leading coefficients that are 0: of a series, and of its derivative."""
    found = order_of(series), order_of(series.derivative()) if series.coeffs()[1:] else None
    return min(found[0] or 0, MOST_SHIFT), min(found[1] or 0, MOST_SHIFT)


def _analytic(at: arb_series, over: arb_series, orders: tuple[int, int], stretch: Stretch) -> Part:
    """f = s^m A and f' = s^n B: by A and B at the point, and their derivatives, which are means of
    f^(m+1)/(m+1)! and (n+1) f^(n+2)/(n+2)! (see ``series``)."""
    m, n = orders
    if over.prec < max(m, n + 1) + 2:
        raise Unknown
    slope = _leading(at.derivative(), over.derivative(), n, stretch) if over.coeffs()[1:] else None
    return Part(_leading(at, over, m, stretch), slope)


def _leading(at: arb_series, over: arb_series, power: int, stretch: Stretch) -> Graded:
    span = _coefficient(at, power)
    rate = _coefficient(over, power + 1)
    if not rate.flat:
        span = span + rate * Span(stretch.near, stretch.far)
    return Graded(stretch, Growth(Fraction(power), Fraction(0)), span)


def _coefficient(series: arb_series, index: int) -> Span:
    found = series.coeffs()
    ball = found[index] if index < len(found) else ZERO
    return point(ball) if ball.is_exact() else Span(ball.lower(), ball.upper())


def joined(right: Sequence[Known], left: Sequence[Known]) -> bool:
    """Whether a layer is proven to come to one value at a point, from both sides."""
    found: list[bool] = []
    for both in zip(right, left, strict=True):
        step = both[0].step
        found.append(
            all(known.analytic for known in both)
            or all(_falls_away(known) for known in both)
            or _settles(step, right, left)
            or (all(found[source] for source in step.sources) and _continuous(step, right, left))
        )
    return found[-1]


def _falls_away(known: Known) -> bool:
    value = None if known.part is None else known.part.value
    return value is not None and value.growth.vanishing and value.factor.bounded


def _settles(step: Step, *sides: Sequence[Known]) -> bool:
    """Whether a step comes to a limit far out, where its part goes the same way on both sides."""
    if len(step.sources) != 1 or step.function not in ACTIVATIONS:
        return False
    found = [side[step.sources[0]].part for side in sides]
    parts = [part.value for part in found if part is not None and part.value.growth.endless]
    signs = {part.factor.sign() for part in parts}
    if len(parts) < len(sides) or signs not in ({1}, {-1}):
        return False
    entry = ACTIVATIONS[step.function]
    given = (constant.value for constant in step.constants)
    shape = entry.shape(dict(zip(entry.parameters, given, strict=False)))
    return shape.monotone and math.isfinite(shape.high if signs == {1} else shape.low)


def _continuous(step: Step, *sides: Sequence[Known]) -> bool:
    """Whether a step is so where its parts come to."""
    apart = {"div": step.sources[1:], "pow": step.sources[:1], "log": step.sources}
    parts = [side[n].part for side in sides for n in apart.get(step.function, ())]
    return step.function != "tan" and all(
        part is not None and part.value.growth == FLAT and part.value.factor.sign()
        for part in parts
    )
