"""The numerical description of each activation: a function named after it returns its Shape."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gradplot.functions.activations import kernels

if TYPE_CHECKING:
    from gradplot.functions.activations.kernels import Kernel

INF = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The numerical description of an activation, its parameters filled in.

    ``value``, ``log_slope`` and ``sign`` map an array z to act(z), phi(z) and the sign of act'(z);
    at a kink the side that PyTorch takes. The other fields are what guaranteed ranges rest on.
    """

    value: Kernel
    log_slope: Kernel
    #: Sign of act' away from flat stretches; the default is an increasing activation.
    sign: Kernel = kernels.one
    #: act' jumps here: z -> (phi just left, phi just right).
    kinks: Mapping[float, tuple[float, float]] = field(default_factory=dict)
    #: Zeros of act' where act turns; modulo ``period``, if there is one.
    turning: tuple[float, ...] = ()
    #: Local maxima of phi inside its smooth pieces; modulo ``period``.
    modes: tuple[float, ...] = ()
    period: float | None = None
    #: Relative error of ``value`` in units of 8 eps; 0 where it is computed without any error.
    spread: Kernel = kernels.one
    #: Relative error of |act'(z)|, as exp(phi), in units of 8 eps, beside 8 eps |phi|.
    blur: Kernel = kernels.one
    #: Ends of act's range.
    low: float = -INF
    high: float = INF
    #: z from act(z), for increasing activations; |error| <= 8 eps (|z| + slack(z)).
    inverse: Kernel | None = None
    slack: Kernel = kernels.zero
    #: phi'(z), its jumps, and where it has inner extrema. Its relative error is 8 eps (1 + blur).
    rate: Kernel = kernels.zero
    rate_jumps: Mapping[float, tuple[float, float]] = field(default_factory=dict)
    rate_modes: tuple[float, ...] = ()

    @property
    def monotone(self) -> bool:
        return self.inverse is not None

    @property
    def straight(self) -> bool:
        """Whether act is increasing and straight between its kinks."""
        return self.monotone and self.rate is kernels.zero


SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


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


def elu(alpha: float, scale: float = 1.0) -> Shape:
    left, right = math.log(alpha) + math.log(scale), math.log(scale)
    smooth = alpha == 1.0
    return Shape(
        value=lambda np, z: scale * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0))),
        log_slope=lambda np, z: np.where(z > 0, right, np.maximum(z, -1e300) + left),
        kinks={} if smooth else {0.0: (left, right)},
        spread=lambda np, z: np.where((z > 0) & (scale == 1.0), 0.0, 1.0),
        low=-alpha * scale,
        inverse=lambda np, y: np.where(
            y > 0, y / scale, kernels.elu_inverse(np, y / (alpha * scale))
        ),
        slack=kernels.below,
        rate=lambda np, z: np.where(z > 0, 0.0, 1.0),
        rate_jumps={0.0: (1.0, 0.0)},
    )


def _clamp(low: float, high: float) -> Shape:
    return Shape(
        value=lambda np, z: np.clip(z, low, high),
        log_slope=lambda np, z: kernels.between(np, z, low, high, 0.0),
        kinks={low: (-INF, 0.0)} | ({high: (0.0, -INF)} if high < INF else {}),
        spread=kernels.zero,
        low=low,
        high=high,
        inverse=lambda np, y: y,
    )


def tanh() -> Shape:
    return Shape(
        value=lambda np, z: np.tanh(z),
        log_slope=kernels.tanh_log_slope,
        modes=(0.0,),
        low=-1.0,
        high=1.0,
        inverse=kernels.tanh_inverse,
        rate=lambda np, z: -2.0 * np.tanh(z),
    )


def sigmoid() -> Shape:
    return Shape(
        value=kernels.sigmoid,
        log_slope=lambda np, z: kernels.log_sigmoid(np, z) + kernels.log_sigmoid(np, -z),
        modes=(0.0,),
        low=0.0,
        high=1.0,
        inverse=kernels.sigmoid_inverse,
        rate=lambda np, z: -np.tanh(0.5 * z),
    )


def softsign() -> Shape:
    return Shape(
        value=lambda np, z: z / (1.0 + np.abs(z)),
        log_slope=lambda np, z: -2.0 * np.log1p(np.abs(z)),
        modes=(0.0,),
        low=-1.0,
        high=1.0,
        inverse=kernels.softsign_inverse,
        rate=lambda np, z: np.where(z > 0, -2.0, 2.0) / (1.0 + np.abs(z)),
        rate_jumps={0.0: (2.0, -2.0)},
    )


def softplus() -> Shape:
    return Shape(
        value=lambda np, z: np.logaddexp(0.0, z),
        log_slope=kernels.log_sigmoid,
        low=0.0,
        inverse=kernels.softplus_inverse,
        slack=kernels.one,
        rate=lambda np, z: kernels.sigmoid(np, -z),
    )


def arctan() -> Shape:
    return Shape(
        value=lambda np, z: np.arctan(z),
        log_slope=lambda np, z: -2.0 * np.log(np.hypot(1.0, z)),
        modes=(0.0,),
        low=-math.pi / 2,
        high=math.pi / 2,
        inverse=lambda np, y: np.tan(y),
        rate=kernels.arctan_rate,
        rate_modes=(-1.0, 1.0),
    )


