"""Exact points: dyadic numbers as short as can be, and the precision that they ask for."""

from __future__ import annotations

import math

from flint import arb

#: Bits beyond those that tell an interval from 0, and where adjacent points are one.
GUARD_BITS, NEAR_BITS = 72, 64
#: Precision of coordinates: sums of dyadic numbers are exact, and as short as the numbers.
EXACT = 100_000


def within(low: arb, high: arb) -> arb:
    """The shortest of the dyadic numbers in [low, high], nearly."""
    exponent = exponent_of(high - low) - 1
    scale, unit = power(-exponent), power(exponent)
    # Sums are exact but for points nearer to 0 than this precision: any place above will do there.
    number = (low * scale).upper().ceil().unique_fmpz()
    assert number is not None
    if number % 2 and (number + 1) * unit <= high:
        number += 1
    return arb(number) * unit


def simplest(low: arb, high: arb) -> arb:
    """A short dyadic number in the middle half of an interval."""
    quarter = (high - low) / 4
    return within(low + quarter, high - quarter)


def nearby(x: arb, reach: arb) -> arb:
    return within(x - reach, x + reach)


def exponent_of(size: arb) -> int:
    """The e with 2^(e-1) <= |size| < 2^e."""
    mantissa, exponent = size.mid().man_exp()
    return int(exponent) + int(mantissa).bit_length() if mantissa else -(10**6)


def power(exponent: int) -> arb:
    return arb(2) ** exponent


def bits_for(low: arb, high: arb) -> int:
    """Working precision for an interval: enough to tell its ends apart, and some more."""
    width = high - low
    if width.is_zero():
        return GUARD_BITS + NEAR_BITS
    return GUARD_BITS + max(max(exponent_of(low), exponent_of(high)) - exponent_of(width), 0)


def outward(low: arb, high: arb) -> tuple[float, float]:
    a, b = float(low), float(high)
    return (
        math.nextafter(a, -math.inf) if arb(a) > low else a,
        math.nextafter(b, math.inf) if arb(b) < high else b,
    )
