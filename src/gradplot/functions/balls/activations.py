"""The outline of each activation: a function named after it returns it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from flint import arb

from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.functions.balls.outline import Outline, Piece, Values, places
from gradplot.functions.balls.span import ONE, ZERO

SELU_SCALE = arb(1.0507009873554805)
SELU_ALPHA = arb(1.6732632423543772)


def line(slope: arb | float, offset: arb | float = 0.0) -> Piece:
    factor, shift = arb(slope), arb(offset)
    if factor.is_zero():  # also at infinity
        return Piece(lambda z: (shift, factor, ZERO), straight=True)
    return Piece(lambda z: (factor * z + shift, factor, ZERO), straight=True)


def sixth(offset: int) -> Piece:
    """(z + offset) / 6."""
    return Piece(lambda z: ((z + offset) / 6, ONE / 6, ZERO), straight=True)


FLAT, RISING = line(0.0), Piece(lambda z: (z, ONE, ZERO), straight=True)


def clamp(low: float, high: float) -> Outline:
    return Outline((line(0.0, low), RISING, line(0.0, high)), (arb(low), arb(high)))


def identity() -> Outline:
    return Outline((RISING,))


def relu() -> Outline:
    return Outline((FLAT, RISING), (ZERO,))


def relu6() -> Outline:
    return clamp(0.0, 6.0)


def hardtanh() -> Outline:
    return clamp(-1.0, 1.0)


def leaky_relu(alpha: float) -> Outline:
    return Outline((line(alpha), RISING), (ZERO,))


def elu(alpha: float) -> Outline:
    return _exponential(arb(alpha), ONE, smooth=alpha == 1.0)


def selu() -> Outline:
    return _exponential(SELU_ALPHA, SELU_SCALE, smooth=False)


def _exponential(alpha: arb, scale: arb, *, smooth: bool) -> Outline:
    def left(z: arb) -> Values:
        size = alpha * scale
        slope = size * z.exp()
        return size * z.expm1(), slope, slope

    return Outline((Piece(left), line(scale)), (ZERO,), smooth=smooth)


def hardsigmoid() -> Outline:
    return Outline((FLAT, sixth(3), line(0.0, 1.0)), (arb(-3), arb(3)))


def hardswish() -> Outline:
    def middle(z: arb) -> Values:
        return z * (z + 3) / 6, (2 * z + 3) / 6, ONE / 3

    return Outline((FLAT, Piece(middle, turns=(arb(-1.5),)), RISING), (arb(-3), arb(3)))


def softsign() -> Outline:
    def right(z: arb) -> Values:
        part = 1 / (1 + z)
        slope = part * part
        return z * part, slope, -2 * slope * part

    def left(z: arb) -> Values:
        value, slope, bend = right(-z)
        return -value, slope, -bend

    return Outline((Piece(left), Piece(right)), (ZERO,), smooth=True)


def tanh() -> Outline:
    return Outline((Piece(_tanh, (), (ZERO,), _at_thirds()),))


def _tanh(z: arb) -> Values:
    if z > 1 or z < -1:
        # From the exponential: 1 - tanh² would lose the tail.
        rest = (-2 * abs(z)).exp()
        part = 1 / (1 + rest)
        value, slope = (1 - rest) * part, 4 * rest * part * part
        value = value if z > 0 else -value
    else:
        value = z.tanh()
        slope = 1 - value * value
    return value, slope, -2 * value * slope


@lru_cache
def _at_thirds() -> tuple[arb, ...]:
    """tanh² = 1/3."""
    return _both("0.6584789484624083543125231736539842220134")


def _both(text: str) -> tuple[arb, ...]:
    return places("-" + text, text)


def sigmoid() -> Outline:
    return Outline((Piece(_sigmoid, (), (ZERO,), tuple(2 * z for z in _at_thirds())),))


def _sigmoid(z: arb) -> Values:
    rest = (-abs(z)).exp()
    part = 1 / (1 + rest)
    other = rest * part
    value, complement = (part, other) if z > 0 else (other, part)
    if not (z > 0 or z < 0):
        value = 1 / (1 + (-z).exp())
        complement = 1 - value
    slope = value * complement
    return value, slope, slope * (complement - value)


def softplus() -> Outline:
    def at(z: arb) -> Values:
        slope, bend, _ = _sigmoid(z)
        value = z + (-z).exp().log1p() if z > 0 else z.exp().log1p()
        return value, slope, bend

    return Outline((Piece(at, (), (), (ZERO,)),))


def arctan() -> Outline:
    def at(z: arb) -> Values:
        slope = 1 / (1 + z * z)
        return z.atan(), slope, -2 * z * slope * slope

    third = places("0.5773502691896257645091487805019574556476")
    return Outline((Piece(at, (), (ZERO,), (-third[0], third[0])),))


_ROOT_HALF = _both("0.7071067811865475244008443621048490392848")


def erf() -> Outline:
    def at(z: arb) -> Values:
        slope = 2 * (-z * z).exp() / arb.pi().sqrt()
        return z.erf(), slope, -2 * z * slope

    return Outline((Piece(at, (), (ZERO,), _ROOT_HALF),))


def gaussian() -> Outline:
    def at(z: arb) -> Values:
        value = (-z * z).exp()
        return value, -2 * z * value, (4 * z * z - 2) * value

    far = _both("1.2247448713915890490986420373529456959829")
    return Outline((Piece(at, (ZERO,), _ROOT_HALF, (far[0], ZERO, far[1])),))


def gelu() -> Outline:
    def at(z: arb) -> Values:
        share = (-z * arb(0.5).sqrt()).erfc() / 2
        density = (-z * z / 2).exp() / (2 * arb.pi()).sqrt()
        return z * share, share + z * density, (2 - z * z) * density

    turn = places("-0.7517915246935644574579049467795240396644")
    root = _both("1.4142135623730950488016887242096980785696")
    return Outline((Piece(at, turn, root, (arb(-2), ZERO, arb(2))),))


def gelu_tanh() -> Outline:
    def at(z: arb) -> Values:
        k = arb(44715) / 1000000
        c = 2 * (2 / arb.pi()).sqrt()
        v, v1, v2 = c * z * (1 + k * z * z), c * (1 + 3 * k * z * z), 6 * c * k * z
        s, s1, s2 = _sigmoid(v)
        return z * s, s + z * s1 * v1, 2 * s1 * v1 + z * (s2 * v1 * v1 + s1 * v2)

    turn = places("-0.7524614220710162584879544432889160906053")
    root = _both("1.4185040087908283555480335455996426979241")
    far = _both("2.0134807246242579280801508795366507783510")
    return Outline((Piece(at, turn, root, (far[0], ZERO, far[1])),))


def silu() -> Outline:
    def at(z: arb) -> Values:
        s, s1, s2 = _sigmoid(z)
        return z * s, s + z * s1, 2 * s1 + z * s2

    turn = places("-1.2784645427610737951093587390229801554394")
    root = _both("2.3993572805154676678327396972822838885229")
    far = _both("3.4358409935351106889516413438521167877731")
    return Outline((Piece(at, turn, root, (far[0], ZERO, far[1])),))


def mish() -> Outline:
    def at(z: arb) -> Values:
        # t = tanh(softplus(z)) as a quotient of polynomials in E = e^z, or in e^-z beyond 0.
        if z > 0:
            e = (-z).exp()
            below = 1 / (1 + 2 * e * (1 + e))
            t = (1 + 2 * e) * below
            t1 = 4 * e * e * (1 + e) * below**2
            t2 = 4 * e * e * (2 * e**3 + 2 * e * e - 3 * e - 2) * below**3
        else:
            e = z.exp()
            below = 1 / (2 + e * (e + 2))
            t = e * (e + 2) * below
            t1 = 4 * e * (e + 1) * below**2
            t2 = 4 * e * (2 + 2 * e - 3 * e * e - 2 * e**3) * below**3
        return z * t, t + z * t1, 2 * t1 + z * t2

    turn = places("-1.1924312145154952121375883404207394056006")
    root = places(
        "-2.2563763963607931200057485439501639062640",
        "1.4905711794854284592944189081979098211278",
    )
    far = places(
        "-3.2673378465204045761248513271209059152838",
        "-0.0879344313149142113266859044555839426785",
        "2.1148425630208771085925144926849313161299",
    )
    return Outline((Piece(at, turn, root, far),))


@lru_cache(maxsize=64)
def outline(name: str, parameters: tuple[float, ...] = ()) -> Outline:
    """The outline of an activation, parameters that are not given at their defaults."""
    entry = ACTIVATIONS[name]
    build: Callable[..., Outline] = globals()[name]
    return build(*entry.arguments(dict(zip(entry.parameters, parameters, strict=False))))
