"""The wall in the loss of Pascanu, Mikolov and Bengio (2013), found without gradplot."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any

import mpmath

DEPTH, TARGET = 50, 0.7


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


@cache
def wall(weight: float) -> tuple[float, float]:
    """log10 of the largest |dE/db| of a_k = sigmoid(weight·a + b), and log10 of |b| there.

    E = (y - 0.7)^2 after 50 layers, from the input sigmoid(0.5). y grows with b, so doubles first
    find the b of many a y; from the steepest of them Newton's method goes on in 50 digits.
    """
    steepest = max(
        (
            _bias_of(weight, tens / 100 + ones / 1000)
            for tens, ones in product(range(1, 99), (0, 5))
        ),
        key=lambda b: abs(_derivatives(weight, b, sigmoid, sigmoid(0.5))[1]),
    )
    with mpmath.workdps(50):
        b, start = mpmath.mpf(steepest), mpmath.mpf(sigmoid(0.5))
        for _ in range(30):
            _, slope, bend, twist = _derivatives(
                weight, b, lambda z: 1 / (1 + mpmath.exp(-z)), start
            )
            b -= bend / twist
        return float(mpmath.log10(abs(slope))), float(mpmath.log10(abs(b)))


def _bias_of(weight: float, y: float) -> float:
    low, high = -weight, 0.0
    for _ in range(60):
        middle = (low + high) / 2
        below = _derivatives(weight, middle, sigmoid, sigmoid(0.5))[0] < y
        low, high = (middle, high) if below else (low, middle)
    return low


def _derivatives(
    weight: float, b: Any, sigma: Callable[[Any], Any], start: Any
) -> tuple[Any, Any, Any, Any]:
    """y and the first three derivatives of E by b, in the arithmetic of what is given."""
    y, first, second, third = start, b * 0, b * 0, b * 0
    for _ in range(DEPTH):
        z1, z2, z3 = weight * first + 1, weight * second, weight * third
        y = sigma(weight * y + b)
        s1 = y * (1 - y)
        s2, s3 = s1 * (1 - 2 * y), s1 * (1 - 6 * y + 6 * y * y)
        first, second, third = (
            s1 * z1,
            s2 * z1 * z1 + s1 * z2,
            s3 * z1**3 + 3 * s2 * z1 * z2 + s1 * z3,
        )
    away = y - TARGET
    return (
        y,
        2 * away * first,
        2 * (first * first + away * second),
        2 * (3 * first * second + away * third),
    )
