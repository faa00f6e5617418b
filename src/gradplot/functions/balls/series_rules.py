"""How each operation passes Taylor series on, by the series of the flint library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from flint import arb, arb_series, fmpq, fmpq_series

from gradplot.functions.balls.constants import ball_of_number
from gradplot.functions.step import Number, Step

#: Exact coefficients, or balls.
Series = arb_series | fmpq_series


class Unknown(ArithmeticError):
    """A part has no series here, or none that is known."""


def take(step: Step, parts: Sequence[Series], terms: int) -> Series:
    name = step.function
    if name == "number":
        return constant(step.constants[0], terms)
    if name == "pow" and step.constants:
        return _raised(parts[0], step.constants[0], terms)
    if name == "pow":
        return _exp(_both("mul", parts[1], _log(parts[0])))
    if len(parts) == 2:
        return _both(name, *parts)
    if step.constants or name not in _ONE:
        raise Unknown
    return _ONE[name](parts[0])


def constant(number: Number, terms: int) -> Series:
    fraction = number.rational
    if fraction is not None:
        return fmpq_series([fmpq(fraction.numerator, fraction.denominator)], prec=terms)
    return arb_series([ball_of_number(number)], prec=terms)


def _both(name: str, a: Series, b: Series) -> Series:
    a, b = (a, b) if type(a) is type(b) else (balls(a), balls(b))
    if name == "add":
        return a + b
    if name == "sub":
        return a - b
    if name == "mul":
        return a * b
    if name == "div":
        return a / b
    above = _first(balls(a - b))  # max or min: the one that is larger throughout
    if not (above > 0 or above < 0):
        raise Unknown
    return a if (above > 0) == (name == "max") else b


def _raised(u: Series, exponent: Number, terms: int) -> Series:
    fraction = exponent.rational
    if fraction is None or fraction.denominator != 1:
        return _exp(_both("mul", constant(exponent, terms), _log(u)))
    n = abs(fraction.numerator)
    if n > MOST_POWER:
        raise Unknown
    power = constant(Number(1.0, 1.0, 1.0), terms)
    for bit in bin(n)[2:]:
        power = power * power
        if bit == "1":
            power = _both("mul", power, u)
    return 1 / power if fraction < 0 else power


#: Whole exponents of exact powers at most.
MOST_POWER = 64


def balls(u: Series) -> arb_series:
    return u if isinstance(u, arb_series) else arb_series([arb(c) for c in u.coeffs()], prec=u.prec)


def _first(u: arb_series) -> arb:
    coefficients = u.coeffs()
    return coefficients[0] if coefficients else arb(0)


def _library(name: str) -> Callable[[Series], Series]:
    """A function of the library: exact where it can be, else in balls."""

    def apply(u: Series) -> Series:
        if isinstance(u, fmpq_series):
            with suppress(ValueError, ArithmeticError, AttributeError):
                exact: Series = getattr(u, name)()
                return exact
        found: Series = getattr(balls(u), name)()
        return found

    return apply


_exp, _log, _sqrt = _library("exp"), _library("log"), _library("sqrt")
_sin, _cos, _tan = _library("sin"), _library("cos"), _library("tan")
_erf = _library("erf")


def _abs(u: Series) -> Series:
    first = _first(balls(u))
    if not (first > 0 or first < 0):
        raise Unknown
    return u if first > 0 else -u


def _sinh(u: Series) -> Series:
    return (_exp(u) - _exp(-u)) / 2


def _cosh(u: Series) -> Series:
    return (_exp(u) + _exp(-u)) / 2


def _sigmoid(u: Series) -> Series:
    return 1 / (1 + _exp(-u))


def _tanh(u: Series) -> Series:
    return 2 * _sigmoid(2 * u) - 1


def _softplus(u: Series) -> Series:
    return _log(1 + _exp(u))


def _gelu(u: Series) -> Series:
    v = balls(u)
    return v * (1 + _erf(v * arb(0.5).sqrt())) / 2


_ONE: dict[str, Callable[[Series], Series]] = {
    "neg": lambda u: -u,
    "identity": lambda u: u,
    "abs": _abs,
    "exp": _exp,
    "log": _log,
    "sqrt": _sqrt,
    "sin": _sin,
    "cos": _cos,
    "tan": _tan,
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "arctan": _library("atan"),
    "erf": _erf,
    "gaussian": lambda u: _exp(-u * u),
    "gelu": _gelu,
    "silu": lambda u: _both("mul", u, _sigmoid(u)),
    "mish": lambda u: _both("mul", u, _tanh(_softplus(u))),
    "softsign": lambda u: u / (1 + _abs(u)),
}
