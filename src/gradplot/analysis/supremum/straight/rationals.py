"""Exact rational numbers for long chains of affine maps, where a gcd per step would be too slow.

After a thousand layers of 53-bit weights an orbit has tens of thousands of bits. Such a number is
kept as an integer, a power of two and an odd denominator, and is never reduced: an affine step then
costs one product with a short integer and one sum.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

INF = math.inf


class Exact(NamedTuple):
    """numerator / (2^shift · odd); the shift may be negative."""

    numerator: int
    shift: int = 0
    odd: int = 1


ZERO, ONE = Exact(0), Exact(1)


def exact(number: Fraction | float) -> Exact:
    """``number``, which is finite, in this form and in lowest terms."""
    fraction = Fraction(number)
    if not fraction:
        return ZERO
    over, under = _twos(fraction.numerator), _twos(fraction.denominator)
    return Exact(fraction.numerator >> over, under - over, fraction.denominator >> under)


def _twos(number: int) -> int:
    return (number & -number).bit_length() - 1


def scaled(factor: Exact, number: Exact) -> Exact:
    """factor · number."""
    product = factor.numerator * number.numerator
    if not product:
        return ZERO
    return Exact(product, factor.shift + number.shift, factor.odd * number.odd)


def affine(factor: Exact, offset: Exact, number: Exact) -> Exact:
    """factor · number + offset, where the odd part of ``offset`` divides that of ``factor``."""
    numerator, shift, odd = scaled(factor, number)
    if not numerator:
        return offset
    if not offset.numerator:
        return Exact(numerator, shift, odd)
    other = offset.numerator * (odd // offset.odd)
    common = max(shift, offset.shift)
    numerator = (numerator << (common - shift)) + (other << (common - offset.shift))
    return Exact(numerator, common, odd) if numerator else ZERO


def excess(number: Exact, level: Exact) -> Exact:
    """number - level, where the odd part of ``level`` divides that of ``number``."""
    negative = level._replace(numerator=-level.numerator)
    if not number.numerator:
        return negative
    return affine(ONE, negative, number)


def quotient(over: Exact, under: Exact) -> tuple[float, float]:
    """The doubles nearest to over / under from below and above, equal when it is a double."""
    shift = under.shift - over.shift
    top, bottom = over.numerator * under.odd, under.numerator * over.odd
    if bottom < 0:
        top, bottom = -top, -bottom
    return _around(top << max(shift, 0), bottom << max(-shift, 0))


def doubles(number: Exact) -> tuple[float, float]:
    """The doubles nearest to ``number`` from below and above, equal when it is a double."""
    return quotient(number, ONE)


def _around(top: int, bottom: int) -> tuple[float, float]:
    try:
        nearest = top / bottom
    except OverflowError:
        largest = down(INF)
        return (largest, INF) if top > 0 else (-INF, -largest)
    over, under = nearest.as_integer_ratio()
    if over * bottom == top * under:
        return nearest, nearest
    if over * bottom < top * under:
        return nearest, up(nearest)
    return down(nearest), nearest


def down(number: float) -> float:
    """The next double below."""
    return math.nextafter(number, -INF)


def up(number: float) -> float:
    """The next double above."""
    return math.nextafter(number, INF)
