"""Proofs that a slope has no bound, by how fast the parts of a formula grow beside a point.

As s falls to 0, beside p, a part with a Taylor series, and what roots, logarithms, quotients and
powers make of such parts, behaves like c·s^a·|log s|^b; they belong to a Hardy field (G. H. Hardy,
Orders of Infinity, 1910), where such relations may be differentiated. The sine of a part that grows
without end comes to a turn, where its slope is that part's own, as near to p as one likes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from gradplot.functions.balls.beside.growth import Growth
from gradplot.functions.balls.exact.numbers import rational
from gradplot.functions.balls.series import TERMS, expand, order_of, sign_of, variable
from gradplot.functions.balls.series_rules import Series, constant
from gradplot.functions.formula.orders import NEGLIGIBLE, NOTHING, Part, take
from gradplot.functions.step import Number, Step


def grows(
    steps: Sequence[Step], low: float, high: float, nest: int, *, start: float | None = None
) -> bool:
    """Whether |dy/dx| is proven to have no bound beside a point of [low, high]: beside one that
    the formula names, 0, or an end."""
    left, right = Fraction(low), Fraction(high)
    for point in dict.fromkeys(_likely(steps, left, right)):
        for side, room in ((1, right > point), (-1, left < point)):
            if room and _grows_at(steps, variable(rational(point), side), nest, start):
                return True
    return False


def _likely(steps: Sequence[Step], left: Fraction, right: Fraction) -> Iterator[Fraction]:
    yield from (left, right)
    for size in (Fraction(0), Fraction(1), *_constants(steps)):
        yield from (p for p in (size, -size) if left <= p <= right)


def _constants(steps: Sequence[Step]) -> list[Fraction]:
    found = (step.constants[0].rational for step in steps if step.function == "number")
    return [fraction for fraction in found if fraction is not None]


def _grows_at(steps: Sequence[Step], x: Series, nest: int, start: float | None) -> bool:
    first = x if start is None else constant(Number(start, start, start), TERMS)
    series: Series | None = first
    part = _analytic(first)
    for _ in range(nest):
        known, _ = expand(steps, x, series)
        parts: list[Part] = []
        for step, own in zip(steps, known, strict=True):
            if step.function == "number":
                parts.append(replace(_analytic(own), slope=NEGLIGIBLE) if own else NOTHING)
            elif own is not None:
                parts.append(_analytic(own))
            elif step.function == "y":
                parts.append(part)
            else:
                parts.append(take(step, [parts[source] for source in step.sources]))
        series, part = known[-1], parts[-1]
    return part.steep or any(g is not None and g.endless for g in (part.slope, part.swing))


def _analytic(series: Series) -> Part:
    order = order_of(series)
    rest = order_of(series.derivative()) if series.coeffs()[1:] else None
    slope = None if rest is None else Growth(Fraction(rest), Fraction(0))
    if order is None:
        return Part(slope=slope)
    return Part(Growth(Fraction(order), Fraction(0)), slope, sign_of(series.coeffs()[order]))
