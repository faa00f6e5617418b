"""Activations that turn, from rising to falling: a function named after each gives its Shape."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gradplot.functions.activations import kernels
from gradplot.functions.activations.shape import Shape

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

INF = math.inf


def _silu_log_slope(np: Any, z: Array) -> Array:
    return kernels.log_sigmoid(np, z) + kernels.log_abs(np, 1.0 + z * kernels.sigmoid(np, -z))


def _silu_rate(np: Any, z: Array) -> Array:
    p, q = kernels.sigmoid(np, z), kernels.sigmoid(np, -z)
    return q + q * (1.0 - z * p) / (1.0 + z * q)


def _silu_blur(np: Any, z: Array) -> Array:
    bend = np.clip(z, -1e300, 1e300) * kernels.sigmoid(np, -z)
    with np.errstate(divide="ignore"):
        return 2.0 * (1.0 + np.abs(bend)) / np.abs(1.0 + bend) + 1.0


def _mish(np: Any, z: Array) -> Array:
    # tanh(log(1 + E)) = E(E + 2) / (E(E + 2) + 2), written in e^-|z| so that nothing overflows.
    e = np.exp(-np.abs(z))
    right, left = 1.0 + 2.0 * e, e * (e + 2.0)
    return z * np.where(z >= 0, right / (right + 2.0 * e * e), left / (left + 2.0))


def _mish_parts(np: Any, z: Array) -> tuple[Array, Array, Array]:
    """act' = (a + b) e^min(z, 0) / c^2, with a, c > 0 and the sign of z in b."""
    e = np.exp(-np.abs(z))
    positive = z >= 0
    c = np.where(positive, 1.0 + 2.0 * e * (1.0 + e), e * (e + 2.0) + 2.0)
    a = np.where(positive, 1.0 + 2.0 * e, e + 2.0) * c
    b = 4.0 * np.clip(z, -1e300, 1e300) * (1.0 + e) * np.where(positive, e * e, 1.0)
    return a, b, c


def _mish_log_slope(np: Any, z: Array) -> Array:
    a, b, c = _mish_parts(np, z)
    return np.clip(z, -1e300, 0.0) + kernels.log_abs(np, a + b) - 2.0 * np.log(c)


def _mish_rate(np: Any, z: Array) -> Array:
    near = np.clip(z, -300.0, 300.0)
    grown, sigma = np.exp(near), kernels.sigmoid(np, near)
    n = grown * (grown + 2.0)
    t = n / (n + 2.0)
    ratio = 4.0 * (1.0 + grown) / ((n + 2.0) * (grown + 2.0))
    return ratio * (2.0 + z * (1.0 - sigma - 2.0 * t * sigma)) / (1.0 + z * ratio)


def _mish_blur(np: Any, z: Array) -> Array:
    a, b, _ = _mish_parts(np, z)
    with np.errstate(divide="ignore"):
        return 2.0 * (a + np.abs(b)) / np.abs(a + b) + 2.0


def _gaussian(np: Any, z: Array) -> Array:
    return np.exp(-np.square(kernels.clipped(np, z)))


def _gaussian_log_slope(np: Any, z: Array) -> Array:
    z = kernels.clipped(np, z)
    return math.log(2.0) + kernels.log_abs(np, z) - z * z


def _hardswish(np: Any, z: Array) -> Array:
    inner = np.clip(z, -3.0, 3.0)
    return np.where(z >= 3.0, z, inner * (inner + 3.0) / 6.0)


def _hardswish_log_slope(np: Any, z: Array) -> Array:
    inner = kernels.log_abs(np, 2.0 * np.clip(z, -3.0, 3.0) + 3.0) - math.log(6.0)
    return np.where(z <= -3.0, -INF, np.where(z >= 3.0, 0.0, inner))


def _inside_three(np: Any, z: Array) -> Array:
    return np.where(np.abs(z) < 3.0, 1.0, 0.0)


