"""Functions of one variable for Arb: their definitions, piece by piece, and ranges of derivatives.

Nothing but the definition of each function is written down here. Derivatives are Arb's own power
series, and the places where they are extreme are isolated by it, so that no formula is shared with
the program under test.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from flint import arb, arb_series, ctx

#: A power series: what every definition is written for.
Term = Any
#: Derivatives that are ranged over: f, f' and f''.
ORDERS = 3
#: Where derivatives of the table's functions may turn; beyond, all of them are monotone.
#: Odd ends, so that halving never meets a root such as 0 exactly.
SEEN = (-13.37, 12.81)
FINEST = 2.0**-40

NAN = arb.nan()


@dataclass(frozen=True)
class Piece:
    """A function that is analytic between two kinks."""

    low: float
    high: float
    at: Callable[[Term], Term]

    def derivatives(self, z: arb, count: int = ORDERS) -> list[arb]:
        """f, f', f'' ... on the ball z, as far as Arb can tell."""
        before, ctx.cap = ctx.cap, count
        try:
            series = self.at(arb_series([z, 1], count))
        except (ValueError, ZeroDivisionError):  # a divisor that may be 0
            return [NAN] * count
        finally:
            ctx.cap = before
        if not isinstance(series, arb_series):
            series = arb_series([series], count)
        return [series[k] * math.factorial(k) for k in range(count)]

    @cached_property
    def extrema(self) -> list[list[tuple[arb, list[arb]]]]:
        """For f, f', f'': the places where it is extreme inside, each with its derivatives."""
        low, high = max(self.low, SEEN[0]), min(self.high, SEEN[1])
        return [
            [(place, self.derivatives(place)) for place in self._roots(order + 1, low, high)]
            for order in range(ORDERS)
        ]

    def _roots(self, order: int, low: float, high: float) -> list[arb]:
        """Balls around the zeros of a derivative: every one, or a ball that may hold one."""
        if low >= high:
            return []
        both = self.derivatives(ball(arb(low), arb(high)), order + 2)
        if nonzero(both[order]) or both[order].is_zero():
            return []  # never extreme, or constant
        if nonzero(both[order + 1]):
            return self._bisected(order, arb(low), arb(high))
        middle = 0.5 * low + 0.5 * high
        if high - low < FINEST * max(1.0, abs(middle)):
            return [ball(arb(low), arb(high))]
        return self._roots(order, low, middle) + self._roots(order, middle, high)

    def _bisected(self, order: int, low: arb, high: arb) -> list[arb]:
        """The one zero between two ends, where the derivative is monotone."""
        signs = [self.derivatives(end, order + 1)[order] for end in (low, high)]
        if (signs[0] > 0 and signs[1] > 0) or (signs[0] < 0 and signs[1] < 0):
            return []
        rises = bool(signs[1] > 0 or signs[0] < 0)
        for _ in range(100):
            middle = ((low + high) / 2).mid()
            sign = self.derivatives(middle, order + 1)[order]
            if sign > 0:
                low, high = (low, middle) if rises else (middle, high)
            elif sign < 0:
                low, high = (middle, high) if rises else (low, middle)
            elif sign.is_zero():
                return [middle]
            else:
                break
        return [ball(low, high)]


@dataclass(frozen=True)
class Function:
    """A function of one variable: its pieces from left to right, touching at its kinks.

    ``periodic``: Arb ranges over its derivatives well enough by itself.
    """

    pieces: tuple[Piece, ...]
    periodic: bool = False

    def ranges(self, z: arb) -> list[arb]:
        """Enclosures of f, f' and f'' on all of z; NaN where it may be undefined.

        At a kink both sides count; where f' jumps inside z, f'' is NaN.
        """
        narrow = z.rad() < (1 + z.abs_upper()) * arb(2) ** -40
        low, high = z.lower(), z.upper()
        if not (low.is_finite() and high.is_finite()):
            return [NAN] * ORDERS
        if not (low >= self.pieces[0].low and high <= self.pieces[-1].high):
            return [NAN] * ORDERS
        met = [p for p in self.pieces if not (p.high < low or p.low > high)]
        found = []
        for piece in met:
            if self.periodic or (narrow and len(met) == 1):
                found.append(piece.derivatives(z))
            else:
                found.append(_over(piece, low.max(arb(piece.low)), high.min(arb(piece.high))))
        merged = [hull([each[order] for each in found]) for order in range(ORDERS)]
        jumps = len(met) > 1 and any(
            not a.derivatives(arb(a.high))[1].overlaps(b.derivatives(arb(b.low))[1])
            for a, b in itertools.pairwise(met)
        )
        if jumps:
            merged[2] = NAN
        return merged


def _over(piece: Piece, low: arb, high: arb) -> list[arb]:
    low, high = low.mid(), high.mid()
    ends = [piece.derivatives(low), piece.derivatives(high)]
    inside = ball(low, high)
    return [
        hull(
            [end[order] for end in ends]
            + [at[order] for place, at in piece.extrema[order] if place.overlaps(inside)]
        )
        for order in range(ORDERS)
    ]


def ball(low: arb, high: arb) -> arb:
    return low.union(high)


def hull(balls: Sequence[arb]) -> arb:
    whole = balls[0]
    for each in balls[1:]:
        whole = whole.union(each)
    return whole


