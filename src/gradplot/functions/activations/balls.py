"""Every activation at one point, in ball arithmetic (Arb): a function of its name, for any z.

Like the kernels for arrays, these compute log|act'(z)| from z itself and never lose the tail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flint import arb

from gradplot.functions.activations import ball_turning as turning
from gradplot.functions.activations.ball import (
    Ball,
    Point,
    above,
    below,
    flat,
    line,
    log_sigmoid,
    sigmoid_value,
)
from gradplot.functions.activations.increasing import SELU_ALPHA, SELU_SCALE

if TYPE_CHECKING:
    from gradplot.functions.activations.ball import Number
    from gradplot.functions.activations.table import Activation


def ball(activation: Activation, parameters: Mapping[str, float]) -> Ball:
    """The kernel of an activation with its parameters filled in."""
    return _TABLE[activation.name](*activation.arguments(parameters))


# --- straight --------------------------------------------------------------------------------


def _identity() -> Ball:
    return Ball(lambda z: line(z, 1.0), lambda y: y, rational=True)


def _leaky_relu(alpha: float) -> Ball:
    def inverse(y: arb) -> arb:
        return y if above(y, 0) else y / alpha

    return Ball(lambda z: line(z, 1.0 if above(z, 0) else alpha), inverse, rational=True)


def _clamp(low: int, high: int | None) -> Ball:
    def at(z: Number) -> Point:
        if not above(z, low):
            return flat(z, low)
        return line(z, 1.0) if high is None or below(z, high) else flat(z, high)

    return Ball(at, lambda y: y, rational=True)


def _hardsigmoid() -> Ball:
    def at(z: Number) -> Point:
        if not above(z, -3):
            return flat(z, 0)
        return Point((z + 3) / 6, 1, -arb(6).log()) if below(z, 3) else flat(z, 1)

    return Ball(at, lambda y: 6 * y - 3, rational=True)


# --- increasing ------------------------------------------------------------------------------


def _elu(alpha: float, scale: float = 1.0) -> Ball:
    height = arb(alpha) * scale

    def at(z: arb) -> Point:
        if alpha == 1.0 and not (z > 0 or z <= 0):  # smooth there: no side need be known
            low, high = z.min(arb(0)), z.max(arb(0))
            return Point(low.expm1() + high, 1, low)
        if above(z, 0):
            return Point(z * scale, 1, arb(scale).log())
        return Point(height * z.expm1(), 1, z + height.log())

    def inverse(y: arb) -> arb:
        return y / scale if y > 0 else (y / height).log1p()

    return Ball(at, inverse)


def _softplus() -> Ball:
    def at(z: arb) -> Point:
        rest = (-abs(z)).exp().log1p()
        value = z + rest if z > 0 else rest if z <= 0 else z.exp().log1p()
        return Point(value, 1, log_sigmoid(z))

    return Ball(at, lambda y: y + (-(-y).expm1()).log())


def _softsign() -> Ball:
    def at(z: Number) -> Point:
        below = 1 + abs(z)
        return Point(z / below, 1, -2 * arb(below).log())

    return Ball(at, lambda y: y / (1 - abs(y)), rational=True)


def _sigmoid() -> Ball:
    def at(z: arb) -> Point:
        return Point(sigmoid_value(z), 1, log_sigmoid(z) + log_sigmoid(-z))

    return Ball(at, lambda y: -(1 / y - 1).log())


def _tanh() -> Ball:
    def at(z: arb) -> Point:
        size = abs(z)
        rest = (-2 * size).exp().log1p()
        return Point(z.tanh(), 1, 2 * (arb.const_log2() - size - rest))

    return Ball(at, lambda y: y.atanh())


def _arctan() -> Ball:
    return Ball(lambda z: Point(z.atan(), 1, -(1 + z * z).log()), lambda y: y.tan())


def _erf() -> Ball:
    def at(z: arb) -> Point:
        return Point(z.erf(), 1, (2 / arb.pi().sqrt()).log() - z * z)

    return Ball(at, lambda y: y.erfinv())


_TABLE: dict[str, Callable[..., Ball]] = {
    "identity": _identity,
    "relu": lambda: _clamp(0, None),
    "relu6": lambda: _clamp(0, 6),
    "leaky_relu": _leaky_relu,
    "hardtanh": lambda: _clamp(-1, 1),
    "hardsigmoid": _hardsigmoid,
    "elu": _elu,
    "selu": lambda: _elu(SELU_ALPHA, SELU_SCALE),
    "softplus": _softplus,
    "softsign": _softsign,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "arctan": _arctan,
    "erf": _erf,
    "gelu": turning.gelu,
    "gelu_tanh": turning.gelu_tanh,
    "silu": turning.silu,
    "mish": turning.mish,
    "hardswish": turning.hardswish,
    "sin": turning.sin,
    "gaussian": turning.gaussian,
}
