"""Which parts of a formula are 0 at a point, and to which order at least, by exact numbers."""

from __future__ import annotations

from collections.abc import Sequence

from gradplot.functions.balls.exact.functions import values
from gradplot.functions.balls.exact.numbers import Exact
from gradplot.functions.step import Step

#: Of what is 0 throughout.
EVERY = 10**6


def orders(steps: Sequence[Step], place: Exact) -> list[int]:
    """Of every step, as a function of one variable: m where it is (x - place)^m times another, in
    so far as it has a Taylor series; 0 where nothing is proven."""
    found: list[int] = []
    for step, value in zip(steps, values(steps, place), strict=True):
        inner = [found[source] for source in step.sources]
        found.append(_order(step, inner, zero=value == Exact()))
    return found


def _order(step: Step, inner: Sequence[int], *, zero: bool) -> int:
    name = step.function
    if name == "mul":
        return sum(inner)
    if name == "div":
        return 0 if inner[1] else inner[0]
    if not zero:
        return 0
    if name == "number":
        return EVERY
    if name == "pow" and step.constants:
        exponent = step.constants[0].rational
        return int(exponent * inner[0]) if exponent and exponent.denominator == 1 else 1
    return max(1, min(inner, default=1))
