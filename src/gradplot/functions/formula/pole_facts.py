"""What is known of one part of a formula over intervals of x, and where it grows beside a pole."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.intervals import interval as iv
from gradplot.functions.intervals.interval import Interval
from gradplot.functions.intervals.rounding import EPS
from gradplot.functions.jets.jets import Jet
from gradplot.functions.step import Step

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Mask


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
    #: It blows up towards +inf, towards -inf, near some point each.
    rises: Mask
    falls: Mask

    @property
    def positive(self) -> Mask:
        """Comes to 0 from above, somewhere: 0 at one place, positive at another, whole between."""
        a, b = self.left.value, self.right.value
        return self.reaches(0.0) | (
            self.zero & ((self.jet.value.low >= 0) | (a.low > 0) | (b.low > 0))
        )

    @property
    def negative(self) -> Mask:
        """Comes to 0 from below, somewhere."""
        a, b = self.left.value, self.right.value
        return self.zero & ((self.jet.value.high <= 0) | (a.high < 0) | (b.high < 0))

    @property
    def limited(self) -> Mask:
        """Whole, with bounded values."""
        return self.whole & is_bounded(self.jet.value)

    @property
    def bounded(self) -> Mask:
        """Whole, and neither its values nor its slope grow without end."""
        return self.limited & is_bounded(slope_of(self.jet))

    @property
    def apart(self) -> Mask:
        """Bounded, and bounded away from 0."""
        return self.bounded & has_no_zero(self.jet.value)

    def reaches(self, level: Array | float, *, slack: Array | float = 0.0) -> Mask:
        """Whole, at a level or below at one end, and above it at the other."""
        a, b = self.left.value, self.right.value
        low, high = level - slack, level + slack
        return self.whole & (
            ((a.high <= low) & (b.low > high)) | ((b.high <= low) & (a.low > high))
        )

    @property
    def passes_tan_pole(self) -> Mask:
        """Whole, with a pole of the tangent between the values at the two ends."""
        turns = [np.floor(end.value.middle / math.pi + 0.5) for end in (self.left, self.right)]
        level = math.pi * (np.maximum(*turns) - 0.5)
        between: Mask = turns[0] != turns[1]
        return between & self.reaches(level, slack=4 * EPS * np.abs(level))


def slope_of(jet: Jet) -> Interval:
    return iv.point(0.0) if jet.slope is None else jet.slope.interval()


def is_bounded(u: Interval) -> Mask:
    return np.isfinite(u.low) & np.isfinite(u.high)


def has_no_zero(u: Interval) -> Mask:
    return (u.low > 0) | (u.high < 0)


def exponent_of(step: Step) -> float:
    return step.constants[0].value if step.function == "pow" and step.constants else 0.0


def directions(step: Step, inputs: list[Fact]) -> tuple[Mask, Mask]:
    """Where a step grows towards +inf, and where towards -inf."""
    no = np.zeros(1, dtype=bool)
    if len(inputs) == 2 and step.function in _PAIR_DIRECTIONS:
        return _PAIR_DIRECTIONS[step.function](*inputs)
    if len(inputs) != 1:
        return no, no
    u, exponent = inputs[0], exponent_of(step)
    if step.function == "neg":
        return u.falls, u.rises
    if step.function == "log":
        return u.rises, u.positive
    if step.function == "tan":
        both = u.passes_tan_pole
        return both, both
    if exponent < 0:
        odd = exponent.is_integer() and exponent % 2 == 1
        return u.positive | (u.negative & (exponent % 2 == 0)), u.negative & odd
    if step.function in ("abs", "cosh") or (exponent > 0 and exponent % 2 == 0):
        return u.rises | u.falls, no
    if step.function in _ODD or (exponent > 0 and exponent % 2 == 1):
        return u.rises, u.falls
    return (u.rises if step.function in _RISING or exponent > 0 else no), no


def _sum_directions(a: Fact, b: Fact) -> tuple[Mask, Mask]:
    return (
        (a.rises & b.whole & (b.jet.value.low > -np.inf))
        | (b.rises & a.whole & (a.jet.value.low > -np.inf)),
        (a.falls & b.whole & (b.jet.value.high < np.inf))
        | (b.falls & a.whole & (a.jet.value.high < np.inf)),
    )


def _difference_directions(a: Fact, b: Fact) -> tuple[Mask, Mask]:
    return (
        (a.rises & b.whole & (b.jet.value.high < np.inf))
        | (b.falls & a.whole & (a.jet.value.low > -np.inf)),
        (a.falls & b.whole & (b.jet.value.low > -np.inf))
        | (b.rises & a.whole & (a.jet.value.high < np.inf)),
    )


def _product_directions(a: Fact, b: Fact) -> tuple[Mask, Mask]:
    up, down = _scaled_directions(a.rises, a.falls, b)
    up_too, down_too = _scaled_directions(b.rises, b.falls, a)
    return up | up_too, down | down_too


def _quotient_directions(a: Fact, b: Fact) -> tuple[Mask, Mask]:
    up, down = _scaled_directions(a.rises, a.falls, b)
    up_too, down_too = _scaled_directions(b.positive, b.negative, a)
    return up | up_too, down | down_too


def _scaled_directions(rises: Mask, falls: Mask, factor: Fact) -> tuple[Mask, Mask]:
    """What becomes of directions where a factor keeps away from 0."""
    plus = factor.apart & (factor.jet.value.low > 0)
    minus = factor.apart & (factor.jet.value.high < 0)
    return (rises & plus) | (falls & minus), (falls & plus) | (rises & minus)


def _max_directions(a: Fact, b: Fact) -> tuple[Mask, Mask]:
    return (a.rises & b.whole) | (b.rises & a.whole), np.zeros(1, dtype=bool)


def _min_directions(a: Fact, b: Fact) -> tuple[Mask, Mask]:
    return np.zeros(1, dtype=bool), (a.falls & b.whole) | (b.falls & a.whole)


_PAIR_DIRECTIONS: dict[str, Callable[[Fact, Fact], tuple[Mask, Mask]]] = {
    "add": _sum_directions,
    "sub": _difference_directions,
    "mul": _product_directions,
    "div": _quotient_directions,
    "max": _max_directions,
    "min": _min_directions,
}
#: What grows without end towards +inf; and towards both ends.
_RISING = (
    *("exp", "sqrt", "relu", "leaky_relu", "elu", "selu", "softplus"),
    *("gelu", "gelu_tanh", "silu", "mish", "hardswish"),
)
_ODD = ("identity", "sinh")
