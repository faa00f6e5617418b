"""What an activation is at one point, in ball arithmetic, and what its kernels are built of.

A ball is a number with an error bound that every operation keeps true; its exponent has no limits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from flint import arb, fmpq

if TYPE_CHECKING:
    #: An arb; or an fmpq, an exact fraction, where the activation is rational.
    Number = Any

    Kernel = Callable[[Number], "Point"]


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


def above(z: Number, edge: int) -> bool:
    """Whether z > edge."""
    if z > edge:
        return True
    if z <= edge:
        return False
    raise Undecided


def below(z: Number, edge: int) -> bool:
    """Whether z < edge."""
    if z < edge:
        return True
    if z >= edge:
        return False
    raise Undecided


def signed_log(slope: Number | float) -> tuple[int, arb | None]:
    """The sign of a slope and the logarithm of its size."""
    number = arb(slope)
    if number.is_zero():
        return 0, None
    if number > 0:
        return 1, number.log()
    if number < 0:
        return -1, (-number).log()
    raise Undecided


def log_sigmoid(z: arb) -> arb:
    rest = (-abs(z)).exp().log1p()
    return -rest if z >= 0 else z - rest if z < 0 else z.min(arb(0)) - rest


def sigmoid_value(z: arb) -> arb:
    e = (-abs(z)).exp()
    if z >= 0:
        return 1 / (1 + e)
    return e / (1 + e) if z < 0 else 1 / (1 + (-z).exp())


def line(z: Number, slope: float) -> Point:
    factor = fmpq(*slope.as_integer_ratio()) if isinstance(z, fmpq) else slope
    return Point(z * factor, *signed_log(slope))


def flat(z: Number, value: int) -> Point:
    return Point(z * 0 + value, 0, None)
