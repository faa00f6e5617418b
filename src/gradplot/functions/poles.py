"""Proofs that a slope has no bound: a pole, a logarithm's end, a root's vertical tangent.

Going through a formula's steps over an interval, two facts are passed on. A part *blows up*: near
some point p of the interval |part| exceeds every bound on a stretch where it is smooth but for
kinks; its slope does then, too. Or a part is *steep*: only its slope exceeds every bound near p.
What is not proven is not claimed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions import intervals as iv
from gradplot.functions.intervals import Interval
from gradplot.functions.jets import Jet, Pass
from gradplot.functions.program import Step, take
from gradplot.functions.rules import rule
from gradplot.functions.scaled import number

if TYPE_CHECKING:
    from gradplot.functions.intervals import Mask
    from gradplot.functions.protocol import Array


@dataclass(frozen=True, slots=True)
class Fact:
    """One part of a formula over intervals of x, with its values at their two ends."""

    jet: Jet
    left: Jet
    right: Jet
    #: Defined and continuous on the whole interval.
    whole: Mask
    #: Whole, 0 somewhere in the interval and not 0 somewhere else.
    zero: Mask
    blows: Mask
    steep: Mask

    @property
    def bounded(self) -> Mask:
        """Whole, and neither its values nor its slope grow without end."""
        return self.whole & _bounded(self.jet.value) & _bounded(_slope(self.jet))

    @property
    def apart(self) -> Mask:
        """Bounded, and bounded away from 0."""
        return self.bounded & _no_zero(self.jet.value)

    def reaches(self, level: Array | float, *, slack: Array | float = 0.0) -> Mask:
        """Whole, at a level or below at one end, and above it at the other."""
        a, b = self.left.value, self.right.value
        low, high = level - slack, level + slack
        return self.whole & (
            ((a.high <= low) & (b.low > high)) | ((b.high <= low) & (a.low > high))
        )


def unbounded(steps: Sequence[Step], x: Interval, nest: int) -> Mask:
    """Where |dy/dx| is proven to have no bound."""
    with np.errstate(all="ignore"):
        no = np.zeros(x.low.shape, dtype=bool)
        left, right = (Jet(Interval(end, end)) for end in (x.low, x.high))
        zero = (x.low <= 0) & (x.high >= 0) & (x.low < x.high)
        start = Fact(Jet(x, number(1.0)), left, right, ~no, zero, no, no)
        fact = start
        for _ in range(nest):
            facts: list[Fact] = []
            for step in steps:
                facts.append(_fact(step, [facts[s] for s in step.sources], start, fact))
            fact = facts[-1]
        return np.broadcast_to(fact.blows | fact.steep, x.low.shape)


def _fact(step: Step, inputs: list[Fact], x: Fact, y: Fact) -> Fact:
    if step.function in ("x", "y"):
        return x if step.function == "x" else y
    shape = x.whole.shape
    going = Pass(1, False, np.ones(shape, dtype=bool))
    jet = take(step, [fact.jet for fact in inputs], x.jet, y.jet, going)
    ends = Pass(0, False, np.ones(shape, dtype=bool))
    left = take(step, [fact.left for fact in inputs], x.left, y.left, ends)
    right = take(step, [fact.right for fact in inputs], x.right, y.right, ends)
    whole = going.continuous & ~jet.value.empty
    for fact in inputs:
        whole = whole & fact.whole
    zero = whole & _changes_sign(left.value, right.value)
    if step.function in _KEEPS_ZERO or _exponent(step) > 0:
        zero = zero | (whole & inputs[0].zero)
    no = np.zeros(shape, dtype=bool)
    blows, steep = no, no
    if len(inputs) == 2 and step.function in _PAIRS:
        blows, steep = _PAIRS[step.function](*inputs)
    elif len(inputs) == 1:
        blows, steep = _blows(step, inputs[0]) | no, _steep(step, inputs[0], going.continuous) | no
    return Fact(jet, left, right, whole, zero, blows, steep)


def _changes_sign(a: Interval, b: Interval) -> Mask:
    """0 is taken between two ends, or at one of them, and the other is not 0."""
    return (
        ((a.high <= 0) & (b.low > 0)) | ((b.high <= 0) & (a.low > 0))
        | ((a.low >= 0) & (b.high < 0)) | ((b.low >= 0) & (a.high < 0))
    )  # fmt: skip


def _exponent(step: Step) -> float:
    return step.constants[0].value if step.function == "pow" and step.constants else 0.0


def _blows(step: Step, u: Fact) -> Mask:
    """Where a function of u does that: u itself does, or f has a pole that u comes to."""
    exponent = _exponent(step)
    positive = u.reaches(0.0) | (u.zero & (u.jet.value.low >= 0))
    if step.function == "log" or (exponent < 0 and not exponent.is_integer()):
        return positive
    if exponent < 0:
        return u.zero
    if step.function == "tan":
        turns = [np.floor(end.value.middle / math.pi + 0.5) for end in (u.left, u.right)]
        level = math.pi * (np.maximum(*turns) - 0.5)
        between: Mask = turns[0] != turns[1]
        return between & u.reaches(level, slack=4 * iv.EPS * np.abs(level))
    keeps = step.function in ("neg", "abs", "identity") or exponent >= 1
    none: Mask = np.zeros_like(u.blows)
    return u.blows if keeps else none


def _steep(step: Step, u: Fact, smooth: Mask) -> Mask:
    """Where f(u) is: u is, and f' keeps away from 0; or f is a root, and u comes to 0."""
    exponent, slope = _exponent(step), _slope(u.jet)
    if step.function == "neg":
        return u.steep
    if step.function == "sqrt" or 0 < exponent < 1:
        positive = u.reaches(0.0) | (u.zero & (u.jet.value.low >= 0))
        return positive & _bounded(slope) & _no_zero(slope)
    if exponent:
        return u.steep & smooth & _bounded(u.jet.value) & _no_zero(u.jet.value)
    if step.function == "number":
        return np.zeros_like(u.steep)
    outer = rule(step.function, [c.value for c in step.constants]).slope(u.jet.value).interval()
    return u.steep & smooth & _bounded(outer) & _no_zero(outer)


