"""Random formulas, and what they are worth by an independent road: mpmath at 50 digits."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

import mpmath as mp

Number = mp.mpf
#: Enough that cancellation inside a random formula cannot reach the digits compared.
DIGITS = 60


class Undefined(ArithmeticError):
    """The formula has no value at this point, or no derivative."""


@dataclass(frozen=True)
class Dual:
    """A value and its derivative by x."""

    value: Number
    slope: Number

    def __add__(self, other: Dual) -> Dual:
        return Dual(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other: Dual) -> Dual:
        return Dual(self.value - other.value, self.slope - other.slope)

    def __mul__(self, other: Dual) -> Dual:
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __truediv__(self, other: Dual) -> Dual:
        if other.value == 0:
            raise Undefined
        quotient = self.value / other.value
        return Dual(quotient, (self.slope - quotient * other.slope) / other.value)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __pow__(self, exponent: Dual) -> Dual:
        return _power(self, int(exponent.value))


def smooth(
    f: Callable[[Number], Number], derivative: Callable[[Number], Number]
) -> Callable[[Dual], Dual]:
    def apply(u: Dual) -> Dual:
        if not mp.isfinite(u.value) or abs(u.value) > 1e6:
            raise Undefined
        return Dual(f(u.value), derivative(u.value) * u.slope)

    return apply


def kinked(f: Callable[[Number], Number], *kinks: float) -> Callable[[Dual], Dual]:
    def apply(u: Dual) -> Dual:
        if any(abs(u.value - kink) < mp.mpf(10) ** -12 for kink in kinks) or abs(u.value) > 1e6:
            raise Undefined
        return Dual(f(u.value), mp.diff(f, u.value, h=mp.mpf(10) ** -20) * u.slope)

    return apply


def _log(u: Dual) -> Dual:
    if u.value <= 0:
        raise Undefined
    return Dual(mp.log(u.value), u.slope / u.value)


def _sqrt(u: Dual) -> Dual:
    if u.value <= 0:
        raise Undefined
    root = mp.sqrt(u.value)
    return Dual(root, u.slope / (2 * root))


def _exp(u: Dual) -> Dual:
    if u.value > 1e5:
        raise Undefined
    return Dual(mp.exp(u.value), mp.exp(u.value) * u.slope)


def _tan(u: Dual) -> Dual:
    if mp.cos(u.value) == 0:
        raise Undefined
    return Dual(mp.tan(u.value), u.slope / mp.cos(u.value) ** 2)


def _clamp(z: Number, low: float, high: float) -> Number:
    return min(max(z, mp.mpf(low)), mp.mpf(high))


def _sigmoid(z: Number) -> Number:
    return 1 / (1 + mp.exp(-z))


def _sigmoid_slope(z: Number) -> Number:
    return 1 / ((1 + mp.exp(-z)) * (1 + mp.exp(z)))


def _softplus(z: Number) -> Number:
    return mp.log1p(mp.exp(z))


def _density(z: Number) -> Number:
    return mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi)


def _gelu(z: Number) -> Number:
    return z * mp.erfc(-z / mp.sqrt(2)) / 2


def _gelu_slope(z: Number) -> Number:
    return mp.erfc(-z / mp.sqrt(2)) / 2 + z * _density(z)


def _bent(z: Number) -> tuple[Number, Number]:
    """gelu_tanh's argument, doubled, and its derivative: z/2 (1 + tanh(u/2)) = z sigmoid(u)."""
    c, k = 2 * mp.sqrt(2 / mp.pi), mp.mpf(0.044715)
    return c * (z + k * z**3), c * (1 + 3 * k * z * z)


def _gelu_tanh_slope(z: Number) -> Number:
    u, slope = _bent(z)
    return _sigmoid(u) + z * _sigmoid_slope(u) * slope


def _mish_slope(z: Number) -> Number:
    return mp.tanh(_softplus(z)) + z * mp.sech(_softplus(z)) ** 2 * _sigmoid(z)


SCALE, ALPHA = mp.mpf("1.0507009873554805"), mp.mpf("1.6732632423543772")

