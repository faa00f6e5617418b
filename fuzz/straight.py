"""Chains of straight pieces, in exact fractions: every piece, and the steepest of them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

#: name -> (kinks, (slope, intercept) of act on each stretch between them)
Line = tuple[Fraction, Fraction]


class Piece(NamedTuple):
    """y = slope·x + offset from ``low`` to ``high``."""

    low: Fraction
    high: Fraction
    slope: Fraction
    offset: Fraction


_F = Fraction
_ONE, _NIL = (_F(1), _F(0)), (_F(0), _F(0))
_STRAIGHT: dict[str, tuple[tuple[int, ...], tuple[Line, ...]]] = {
    "identity": ((), (_ONE,)),
    "relu": ((0,), (_NIL, _ONE)),
    "relu6": ((0, 6), (_NIL, _ONE, (_F(0), _F(6)))),
    "hardtanh": ((-1, 1), ((_F(0), _F(-1)), _ONE, (_F(0), _F(1)))),
    "hardsigmoid": ((-3, 3), (_NIL, (_F(1, 6), _F(1, 2)), (_F(0), _F(1)))),
}
NAMES = (*_STRAIGHT, "leaky_relu")


def lines(name: str, parameters: Sequence[float]) -> tuple[tuple[int, ...], tuple[Line, ...]]:
    if name == "leaky_relu":
        (alpha,) = parameters or (0.01,)
        return (0,), ((_F(alpha), _F(0)), _ONE)
    return _STRAIGHT[name]


def pieces(
    name: str,
    parameters: Sequence[float],
    weights: Sequence[float],
    biases: Sequence[float],
    x_range: tuple[float, float],
) -> list[Piece]:
    """Every stretch of x on which the chain is one straight line, from left to right."""
    kinks, parts = lines(name, parameters)
    found = [Piece(_F(x_range[0]), _F(x_range[1]), _F(1), _F(0))]
    for weight, bias in zip(weights, biases, strict=True):
        w, b = _F(weight), _F(bias)
        after: list[Piece] = []
        for low, high, slope, offset in found:
            slope, offset = w * slope, w * offset + b
            cuts = sorted((kink - offset) / slope for kink in kinks) if slope else []
            ends = [low, *(cut for cut in cuts if low < cut < high), high]
            for left, right in itertools.pairwise(ends):
                z = slope * (left + right) / 2 + offset
                rise, lift = parts[sum(z > kink for kink in kinks)]
                after.append(Piece(left, right, rise * slope, rise * offset + lift))
        found = _joined(after)
    return found


def _joined(found: list[Piece]) -> list[Piece]:
    out = found[:1]
    for piece in found[1:]:
        if piece[2:] == out[-1][2:]:
            out[-1] = out[-1]._replace(high=piece.high)
        else:
            out.append(piece)
    return out


def supremum(found: Sequence[Piece]) -> Fraction:
    return max(abs(piece.slope) for piece in found)
