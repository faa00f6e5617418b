"""What float64 loses: the exact error of a sum and of a product, and the sizes it can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

EPS = float(np.finfo(np.float64).eps)
#: The largest finite number and the smallest positive one.
MAX = float(np.finfo(np.float64).max)
TINY = float(np.finfo(np.float64).smallest_subnormal)
_SPLITTER = 134217729.0  # 2^27 + 1
_SAFE = 2.0**960  # products below its inverse have errors that underflow


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """a + b and its error (Knuth); the error is NaN where the sum is infinite."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def two_product(a: Array, b: Array) -> tuple[Array, Array]:
    """a·b and its error (Dekker), NaN where that cannot be told; 0·inf is 0: no end is attained."""
    zero = (a == 0) | (b == 0)
    product = np.where(zero, 0.0, a * b)
    size = np.abs(product)
    safe = (size > 1 / _SAFE) & (size < _SAFE) & (np.abs(a) < _SAFE) & (np.abs(b) < _SAFE)
    wide_a, wide_b = _SPLITTER * a, _SPLITTER * b
    a1, b1 = wide_a - (wide_a - a), wide_b - (wide_b - b)
    a2, b2 = a - a1, b - b1
    error = ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2
    return product, np.where(zero, 0.0, np.where(safe, error, np.nan))