def erf() -> Shape:
    return Shape(
        value=kernels.erf,
        log_slope=lambda np, z: (
            math.log(2.0 / math.sqrt(math.pi)) - np.square(kernels.clipped(np, z))
        ),
        modes=(0.0,),
        low=-1.0,
        high=1.0,
        inverse=kernels.erf_inverse,
        slack=lambda np, z: np.exp(np.minimum(z * z, 700.0)),
        rate=lambda np, z: -2.0 * z,
    )


def hardsigmoid() -> Shape:
    sixth = -math.log(6.0)
    return Shape(
        value=lambda np, z: np.clip(z + 3.0, 0.0, 6.0) / 6.0,
        log_slope=lambda np, z: kernels.between(np, z, -3.0, 3.0, sixth),
        kinks={-3.0: (-INF, sixth), 3.0: (sixth, -INF)},
        spread=kernels.inside_three,
        low=0.0,
        high=1.0,
        inverse=lambda np, y: 6.0 * y - 3.0,
        slack=kernels.one,
    )


def hardswish() -> Shape:
    return Shape(
        value=kernels.hardswish,
        log_slope=kernels.hardswish_log_slope,
        sign=kernels.turns_at(-1.5),
        kinks={-3.0: (-INF, math.log(0.5)), 3.0: (math.log(1.5), 0.0)},
        turning=(-1.5,),
        spread=kernels.inside_three,
        blur=lambda np, z: 1.0 + 6.0 / np.maximum(np.abs(2.0 * z + 3.0), 1e-300),
        rate=lambda np, z: np.where(z < 3.0, 2.0 / (2.0 * z + 3.0), 0.0),
        rate_jumps={3.0: (2.0 / 9.0, 0.0)},
        low=-0.375,
    )


def gelu() -> Shape:
    return Shape(
        value=kernels.gelu,
        log_slope=kernels.gelu_log_slope,
        sign=kernels.turns_at(-0.75179152469356446),
        turning=(-0.75179152469356446,),
        modes=(-math.sqrt(2.0), math.sqrt(2.0)),
        spread=lambda np, z: 1.0 + np.square(np.clip(z, -kernels.FAR, 0.0)),
        blur=kernels.gelu_blur,
        rate=kernels.gelu_rate,
        rate_modes=(2.025697741825727,),
        low=-0.16997120747990369,
    )


def gelu_tanh() -> Shape:
    return Shape(
        value=kernels.gelu_tanh,
        log_slope=kernels.gelu_tanh_log_slope,
        sign=kernels.turns_at(-0.75246142207101626),
        turning=(-0.75246142207101626,),
        modes=(-1.4185040087908284, 1.4185040087908284),
        spread=lambda np, z: 1.0 + np.abs(kernels.gelu_tanh_argument(np, np.minimum(z, 0.0))),
        blur=kernels.gelu_tanh_blur,
        rate=kernels.gelu_tanh_rate,
        rate_modes=(2.039988764419047,),
        low=-0.17004075057125412,
    )


def silu() -> Shape:
    return Shape(
        value=lambda np, z: z * kernels.sigmoid(np, z),
        log_slope=kernels.silu_log_slope,
        sign=kernels.turns_at(-1.2784645427610738),
        turning=(-1.2784645427610738,),
        modes=(-2.3993572805154677, 2.3993572805154677),
        blur=kernels.silu_blur,
        rate=kernels.silu_rate,
        rate_modes=(3.471425275478435,),
        low=-0.27846454276107384,
    )


def mish() -> Shape:
    return Shape(
        value=kernels.mish,
        log_slope=kernels.mish_log_slope,
        sign=kernels.turns_at(-1.1924312145154952),
        turning=(-1.1924312145154952,),
        modes=(-2.2563763963607931, 1.4905711794854285),
        blur=kernels.mish_blur,
        rate=kernels.mish_rate,
        rate_modes=(2.1337713342264466,),
        low=-0.30884341301725277,
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
        low=-1.0,
        high=1.0,
    )


def gaussian() -> Shape:
    return Shape(
        value=kernels.gaussian,
        log_slope=kernels.gaussian_log_slope,
        sign=lambda np, z: np.where(z > 0, -1.0, 1.0),
        turning=(0.0,),
        modes=(-math.sqrt(0.5), math.sqrt(0.5)),
        spread=lambda np, z: 1.0 + np.square(kernels.clipped(np, z)),
        blur=lambda np, z: 2.0 * kernels.one(np, z),
        rate=lambda np, z: 1.0 / z - 2.0 * z,
        low=0.0,
        high=1.0,
    )


def identity() -> Shape:
    return Shape(
        value=lambda np, z: z + 0.0,
        log_slope=kernels.zero,
        spread=kernels.zero,
        inverse=lambda np, y: y,
    )


def relu() -> Shape:
    return _clamp(0.0, INF)


def relu6() -> Shape:
    return _clamp(0.0, 6.0)


def hardtanh() -> Shape:
    return _clamp(-1.0, 1.0)


def selu() -> Shape:
    return elu(SELU_ALPHA, SELU_SCALE)
