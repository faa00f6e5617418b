"""Taylor series of the parts of a formula: at a point, exact wherever a coefficient is a fraction;
over an interval, a ball about each coefficient that its points may have.

A quotient whose two parts are 0 at one point p has a series, too, once (x - p)^m is divided out of
both. At p that shows by coefficients that are exactly 0. Over an interval about p it is a shift:
with a(x) = (x - p)^m A(x), A^(j)/j! is a mean of a^(m+j)/(m+j)! between p and x (Taylor's theorem,
integral form of the remainder), so that the balls of a from the m-th on hold for A.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction

from flint import arb, arb_series, ctx, fmpq, fmpq_series

from gradplot.functions.step import Number, Step

Series = arb_series | fmpq_series
#: Coefficients that are computed, and how many of them a quotient may lose.
TERMS, MOST_SHIFT = 24, 16


class Unknown(ArithmeticError):
    """A part has no series here, or none that is known."""


def at_point(steps: Sequence[Step], point: Fraction) -> tuple[list[Series | None], dict[int, int]]:
    """The series of every step in s, for a variable of point + s; and by how much the parts of each
    quotient were shifted, where both are 0 at the point. None for a part without a series."""
    variable = fmpq_series([fmpq(point.numerator, point.denominator), fmpq(1)], prec=TERMS)
    shifts: dict[int, int] = {}
    return _run(steps, variable, TERMS, shifts, seek=True), shifts


def over(
    steps: Sequence[Step], low: arb, high: arb, shifts: Mapping[int, int], order: int
) -> dict[int, tuple[arb, ...]]:
    """Of every quotient that is shifted the coefficients 0 to ``order`` at the points of
    [low, high]; none of a part that has no series on all of it."""
    terms = order + 1 + sum(shifts.values())
    variable = arb_series([low.union(high), arb(1)], prec=terms)
    results = _run(steps[: max(shifts) + 1], variable, terms, dict(shifts), seek=False)
    return {
        number: _padded(_balls(series).coeffs(), order + 1)
        for number in shifts
        if (series := results[number]) is not None
    }


def _padded(coefficients: Sequence[arb], length: int) -> tuple[arb, ...]:
    return (*coefficients[:length], *[arb(0)] * (length - len(coefficients)))


def order_of(series: Series | None) -> int | None:
    """The number of leading coefficients that are 0, proven like the next one, which is not."""
    for order, coefficient in enumerate([] if series is None else series.coeffs()):
        if _is_not_zero(coefficient):
            return order
        if not _is_zero(coefficient):
            return None
    return None


def _run(
    steps: Sequence[Step], variable: Series, terms: int, shifts: dict[int, int], *, seek: bool
) -> list[Series | None]:
    before, ctx.cap = ctx.cap, terms
    results: list[Series | None] = []
    try:
        for number, step in enumerate(steps):
            try:
                parts = [_known(results[source]) for source in step.sources]
                if step.function == "div" and (seek or number in shifts):
                    if seek:
                        shifts |= _common_zero(number, *parts)
                    parts = [shifted(part, shifts.get(number, 0)) for part in parts]
                results.append(_finite(_take(step, parts, variable, terms)))
            except (Unknown, ValueError, ArithmeticError):
                results.append(None)
    finally:
        ctx.cap = before
    return results


def _common_zero(number: int, above: Series, below: Series) -> dict[int, int]:
    m = order_of(below)
    if not m or m > MOST_SHIFT:
        return {}
    vanishing = above.coeffs()[:m]
    return {number: m} if all(map(_is_zero, vanishing)) else {}


def shifted(series: Series, by: int) -> Series:
    """The series without its first coefficients."""
    if isinstance(series, arb_series):
        return arb_series(series.coeffs()[by:], prec=series.prec - by)
    return fmpq_series(series.coeffs()[by:], prec=series.prec - by)


def _known(series: Series | None) -> Series:
    if series is None:
        raise Unknown
    return series


def _finite(series: Series) -> Series:
    if isinstance(series, arb_series) and not all(c.is_finite() for c in series.coeffs()):
        raise Unknown
    return series


def _is_zero(coefficient: object) -> bool:
    return coefficient.is_zero() if isinstance(coefficient, arb) else coefficient == fmpq(0)


def _is_not_zero(coefficient: object) -> bool:
    """Of a ball, whether none of its points is 0."""
    return coefficient != (arb(0) if isinstance(coefficient, arb) else fmpq(0))


# --- steps --------------------------------------------------------------------------------------


def _take(step: Step, parts: Sequence[Series], variable: Series, terms: int) -> Series:
    name = step.function
    if name in ("x", "y"):
        return variable
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
    fraction = fraction_of(number)
    if fraction is not None:
        return fmpq_series([fmpq(fraction.numerator, fraction.denominator)], prec=terms)
    return arb_series([arb(number.low).union(arb(number.high))], prec=terms)


def fraction_of(number: Number) -> Fraction | None:
    """The fraction that a constant is exactly, if it is one."""
    return Fraction(number.value) if number.low == number.high else number.fraction


def _both(name: str, a: Series, b: Series) -> Series:
    a, b = (a, b) if type(a) is type(b) else (_balls(a), _balls(b))
    if name == "add":
        return a + b
    if name == "sub":
        return a - b
    if name == "mul":
        return a * b
    if name == "div":
        return a / b
    above = _first(_balls(a - b))  # max or min: the one that is larger throughout
    if not (above > 0 or above < 0):
        raise Unknown
    return a if (above > 0) == (name == "max") else b


def _raised(u: Series, exponent: Number, terms: int) -> Series:
    fraction = fraction_of(exponent)
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


#: Whole exponents up to which the digits of exact powers stay few.
MOST_POWER = 64


def _balls(u: Series) -> arb_series:
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
        found: Series = getattr(_balls(u), name)()
        return found

    return apply


_exp, _log, _sqrt = _library("exp"), _library("log"), _library("sqrt")
_sin, _cos, _tan = _library("sin"), _library("cos"), _library("tan")
_erf = _library("erf")


def _abs(u: Series) -> Series:
    first = _first(_balls(u))
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
    v = _balls(u)
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
