"""A function at doubles where float64 does not tell its value or its slope: with more bits."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from flint import arb

from gradplot.functions.balls.jets import Jet
from gradplot.functions.balls.program import Program
from gradplot.functions.balls.rules import Undefined
from gradplot.functions.balls.span import Span

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Pair

#: Working precisions, the next where one does not do. The last outlasts all cancellation that
#: leaves anything of the size of a double.
BITS = (128, 512, 2400)
#: Bits of a number that make it known at once, and in the end.
GOOD, ENOUGH = 60, 20
#: Far below the smallest double.
NOTHING = arb(2) ** -1100


class Closely:
    """Values and slopes of one function; NaN where it is undefined, or they stay unknown."""

    def __init__(self, program: Program) -> None:
        self.program = program
        #: Which precision to begin with: where one did not do, the next point asks for as much.
        self._first = 0

    def values(self, points: Array) -> Array:
        """y at each of the points; ±inf where float64 overflows."""
        return np.array([self._value(x) for x in points.tolist()])

    def log_slopes(self, points: Array) -> Pair:
        """(sign, log|dy/dx|) at each of the points; (0, -inf) where the slope is exactly 0."""
        sign, log = np.array([self._log_slope(x) for x in points.tolist()]).T
        return sign, log

    def _value(self, x: float) -> float:
        for jet, bits in self._jets(x, 0):
            y = _ball(jet.value)
            if y.rel_accuracy_bits() >= bits or y.abs_upper() < NOTHING:
                return float(y.mid())
        return math.nan

    def _log_slope(self, x: float) -> tuple[float, float]:
        for jet, bits in self._jets(x, 1):
            slope = jet.slope
            if slope is None or slope.flat:
                return 0.0, -math.inf
            size = abs(_ball(slope))
            if slope.sign() and size.rel_accuracy_bits() >= bits:
                return slope.sign(), float(size.mid().log().mid())
        return math.nan, math.nan

    def _jets(self, x: float, order: int) -> Iterator[tuple[Jet, int]]:
        """Its jets at a point where it is defined, and the accuracy that each needs to do."""
        at = arb(x)
        for number in range(self._first, len(BITS)):
            self._first, bits = number, BITS[number]
            try:
                jet, whole = self.program.balls(at, at, order=order, bits=bits)
            except Undefined:
                return
            if whole:
                yield jet, ENOUGH if bits == BITS[-1] else GOOD


def _ball(span: Span) -> arb:
    return span.low if span.low is span.high else span.low.union(span.high)
