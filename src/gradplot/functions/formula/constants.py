"""Constants of a formula: their float64 value, and guaranteed ends around the real one.

Literals such as 0.1 are no doubles; ``sqrt(2)^2 - 2`` is 0 and not 4e-16. So each constant carries
both. Pure Python: folding happens while a formula is checked, before numpy is loaded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from gradplot.functions.step import Number, around, exactly

#: Fractions of more digits, or with more bits in what they are divided by, are enclosed instead.
MOST_DIGITS, MOST_BITS = 400, 2048


def literal(text: str | float) -> Number:
    """A number as typed; a float is taken as the double that it is."""
    value = float(text)
    if not isinstance(text, str) or not math.isfinite(value) or Decimal(text) == Decimal(value):
        return exactly(value)
    exact = Decimal(text)
    return replace(around(value), fraction=_short(Fraction(exact)) if _small(exact) else None)


def _small(number: Decimal) -> bool:
    """Whether it is worth writing a number out as a fraction."""
    return abs(number.adjusted()) <= MOST_DIGITS and len(number.as_tuple().digits) <= MOST_DIGITS


def _short(fraction: Fraction) -> Fraction | None:
    return fraction if fraction.denominator.bit_length() <= MOST_BITS else None


def fold(function: str, numbers: Sequence[Number]) -> Number | None:
    """The constant that a function of constants is; None where only intervals can tell.

    Raises OverflowError, ValueError or ZeroDivisionError where there is no such float64.
    """
    rule = _RULES.get(function)
    if rule is None:
        return None
    result = rule(*numbers)
    if not math.isfinite(result.value):
        raise OverflowError
    if result.rational is not None:
        return result
    return replace(result, origin=(function, tuple(numbers)))


def _exact(result: float, truth: Callable[[], Fraction]) -> Number:
    """A correctly rounded result: an exact double where it is one."""
    if not math.isfinite(result):
        raise OverflowError
    return exactly(result) if truth() == Fraction(result) else around(result)


def _hull(value: float, corners: Sequence[Number]) -> Number:
    return Number(value, min(c.low for c in corners), max(c.high for c in corners))


def _corners(
    rule: Callable[[float, float], float], truth: Callable[[Fraction, Fraction], Fraction]
) -> Callable[[Number, Number], Number]:
    """A rule of arithmetic, extreme at the corners of its arguments."""

    def at(a: float, b: float) -> Number:
        return _exact(rule(a, b), lambda: truth(Fraction(a), Fraction(b)))

    def folded(a: Number, b: Number) -> Number:
        value = at(a.value, b.value)
        p, q = a.rational, b.rational
        fraction = None if p is None or q is None else _short(truth(p, q))
        if a.low == a.high and b.low == b.high:
            return value if value.low == value.high else replace(value, fraction=fraction)
        corners = [at(p, q) for p in (a.low, a.high) for q in (b.low, b.high)]
        return replace(_hull(value.value, corners), fraction=fraction)

    return folded


def _divide(a: Number, b: Number) -> Number:
    if b.low <= 0 <= b.high:
        raise ZeroDivisionError
    return _corners(lambda p, q: p / q, lambda p, q: p / q)(a, b)


def _power(a: Number, b: Number) -> Number:
    if b.low == b.high and b.value.is_integer():
        return _whole_power(a, int(b.value))
    if b.low < b.high or a.low < a.high:
        if a.low <= 0:
            raise ValueError  # not known to be defined
        value = math.pow(a.value, b.value)
        corners = [math.pow(p, q) for p in (a.low, a.high) for q in (b.low, b.high)]
        return _hull(value, [around(c, 2) for c in corners])
    return around(math.pow(a.value, b.value), 2)


def _whole_power(a: Number, n: int) -> Number:
    """Defined for negative numbers too; rises or falls on either side of 0."""
    if n < 0 and a.low <= 0 <= a.high:
        raise ZeroDivisionError
    value = math.pow(a.value, n)
    if a.low == a.high:
        exact = abs(n) <= 64 and Fraction(a.value) ** n == Fraction(value)
        return exactly(value) if exact else around(value, 2)
    ends = [around(math.pow(end, n), 2) for end in (a.low, a.high)]
    return _hull(value, ends + [exactly(0.0)] * (a.low < 0 < a.high))


def _rising(rule: Callable[[float], float]) -> Callable[[Number], Number]:
    """A rising function of the maths library, good to two units in the last place."""

    def folded(a: Number) -> Number:
        value = rule(a.value)
        return _hull(value, [around(rule(a.low), 2), around(rule(a.high), 2)])

    return folded


def _sqrt(a: Number) -> Number:
    value = math.sqrt(a.value)
    if a.low == a.high and Fraction(value) ** 2 == Fraction(a.value):
        return exactly(value)
    return _hull(value, [around(math.sqrt(max(a.low, 0.0))), around(math.sqrt(a.high))])


def _exp(a: Number) -> Number:
    return exactly(1.0) if a.low == a.high == 0 else _rising(math.exp)(a)


def _log(a: Number) -> Number:
    return exactly(0.0) if a.low == a.high == 1 else _rising(math.log)(a)


def _abs(a: Number) -> Number:
    ends = sorted((abs(a.low), abs(a.high)))
    return Number(abs(a.value), 0.0 if a.low < 0 < a.high else ends[0], ends[1])


_RULES: dict[str, Callable[..., Number]] = {
    "add": _corners(lambda a, b: a + b, lambda a, b: a + b),
    "sub": _corners(lambda a, b: a - b, lambda a, b: a - b),
    "mul": _corners(lambda a, b: a * b, lambda a, b: a * b),
    "div": _divide,
    "pow": _power,
    "neg": lambda a: Number(-a.value, -a.high, -a.low, None if a.fraction is None else -a.fraction),
    "abs": _abs,
    "sqrt": _sqrt,
    "exp": _exp,
    "log": _log,
    "max": lambda a, b: Number(max(a.value, b.value), max(a.low, b.low), max(a.high, b.high)),
    "min": lambda a, b: Number(min(a.value, b.value), min(a.low, b.low), min(a.high, b.high)),
}
