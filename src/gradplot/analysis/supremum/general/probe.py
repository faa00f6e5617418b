"""What is learnt of |f'| at points: its size there, and where it is steeper still."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from flint import arb, ctx

from gradplot.analysis.supremum.general.dyadic import (
    EXACT,
    GUARD_BITS,
    NEAR_BITS,
    bits_for,
    exponent_of,
    nearby,
    power,
    simplest,
)
from gradplot.functions.balls.jets import Jet
from gradplot.functions.balls.rules import Undefined
from gradplot.functions.balls.span import Span

#: The bracket's width aimed at, in natural logarithms.
FINEST = 1e-12
#: What looking at an interval costs whatever the function, in operations.
OVERHEAD = 15
#: A gain of log|f'| that ends a climb.
LITTLE = 1e-2
#: Share of the work that goes into guesses at most.
GUESSING = 0.6
#: Steps of one climb, and bits of a point's slope at most.
MOST_STEPS, MOST_BITS = 40, 6000


class Function(Protocol):
    """What is searched: jets over intervals; ``size`` is the number of operations, of the last one
    where they differ."""

    @property
    def size(self) -> int: ...
    @property
    def layers(self) -> Sequence[object]: ...

    def first(self, depth: int) -> Function: ...

    def within(self, low: float, high: float) -> Function: ...

    def balls(self, low: arb, high: arb, *, order: int, bits: int) -> tuple[Jet, bool]: ...


class Probe:
    """The steepest point known of a function, and the work that went into looking at it."""

    def __init__(self, function: Function, x_range: tuple[float, float], *, budget: float) -> None:
        self.function = function
        self.x_range = x_range
        self.low, self.high = arb(x_range[0]), arb(x_range[1])
        ctx.prec = EXACT
        self.span = self.high - self.low
        self.budget = budget
        self.work = 0.0
        self.evaluations = 0
        self.lower = -math.inf
        self.best = simplest(self.low, self.high)
        self.climb_bits = GUARD_BITS

    def jet(self, low: arb, high: arb, *, order: int, bits: int = 0) -> tuple[Jet, bool] | None:
        """The jet over an interval; None where the function is undefined on all of it."""
        bits = bits or bits_for(low, high)
        self.evaluations += 1
        try:
            return self.function.balls(low, high, order=order, bits=bits)
        except Undefined:
            return None
        finally:
            cost = (OVERHEAD + self.function.size) * (1.0 + (bits / 400.0) ** 1.5)
            self.work += cost * (0.5 if low is high else 1.0)

    def learn(self, bottom: float, x: arb) -> None:
        if bottom > self.lower:
            self.lower, self.best = bottom, x

    def beside(self, x: arb, width: arb, side: int) -> tuple[float, float]:
        """Bounds of log|f'| on the part of an interval that is next to its end x."""
        step = power(exponent_of(width) - NEAR_BITS)
        found = self.jet(*((x - step, x) if side < 0 else (x, x + step)), order=1)
        bounds = (-math.inf, -math.inf) if found is None else log_bounds(found[0].slope)
        if found is not None and found[1]:
            self.learn(bounds[0], x)
        return bounds

    def at(self, x: arb, bits: int) -> Jet | None:
        """The jet at a point, with as many bits as it takes to know the slope there."""
        gap = math.inf
        while True:
            found = self.jet(x, x, order=2, bits=bits)
            if found is None:
                return None
            bottom, top = log_bounds(found[0].slope)
            before, gap = gap, top - bottom
            # A constant that is only known to float64's digits is not known better by more bits.
            vain = gap > 0.5 * before or bits > MOST_BITS or self.work > self.budget
            if top < self.lower or gap <= FINEST or top == bottom or vain:
                self.learn(bottom, x)
                return found[0]
            bits *= 2

    def climb(self, x: arb) -> None:
        """Follow 1/sqrt|f'|, a straight line near a steep point, to where it would be 0; between
        a point where |f'| rises and one where it falls, the rate's chord."""
        found = self.slope_rate(x)
        stride, other = arb(2), None
        for _ in range(MOST_STEPS):
            if found is None:
                return
            ctx.prec = GUARD_BITS
            if other is None:
                step = (stride / found).mid()
            else:
                place, rate = other
                step = ((place - x) * found / (found - rate)).mid()
            ctx.prec = EXACT
            if step.is_zero() or not step.is_finite() or abs(step * found) < LITTLE:
                return
            further = nearby(x + step, abs(step) / 64)
            if not (self.low < further and further < self.high):
                stride = stride / 8
                if stride < LITTLE:
                    return
                continue
            following = self.slope_rate(further)
            if following is None:
                return
            if (following > 0) != (found > 0):
                other = x, found
            elif other is not None and (other[1] > 0) == (following > 0):
                other = None
            elif other is None:
                stride = stride * 2
            x, found = further, following

    def slope_rate(self, x: arb) -> arb | None:
        """d log|f'| / dx at a point, to a few digits; None where its sign is not known."""
        accuracy = -MOST_BITS
        while self.climb_bits < MOST_BITS and self.work < GUESSING * self.budget:
            found = self.jet(x, x, order=2, bits=self.climb_bits)
            if found is None or not found[0].slope or not found[0].bend:
                return None
            slope, bend = found[0].slope, found[0].bend
            ctx.prec = GUARD_BITS
            rate = bend.low / slope.low
            ctx.prec = EXACT
            before = accuracy
            accuracy = min(rate.rel_accuracy_bits() + 24, slope.low.rel_accuracy_bits())
            if accuracy <= before:
                return None
            if accuracy > 32:
                self.learn(slope.log_lower(), x)
                return rate.mid()
            self.climb_bits += NEAR_BITS
        return None


def log_bounds(slope: Span | None) -> tuple[float, float]:
    """Bounds of log|slope|; both -inf where it is exactly 0."""
    if slope is None:
        return -math.inf, -math.inf
    return slope.log_lower(), slope.log_upper()
