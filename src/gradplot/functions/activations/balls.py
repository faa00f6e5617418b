"""Every activation at one point, in ball arithmetic (Arb): a function of its name, for any z.

A ball is a number with an error bound that every operation keeps true; its exponent has no limits.
Like the kernels for arrays, these compute log|act'(z)| from z itself and never lose the tail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from flint import arb, fmpq

from gradplot.functions.activations.increasing import SELU_ALPHA, SELU_SCALE

if TYPE_CHECKING:
    from gradplot.functions.activations.table import Activation

    #: An arb; or an fmpq, an exact fraction, where the activation is rational.
    Number = Any

    Kernel = Callable[[Number], "Point"]

#: Below this the tail of gelu is told by its logarithm: its own exponent would get too large.
FAR = -(10**6)


class Undecided(ArithmeticError):
    """The ball is too wide to tell on which side of a kink or of a turn z lies."""


class Point(NamedTuple):
    """act(z), the sign of act'(z), and log|act'(z)|, which is None where act'(z) is exactly 0."""

    value: Number
    sign: int
    log_slope: arb | None


class Ball(NamedTuple):
    """An activation at one point. At a kink the slope is that of the side that PyTorch takes."""

    at: Kernel
    #: z from act(z), for increasing activations; not finite where there is none.
    inverse: Callable[[arb], arb] | None = None
    #: Whether ``at`` takes exact fractions too.
    rational: bool = False


def ball(activation: Activation, parameters: Mapping[str, float]) -> Ball:
    """The kernel of an activation with its parameters filled in."""
    return _TABLE[activation.name](*activation.arguments(parameters))


def _above(z: Number, edge: int) -> bool:
    """Whether z > edge."""
    if z > edge:
        return True
    if z <= edge:
        return False
    raise Undecided


def _below(z: Number, edge: int) -> bool:
    """Whether z < edge."""
    if z < edge:
        return True
    if z >= edge:
        return False
    raise Undecided


def _log(slope: Number | float) -> tuple[int, arb | None]:
    """The sign of a slope and the logarithm of its size."""
    number = arb(slope)
    if number.is_zero():
        return 0, None
    if number > 0:
        return 1, number.log()
    if number < 0:
        return -1, (-number).log()
    raise Undecided


def _log_sigmoid(z: arb) -> arb:
    rest = (-abs(z)).exp().log1p()
    return -rest if z >= 0 else z - rest if z < 0 else z.min(arb(0)) - rest


def _sigmoid_value(z: arb) -> arb:
    e = (-abs(z)).exp()
    if z >= 0:
        return 1 / (1 + e)
    return e / (1 + e) if z < 0 else 1 / (1 + (-z).exp())


# --- straight --------------------------------------------------------------------------------


def _line(z: Number, slope: float) -> Point:
    factor = fmpq(*slope.as_integer_ratio()) if isinstance(z, fmpq) else slope
    return Point(z * factor, *_log(slope))


def _flat(z: Number, value: int) -> Point:
    return Point(z * 0 + value, 0, None)


def _identity() -> Ball:
    return Ball(lambda z: _line(z, 1.0), lambda y: y, rational=True)


def _leaky_relu(alpha: float) -> Ball:
    def inverse(y: arb) -> arb:
        return y if _above(y, 0) else y / alpha

    return Ball(lambda z: _line(z, 1.0 if _above(z, 0) else alpha), inverse, rational=True)


def _clamp(low: int, high: int | None) -> Ball:
    def at(z: Number) -> Point:
        if not _above(z, low):
            return _flat(z, low)
        return _line(z, 1.0) if high is None or _below(z, high) else _flat(z, high)

    return Ball(at, lambda y: y, rational=True)


def _hardsigmoid() -> Ball:
    def at(z: Number) -> Point:
        if not _above(z, -3):
            return _flat(z, 0)
        return Point((z + 3) / 6, 1, -arb(6).log()) if _below(z, 3) else _flat(z, 1)

    return Ball(at, lambda y: 6 * y - 3, rational=True)


# --- increasing ------------------------------------------------------------------------------


