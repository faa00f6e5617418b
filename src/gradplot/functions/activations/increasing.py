"""Increasing activations that bend: a function named after each gives its Shape.

Each has, between its kinks, a Schwarzian derivative that is nowhere positive: the search for the
steepest slope rests on that.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gradplot.functions.activations import error_function, kernels
from gradplot.functions.activations.shape import Shape

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

INF = math.inf

SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


def _sigmoid_inverse(np: Any, y: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(y < 0.25, np.log(y) - np.log1p(-y), 2.0 * np.arctanh(2.0 * y - 1.0))


def _tanh_inverse(np: Any, y: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.arctanh(y)


def _tanh_log_slope(np: Any, z: Array) -> Array:
    size = np.minimum(np.abs(z), 1e300)
    return 2.0 * (math.log(2.0) - size - np.log1p(np.exp(-2.0 * size)))


def _softsign_inverse(np: Any, y: Array) -> Array:
    with np.errstate(divide="ignore"):
        return y / (1.0 - np.abs(y))


def _softplus_inverse(np: Any, y: Array) -> Array:
    with np.errstate(divide="ignore"):
        return y + np.log(-np.expm1(-y))


def _below(np: Any, z: Array) -> Array:
    return np.exp(-np.clip(z, -700.0, 0.0))


def _elu_inverse(np: Any, y: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log1p(np.clip(y, -1.0, 0.0))


def _arctan_rate(np: Any, z: Array) -> Array:
    near, far = np.clip(z, -1.0, 1.0), np.where(np.abs(z) < 1.0, 1.0, z)
    return np.where(np.abs(z) < 1.0, -2.0 * near / (1.0 + near * near), -2.0 / (far + 1.0 / far))


def elu(alpha: float, scale: float = 1.0) -> Shape:
    left, right = math.log(alpha) + math.log(scale), math.log(scale)
    smooth = alpha == 1.0
    return Shape(
        value=lambda np, z: scale * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0))),
        log_slope=lambda np, z: np.where(z > 0, right, np.maximum(z, -1e300) + left),
        kinks={} if smooth else {0.0: (left, right)},
        spread=lambda np, z: np.where((z > 0) & (scale == 1.0), 0.0, 1.0),
        low=-alpha * scale,
        inverse=lambda np, y: np.where(y > 0, y / scale, _elu_inverse(np, y / (alpha * scale))),
        slack=_below,
        rate=lambda np, z: np.where(z > 0, 0.0, 1.0),
        rate_jumps={0.0: (1.0, 0.0)},
    )


def softplus() -> Shape:
    return Shape(
        value=kernels.softplus,
        log_slope=kernels.log_sigmoid,
        low=0.0,
        inverse=_softplus_inverse,
        slack=kernels.one,
        rate=lambda np, z: kernels.sigmoid(np, -z),
    )


def softsign() -> Shape:
    return Shape(
        value=lambda np, z: z / (1.0 + np.abs(z)),
        log_slope=lambda np, z: -2.0 * np.log1p(np.abs(z)),
        modes=(0.0,),
        low=-1.0,
        high=1.0,
        inverse=_softsign_inverse,
        rate=lambda np, z: np.where(z > 0, -2.0, 2.0) / (1.0 + np.abs(z)),
        rate_jumps={0.0: (2.0, -2.0)},
    )


def sigmoid() -> Shape:
    return Shape(
        value=kernels.sigmoid,
        log_slope=lambda np, z: -np.abs(z) - 2.0 * np.log1p(np.exp(-np.abs(z))),
        modes=(0.0,),
        low=0.0,
        high=1.0,
        inverse=_sigmoid_inverse,
        rate=lambda np, z: -np.tanh(0.5 * z),
    )


def tanh() -> Shape:
    return Shape(
        value=lambda np, z: np.tanh(z),
        log_slope=_tanh_log_slope,
        modes=(0.0,),
        low=-1.0,
        high=1.0,
        inverse=_tanh_inverse,
        rate=lambda np, z: -2.0 * np.tanh(z),
    )


def arctan() -> Shape:
    return Shape(
        value=lambda np, z: np.arctan(z),
        log_slope=lambda np, z: -2.0 * np.log(np.hypot(1.0, z)),
        modes=(0.0,),
        low=-math.pi / 2,
        high=math.pi / 2,
        inverse=lambda np, y: np.tan(y),
        rate=_arctan_rate,
        rate_modes=(-1.0, 1.0),
    )


def erf() -> Shape:
    return Shape(
        value=error_function.erf,
        log_slope=lambda np, z: (
            math.log(2.0 / math.sqrt(math.pi)) - np.square(kernels.clipped(np, z))
        ),
        modes=(0.0,),
        low=-1.0,
        high=1.0,
        inverse=error_function.inverse,
        slack=lambda np, z: np.exp(np.minimum(z * z, 700.0)),
        rate=lambda np, z: -2.0 * z,
    )


def selu() -> Shape:
    return elu(SELU_ALPHA, SELU_SCALE)