def nonzero(z: arb) -> bool:
    return bool(z > 0 or z < 0)


# --- the table -----------------------------------------------------------------------------------


def _of(z: Term, name: str) -> Term:
    return getattr(z, name)()


def _sigmoid(z: Term) -> Term:
    return 1 / (1 + _of(-z, "exp"))


def _tanh(z: Term) -> Term:
    return 2 * _sigmoid(2 * z) - 1


def _gelu_tanh(z: Term) -> Term:
    root = (2 / arb.pi()).sqrt()
    return z * _sigmoid(2 * root * (z + arb("0.044715") * z * z * z))


def _mish(z: Term) -> Term:
    """z·tanh(softplus(z)), with tanh(log u) = 1 - 2 / (u² + 1) where u is not near 1."""
    n = _of(z, "exp")
    n = n * (n + 2)
    return z * n / (n + 2)


def _mish_right(z: Term) -> Term:
    down = _of(-z, "exp")
    return z - 2 * z * down * down / (1 + 2 * down + 2 * down * down)


def _softplus_left(z: Term) -> Term:
    return _of(1 + _of(z, "exp"), "log")


def _softplus_right(z: Term) -> Term:
    return z + _of(1 + _of(-z, "exp"), "log")


def _constant(number: arb) -> Callable[[Term], Term]:
    return lambda z: 0 * z + number


INF = math.inf
SCALE, ALPHA = arb(1.0507009873554805), arb(1.6732632423543772)


def smooth(at: Callable[[Term], Term], low: float = -INF, high: float = INF) -> Function:
    return Function((Piece(low, high, at),))


def periodic(at: Callable[[Term], Term]) -> Function:
    return Function((Piece(-INF, INF, at),), periodic=True)


def pieces(*parts: tuple[float, Callable[[Term], Term]]) -> Function:
    """(right end, definition) of each piece, from left to right."""
    ends = [-INF, *(end for end, _ in parts)]
    return Function(
        tuple(Piece(ends[k], end, definition) for k, (end, definition) in enumerate(parts))
    )


def _identity(z: Term) -> Term:
    return z


def _leaky_relu(alpha: float = 0.01) -> Function:
    return pieces((0.0, lambda z: arb(alpha) * z), (INF, _identity))


def _elu(alpha: float = 1.0) -> Function:
    return pieces((0.0, lambda z: arb(alpha) * (_of(z, "exp") - 1)), (INF, _identity))


def _clamp(low: float, high: float) -> Function:
    return pieces((low, _constant(arb(low))), (high, _identity), (INF, _constant(arb(high))))


_TABLE: dict[str, Callable[..., Function]] = {
    "identity": lambda: smooth(_identity),
    "relu": lambda: pieces((0.0, _constant(arb(0))), (INF, _identity)),
    "relu6": lambda: _clamp(0.0, 6.0),
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "selu": lambda: pieces(
        (0.0, lambda z: SCALE * ALPHA * (_of(z, "exp") - 1)), (INF, lambda z: SCALE * z)
    ),
    "gelu": lambda: smooth(lambda z: z * _of(-z / arb(2).sqrt(), "erfc") / 2),
    "gelu_tanh": lambda: smooth(_gelu_tanh),
    "silu": lambda: smooth(lambda z: z * _sigmoid(z)),
    "mish": lambda: pieces((0.0, _mish), (INF, _mish_right)),
    "softplus": lambda: pieces((0.0, _softplus_left), (INF, _softplus_right)),
    "softsign": lambda: pieces((0.0, lambda z: z / (1 - z)), (INF, lambda z: z / (1 + z))),
    "sigmoid": lambda: smooth(_sigmoid),
    "tanh": lambda: smooth(_tanh),
    "hardtanh": lambda: _clamp(-1.0, 1.0),
    "hardsigmoid": lambda: pieces(
        (-3.0, _constant(arb(0))), (3.0, lambda z: (z + 3) / 6), (INF, _constant(arb(1)))
    ),
    "hardswish": lambda: pieces(
        (-3.0, _constant(arb(0))), (3.0, lambda z: z * (z + 3) / 6), (INF, _identity)
    ),
    "arctan": lambda: smooth(lambda z: _of(z, "atan")),
    "erf": lambda: smooth(lambda z: _of(z, "erf")),
    "sin": lambda: periodic(lambda z: _of(z, "sin")),
    "gaussian": lambda: smooth(lambda z: _of(-z * z, "exp")),
    # What formulas know beside the activations.
    "exp": lambda: smooth(lambda z: _of(z, "exp")),
    "log": lambda: smooth(lambda z: _of(z, "log"), low=0.0),
    "sqrt": lambda: smooth(lambda z: _of(z, "sqrt"), low=0.0),
    "abs": lambda: pieces((0.0, lambda z: -z), (INF, _identity)),
    "cos": lambda: periodic(lambda z: _of(z, "cos")),
    "tan": lambda: periodic(lambda z: _of(z, "tan")),
    "sinh": lambda: smooth(lambda z: (_of(z, "exp") - _of(-z, "exp")) / 2),
    "cosh": lambda: smooth(lambda z: (_of(z, "exp") + _of(-z, "exp")) / 2),
}


@lru_cache(maxsize=256)
def function(name: str, *parameters: float) -> Function:
    """The function of that name; an activation's parameters in the table's order."""
    return _TABLE[name](*parameters)