def _elu(alpha: float, scale: float = 1.0) -> Ball:
    height = arb(alpha) * scale

    def at(z: arb) -> Point:
        if alpha == 1.0 and not (z > 0 or z <= 0):  # smooth there: no side need be known
            low, high = z.min(arb(0)), z.max(arb(0))
            return Point(low.expm1() + high, 1, low)
        if _above(z, 0):
            return Point(z * scale, 1, arb(scale).log())
        return Point(height * z.expm1(), 1, z + height.log())

    def inverse(y: arb) -> arb:
        return y / scale if y > 0 else (y / height).log1p()

    return Ball(at, inverse)


def _softplus() -> Ball:
    def at(z: arb) -> Point:
        rest = (-abs(z)).exp().log1p()
        value = z + rest if z > 0 else rest if z <= 0 else z.exp().log1p()
        return Point(value, 1, _log_sigmoid(z))

    return Ball(at, lambda y: y + (-(-y).expm1()).log())


def _softsign() -> Ball:
    def at(z: Number) -> Point:
        below = 1 + abs(z)
        return Point(z / below, 1, -2 * arb(below).log())

    return Ball(at, lambda y: y / (1 - abs(y)), rational=True)


def _sigmoid() -> Ball:
    def at(z: arb) -> Point:
        return Point(_sigmoid_value(z), 1, _log_sigmoid(z) + _log_sigmoid(-z))

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


# --- turning ---------------------------------------------------------------------------------


def _gelu() -> Ball:
    def at(z: arb) -> Point:
        log_density = -z * z / 2 - (2 * arb.pi()).log() / 2
        if z < FAR:
            # Mills' ratio lies between 1/t - 1/t³ and 1/t.
            # Abramowitz & Stegun, Handbook of Mathematical Functions, 7.1.13 and 26.2.12.
            t = -z
            mills = (1 / t - 1 / t**3).union(1 / t)
            return Point(z * mills * log_density.exp(), -1, (t - mills).log() + log_density)
        share = (-z / arb(2).sqrt()).erfc() / 2
        return Point(z * share, *_log(share + z * log_density.exp()))

    return Ball(at)


def _gelu_tanh() -> Ball:
    def at(z: arb) -> Point:
        c, k = 2 * (2 / arb.pi()).sqrt(), arb(44715) / 1_000_000
        v = c * z * (1 + k * z * z)
        sign, log = _log(1 + c * z * (1 + 3 * k * z * z) * _sigmoid_value(-v))
        return Point(z * _sigmoid_value(v), sign, None if log is None else log + _log_sigmoid(v))

    return Ball(at)


def _silu() -> Ball:
    def at(z: arb) -> Point:
        sign, log = _log(1 + z * _sigmoid_value(-z))
        return Point(z * _sigmoid_value(z), sign, None if log is None else log + _log_sigmoid(z))

    return Ball(at)


def _mish() -> Ball:
    def at(z: arb) -> Point:
        # tanh(softplus(z)) as a quotient of polynomials in e = e^-|z|, which cannot overflow.
        e = (-abs(z)).exp()
        if _above(z, 0):
            top, bottom = 1 + 2 * e, 1 + 2 * e + 2 * e * e
            inner = top * bottom + 4 * z * (1 + e) * e * e
            return Point(z * top / bottom, *_log(inner / (bottom * bottom)))
        top, bottom = e * (e + 2), e * (e + 2) + 2
        sign, log = _log(((e + 2) * bottom + 4 * z * (1 + e)) / (bottom * bottom))
        return Point(z * top / bottom, sign, None if log is None else log + z)

    return Ball(at)


def _hardswish() -> Ball:
    def at(z: Number) -> Point:
        if not _above(z, -3):
            return _flat(z, 0)
        if not _below(z, 3):
            return _line(z, 1.0)
        return Point(z * (z + 3) / 6, *_log((2 * z + 3) / 6))

    return Ball(at, rational=True)


def _sin() -> Ball:
    def at(z: arb) -> Point:
        value, slope = z.sin_cos()
        return Point(value, *_log(slope))

    return Ball(at)


def _gaussian() -> Ball:
    def at(z: arb) -> Point:
        sign, log = _log(-2 * z)
        return Point((-z * z).exp(), sign, None if log is None else log - z * z)

    return Ball(at)


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
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
    "silu": _silu,
    "mish": _mish,
    "hardswish": _hardswish,
    "sin": _sin,
    "gaussian": _gaussian,
}
