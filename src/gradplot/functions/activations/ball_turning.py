"""The activations that turn at one point, in ball arithmetic: a kernel of the name of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flint import arb

from gradplot.functions.activations.ball import (
    Ball,
    Point,
    above,
    below,
    flat,
    line,
    log_sigmoid,
    sigmoid_value,
    signed_log,
)

if TYPE_CHECKING:
    from gradplot.functions.activations.ball import Number

#: Below this the tail of gelu is told by its logarithm: its own exponent would get too large.
FAR = -(10**6)


def gelu() -> Ball:
    def at(z: arb) -> Point:
        log_density = -z * z / 2 - (2 * arb.pi()).log() / 2
        if z < FAR:
            # Mills' ratio lies between 1/t - 1/t³ and 1/t.
            # Abramowitz & Stegun, Handbook of Mathematical Functions, 7.1.13 and 26.2.12.
            t = -z
            mills = (1 / t - 1 / t**3).union(1 / t)
            return Point(z * mills * log_density.exp(), -1, (t - mills).log() + log_density)
        share = (-z / arb(2).sqrt()).erfc() / 2
        return Point(z * share, *signed_log(share + z * log_density.exp()))

    return Ball(at)


def gelu_tanh() -> Ball:
    def at(z: arb) -> Point:
        c, k = 2 * (2 / arb.pi()).sqrt(), arb(44715) / 1_000_000
        v = c * z * (1 + k * z * z)
        sign, log = signed_log(1 + c * z * (1 + 3 * k * z * z) * sigmoid_value(-v))
        return Point(z * sigmoid_value(v), sign, None if log is None else log + log_sigmoid(v))

    return Ball(at)


def silu() -> Ball:
    def at(z: arb) -> Point:
        sign, log = signed_log(1 + z * sigmoid_value(-z))
        return Point(z * sigmoid_value(z), sign, None if log is None else log + log_sigmoid(z))

    return Ball(at)


def mish() -> Ball:
    def at(z: arb) -> Point:
        # tanh(softplus(z)) as a quotient of polynomials in e = e^-|z|, which cannot overflow.
        e = (-abs(z)).exp()
        if above(z, 0):
            top, bottom = 1 + 2 * e, 1 + 2 * e + 2 * e * e
            inner = top * bottom + 4 * z * (1 + e) * e * e
            return Point(z * top / bottom, *signed_log(inner / (bottom * bottom)))
        top, bottom = e * (e + 2), e * (e + 2) + 2
        sign, log = signed_log(((e + 2) * bottom + 4 * z * (1 + e)) / (bottom * bottom))
        return Point(z * top / bottom, sign, None if log is None else log + z)

    return Ball(at)


def hardswish() -> Ball:
    def at(z: Number) -> Point:
        if not above(z, -3):
            return flat(z, 0)
        if not below(z, 3):
            return line(z, 1.0)
        return Point(z * (z + 3) / 6, *signed_log((2 * z + 3) / 6))

    return Ball(at, rational=True)


def sin() -> Ball:
    def at(z: arb) -> Point:
        value, slope = z.sin_cos()
        return Point(value, *signed_log(slope))

    return Ball(at)


def gaussian() -> Ball:
    def at(z: arb) -> Point:
        sign, log = signed_log(-2 * z)
        return Point((-z * z).exp(), sign, None if log is None else log - z * z)

    return Ball(at)
