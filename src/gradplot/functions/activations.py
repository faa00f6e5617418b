"""The table of activations: one entry adds an activation to every command, help text and test.

Nothing here imports numpy: a kernel takes the array module as its first argument, so that names and
formulas are at hand at start-up speed and one place holds all there is to say of an activation.

Throughout, phi is log|act'(z)|, natural, computed from z and never from the value: 1 - tanh(z)^2
is 0 in float64 from |z| = 19, while phi stays exact to the last few bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from gradplot.errors import InputError

if TYPE_CHECKING:
    from gradplot.functions.protocol import Array

    Kernel = Callable[[Any, Array], Array]

#: Beyond this |z| some kernels stop growing, so that nothing overflows; phi is then below -10^300.
FAR = 1e150
INF = math.inf


def _one(np: Any, z: Array) -> Array:
    return np.ones_like(z)


def _zero(np: Any, z: Array) -> Array:
    return np.zeros_like(z)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The numerical description of an activation, its parameters filled in.

    ``value``, ``log_slope`` and ``sign`` map an array z to act(z), phi(z) and the sign of act'(z);
    at a kink the side that PyTorch takes. The other fields are what guaranteed ranges rest on.
    """

    value: Kernel
    log_slope: Kernel
    #: Sign of act' away from flat stretches; the default is an increasing activation.
    sign: Kernel = _one
    #: act' jumps here: z -> (phi just left, phi just right).
    kinks: Mapping[float, tuple[float, float]] = field(default_factory=dict)
    #: Zeros of act' where act turns; modulo ``period``, if there is one.
    turning: tuple[float, ...] = ()
    #: Local maxima of phi inside its smooth pieces; modulo ``period``.
    modes: tuple[float, ...] = ()
    period: float | None = None
    #: Relative error of ``value`` in units of 8 eps; 0 where it is computed without any error.
    spread: Kernel = _one
    #: Relative error of |act'(z)|, as exp(phi), in units of 8 eps, beside 8 eps |phi|.
    blur: Kernel = _one
    #: Ends of act's range.
    low: float = -INF
    high: float = INF
    #: z from act(z), for increasing activations; |error| <= 8 eps (|z| + slack(z)).
    inverse: Kernel | None = None
    slack: Kernel = _zero
    #: phi'(z), its jumps, and where it has inner extrema. Its relative error is 8 eps (1 + blur).
    rate: Kernel = _zero
    rate_jumps: Mapping[float, tuple[float, float]] = field(default_factory=dict)
    rate_modes: tuple[float, ...] = ()

    @property
    def monotone(self) -> bool:
        return self.inverse is not None

    @property
    def straight(self) -> bool:
        """Whether act is increasing and straight between its kinks."""
        return self.monotone and self.rate is _zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """One entry of the table: what people read, and the shape that numpy computes."""

    name: str
    #: act(z), for people.
    formula: str
    shape_of: Callable[..., Shape]
    #: sup|act'| as a function of the parameters, and in words.
    sup_slope_of: Callable[..., float]
    supremum_text: str
    aliases: tuple[str, ...] = ()
    #: Parameter names with their defaults.
    parameters: Mapping[str, float] = field(default_factory=dict)
    #: The smallest value a parameter may take, and whether that value itself is allowed.
    least: Mapping[str, tuple[float, bool]] = field(default_factory=dict)

    def arguments(self, parameters: Mapping[str, float]) -> tuple[float, ...]:
        """The parameters in the entry's order, defaults filled in; InputError if unusable."""
        for name in parameters:
            if name not in self.parameters:
                raise InputError(name, f"{self.name} has no parameter {name}; leave it out")
        values = tuple(
            float(parameters.get(name, self.parameters[name])) for name in self.parameters
        )
        for name, number in zip(self.parameters, values, strict=True):
            least, allowed = self.least.get(name, (-INF, False))
            if not math.isfinite(number) or number < least or (number == least and not allowed):
                bound = f"{'at least' if allowed else 'more than'} {least:g}"
                raise InputError(name, f"{number:g} does not suit {self.name}; give {bound}")
        return values

    def shape(self, parameters: Mapping[str, float] | None = None) -> Shape:
        return self.shape_of(*self.arguments(parameters or {}))

    def sup_slope(self, parameters: Mapping[str, float] | None = None) -> float:
        """sup|act'|, the Lipschitz constant of the activation."""
        return self.sup_slope_of(*self.arguments(parameters or {}))

    def critical_weight(self, parameters: Mapping[str, float] | None = None) -> float:
        """1 / sup|act'|: with a smaller weight every slope must vanish with depth."""
        return 1.0 / self.sup_slope(parameters)


