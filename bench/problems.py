"""Functions whose steepest slope is to be found on [-1, 1], as each contender needs them said."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb

from gradplot.functions.chain.chain import Chain
from gradplot.functions.curve import Curve
from gradplot.functions.formula.formula import Formula


@dataclass(frozen=True, slots=True)
class Problem:
    """One function; ``slope`` is |dy/dx| of a ball, ``log_slope`` ln|dy/dx| of an array."""

    name: str
    words: tuple[object, ...]
    sollya: str
    curve: Callable[[], Curve]
    slope: Callable[[Any], Any]
    log_slope: Callable[[np.ndarray], np.ndarray]


def nested(weight: int, depth: int) -> Problem:
    """tanh without a bias, as a formula."""
    formula = "x"
    for _ in range(depth):
        formula = f"tanh({weight}*{formula})"
    return Problem(
        name=formula,
        words=("expr", formula),
        sollya=f"f = {formula};",
        curve=lambda: Formula(formula),
        slope=lambda x: _chain_slope(x, weight, 0.0, depth),
        log_slope=lambda x: _chain_log_slope(x, weight, 0.0, depth),
    )


def chain(weight: int, bias: float, depth: int) -> Problem:
    """tanh with a bias in every layer."""
    return Problem(
        name=f"tanh w={weight} b={bias:g}, depth {depth}",
        words=("tanh", "--weight", weight, "--bias", bias, "--depths", depth),
        sollya=f"f = x; for i from 1 to {depth} do f = tanh({weight}*f + {bias});",
        curve=lambda: Chain("tanh", float(weight), bias, depth=depth),
        slope=lambda x: _chain_slope(x, weight, bias, depth),
        log_slope=lambda x: _chain_log_slope(x, weight, bias, depth),
    )


def _chain_slope(x: Any, weight: int, bias: float, depth: int) -> Any:
    slope = arb(1)
    for _ in range(depth):
        z = weight * x + bias
        x, slope = z.tanh(), slope * weight / z.cosh() ** 2
    return slope


def _chain_log_slope(x: np.ndarray, weight: int, bias: float, depth: int) -> np.ndarray:
    total = np.zeros_like(x)
    for _ in range(depth):
        z = weight * x + bias
        total += math.log(weight) + _log_sech2(z)
        x = np.tanh(z)
    return total


def _log_sech2(z: np.ndarray) -> np.ndarray:
    # 1 - tanh² is 0 from |z| = 19 on, where its logarithm is still a number.
    return 2 * (math.log(2) - np.abs(z) - np.log1p(np.exp(-2 * np.abs(z))))


MINEFIELD = "tanh(5*tanh(40*x-5) - 5*tanh(40*x) + 5*tanh(40*x+5))"
_SHIFTS = ((1, -5), (-1, 0), (1, 5))


def _minefield_slope(x: Any) -> Any:
    inner = sum((5 * sign * (40 * x + shift).tanh() for sign, shift in _SHIFTS), arb(0))
    rate = sum((200 * sign / (40 * x + shift).cosh() ** 2 for sign, shift in _SHIFTS), arb(0))
    return abs(rate / inner.cosh() ** 2)


def _minefield_log_slope(x: np.ndarray) -> np.ndarray:
    inner = sum(5 * sign * np.tanh(40 * x + shift) for sign, shift in _SHIFTS)
    rate = sum(200 * sign * np.exp(_log_sech2(40 * x + shift)) for sign, shift in _SHIFTS)
    with np.errstate(divide="ignore"):
        return _log_sech2(inner) + np.log(np.abs(rate))


PROBLEMS = (
    nested(8, 3),
    Problem(
        name=MINEFIELD,
        words=("expr", MINEFIELD),
        sollya=f"f = {MINEFIELD};",
        curve=lambda: Formula(MINEFIELD),
        slope=_minefield_slope,
        log_slope=_minefield_log_slope,
    ),
    chain(8, 1.0, 10),
    chain(8, 0.5, 50),
)
