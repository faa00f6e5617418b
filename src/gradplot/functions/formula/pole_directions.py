"""Towards which infinity the parts of a formula grow beside a pole."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.formula.pole_facts import Fact
from gradplot.functions.formula.program import Step

if TYPE_CHECKING:
    from gradplot.functions.arrays import Mask


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
