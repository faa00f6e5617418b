"""The steepest slope of any function of one variable, by branch and bound over Arb balls.

Intervals are cut, steepest first. Where |f'| is proven to rise or to fall on one, its supremum is
at an end; elsewhere it is bounded by the range of f', and by f' in the middle and the range of f''.
Cuts crowd geometrically towards the steepest point known, so that one that lies between two doubles
is reached like any other: precision grows as intervals shrink.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from itertools import pairwise

from flint import arb, ctx

from gradplot.analysis.supremum.general.boxes import Box, joined_up
from gradplot.analysis.supremum.general.dyadic import (
    EXACT,
    GUARD_BITS,
    bits_for,
    nearby,
    outward,
    power,
    simplest,
    within,
)
from gradplot.analysis.supremum.general.probe import (
    FINEST,
    GUESSING,
    MOST_BITS,
    Function,
    Probe,
    log_bounds,
)
from gradplot.functions.balls.span import Span

#: The bracket's width that does when work piles up.
FINE = 1e-9
#: Work at most, and how much goes into coming from FINE to FINEST: steps times a precision's cost.
BUDGET, ENOUGH = 700_000.0, 350_000.0
#: Work that does where no bound will be found, and all that may grow is the lower end.
VAIN = 200_000.0
#: Work that does once only the place is not known as well as may be.
LOCATED = 100_000.0
#: A double attains the supremum if its slope is proven to be this close, as a logarithm.
ATTAINS = 1e-9
#: An interval without a bound is not cut below this share of the range: it may hold a pole.
NARROWEST = 2.0**-64
#: Nor one below this where the function may be defined at single points alone.
POINTLIKE = 2.0**-1000
#: Part of the range over which equal slopes are a stretch, and any x in it will do.
WIDE = 1e-6
#: Bits of an interval's width that a cut about the steepest point takes off, at least and at most.
CROWD, BOLDEST = 4, 1024
#: Layers from which a program is deep, and the share of the work that goes into the first alone.
DEEP, SHALLOW = 6, 0.05
#: Work before the first look for a proof that there is no bound; then after twice as much.
LOOK = 10_000.0


class Search(Probe):
    """The intervals that may still hold the supremum; ``unbounded`` may prove that there is none.

    ``budget`` bounds the work.
    """

    def __init__(
        self,
        function: Function,
        x_range: tuple[float, float],
        *,
        budget: float = BUDGET,
        unbounded: Callable[[float, float], bool] | None = None,
    ) -> None:
        super().__init__(function, x_range, budget=budget)
        self.unbounded = unbounded
        self.pole: float | None = None
        self.active: list[tuple[tuple[float, float], int, Box]] = []
        self.settled: list[Box] = []
        self.count = 0
        self.crowd = CROWD
        #: Whether the function is proven to be defined on an interval.
        self.defined = False
        self.guess()
        first = self.bounded(self.low, self.high)
        if first is not None:
            self.push(first)

    def guess(self) -> None:
        """A steep point of a deep program, by way of those of its first layers.

        A layer more moves it by a small part of the layer before; nothing is proven here.
        """
        depth = len(self.function.layers)
        if depth < DEEP:
            return
        whole = self.function
        shallow = Search(
            whole.first(DEEP - 1), self.x_range, budget=SHALLOW * self.budget, unbounded=None
        )
        shallow.run(None)
        best = shallow.best
        layers, stride = DEEP, 1
        while layers <= depth and self.work <= GUESSING * self.budget:
            self.function, self.lower = whole.first(layers), -math.inf
            before = self.evaluations
            self.climb(best)
            best = self.best
            # A point that a layer more has not moved is likely to stay for several.
            stride = 2 * stride if self.evaluations <= before + 1 else 1
            layers = depth if layers < depth < layers + stride else layers + stride
        self.function, self.lower = whole, -math.inf
        self.at(best, GUARD_BITS)

    def bounded(self, low: arb, high: arb) -> Box | None:
        """The box of an interval; None where the function is undefined on all of it."""
        found = self.jet(low, high, order=2)
        if found is None:
            return None
        jet, whole = found
        self.defined |= whole
        slope, bend = jet.slope, jet.bend
        bottom, top = log_bounds(slope)
        middle = simplest(low, high)
        if whole:  # else it may be undefined where the interval is, and points are asked for
            self.learn(bottom, middle)
        if top < self.lower - ATTAINS or top - bottom <= FINEST / 4 or top == bottom:
            return Box(top, low, high, bottom)
        width = high - low
        direction = slope.sign() * bend.sign() if whole and slope and bend else 0
        if direction:
            peak = high if direction > 0 else low
            over = self.beside(peak, width, -direction)[1]
            return Box(min(top, over), low, high, bottom, peak)
        if top == math.inf and width < NARROWEST * self.span:
            return Box(top, low, high, bottom)
        there = self.at(middle, bits_for(low, high))
        if there is None:
            return Box(top, low, high, bottom)
        if whole and bend is not None and there.slope is not None and top < math.inf:
            reach = Span(low - middle, high - middle)
            ctx.prec = GUARD_BITS
            top = min(top, (there.slope + bend * reach).log_upper())
            ctx.prec = EXACT
        if self.best is middle:
            self.climb(middle)
        return Box(top, low, high, bottom)

    def push(self, box: Box) -> None:
        self.count += 1
        heapq.heappush(self.active, (box.key, self.count, box))

    @property
    def upper(self) -> float:
        tops = [self.active[0][2].top] if self.active else []
        tops += [box.top for box in self.settled]
        return max([self.lower, *tops])

    def run(self, progress: Callable[[float], None] | None) -> None:
        look, told = LOOK, 0
        while self.active:
            top = self.active[0][2].top
            settled = max((box.top for box in self.settled), default=-math.inf)
            gap = max(top, settled) - self.lower
            if top < self.lower:
                break
            if self.work > min(_enough(gap, settled), self.budget):
                break
            if top == math.inf and self.work > look and self.unbounded is not None:
                look = 2 * self.work
                if self.find_pole():
                    return
            self.step(heapq.heappop(self.active)[2])
            if progress is not None and self.evaluations // 200 > told:
                told = self.evaluations // 200
                progress(self.share(gap))
        if self.upper == math.inf and self.unbounded is not None:
            self.find_pole()

    def share(self, gap: float) -> float:
        digits = math.log(max(gap, FINEST)) / math.log(FINEST) if gap < 1 else 0.0
        return max(min(digits, 1.0), min(self.work / self.budget, 1.0), 0.0)

    def step(self, box: Box) -> None:
        if box.top < self.lower - ATTAINS:
            return
        if self.narrow(box) or box.peak is not None or self.fine(box):
            self.settled.append(box)
            return
        edges = sorted(self.clear(edge, box) for edge in self.cuts(box))
        ends = [box.low, *edges, box.high]
        parts = [self.bounded(low, high) for low, high in pairwise(ends)]
        known = [part.of(box) for part in parts if part is not None]
        kept = [part for part in known if part.top >= self.lower - ATTAINS]
        for part in kept:
            self.push(part)
        if len(ends) == 4:
            # The outer parts fell away at once: the next cut may be bolder.
            bold = len(kept) <= 1 and box.top < math.inf
            self.crowd = min(2 * self.crowd, BOLDEST) if bold else max(CROWD, self.crowd // 2)

    def narrow(self, box: Box) -> bool:
        """Whether a box is not worth a cut."""
        sharp = power(-MOST_BITS) if self.defined else POINTLIKE
        least = NARROWEST if box.top == math.inf else sharp
        return bool(box.high - box.low < least * self.span)

    @property
    def nowhere(self) -> bool:
        """Whether the function is undefined but at single points."""
        return not self.defined and all(
            box.top < math.inf and self.narrow(box) for box in self.boxes(-math.inf)
        )

    def fine(self, box: Box) -> bool:
        """Whether a box is as sharp as need be, and small, or of one slope."""
        if not self.defined:
            return False
        small = box.bottom >= self.lower or box.high - box.low <= WIDE * self.span
        return bool(box.top <= self.lower + FINEST and small and not box.loose)

    def clear(self, edge: arb, box: Box) -> arb:
        """An edge, or one beside it where there is no value: there may be a jump between boxes."""
        if box.top < math.inf:  # no jump in it
            return edge
        there = self.jet(edge, edge, order=0)
        if there is not None and there[1]:
            return edge
        return edge + (box.high - edge) * power(-3)

    def cuts(self, box: Box) -> list[arb]:
        """Where a box is cut: beside the steepest point known, or crowding towards it."""
        low, high, best = box.low, box.high, self.best
        width = high - low
        if low < best and best < high:
            near = width * power(-self.crowd)
            edges = [within(best - 2 * near, best - near), within(best + near, best + 2 * near)]
            edges = [edge for edge in edges if low < edge and edge < high]
        else:
            side = 1 if best <= low else -1
            near, far = sorted((abs(low - best), abs(high - best)), key=float)
            ctx.prec = 64
            step = (width * power(-CROWD) if near.is_zero() else (near * far).sqrt()).mid()
            ctx.prec = EXACT
            edge = nearby(best + side * step, step / 8)
            edges = [edge] if far > 4 * near and low < edge and edge < high else []
        return edges or [simplest(low, high)]

    def find_pole(self) -> bool:
        assert self.unbounded is not None
        for left, right in self.stretches(math.inf)[:3]:
            a, b = outward(left, right)
            room = 64 * math.ulp(max(abs(a), abs(b)))
            low, high = max(a - room, self.x_range[0]), min(b + room, self.x_range[1])
            if self.unbounded(low, high):
                marks = [place for place in (0.0, *self.x_range) if a <= place <= b]
                self.pole = marks[0] if marks else a + 0.5 * (b - a)
                return True
        return False

    def boxes(self, least: float) -> list[Box]:
        every = [box for _, _, box in self.active] + self.settled
        return [box for box in every if box.top >= least]

    def stretches(self, least: float) -> list[tuple[arb, arb]]:
        """Where |f'| may reach a logarithm, the nearest to 0 first; of two as near, the left."""
        spots = [(b.peak, b.peak) if b.peak is not None else (b.low, b.high)
                 for b in self.boxes(least)]  # fmt: skip
        joined = joined_up(spots)
        coarse = 1e-6 * max(abs(self.x_range[0]), abs(self.x_range[1]))
        return sorted(joined, key=lambda ends: round(abs(float(ends[0] + ends[1])) / 2 / coarse))


def _enough(gap: float, settled: float) -> float:
    """Work that does for a bracket so wide, where ``settled`` intervals are not cut further."""
    if settled == math.inf:
        return VAIN
    if gap > FINE:
        return math.inf
    return ENOUGH if gap > FINEST else LOCATED
