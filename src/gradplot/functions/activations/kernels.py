"""The functions that activations are made of, over arrays, and their logarithmic derivatives.

Nothing here imports numpy: a kernel takes the array module as its first argument. Each computes
nothing that can overflow to NaN or lose the tail: phi = log|act'(z)| is computed from z and never
from the value, since 1 - tanh(z)^2 is 0 in float64 from |z| = 19 while phi stays exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

    Kernel = Callable[[Any, Array], Array]

#: Beyond this |z| some kernels stop growing, so that nothing overflows; phi is then below -10^300.
FAR = 1e150
INF = math.inf


def one(np: Any, z: Array) -> Array:
    return np.ones_like(z)


def zero(np: Any, z: Array) -> Array:
    return np.zeros_like(z)


def clipped(np: Any, z: Array) -> Array:
    return np.clip(z, -FAR, FAR)


@lru_cache(maxsize=8)
def elementwise(np: ModuleType, function: Callable[[float], float]) -> Callable[[Array], Array]:
    # numpy has no erf; the C library's, called per element, is slow and correct to an ulp.
    ufunc = np.frompyfunc(function, 1, 1)
    return lambda z: np.asarray(ufunc(z), dtype=np.float64)


def sigmoid(np: Any, z: Array) -> Array:
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def log_sigmoid(np: Any, z: Array) -> Array:
    return -np.logaddexp(0.0, -z)


def log_abs(np: Any, y: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.log(np.abs(y))


def sigmoid_inverse(np: Any, y: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(y < 0.25, np.log(y) - np.log1p(-y), 2.0 * np.arctanh(2.0 * y - 1.0))


def tanh_inverse(np: Any, y: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.arctanh(y)


def tanh_log_slope(np: Any, z: Array) -> Array:
    size = np.minimum(np.abs(z), 1e300)
    return 2.0 * (math.log(2.0) - size - np.log1p(np.exp(-2.0 * size)))


def softsign_inverse(np: Any, y: Array) -> Array:
    with np.errstate(divide="ignore"):
        return y / (1.0 - np.abs(y))


def softplus_inverse(np: Any, y: Array) -> Array:
    with np.errstate(divide="ignore"):
        return y + np.log(-np.expm1(-y))


def erf(np: Any, z: Array) -> Array:
    return elementwise(np, math.erf)(z)


def erf_inverse(np: Any, y: Array) -> Array:
    from statistics import NormalDist

    quantile = NormalDist().inv_cdf
    tail = np.clip((1.0 - np.abs(y)) / 2.0, 5e-324, 0.5)
    # The standard library's quantile is good to 1e-16; one Newton step makes that relative.
    z = np.copysign(-elementwise(np, quantile)(tail) / math.sqrt(2.0), y)
    step = (erf(np, z) - y) * np.exp(np.minimum(z * z, 700.0)) * (math.sqrt(math.pi) / 2.0)
    return np.where(np.abs(y) < 1.0, z - step, np.copysign(INF, y))


def normal_cdf(np: Any, z: Array) -> Array:
    return 0.5 * elementwise(np, math.erfc)(z * -math.sqrt(0.5))


def normal_pdf(np: Any, z: Array) -> Array:
    return np.exp(-0.5 * np.minimum(z * z, 1490.0)) / math.sqrt(2.0 * math.pi)


def gelu(np: Any, z: Array) -> Array:
    return z * normal_cdf(np, z)


def mills(np: Any, t: Array) -> Array:
    """(1 - cdf) / pdf for t >= 2, beyond 25 by its asymptotic series.

    Abramowitz & Stegun, Handbook of Mathematical Functions, 26.2.12.
    """
    near = np.minimum(t, 25.0)
    s = 1.0 / np.square(np.maximum(t, 25.0))
    series = (1 - s * (1 - 3 * s * (1 - 5 * s * (1 - 7 * s * (1 - 9 * s))))) / np.maximum(t, 25.0)
    return np.where(t < 25.0, normal_cdf(np, -near) / normal_pdf(np, near), series)


def gelu_slope(np: Any, z: Array) -> Array:
    return normal_cdf(np, z) + z * normal_pdf(np, z)


def gelu_log_slope(np: Any, z: Array) -> Array:
    t = np.clip(-z, 2.0, FAR)
    tail = np.log(t - mills(np, t)) - 0.5 * t * t - 0.5 * math.log(2.0 * math.pi)
    return np.where(z < -2.0, tail, log_abs(np, gelu_slope(np, np.maximum(z, -2.0))))


def gelu_rate(np: Any, z: Array) -> Array:
    t = np.clip(-z, 2.0, FAR)
    tail = (t * t - 2.0) / (t - mills(np, t))
    near = np.maximum(z, -2.0)
    return np.where(
        z < -2.0, tail, normal_pdf(np, near) * (2.0 - near * near) / gelu_slope(np, near)
    )


def gelu_blur(np: Any, z: Array) -> Array:
    near = np.maximum(z, -2.0)
    parts = normal_cdf(np, near) + np.abs(near) * normal_pdf(np, near)
    with np.errstate(divide="ignore"):
        return np.where(z < -2.0, 4.0, 4.0 * parts / np.abs(gelu_slope(np, near)))


_C = math.sqrt(2.0 / math.pi)
_K = 0.044715


def gelu_tanh_argument(np: Any, z: Array) -> Array:
    z = np.clip(z, -1e100, 1e100)
    return 2.0 * _C * z * (1.0 + _K * z * z)


def gelu_tanh(np: Any, z: Array) -> Array:
    return z * sigmoid(np, gelu_tanh_argument(np, z))


def gelu_tanh_factor(np: Any, z: Array) -> tuple[Array, Array]:
    near = np.clip(z, -1e100, 1e100)
    v = gelu_tanh_argument(np, near)
    return 2.0 * _C * near * (1.0 + 3.0 * _K * near * near) * sigmoid(np, -v), v


def gelu_tanh_log_slope(np: Any, z: Array) -> Array:
    bend, v = gelu_tanh_factor(np, z)
    return log_sigmoid(np, v) + log_abs(np, 1.0 + bend)


def gelu_tanh_rate(np: Any, z: Array) -> Array:
    near = np.clip(z, -1e100, 1e100)
    v = gelu_tanh_argument(np, near)
    first, second = 2.0 * _C * (1.0 + 3.0 * _K * near * near), 12.0 * _C * _K * near
    p, q = sigmoid(np, v), sigmoid(np, -v)
    return first * q + q * (first + near * second - near * first * first * p) / (
        1.0 + near * first * q
    )


def gelu_tanh_blur(np: Any, z: Array) -> Array:
    bend, v = gelu_tanh_factor(np, z)
    with np.errstate(divide="ignore"):
        return 2.0 * (1.0 + np.abs(bend) * (1.0 + np.maximum(v, 0.0))) / np.abs(1.0 + bend) + 2.0


def silu_log_slope(np: Any, z: Array) -> Array:
    return log_sigmoid(np, z) + log_abs(np, 1.0 + z * sigmoid(np, -z))


def silu_rate(np: Any, z: Array) -> Array:
    p, q = sigmoid(np, z), sigmoid(np, -z)
    return q + q * (1.0 - z * p) / (1.0 + z * q)


def silu_blur(np: Any, z: Array) -> Array:
    bend = np.clip(z, -1e300, 1e300) * sigmoid(np, -z)
    with np.errstate(divide="ignore"):
        return 2.0 * (1.0 + np.abs(bend)) / np.abs(1.0 + bend) + 1.0


def mish(np: Any, z: Array) -> Array:
    # tanh(log(1 + E)) = E(E + 2) / (E(E + 2) + 2), written in e^-|z| so that nothing overflows.
    e = np.exp(-np.abs(z))
    right, left = 1.0 + 2.0 * e, e * (e + 2.0)
    return z * np.where(z >= 0, right / (right + 2.0 * e * e), left / (left + 2.0))


def mish_parts(np: Any, z: Array) -> tuple[Array, Array, Array]:
    """act' = (a + b) e^min(z, 0) / c^2, with a, c > 0 and the sign of z in b."""
    e = np.exp(-np.abs(z))
    positive = z >= 0
    c = np.where(positive, 1.0 + 2.0 * e * (1.0 + e), e * (e + 2.0) + 2.0)
    a = np.where(positive, 1.0 + 2.0 * e, e + 2.0) * c
    b = 4.0 * np.clip(z, -1e300, 1e300) * (1.0 + e) * np.where(positive, e * e, 1.0)
    return a, b, c