UNARY: dict[str, Callable[[Dual], Dual]] = {
    "exp": _exp,
    "log": _log,
    "sqrt": _sqrt,
    "tan": _tan,
    "sin": lambda u: Dual(mp.sin(u.value), mp.cos(u.value) * u.slope),
    "cos": lambda u: Dual(mp.cos(u.value), -mp.sin(u.value) * u.slope),
    "sinh": lambda u: Dual(mp.sinh(u.value), mp.cosh(u.value) * u.slope),
    "cosh": lambda u: Dual(mp.cosh(u.value), mp.sinh(u.value) * u.slope),
    "abs": kinked(abs, 0),
    "tanh": lambda u: Dual(mp.tanh(u.value), mp.sech(u.value) ** 2 * u.slope),
    "identity": lambda u: u,
    "relu": kinked(lambda z: max(z, mp.mpf(0)), 0),
    "relu6": kinked(lambda z: _clamp(z, 0, 6), 0, 6),
    "leaky_relu": kinked(lambda z: z if z > 0 else mp.mpf(0.01) * z, 0),
    "elu": kinked(lambda z: z if z > 0 else mp.expm1(z), 0),
    "selu": kinked(lambda z: SCALE * (z if z > 0 else ALPHA * mp.expm1(z)), 0),
    "gelu": smooth(_gelu, _gelu_slope),
    "gelu_tanh": smooth(lambda z: z * _sigmoid(_bent(z)[0]), _gelu_tanh_slope),
    "silu": smooth(lambda z: z * _sigmoid(z), lambda z: _sigmoid(z) + z * _sigmoid_slope(z)),
    "swish": smooth(lambda z: z * _sigmoid(z), lambda z: _sigmoid(z) + z * _sigmoid_slope(z)),
    "mish": smooth(lambda z: z * mp.tanh(_softplus(z)), _mish_slope),
    "softplus": smooth(_softplus, _sigmoid),
    "softsign": kinked(lambda z: z / (1 + abs(z)), 0),
    "sigmoid": smooth(_sigmoid, _sigmoid_slope),
    "hardtanh": kinked(lambda z: _clamp(z, -1, 1), -1, 1),
    "hardsigmoid": kinked(lambda z: _clamp(z + 3, 0, 6) / 6, -3, 3),
    "hardswish": kinked(lambda z: z * _clamp(z + 3, 0, 6) / 6, -3, 3),
    "arctan": smooth(mp.atan, lambda z: 1 / (1 + z * z)),
    "erf": smooth(mp.erf, lambda z: 2 / mp.sqrt(mp.pi) * mp.exp(-z * z)),
    "gaussian": smooth(lambda z: mp.exp(-z * z), lambda z: -2 * z * mp.exp(-z * z)),
}


def _choice(first: bool) -> Callable[[Dual, Dual], Dual]:
    def apply(a: Dual, b: Dual) -> Dual:
        if abs(a.value - b.value) < mp.mpf(10) ** -12:
            raise Undefined
        return a if (a.value > b.value) == first else b

    return apply


BINARY: dict[str, tuple[str, Callable[[Dual, Dual], Dual]]] = {
    "+": ("({} + {})", lambda a, b: a + b),
    "-": ("({} - {})", lambda a, b: a - b),
    "*": ("({} * {})", lambda a, b: a * b),
    "/": ("({} / {})", lambda a, b: a / b),
    "max": ("max({}, {})", _choice(True)),
    "min": ("min({}, {})", _choice(False)),
}


@dataclass(frozen=True)
class Sample:
    """A formula as text, and as a function of mpmath numbers."""

    text: str
    at: Callable[[Dual], Dual]

    def __call__(self, x: float) -> tuple[Number, Number]:
        """(y, dy/dx) at x. Raises Undefined."""
        with mp.workdps(DIGITS):
            try:
                result = self.at(Dual(mp.mpf(x), mp.mpf(1)))
            except (ZeroDivisionError, OverflowError, ValueError):
                raise Undefined from None
            if not (mp.isfinite(result.value) and mp.isfinite(result.slope)):
                raise Undefined
            return result.value, result.slope


def written(text: str) -> Sample:
    """The sample of a formula that a test wrote: Python reads it, over this module's own rules."""
    source = re.sub(r"\d+\.?\d*", r"number('\g<0>')", text.replace("^", "**"))
    names = {**UNARY, "number": lambda digits: Dual(mp.mpf(digits), mp.mpf(0))}
    names |= {name: rule for name, (_, rule) in BINARY.items() if name.isalpha()}
    return Sample(text, lambda x: eval(source, {"__builtins__": {}}, {**names, "x": x}))


def leaf(text: str) -> Sample:
    if text == "x":
        return Sample("x", lambda x: x)
    return Sample(text, lambda _: Dual(mp.mpf(text), mp.mpf(0)))


def sample(rng: random.Random, depth: int) -> Sample:
    """A random formula, nested at most ``depth`` deep."""
    if depth == 0 or rng.random() < 0.1:
        numbers = ("0.5", "2", "3", "8", "0.1", "7.25", "-1.5")
        return leaf("x" if rng.random() < 0.7 else rng.choice(numbers))
    kind = rng.random()
    if kind < 0.5:
        name = rng.choice(list(UNARY))
        inner, rule = sample(rng, depth - 1), UNARY[name]
        return Sample(f"{name}({inner.text})", lambda x: rule(inner.at(x)))
    if kind < 0.6:
        inner, power = sample(rng, depth - 1), rng.choice((2, 3, 4, -1, -2))
        return Sample(f"({inner.text})^{power}", lambda x: _power(inner.at(x), power))
    text, combine = BINARY[rng.choice(list(BINARY))]
    left, right = sample(rng, depth - 1), sample(rng, depth - 1)
    return Sample(text.format(left.text, right.text), lambda x: combine(left.at(x), right.at(x)))


def _power(u: Dual, power: int) -> Dual:
    if power < 0 and u.value == 0:
        raise Undefined
    return Dual(u.value**power, power * u.value ** (power - 1) * u.slope)
