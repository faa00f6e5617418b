"""Ranges of log|dy/dx| over a few intervals of a deep program, one by one in ball arithmetic.

Arrays of intervals take as long for one as for a thousand; for a few of them balls are quicker.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from flint import arb, ctx

from gradplot.functions.balls.rules import Undefined
from gradplot.functions.balls.span import Span

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Pair
    from gradplot.functions.balls.program import Program

#: Bits beyond those that tell an interval's ends apart.
GUARD_BITS = 80


def log_slope_range(program: Program, low: Array, high: Array) -> Pair:
    """Guaranteed ends of log|dy/dx| on each interval; NaN where it is defined nowhere."""
    found = [_bounds(program, *ends) for ends in zip(low.tolist(), high.tolist(), strict=True)]
    below, above = np.array(found, dtype=np.float64).reshape(-1, 2).T
    return below, above


def _bounds(program: Program, low: float, high: float) -> tuple[float, float]:
    """By the range of the slope, and by the slope in the middle and the range of its derivative."""
    left, right = arb(low), arb(high)
    bits = GUARD_BITS
    if low < high:
        bits += max(0, math.frexp(max(abs(low), abs(high)))[1] - math.frexp(high - low)[1])
    try:
        jet, whole = program.balls(left, left if low == high else right, order=2, bits=bits)
        slope = jet.slope
        if slope is None:
            return -math.inf, -math.inf
        bottom, top = slope.log_lower(), slope.log_upper()
        if low == high or not whole or jet.bend is None or bottom == top:
            return bottom, top
        with ctx.workprec(bits):
            middle = ((left + right) / 2).mid()
            reach = Span(left - middle, right - middle)
        there, _ = program.balls(middle, middle, order=1, bits=bits)
    except Undefined:
        return math.nan, math.nan
    if there.slope is None:
        return bottom, top
    with ctx.workprec(bits):
        line = there.slope + jet.bend * reach
    return max(bottom, line.log_lower()), min(top, line.log_upper())