def mish_log_slope(np: Any, z: Array) -> Array:
    a, b, c = mish_parts(np, z)
    return np.clip(z, -1e300, 0.0) + log_abs(np, a + b) - 2.0 * np.log(c)


def mish_rate(np: Any, z: Array) -> Array:
    near = np.clip(z, -300.0, 300.0)
    grown, sigma = np.exp(near), sigmoid(np, near)
    n = grown * (grown + 2.0)
    t = n / (n + 2.0)
    ratio = 4.0 * (1.0 + grown) / ((n + 2.0) * (grown + 2.0))
    return ratio * (2.0 + z * (1.0 - sigma - 2.0 * t * sigma)) / (1.0 + z * ratio)


def mish_blur(np: Any, z: Array) -> Array:
    a, b, _ = mish_parts(np, z)
    with np.errstate(divide="ignore"):
        return 2.0 * (a + np.abs(b)) / np.abs(a + b) + 2.0


def gaussian(np: Any, z: Array) -> Array:
    return np.exp(-np.square(clipped(np, z)))


def gaussian_log_slope(np: Any, z: Array) -> Array:
    z = clipped(np, z)
    return math.log(2.0) + log_abs(np, z) - z * z


def hardswish(np: Any, z: Array) -> Array:
    inner = np.clip(z, -3.0, 3.0)
    return np.where(z >= 3.0, z, inner * (inner + 3.0) / 6.0)


def hardswish_log_slope(np: Any, z: Array) -> Array:
    inner = log_abs(np, 2.0 * np.clip(z, -3.0, 3.0) + 3.0) - math.log(6.0)
    return np.where(z <= -3.0, -INF, np.where(z >= 3.0, 0.0, inner))


def turns_at(point: float) -> Kernel:
    return lambda np, z: np.where(z >= point, 1.0, -1.0)


def between(np: Any, z: Array, low: float, high: float, inside: float) -> Array:
    return np.where((z > low) & ((z < high) | (high == INF)), inside, -INF)


def inside_three(np: Any, z: Array) -> Array:
    return np.where(np.abs(z) < 3.0, 1.0, 0.0)


def below(np: Any, z: Array) -> Array:
    return np.exp(-np.clip(z, -700.0, 0.0))


def elu_inverse(np: Any, y: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log1p(np.clip(y, -1.0, 0.0))


def arctan_rate(np: Any, z: Array) -> Array:
    z = clipped(np, z)
    return -2.0 * z / (1.0 + z * z)
