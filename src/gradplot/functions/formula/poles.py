"""Proofs that a slope has no bound: a pole, a logarithm's end, a root's vertical tangent.

Going through a formula's steps over an interval, two facts are passed on. A part *blows up*: near
some point p of the interval |part| exceeds every bound on a stretch where it is smooth but for
kinks; its slope does then, too. Or a part is *steep*: only its slope exceeds every bound near p.
What is not proven is not claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.formula.pole_facts import (
    Fact,
    directions,
    exponent_of,
    has_no_zero,
    is_bounded,
    slope_of,
)
from gradplot.functions.intervals.interval import Interval
from gradplot.functions.intervals.scaled import number
from gradplot.functions.jets.jets import Jet, Pass
from gradplot.functions.jets.rules import rule
from gradplot.functions.jets.steps import take
from gradplot.functions.step import Step

if TYPE_CHECKING:
    from gradplot.functions.arrays import Mask


def unbounded(steps: Sequence[Step], x: Interval, nest: int, *, start: float | None = None) -> Mask:
    """Where |dy/dx| is proven to have no bound."""
    with np.errstate(all="ignore"):
        no = np.zeros(x.low.shape, dtype=bool)
        left, right = (Jet(Interval(end, end)) for end in (x.low, x.high))
        zero = (x.low <= 0) & (x.high >= 0) & (x.low < x.high)
        variable = Fact(Jet(x, number(1.0)), left, right, ~no, zero, no, no, no, no)
        fact = variable
        if start is not None:
            constant = Jet(Interval(np.full_like(x.low, start), np.full_like(x.low, start)))
            fact = Fact(constant, constant, constant, ~no, no, no, no, no, no)
        for _ in range(nest):
            facts: list[Fact] = []
            for step in steps:
                found = _fact(step, [facts[s] for s in step.sources], variable, fact)
                own = _times_own_log(step, steps, facts)
                facts.append(found if own is None else replace(found, steep=found.steep | own))
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
    if step.function in _KEEPS_ZERO or exponent_of(step) > 0:
        zero = zero | (whole & inputs[0].zero)
    no = np.zeros(shape, dtype=bool)
    blows, steep = no, no
    if len(inputs) == 2 and step.function in _PAIRS:
        blows, steep = _PAIRS[step.function](*inputs)
    elif len(inputs) == 1:
        blows, steep = _blows(step, inputs[0]) | no, _steep(step, inputs[0], going.continuous) | no
    rises, falls = directions(step, inputs)
    rises, falls = rises | no, falls | no
    return Fact(jet, left, right, whole, zero, blows | rises | falls, steep, rises, falls)


def _times_own_log(step: Step, steps: Sequence[Step], facts: list[Fact]) -> Mask | None:
    """Where u log u or u^u is steep: u comes to 0 from above and its slope does not come to 0.

    (u log u)' = u' (log u + 1), and (u^u)' is u^u times that, where u^u comes to 1.
    """
    if step.function == "pow" and len(step.sources) == 2:
        a, b = step.sources
        base = a if _same(a, b, steps) else None
    elif step.function == "mul":
        base = _logged(steps, *step.sources)
    else:
        return None
    if base is None:
        return None
    u = facts[base]
    slope = slope_of(u.jet)
    return u.positive & is_bounded(slope) & has_no_zero(slope)


def _logged(steps: Sequence[Step], a: int, b: int) -> int | None:
    """The one of two factors that the other is the logarithm of."""
    for one, other in ((a, b), (b, a)):
        if steps[other].function == "log" and _same(one, steps[other].sources[0], steps):
            return one
    return None


def _same(a: int, b: int, steps: Sequence[Step]) -> bool:
    """Whether two steps are surely the same function."""
    one, other = steps[a], steps[b]
    if a == b:
        return True
    return (
        (one.function, one.constants) == (other.function, other.constants)
        and len(one.sources) == len(other.sources)
        and all(_same(p, q, steps) for p, q in zip(one.sources, other.sources, strict=True))
    )


def _changes_sign(a: Interval, b: Interval) -> Mask:
    """0 is taken between two ends, or at one of them, and the other is not 0."""
    return (
        ((a.high <= 0) & (b.low > 0)) | ((b.high <= 0) & (a.low > 0))
        | ((a.low >= 0) & (b.high < 0)) | ((b.low >= 0) & (a.high < 0))
    )  # fmt: skip


def _blows(step: Step, u: Fact) -> Mask:
    """Where a function of u does that: u itself does, or f has a pole that u comes to."""
    exponent = exponent_of(step)
    if step.function == "log" or (exponent < 0 and not exponent.is_integer()):
        return u.positive
    if exponent < 0:
        return u.zero
    if step.function == "tan":
        return u.passes_tan_pole
    keeps = step.function in ("neg", "abs", "identity") or exponent >= 1
    none: Mask = np.zeros_like(u.blows)
    return u.blows if keeps else none


def _steep(step: Step, u: Fact, smooth: Mask) -> Mask:
    """Where f(u) is: u is, and f' keeps away from 0; or f is a root, and u comes to 0."""
    exponent, slope = exponent_of(step), slope_of(u.jet)
    if step.function == "neg":
        return u.steep
    if step.function in ("sin", "cos"):
        # A part that grows without end takes every large value, on a stretch of finite length: so
        # its sine goes from -1 to 1 and back over ever shorter parts of that.
        swings: Mask = u.blows
    else:
        swings = np.zeros_like(u.blows)
    if step.function == "sqrt" or 0 < exponent < 1:
        return u.positive & is_bounded(slope) & has_no_zero(slope)
    if exponent:
        return u.steep & smooth & is_bounded(u.jet.value) & has_no_zero(u.jet.value)
    if step.function in ("number", "pow"):  # u^0 is one
        return swings
    outer = rule(step.function, [c.value for c in step.constants]).slope(u.jet.value).interval()
    return swings | (u.steep & smooth & is_bounded(outer) & has_no_zero(outer))


def _sum(a: Fact, b: Fact) -> tuple[Mask, Mask]:
    return (
        (a.blows & b.limited) | (b.blows & a.limited),
        (a.steep & b.bounded) | (b.steep & a.bounded),
    )


def _product(a: Fact, b: Fact) -> tuple[Mask, Mask]:
    """(ab)' = a'b + ab', of which one part grows and the other does not."""
    return (
        (a.blows & b.apart) | (b.blows & a.apart),
        (a.steep & b.apart & is_bounded(a.jet.value))
        | (b.steep & a.apart & is_bounded(b.jet.value)),
    )


def _quotient(a: Fact, b: Fact) -> tuple[Mask, Mask]:
    """a/b blows up where b is 0 and a is not."""
    return (a.apart & b.zero) | (a.blows & b.apart), a.steep & is_bounded(a.jet.value) & b.apart


_PAIRS: dict[str, Callable[[Fact, Fact], tuple[Mask, Mask]]] = {
    "add": _sum,
    "sub": _sum,
    "mul": _product,
    "div": _quotient,
}
#: f(0) = 0, and nowhere else near 0.
_KEEPS_ZERO = ("neg", "abs", "sin", "tan", "sinh", "tanh", "arctan", "erf", "softsign", "identity")
