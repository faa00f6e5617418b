"""The Gaussian error linear units: a function named after each gives its Shape."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gradplot.functions.activations import kernels
from gradplot.functions.activations.shape import Shape

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array


def _normal_cdf(np: Any, z: Array) -> Array:
    return 0.5 * kernels.elementwise(np, math.erfc)(z * -math.sqrt(0.5))


def _normal_pdf(np: Any, z: Array) -> Array:
    return np.exp(-0.5 * np.minimum(z * z, 1490.0)) / math.sqrt(2.0 * math.pi)


def _gelu(np: Any, z: Array) -> Array:
    return z * _normal_cdf(np, z)


def _mills(np: Any, t: Array) -> Array:
    """(1 - cdf) / pdf for t >= 2, beyond 25 by its asymptotic series.

    Abramowitz & Stegun, Handbook of Mathematical Functions, 26.2.12.
    """
    near = np.minimum(t, 25.0)
    s = 1.0 / np.square(np.maximum(t, 25.0))
    series = (1 - s * (1 - 3 * s * (1 - 5 * s * (1 - 7 * s * (1 - 9 * s))))) / np.maximum(t, 25.0)
    return np.where(t < 25.0, _normal_cdf(np, -near) / _normal_pdf(np, near), series)


def _gelu_slope(np: Any, z: Array) -> Array:
    return _normal_cdf(np, z) + z * _normal_pdf(np, z)


def _gelu_log_slope(np: Any, z: Array) -> Array:
    t = np.clip(-z, 2.0, kernels.FAR)
    tail = np.log(t - _mills(np, t)) - 0.5 * t * t - 0.5 * math.log(2.0 * math.pi)
    return np.where(z < -2.0, tail, kernels.log_abs(np, _gelu_slope(np, np.maximum(z, -2.0))))


def _gelu_rate(np: Any, z: Array) -> Array:
    t = np.clip(-z, 2.0, kernels.FAR)
    tail = (t * t - 2.0) / (t - _mills(np, t))
    near = np.maximum(z, -2.0)
    return np.where(
        z < -2.0, tail, _normal_pdf(np, near) * (2.0 - near * near) / _gelu_slope(np, near)
    )


def _gelu_blur(np: Any, z: Array) -> Array:
    near = np.maximum(z, -2.0)
    parts = _normal_cdf(np, near) + np.abs(near) * _normal_pdf(np, near)
    with np.errstate(divide="ignore"):
        return np.where(z < -2.0, 4.0, 4.0 * parts / np.abs(_gelu_slope(np, near)))


_C = math.sqrt(2.0 / math.pi)
_K = 0.044715


def _gelu_tanh_argument(np: Any, z: Array) -> Array:
    z = np.clip(z, -1e100, 1e100)
    return 2.0 * _C * z * (1.0 + _K * z * z)


def _gelu_tanh(np: Any, z: Array) -> Array:
    return z * kernels.sigmoid(np, _gelu_tanh_argument(np, z))


def _gelu_tanh_factor(np: Any, z: Array) -> tuple[Array, Array]:
    near = np.clip(z, -1e100, 1e100)
    v = _gelu_tanh_argument(np, near)
    return 2.0 * _C * near * (1.0 + 3.0 * _K * near * near) * kernels.sigmoid(np, -v), v


def _gelu_tanh_log_slope(np: Any, z: Array) -> Array:
    bend, v = _gelu_tanh_factor(np, z)
    return kernels.log_sigmoid(np, v) + kernels.log_abs(np, 1.0 + bend)


def _gelu_tanh_rate(np: Any, z: Array) -> Array:
    near = np.clip(z, -1e100, 1e100)
    v = _gelu_tanh_argument(np, near)
    first, second = 2.0 * _C * (1.0 + 3.0 * _K * near * near), 12.0 * _C * _K * near
    p, q = kernels.sigmoid(np, v), kernels.sigmoid(np, -v)
    return first * q + q * (first + near * second - near * first * first * p) / (
        1.0 + near * first * q
    )


def _gelu_tanh_blur(np: Any, z: Array) -> Array:
    bend, v = _gelu_tanh_factor(np, z)
    with np.errstate(divide="ignore"):
        return 2.0 * (1.0 + np.abs(bend) * (1.0 + np.maximum(v, 0.0))) / np.abs(1.0 + bend) + 2.0


def _gelu_tanh_bend(np: Any, z: Array) -> Array:
    near = np.clip(z, -30.0, 30.0)
    u = _C * (near + _K * near**3)
    u1, u2 = _C * (1 + 3 * _K * near**2), 6 * _C * _K * near
    t, rest = np.tanh(u), 1 / np.cosh(np.clip(u, -300.0, 300.0)) ** 2
    return rest * (u1 + 0.5 * near * u2 - near * t * u1 * u1)


def gelu() -> Shape:
    return Shape(
        value=_gelu,
        log_slope=_gelu_log_slope,
        sign=kernels.turns_at(-0.75179152469356446),
        turning=(-0.75179152469356446,),
        modes=(-math.sqrt(2.0), math.sqrt(2.0)),
        spread=lambda np, z: 1.0 + np.square(np.clip(z, -kernels.FAR, 0.0)),
        blur=_gelu_blur,
        rate=_gelu_rate,
        rate_modes=(2.025697741825727,),
        bend=lambda np, z: (2.0 - z * z) * _normal_pdf(np, z),
        bend_rate=0.79,
        low=-0.16997120747990369,
    )


def gelu_tanh() -> Shape:
    return Shape(
        value=_gelu_tanh,
        log_slope=_gelu_tanh_log_slope,
        sign=kernels.turns_at(-0.75246142207101626),
        turning=(-0.75246142207101626,),
        modes=(-1.4185040087908284, 1.4185040087908284),
        spread=lambda np, z: 1.0 + np.abs(_gelu_tanh_argument(np, np.minimum(z, 0.0))),
        blur=_gelu_tanh_blur,
        rate=_gelu_tanh_rate,
        rate_modes=(2.039988764419047,),
        bend=_gelu_tanh_bend,
        bend_rate=0.9,
        low=-0.17004075057125412,
    )