def _silu_bend(np: Any, z: Array) -> Array:
    e = np.exp(-np.abs(z))
    return e / (1 + e) ** 2 * (2 - z * np.tanh(0.5 * z))


def _mish_bend(np: Any, z: Array) -> Array:
    # With s = sigmoid(z) and t = tanh(softplus(z)): t' = (1 - t²)s, mish'' = 2t' + z t''.
    e = np.exp(-np.abs(z))
    s, s1 = np.where(z >= 0, 1, e) / (1 + e), e / (1 + e) ** 2
    inner = kernels.softplus(np, z)
    t = np.tanh(inner)
    rest = 1 / np.cosh(np.minimum(inner, 300.0)) ** 2
    return 2 * rest * s + z * rest * (s1 - 2 * t * s * s)


def silu() -> Shape:
    return Shape(
        value=lambda np, z: z * kernels.sigmoid(np, z),
        log_slope=_silu_log_slope,
        sign=kernels.turns_at(-1.2784645427610738),
        turning=(-1.2784645427610738,),
        modes=(-2.3993572805154677, 2.3993572805154677),
        blur=_silu_blur,
        rate=_silu_rate,
        rate_modes=(3.471425275478435,),
        bend=_silu_bend,
        bend_rate=0.32,
        low=-0.27846454276107384,
    )


def mish() -> Shape:
    return Shape(
        value=_mish,
        log_slope=_mish_log_slope,
        sign=kernels.turns_at(-1.1924312145154952),
        turning=(-1.1924312145154952,),
        modes=(-2.2563763963607931, 1.4905711794854285),
        blur=_mish_blur,
        rate=_mish_rate,
        rate_modes=(2.1337713342264466,),
        bend=_mish_bend,
        bend_rate=0.6,
        low=-0.30884341301725277,
    )


def hardswish() -> Shape:
    return Shape(
        value=_hardswish,
        log_slope=_hardswish_log_slope,
        sign=kernels.turns_at(-1.5),
        kinks={-3.0: (-INF, math.log(0.5)), 3.0: (math.log(1.5), 0.0)},
        turning=(-1.5,),
        spread=_inside_three,
        blur=lambda np, z: 1.0 + 6.0 / np.maximum(np.abs(2.0 * z + 3.0), 1e-300),
        rate=lambda np, z: np.where(z < 3.0, 2.0 / (2.0 * z + 3.0), 0.0),
        rate_jumps={3.0: (2.0 / 9.0, 0.0)},
        bend=lambda np, z: np.where(np.abs(z) < 3.0, 1.0 / 3.0, 0.0),
        low=-0.375,
    )


def sin() -> Shape:
    return Shape(
        value=lambda np, z: np.sin(z),
        log_slope=lambda np, z: kernels.log_abs(np, np.cos(z)),
        sign=lambda np, z: np.sign(np.cos(z)),
        turning=(-math.pi / 2, math.pi / 2),
        modes=(0.0, math.pi),
        period=2.0 * math.pi,
        rate=lambda np, z: -np.tan(z),
        bend=lambda np, z: -np.sin(z),
        bend_rate=1.0,
        low=-1.0,
        high=1.0,
    )


def gaussian() -> Shape:
    return Shape(
        value=_gaussian,
        log_slope=_gaussian_log_slope,
        sign=lambda np, z: np.where(z > 0, -1.0, 1.0),
        turning=(0.0,),
        modes=(-math.sqrt(0.5), math.sqrt(0.5)),
        spread=lambda np, z: 1.0 + np.square(kernels.clipped(np, z)),
        blur=lambda np, z: 2.0 * kernels.one(np, z),
        rate=lambda np, z: 1.0 / z - 2.0 * z,
        bend=lambda np, z: (4.0 * z * z - 2.0) * np.exp(-z * z),
        bend_rate=3.94,
        low=0.0,
        high=1.0,
    )