# --- kernels -----------------------------------------------------------------------------------
# Named after their activation; each computes nothing that can overflow, warn or lose the tail.


def _clipped(np: Any, z: Array) -> Array:
    return np.clip(z, -FAR, FAR)


@lru_cache(maxsize=8)
def _elementwise(np: ModuleType, function: Callable[[float], float]) -> Callable[[Array], Array]:
    # numpy has no erf; the C library's, called per element, is slow and correct to an ulp.
    ufunc = np.frompyfunc(function, 1, 1)
    return lambda z: np.asarray(ufunc(z), dtype=np.float64)


def _sigmoid(np: Any, z: Array) -> Array:
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def _log_sigmoid(np: Any, z: Array) -> Array:
    return -np.logaddexp(0.0, -z)


def _log_abs(np: Any, y: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.log(np.abs(y))


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


def _erf(np: Any, z: Array) -> Array:
    return _elementwise(np, math.erf)(z)


def _erf_inverse(np: Any, y: Array) -> Array:
    from statistics import NormalDist

    quantile = NormalDist().inv_cdf
    tail = np.clip((1.0 - np.abs(y)) / 2.0, 5e-324, 0.5)
    # The standard library's quantile is good to 1e-16; one Newton step makes that relative.
    z = np.copysign(-_elementwise(np, quantile)(tail) / math.sqrt(2.0), y)
    step = (_erf(np, z) - y) * np.exp(np.minimum(z * z, 700.0)) * (math.sqrt(math.pi) / 2.0)
    return np.where(np.abs(y) < 1.0, z - step, np.copysign(INF, y))


def _normal_cdf(np: Any, z: Array) -> Array:
    return 0.5 * _elementwise(np, math.erfc)(z * -math.sqrt(0.5))


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
    t = np.clip(-z, 2.0, FAR)
    tail = np.log(t - _mills(np, t)) - 0.5 * t * t - 0.5 * math.log(2.0 * math.pi)
    return np.where(z < -2.0, tail, _log_abs(np, _gelu_slope(np, np.maximum(z, -2.0))))


def _gelu_rate(np: Any, z: Array) -> Array:
    t = np.clip(-z, 2.0, FAR)
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
    return z * _sigmoid(np, _gelu_tanh_argument(np, z))


def _gelu_tanh_factor(np: Any, z: Array) -> tuple[Array, Array]:
    near = np.clip(z, -1e100, 1e100)
    v = _gelu_tanh_argument(np, near)
    return 2.0 * _C * near * (1.0 + 3.0 * _K * near * near) * _sigmoid(np, -v), v


def _gelu_tanh_log_slope(np: Any, z: Array) -> Array:
    bend, v = _gelu_tanh_factor(np, z)
    return _log_sigmoid(np, v) + _log_abs(np, 1.0 + bend)


def _gelu_tanh_rate(np: Any, z: Array) -> Array:
    near = np.clip(z, -1e100, 1e100)
    v = _gelu_tanh_argument(np, near)
    first, second = 2.0 * _C * (1.0 + 3.0 * _K * near * near), 12.0 * _C * _K * near
    p, q = _sigmoid(np, v), _sigmoid(np, -v)
    return first * q + q * (first + near * second - near * first * first * p) / (
        1.0 + near * first * q
    )


def _gelu_tanh_blur(np: Any, z: Array) -> Array:
    bend, v = _gelu_tanh_factor(np, z)
    with np.errstate(divide="ignore"):
        return 2.0 * (1.0 + np.abs(bend) * (1.0 + np.maximum(v, 0.0))) / np.abs(1.0 + bend) + 2.0


def _silu_log_slope(np: Any, z: Array) -> Array:
    return _log_sigmoid(np, z) + _log_abs(np, 1.0 + z * _sigmoid(np, -z))


def _silu_rate(np: Any, z: Array) -> Array:
    p, q = _sigmoid(np, z), _sigmoid(np, -z)
    return q + q * (1.0 - z * p) / (1.0 + z * q)


def _silu_blur(np: Any, z: Array) -> Array:
    bend = np.clip(z, -1e300, 1e300) * _sigmoid(np, -z)
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
    return np.clip(z, -1e300, 0.0) + _log_abs(np, a + b) - 2.0 * np.log(c)


def _mish_rate(np: Any, z: Array) -> Array:
    near = np.clip(z, -300.0, 300.0)
    grown, sigma = np.exp(near), _sigmoid(np, near)
    n = grown * (grown + 2.0)
    t = n / (n + 2.0)
    ratio = 4.0 * (1.0 + grown) / ((n + 2.0) * (grown + 2.0))
    return ratio * (2.0 + z * (1.0 - sigma - 2.0 * t * sigma)) / (1.0 + z * ratio)


def _mish_blur(np: Any, z: Array) -> Array:
    a, b, _ = _mish_parts(np, z)
    with np.errstate(divide="ignore"):
        return 2.0 * (a + np.abs(b)) / np.abs(a + b) + 2.0


def _gaussian(np: Any, z: Array) -> Array:
    return np.exp(-np.square(_clipped(np, z)))


def _gaussian_log_slope(np: Any, z: Array) -> Array:
    z = _clipped(np, z)
    return math.log(2.0) + _log_abs(np, z) - z * z


def _hardswish(np: Any, z: Array) -> Array:
    inner = np.clip(z, -3.0, 3.0)
    return np.where(z >= 3.0, z, inner * (inner + 3.0) / 6.0)


def _hardswish_log_slope(np: Any, z: Array) -> Array:
    inner = _log_abs(np, 2.0 * np.clip(z, -3.0, 3.0) + 3.0) - math.log(6.0)
    return np.where(z <= -3.0, -INF, np.where(z >= 3.0, 0.0, inner))


def _turns_at(point: float) -> Kernel:
    return lambda np, z: np.where(z >= point, 1.0, -1.0)


def _between(np: Any, z: Array, low: float, high: float, inside: float) -> Array:
    return np.where((z > low) & ((z < high) | (high == INF)), inside, -INF)


def _inside_three(np: Any, z: Array) -> Array:
    return np.where(np.abs(z) < 3.0, 1.0, 0.0)


def _below(np: Any, z: Array) -> Array:
    return np.exp(-np.clip(z, -700.0, 0.0))


# --- shapes ------------------------------------------------------------------------------------

SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


def _leaky_relu_shape(alpha: float) -> Shape:
    left = math.log(alpha) if alpha > 0 else -INF
    return Shape(
        value=lambda np, z: np.where(z > 0, z, alpha * z),
        log_slope=lambda np, z: np.where(z > 0, 0.0, left),
        kinks={0.0: (left, 0.0)},
        spread=lambda np, z: np.where(z > 0, 0.0, 1.0),
        low=-INF if alpha > 0 else 0.0,
        inverse=lambda np, y: np.where(y > 0, y, y / alpha if alpha > 0 else -INF),
    )


def _elu_shape(alpha: float, scale: float = 1.0) -> Shape:
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


def _elu_inverse(np: Any, y: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log1p(np.clip(y, -1.0, 0.0))


def _clamp_shape(low: float, high: float) -> Shape:
    return Shape(
        value=lambda np, z: np.clip(z, low, high),
        log_slope=lambda np, z: _between(np, z, low, high, 0.0),
        kinks={low: (-INF, 0.0)} | ({high: (0.0, -INF)} if high < INF else {}),
        spread=_zero,
        low=low,
        high=high,
        inverse=lambda np, y: y,
    )


def _tanh_shape() -> Shape:
    return Shape(
        value=lambda np, z: np.tanh(z),
        log_slope=_tanh_log_slope,
        modes=(0.0,),
        low=-1.0,
        high=1.0,
        inverse=_tanh_inverse,
        rate=lambda np, z: -2.0 * np.tanh(z),
    )


def _sigmoid_shape() -> Shape:
    return Shape(
        value=_sigmoid,
        log_slope=lambda np, z: _log_sigmoid(np, z) + _log_sigmoid(np, -z),
        modes=(0.0,),
        low=0.0,
        high=1.0,
        inverse=_sigmoid_inverse,
        rate=lambda np, z: -np.tanh(0.5 * z),
    )


def _softsign_shape() -> Shape:
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


def _softplus_shape() -> Shape:
    return Shape(
        value=lambda np, z: np.logaddexp(0.0, z),
        log_slope=_log_sigmoid,
        low=0.0,
        inverse=_softplus_inverse,
        slack=_one,
        rate=lambda np, z: _sigmoid(np, -z),
    )


def _arctan_shape() -> Shape:
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


def _arctan_rate(np: Any, z: Array) -> Array:
    z = _clipped(np, z)
    return -2.0 * z / (1.0 + z * z)


def _erf_shape() -> Shape:
    return Shape(
        value=_erf,
        log_slope=lambda np, z: math.log(2.0 / math.sqrt(math.pi)) - np.square(_clipped(np, z)),
        modes=(0.0,),
        low=-1.0,
        high=1.0,
        inverse=_erf_inverse,
        slack=lambda np, z: np.exp(np.minimum(z * z, 700.0)),
        rate=lambda np, z: -2.0 * z,
    )


def _hardsigmoid_shape() -> Shape:
    sixth = -math.log(6.0)
    return Shape(
        value=lambda np, z: np.clip(z + 3.0, 0.0, 6.0) / 6.0,
        log_slope=lambda np, z: _between(np, z, -3.0, 3.0, sixth),
        kinks={-3.0: (-INF, sixth), 3.0: (sixth, -INF)},
        spread=_inside_three,
        low=0.0,
        high=1.0,
        inverse=lambda np, y: 6.0 * y - 3.0,
        slack=_one,
    )


def _hardswish_shape() -> Shape:
    return Shape(
        value=_hardswish,
        log_slope=_hardswish_log_slope,
        sign=_turns_at(-1.5),
        kinks={-3.0: (-INF, math.log(0.5)), 3.0: (math.log(1.5), 0.0)},
        turning=(-1.5,),
        spread=_inside_three,
        blur=lambda np, z: 1.0 + 6.0 / np.maximum(np.abs(2.0 * z + 3.0), 1e-300),
        rate=lambda np, z: np.where(z < 3.0, 2.0 / (2.0 * z + 3.0), 0.0),
        rate_jumps={3.0: (2.0 / 9.0, 0.0)},
        low=-0.375,
    )


def _gelu_shape() -> Shape:
    return Shape(
        value=_gelu,
        log_slope=_gelu_log_slope,
        sign=_turns_at(-0.75179152469356446),
        turning=(-0.75179152469356446,),
        modes=(-math.sqrt(2.0), math.sqrt(2.0)),
        spread=lambda np, z: 1.0 + np.square(np.clip(z, -FAR, 0.0)),
        blur=_gelu_blur,
        rate=_gelu_rate,
        rate_modes=(2.025697741825727,),
        low=-0.16997120747990369,
    )


def _gelu_tanh_shape() -> Shape:
    return Shape(
        value=_gelu_tanh,
        log_slope=_gelu_tanh_log_slope,
        sign=_turns_at(-0.75246142207101626),
        turning=(-0.75246142207101626,),
        modes=(-1.4185040087908284, 1.4185040087908284),
        spread=lambda np, z: 1.0 + np.abs(_gelu_tanh_argument(np, np.minimum(z, 0.0))),
        blur=_gelu_tanh_blur,
        rate=_gelu_tanh_rate,
        rate_modes=(2.039988764419047,),
        low=-0.17004075057125412,
    )


def _silu_shape() -> Shape:
    return Shape(
        value=lambda np, z: z * _sigmoid(np, z),
        log_slope=_silu_log_slope,
        sign=_turns_at(-1.2784645427610738),
        turning=(-1.2784645427610738,),
        modes=(-2.3993572805154677, 2.3993572805154677),
        blur=_silu_blur,
        rate=_silu_rate,
        rate_modes=(3.471425275478435,),
        low=-0.27846454276107384,
    )


def _mish_shape() -> Shape:
    return Shape(
        value=_mish,
        log_slope=_mish_log_slope,
        sign=_turns_at(-1.1924312145154952),
        turning=(-1.1924312145154952,),
        modes=(-2.2563763963607931, 1.4905711794854285),
        blur=_mish_blur,
        rate=_mish_rate,
        rate_modes=(2.1337713342264466,),
        low=-0.30884341301725277,
    )


def _sin_shape() -> Shape:
    return Shape(
        value=lambda np, z: np.sin(z),
        log_slope=lambda np, z: _log_abs(np, np.cos(z)),
        sign=lambda np, z: np.sign(np.cos(z)),
        turning=(-math.pi / 2, math.pi / 2),
        modes=(0.0, math.pi),
        period=2.0 * math.pi,
        rate=lambda np, z: -np.tan(z),
        low=-1.0,
        high=1.0,
    )


def _gaussian_shape() -> Shape:
    return Shape(
        value=_gaussian,
        log_slope=_gaussian_log_slope,
        sign=lambda np, z: np.where(z > 0, -1.0, 1.0),
        turning=(0.0,),
        modes=(-math.sqrt(0.5), math.sqrt(0.5)),
        spread=lambda np, z: 1.0 + np.square(_clipped(np, z)),
        blur=lambda np, z: 2.0 * _one(np, z),
        rate=lambda np, z: 1.0 / z - 2.0 * z,
        low=0.0,
        high=1.0,
    )


# --- the table ---------------------------------------------------------------------------------


def _entry(
    name: str,
    formula: str,
    shape_of: Callable[..., Shape],
    sup_slope: float | Callable[..., float],
    supremum_text: str,
    **more: Any,
) -> Activation:
    sup = sup_slope if callable(sup_slope) else lambda *_: sup_slope
    return Activation(
        name=name,
        formula=formula,
        shape_of=shape_of,
        sup_slope_of=sup,
        supremum_text=supremum_text,
        **more,
    )


_ENTRIES = (
    _entry(
        "identity",
        "z",
        lambda: Shape(
            value=lambda np, z: z + 0.0, log_slope=_zero, spread=_zero, inverse=lambda np, y: y
        ),
        1.0,
        "1 everywhere",
        aliases=("linear",),
    ),
    _entry("relu", "max(0, z)", lambda: _clamp_shape(0.0, INF), 1.0, "1 for z > 0"),
    _entry("relu6", "min(max(0, z), 6)", lambda: _clamp_shape(0.0, 6.0), 1.0, "1 on (0, 6)"),
    _entry(
        "leaky_relu",
        "z if z > 0 else alpha·z",
        _leaky_relu_shape,
        lambda alpha: max(1.0, alpha),
        "1 for z > 0 (alpha for z < 0)",
        parameters={"alpha": 0.01},
        least={"alpha": (0.0, True)},
    ),
    _entry(
        "elu",
        "z if z > 0 else alpha·(e^z - 1)",
        _elu_shape,
        lambda alpha: max(1.0, alpha),
        "1 for z > 0 (alpha at 0⁻)",
        parameters={"alpha": 1.0},
        least={"alpha": (0.0, False)},
    ),
    _entry(
        "selu",
        "1.0507·(z if z > 0 else 1.6733·(e^z - 1))",
        lambda: _elu_shape(SELU_ALPHA, SELU_SCALE),
        1.7580993408473766,
        "1.7581 at 0⁻ (1.0507 at 0⁺)",
    ),
    _entry("gelu", "z·Φ(z)", _gelu_shape, 1.1289041451851548, "1.1289 at √2"),
    _entry(
        "gelu_tanh",
        "z/2·(1 + tanh(√(2/π)·(z + 0.044715·z³)))",
        _gelu_tanh_shape,
        1.1289930686587718,
        "1.1290 at 1.4185",
        aliases=("gelu_approx", "gelu_new"),
    ),
    _entry(
        "silu",
        "z·sigmoid(z)",
        _silu_shape,
        1.0998393201288669,
        "1.0998 at 2.3994",
        aliases=("swish",),
    ),
    _entry("mish", "z·tanh(softplus(z))", _mish_shape, 1.0884981612517279, "1.0885 at 1.4906"),
    _entry("softplus", "log(1 + e^z)", _softplus_shape, 1.0, "1 as z → ∞"),
    _entry("softsign", "z / (1 + |z|)", _softsign_shape, 1.0, "1 at 0", aliases=("soft_sign",)),
    _entry(
        "sigmoid", "1 / (1 + e^-z)", _sigmoid_shape, 0.25, "1/4 at 0", aliases=("logistic", "sig")
    ),
    _entry("tanh", "tanh(z)", _tanh_shape, 1.0, "1 at 0"),
    _entry(
        "hardtanh",
        "min(max(-1, z), 1)",
        lambda: _clamp_shape(-1.0, 1.0),
        1.0,
        "1 on (-1, 1)",
        aliases=("hard_tanh",),
    ),
    _entry(
        "hardsigmoid",
        "min(max(0, z + 3), 6) / 6",
        _hardsigmoid_shape,
        1.0 / 6.0,
        "1/6 on (-3, 3)",
        aliases=("hard_sigmoid",),
    ),
    _entry(
        "hardswish",
        "z·min(max(0, z + 3), 6) / 6",
        _hardswish_shape,
        1.5,
        "3/2 at 3⁻",
        aliases=("hard_swish", "hard_silu"),
    ),
    _entry("arctan", "arctan(z)", _arctan_shape, 1.0, "1 at 0", aliases=("atan",)),
    _entry("erf", "erf(z)", _erf_shape, 2.0 / math.sqrt(math.pi), "2/√π at 0"),
    _entry("sin", "sin(z)", _sin_shape, 1.0, "1 at kπ"),
    _entry("gaussian", "e^(-z²)", _gaussian_shape, math.sqrt(2.0 / math.e), "√(2/e) at ±1/√2"),
)

#: Canonical name -> entry, in the order in which they are listed for people.
ACTIVATIONS: dict[str, Activation] = {entry.name: entry for entry in _ENTRIES}

#: Every accepted spelling with underscores -> canonical name.
SPELLINGS: dict[str, str] = {
    spelling: entry.name for entry in _ENTRIES for spelling in (entry.name, *entry.aliases)
}


def find(name: str) -> Activation:
    """The entry called ``name``: canonical, an alias, or either with hyphens; any letter case.

    Raises InputError, suggesting the nearest name, for an unknown one.
    """
    spelling = name.strip().lower().replace("-", "_")
    if spelling in SPELLINGS:
        return ACTIVATIONS[SPELLINGS[spelling]]
    from difflib import get_close_matches

    near = get_close_matches(spelling, SPELLINGS, n=1)
    cure = f"did you mean {near[0]}?" if near else "`gradplot activations` lists them"
    raise InputError("activation", f"unknown activation {name!r}; {cure}")
