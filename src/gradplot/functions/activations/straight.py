"""Increasing and piecewise straight activations: a function named after each gives its Shape."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gradplot.functions.activations import kernels
from gradplot.functions.activations.shape import Shape

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

INF = math.inf


def _between(np: Any, z: Array, low: float, high: float, inside: float) -> Array:
    return np.where((z > low) & ((z < high) | (high == INF)), inside, -INF)


def _inside_three(np: Any, z: Array) -> Array:
    return np.where(np.abs(z) < 3.0, 1.0, 0.0)


def identity() -> Shape:
    return Shape(
        value=lambda np, z: z + 0.0,
        log_slope=kernels.zero,
        spread=kernels.zero,
        inverse=lambda np, y: y,
    )


def leaky_relu(alpha: float) -> Shape:
    left = math.log(alpha) if alpha > 0 else -INF
    return Shape(
        value=lambda np, z: np.where(z > 0, z, alpha * z),
        log_slope=lambda np, z: np.where(z > 0, 0.0, left),
        kinks={0.0: (left, 0.0)},
        spread=lambda np, z: np.where(z > 0, 0.0, 1.0),
        low=-INF if alpha > 0 else 0.0,
        inverse=lambda np, y: np.where(y > 0, y, y / alpha if alpha > 0 else -INF),
    )


def hardsigmoid() -> Shape:
    sixth = -math.log(6.0)
    return Shape(
        value=lambda np, z: np.clip(z + 3.0, 0.0, 6.0) / 6.0,
        log_slope=lambda np, z: _between(np, z, -3.0, 3.0, sixth),
        kinks={-3.0: (-INF, sixth), 3.0: (sixth, -INF)},
        spread=_inside_three,
        low=0.0,
        high=1.0,
        inverse=lambda np, y: 6.0 * y - 3.0,
        slack=kernels.one,
    )


def _clamp(low: float, high: float) -> Shape:
    return Shape(
        value=lambda np, z: np.clip(z, low, high),
        log_slope=lambda np, z: _between(np, z, low, high, 0.0),
        kinks={low: (-INF, 0.0)} | ({high: (0.0, -INF)} if high < INF else {}),
        spread=kernels.zero,
        low=low,
        high=high,
        inverse=lambda np, y: y,
    )


def relu() -> Shape:
    return _clamp(0.0, INF)


def relu6() -> Shape:
    return _clamp(0.0, 6.0)


def hardtanh() -> Shape:
    return _clamp(-1.0, 1.0)
