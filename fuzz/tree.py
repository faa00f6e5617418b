"""Formulas as the fuzzer draws them: their text for gradplot, their value and slopes for Arb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flint import arb

from fuzz.activations import NAN, function, hull


@dataclass(frozen=True)
class Jet:
    """Enclosures of y, dy/dx and d²y/dx² on one range of x; NaN where nothing is known.

    Where dy/dx jumps, the third is NaN and the second has both sides.
    """

    value: arb
    slope: arb
    bend: arb


def constant(number: arb) -> Jet:
    return Jet(number, arb(0), arb(0))


def applied(name: str, parameters: tuple[float, ...], u: Jet) -> Jet:
    """A function of one variable, by the chain rule."""
    f, slope, bend = function(name, *parameters).ranges(u.value)
    return Jet(f, _times(slope, u.slope), _times(bend, u.slope * u.slope) + _times(slope, u.bend))


def _times(a: arb, b: arb) -> arb:
    """a·b, and 0 where one is exactly 0 and the other finite or not known to jump."""
    if (a.is_zero() and b.is_finite()) or (b.is_zero() and a.is_finite()):
        return arb(0)
    return a * b


class Node:
    """A part of a formula."""

    def text(self) -> str:
        raise NotImplementedError

    def jet(self, names: Mapping[str, Jet]) -> Jet:
        raise NotImplementedError


@dataclass(frozen=True)
class Name(Node):
    """x, y, or a constant with a name."""

    name: str

    def text(self) -> str:
        return self.name

    def jet(self, names: Mapping[str, Jet]) -> Jet:
        return names[self.name]


@dataclass(frozen=True)
class Literal(Node):
    """A number as typed. It may be meant as it stands or as the double nearest to it."""

    digits: str

    def text(self) -> str:
        return self.digits if not self.digits.startswith("-") else f"({self.digits})"

    def jet(self, names: Mapping[str, Jet]) -> Jet:
        return constant(arb(self.digits).union(arb(float(self.digits))))


@dataclass(frozen=True)
class Apply(Node):
    """A function of one variable; ``parameters`` are an activation's."""

    name: str
    argument: Node
    parameters: tuple[float, ...] = ()

    def text(self) -> str:
        rest = "".join(f", {number!r}" for number in self.parameters)
        return f"{self.name}({self.argument.text()}{rest})"

    def jet(self, names: Mapping[str, Jet]) -> Jet:
        return applied(self.name, self.parameters, self.argument.jet(names))


@dataclass(frozen=True)
class Negative(Node):
    argument: Node

    def text(self) -> str:
        return f"(-{self.argument.text()})"

    def jet(self, names: Mapping[str, Jet]) -> Jet:
        u = self.argument.jet(names)
        return Jet(-u.value, -u.slope, -u.bend)


@dataclass(frozen=True)
class Power(Node):
    """A power with a constant exponent, written as a number of few digits."""

    argument: Node
    exponent: str

    def text(self) -> str:
        exponent = f"({self.exponent})" if self.exponent.startswith("-") else self.exponent
        return f"({self.argument.text()})^{exponent}"

    def jet(self, names: Mapping[str, Jet]) -> Jet:
        u = self.argument.jet(names)
        p = float(self.exponent)
        value, first, second = (_power(u.value, p - k) for k in range(3))
        slope = p * first
        return Jet(
            value,
            _times(slope, u.slope),
            _times(p * (p - 1) * second, u.slope * u.slope) + _times(slope, u.bend),
        )


def _power(z: arb, exponent: float) -> arb:
    if exponent == int(exponent):
        if exponent < 0 and z.contains(0):
            return NAN
        if exponent == 2:
            return z.abs_lower().union(z.abs_upper()) ** 2
        return z ** int(exponent)
    return z ** arb(exponent) if z > 0 else NAN


@dataclass(frozen=True)
class Binary(Node):
    """a + b, a - b, a*b, a/b, max(a, b) or min(a, b)."""

    operator: str
    left: Node
    right: Node

    def text(self) -> str:
        left, right = self.left.text(), self.right.text()
        if self.operator.isalpha():
            return f"{self.operator}({left}, {right})"
        return f"({left} {self.operator} {right})"

    def jet(self, names: Mapping[str, Jet]) -> Jet:
        return _RULES[self.operator](self.left.jet(names), self.right.jet(names))


def add(a: Jet, b: Jet) -> Jet:
    return Jet(a.value + b.value, a.slope + b.slope, a.bend + b.bend)


def subtract(a: Jet, b: Jet) -> Jet:
    return Jet(a.value - b.value, a.slope - b.slope, a.bend - b.bend)


def multiply(a: Jet, b: Jet) -> Jet:
    return Jet(
        a.value * b.value,
        _times(a.slope, b.value) + _times(a.value, b.slope),
        _times(a.bend, b.value) + 2 * _times(a.slope, b.slope) + _times(a.value, b.bend),
    )


def _divide(a: Jet, b: Jet) -> Jet:
    if b.value.contains(0) or not b.value.is_finite():
        return Jet(NAN, NAN, NAN)
    value = a.value / b.value
    slope = (a.slope - _times(value, b.slope)) / b.value
    bend = (a.bend - 2 * _times(slope, b.slope) - _times(value, b.bend)) / b.value
    return Jet(value, slope, bend)


def _larger(a: Jet, b: Jet) -> Jet:
    if a.value > b.value:
        return a
    if b.value > a.value:
        return b
    if a.value.is_nan() or b.value.is_nan():
        return Jet(NAN, NAN, NAN)
    low, high = a.value.lower().max(b.value.lower()), a.value.upper().max(b.value.upper())
    return Jet(low.union(high), hull([a.slope, b.slope]), NAN)


def _smaller(a: Jet, b: Jet) -> Jet:
    larger = _larger(*(Jet(-u.value, -u.slope, -u.bend) for u in (a, b)))
    return Jet(-larger.value, -larger.slope, -larger.bend)


_RULES = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": _divide,
    "max": _larger,
    "min": _smaller,
}
OPERATORS = tuple(_RULES)