def _sum(a: Fact, b: Fact) -> tuple[Mask, Mask]:
    return (
        (a.blows & b.whole & _bounded(b.jet.value)) | (b.blows & a.whole & _bounded(a.jet.value)),
        (a.steep & b.bounded) | (b.steep & a.bounded),
    )


def _product(a: Fact, b: Fact) -> tuple[Mask, Mask]:
    return (
        (a.blows & b.apart) | (b.blows & a.apart),
        (a.steep & _bounded(a.jet.value) & b.apart) | (b.steep & _bounded(b.jet.value) & a.apart),
    )


def _quotient(a: Fact, b: Fact) -> tuple[Mask, Mask]:
    """a/b blows up where b is 0 and a is not."""
    return (a.apart & b.zero) | (a.blows & b.apart), a.steep & _bounded(a.jet.value) & b.apart


def _nothing(a: Fact, b: Fact) -> tuple[Mask, Mask]:
    nothing = np.zeros(np.broadcast_shapes(a.whole.shape, b.whole.shape), dtype=bool)
    return nothing, nothing


_PAIRS: dict[str, Callable[[Fact, Fact], tuple[Mask, Mask]]] = {
    "add": _sum,
    "sub": _sum,
    "mul": _product,
    "div": _quotient,
}
#: f(0) = 0, and nowhere else near 0.
_KEEPS_ZERO = ("neg", "abs", "sin", "tan", "sinh", "tanh", "arctan", "erf", "softsign", "identity")


def _slope(jet: Jet) -> Interval:
    return iv.point(0.0) if jet.slope is None else jet.slope.interval()


def _bounded(u: Interval) -> Mask:
    return np.isfinite(u.low) & np.isfinite(u.high)


def _no_zero(u: Interval) -> Mask:
    return (u.low > 0) | (u.high < 0)
