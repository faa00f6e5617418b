"""The steepest slope of any function of one variable, by branch and bound over Arb balls.

Intervals are cut, steepest first. Where |f'| is proven to rise or to fall on one, its supremum is
at an end; elsewhere it is bounded by the range of f', and by f' in the middle and the range of f''.
Cuts crowd geometrically towards the steepest point known, so that one that lies between two doubles
is reached like any other: precision grows as intervals shrink.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from flint import arb, ctx

from gradplot.analysis.findings import Supremum
from gradplot.errors import InputError
from gradplot.functions.balls.jets import Jet
from gradplot.functions.balls.rules import Undefined
from gradplot.functions.balls.span import Span

#: The bracket's width aimed at, in natural logarithms, and the one that does when work piles up.
FINEST, FINE = 1e-12, 1e-9
#: Work at most, and how much goes into coming from FINE to FINEST: steps times a precision's cost.
BUDGET, ENOUGH = 900_000.0, 400_000.0
#: A double attains the supremum if its slope is proven to be this close, as a logarithm.
ATTAINS = 1e-9
#: Bits beyond those that tell an interval from 0, and where adjacent points are one.
GUARD_BITS, NEAR_BITS = 72, 64
#: An interval without a bound is not cut below this share of the range: it may hold a pole.
NARROWEST = 2.0**-64
#: Part of the range over which equal slopes are a stretch, and any x in it will do.
WIDE = 1e-6
#: Bits of an interval's width that a cut about the steepest point takes off, at least
#: and at most.
CROWD, BOLDEST = 4, 1024
#: Layers from which a program is deep; a gain of log|f'| that ends a climb.
DEEP, LITTLE = 6, 1e-2
#: Share of the work that goes into the first layers alone.
SHALLOW = 0.05
#: ... and at most into all guesses.
GUESSING = 0.6
#: Digits of a number that does not stand by chance.
FEW_DIGITS = 6
#: Steps of one climb; doubles that are tried one by one; bits of a point's slope at most.
MOST_STEPS, MOST_DOUBLES, MOST_BITS = 40, 64, 6000
#: Work before the first look for a proof that there is no bound; then after twice as much.
LOOK = 10_000.0
#: Precision of coordinates: sums of dyadic numbers are exact, and as short as the numbers.
EXACT = 100_000


class Function(Protocol):
    """What is searched: jets over intervals; ``size`` is the number of operations."""

    @property
    def size(self) -> int: ...
    @property
    def layers(self) -> Sequence[object]: ...

    def first(self, depth: int) -> Function: ...

    def balls(self, low: arb, high: arb, *, order: int, bits: int) -> tuple[Jet, bool]: ...


class Box(NamedTuple):
    """An interval, bounds of log|f'| on it, and its end if that is where |f'| is largest."""

    top: float
    low: arb
    high: arb
    bottom: float = -math.inf
    peak: arb | None = None

    @property
    def key(self) -> tuple[float, float]:
        return -self.top, float(self.low)


def steepest(
    function: Function,
    x_range: tuple[float, float],
    *,
    label: str = "the function",
    budget: float = BUDGET,
    unbounded: Callable[[float, float], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Supremum:
    """The certified bracket of the essential supremum of |f'| on ``x_range``.

    ``budget`` bounds the work; ``unbounded`` may prove that |f'| has no bound on an interval;
    ``progress`` is told the share of the work done. Raises InputError where the function is
    undefined on the whole range.
    """
    before = ctx.prec
    try:
        search = _Search(function, x_range, budget=budget, unbounded=unbounded)
        search.run(progress)
        return search.outcome(label)
    finally:
        ctx.prec = before


class _Search:
    def __init__(
        self,
        function: Function,
        x_range: tuple[float, float],
        *,
        budget: float,
        unbounded: Callable[[float, float], bool] | None,
    ) -> None:
        self.function = function
        self.x_range = x_range
        self.low, self.high = arb(x_range[0]), arb(x_range[1])
        ctx.prec = EXACT
        self.span = self.high - self.low
        self.budget, self.unbounded = budget, unbounded
        self.work = 0.0
        self.evaluations = 0
        self.lower = -math.inf
        self.best = simplest(self.low, self.high)
        self.pole: float | None = None
        self.active: list[tuple[tuple[float, float], int, Box]] = []
        self.settled: list[Box] = []
        self.count = 0
        self.crowd, self.climb_bits = CROWD, GUARD_BITS
        self.guess()
        first = self.bounded(self.low, self.high)
        if first is not None:
            self.push(first)

    # --- looking ---------------------------------------------------------------------------------

    def jet(self, low: arb, high: arb, *, order: int, bits: int = 0) -> tuple[Jet, bool] | None:
        """The jet over an interval; None where the function is undefined on all of it."""
        bits = bits or _bits(low, high)
        self.evaluations += 1
        cost = self.function.size * (1.0 + (bits / 400.0) ** 1.5)
        self.work += cost * (0.5 if low is high else 1.0)
        try:
            return self.function.balls(low, high, order=order, bits=bits)
        except Undefined:
            return None

    def learn(self, bottom: float, x: arb) -> None:
        if bottom > self.lower:
            self.lower, self.best = bottom, x

    def beside(self, x: arb, width: arb, side: int) -> tuple[float, float]:
        """Bounds of log|f'| on the part of an interval that is next to its end x."""
        step = _power(_exponent(width) - NEAR_BITS)
        found = self.jet(*((x - step, x) if side < 0 else (x, x + step)), order=1)
        bounds = (-math.inf, -math.inf) if found is None else log_bounds(found[0].slope)
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

    def guess(self) -> None:
        """A steep point of a deep program, by way of those of its first layers.

        A layer more moves it by a small part of the layer before; nothing is proven here.
        """
        depth = len(self.function.layers)
        if depth < DEEP:
            return
        whole = self.function
        shallow = _Search(
            whole.first(DEEP - 1), self.x_range, budget=SHALLOW * self.budget, unbounded=None
        )
        shallow.run(None)
        best = shallow.best
        for layers in range(DEEP, depth + 1):
            if self.work > GUESSING * self.budget:
                break
            self.function, self.lower = whole.first(layers), -math.inf
            self.climb(best)
            best = self.best
        self.function, self.lower = whole, -math.inf
        self.at(best, GUARD_BITS)

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

    def bounded(self, low: arb, high: arb) -> Box | None:
        """The box of an interval; None where the function is undefined on all of it."""
        found = self.jet(low, high, order=2)
        if found is None:
            return None
        jet, whole = found
        slope, bend = jet.slope, jet.bend
        bottom, top = log_bounds(slope)
        middle = simplest(low, high)
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
        there = self.at(middle, _bits(low, high))
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

    # --- the search ------------------------------------------------------------------------------

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
            if self.work > (self.budget if gap > FINE else min(ENOUGH, self.budget)):
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
        least = NARROWEST if box.top == math.inf else _power(-MOST_BITS)
        narrow = box.high - box.low < least * self.span
        if narrow or box.peak is not None or self.fine(box):
            self.settled.append(box)
            return
        ends = [box.low, *self.cuts(box), box.high]
        parts = [self.bounded(low, high) for low, high in pairwise(ends)]
        kept = [part for part in parts if part is not None and part.top >= self.lower - ATTAINS]
        for part in kept:
            self.push(part)
        if len(ends) == 4:
            # The outer parts fell away at once: the next cut may be bolder.
            bold = len(kept) <= 1 and box.top < math.inf
            self.crowd = min(2 * self.crowd, BOLDEST) if bold else max(CROWD, self.crowd // 2)

    def fine(self, box: Box) -> bool:
        """Whether a box is as sharp as need be, and small, or of one slope."""
        small = box.bottom >= self.lower or box.high - box.low <= WIDE * self.span
        return bool(box.top <= self.lower + FINEST and small)

    def cuts(self, box: Box) -> list[arb]:
        """Where a box is cut: beside the steepest point known, or crowding towards it."""
        low, high, best = box.low, box.high, self.best
        width = high - low
        if low < best and best < high:
            near = width * _power(-self.crowd)
            edges = [within(best - 2 * near, best - near), within(best + near, best + 2 * near)]
            edges = [edge for edge in edges if low < edge and edge < high]
        else:
            side = 1 if best <= low else -1
            near, far = sorted((abs(low - best), abs(high - best)), key=float)
            ctx.prec = 64
            step = (width * _power(-CROWD) if near.is_zero() else (near * far).sqrt()).mid()
            ctx.prec = EXACT
            edge = nearby(best + side * step, step / 8)
            edges = [edge] if far > 4 * near and low < edge and edge < high else []
        return edges or [simplest(low, high)]

    def find_pole(self) -> bool:
        assert self.unbounded is not None
        for left, right in self.stretches(math.inf)[:3]:
            a, b = _outward(left, right)
            room = 64 * math.ulp(max(abs(a), abs(b)))
            low, high = max(a - room, self.x_range[0]), min(b + room, self.x_range[1])
            if self.unbounded(low, high):
                marks = [place for place in (0.0, *self.x_range) if a <= place <= b]
                self.pole = marks[0] if marks else a + 0.5 * (b - a)
                return True
        return False

    # --- what is told ----------------------------------------------------------------------------

    def boxes(self, least: float) -> list[Box]:
        every = [box for _, _, box in self.active] + self.settled
        return [box for box in every if box.top >= least]

    def stretches(self, least: float) -> list[tuple[arb, arb]]:
        """Where |f'| may reach a logarithm, the nearest to 0 first; of two as near, the left."""
        joined: list[tuple[arb, arb]] = []
        spots = [(b.peak, b.peak) if b.peak is not None else (b.low, b.high)
                 for b in self.boxes(least)]  # fmt: skip
        for low, high in sorted(spots, key=_By):
            if joined and low <= joined[-1][1]:
                if high > joined[-1][1]:
                    joined[-1] = (joined[-1][0], high)
            else:
                joined.append((low, high))
        coarse = 1e-6 * max(abs(self.x_range[0]), abs(self.x_range[1]))
        return sorted(joined, key=lambda ends: round(abs(float(ends[0] + ends[1])) / 2 / coarse))

    def outcome(self, label: str) -> Supremum:
        if self.pole is not None:
            return Supremum(
                lower=math.inf, upper=math.inf, x=self.pole, located=False, attained=False
            )
        if not self.active and not self.settled and self.lower == -math.inf:
            low, high = self.x_range
            raise InputError("x-range", f"{label} is undefined on all of {low:g} to {high:g}")
        upper = self.upper
        if upper == -math.inf:  # flat
            return Supremum(lower=upper, upper=upper, x=None, located=False, attained=False)
        sharp = upper - self.lower <= FINE
        if not sharp:
            return Supremum(
                lower=self.lower, upper=upper, x=float(self.best), located=False, attained=False
            )
        left, right = self.located(upper)
        x_low, x_high = _outward(left, right)
        stretch = x_high - x_low > WIDE * (self.x_range[1] - self.x_range[0])
        centre = left + (right - left) / 2
        x = 0.0 if left <= 0 <= right and not stretch else float(centre.mid())
        rounded = float(f"{x:.{FEW_DIGITS}g}")
        plain = rounded if x_low <= rounded <= x_high else x
        attaining, none = self.doubles(plain, x, upper=upper)
        if attaining is not None:
            x = attaining
        level = stretch and attaining is not None
        return Supremum(
            lower=self.lower,
            upper=upper,
            x=x,
            located=True,
            attained=attaining is not None,
            unattained=none,
            x_low=x if level else min(x_low, x),
            x_high=x if level else max(x_high, x),
        )

    def located(self, upper: float) -> tuple[arb, arb]:
        """The first stretch that holds a point of that slope, narrowed down to it."""
        for left, right in self.stretches(self.lower):
            if left is right or right - left > WIDE * self.span:
                return left, right
            found = self.turn(left, right)
            if found is not None:
                return found
        return self.stretches(self.lower)[0]

    def turn(self, left: arb, right: arb) -> tuple[arb, arb] | None:
        """Where |f'| stops rising and begins to fall, between two points that lie so."""
        bits = _bits(left, right) + 2 * NEAR_BITS
        ends = [self.rate(x, bits) for x in (left, right)]
        if not (ends[0] > 0 and ends[1] < 0):
            return None
        narrow = _power(min(_exponent(self.span), 0) - 1080) if left <= 0 <= right else None
        for halves in range(200):
            width = right - left
            size = max(abs(left), abs(right), key=float)
            if _exponent(width) < _exponent(size) - 60 or (narrow is not None and width < narrow):
                break
            ctx.prec = 64
            share = (ends[0] / (ends[0] - ends[1])).mid()
            ctx.prec = EXACT
            guess = simplest(left, right) if halves % 3 == 2 else nearby(
                left + share * width, width / 1024
            )  # fmt: skip
            if not (left < guess and guess < right):
                guess = simplest(left, right)
            rate = self.rate(guess, bits)
            if rate > 0:
                left, ends[0] = guess, rate
            elif rate < 0:
                right, ends[1] = guess, rate
            else:
                spread = width / 2**20
                rates = [self.rate(guess - spread, bits), self.rate(guess + spread, bits)]
                if rates[0] > 0 and rates[1] < 0:
                    left, right, ends = guess - spread, guess + spread, rates
                else:
                    break
        return left, right

    def rate(self, x: arb, bits: int) -> arb:
        """d log|f'| / dx at a point, 0 where its sign is not known."""
        found = self.jet(x, x, order=2, bits=bits)
        if found is None or not found[0].slope or not found[0].bend:
            return arb(0)
        slope, bend = found[0].slope, found[0].bend
        ctx.prec = 64
        rate = bend.low / slope.low
        ctx.prec = EXACT
        return rate.mid() if bend.sign() and slope.sign() else arb(0)

    def doubles(self, plain: float, x: float, *, upper: float) -> tuple[float | None, bool]:
        """The double nearest to x that attains the supremum, one of few digits if there is one;
        whether none is proven to."""
        near = [plain, x]
        for towards in (-math.inf, math.inf):
            near.append(math.nextafter(x, towards))
        for place in near:
            if self.x_range[0] <= place <= self.x_range[1] and self.reaches(place, upper):
                return place, False
        left = 0
        for box in self.boxes(self.lower - ATTAINS):
            low, high = _outward(box.low, box.high)
            place = low
            while place <= high:
                left += 1
                if left > MOST_DOUBLES:
                    return None, False
                if box.low <= place and box.high >= place and not self.misses(place):
                    return None, False
                place = math.nextafter(place, math.inf)
        return None, True

    def reaches(self, place: float, upper: float) -> bool:
        point = arb(place)
        jet = self.at(point, GUARD_BITS + NEAR_BITS)
        if jet is not None and log_bounds(jet.slope)[0] >= upper - ATTAINS:
            return True
        width = abs(point) if place else self.span
        sides = [side for side, end in ((-1, self.low), (1, self.high)) if point != end]
        return any(self.beside(point, width, side)[0] >= upper - ATTAINS for side in sides)

    def misses(self, place: float) -> bool:
        jet = self.at(arb(place), GUARD_BITS + NEAR_BITS)
        return jet is None or log_bounds(jet.slope)[1] < self.lower - ATTAINS


class _By:
    """Order by the lower end, exactly."""

    def __init__(self, ends: tuple[arb, arb]) -> None:
        self.low = ends[0]

    def __lt__(self, other: _By) -> bool:
        return bool(self.low < other.low)


def log_bounds(slope: Span | None) -> tuple[float, float]:
    """Bounds of log|slope|; both -inf where it is exactly 0."""
    if slope is None:
        return -math.inf, -math.inf
    return slope.log_lower(), slope.log_upper()


# --- exact points: dyadic numbers as short as can be ----------------------------------------------


def within(low: arb, high: arb) -> arb:
    """The shortest of the dyadic numbers in [low, high], nearly."""
    exponent = _exponent(high - low) - 1
    scale, unit = _power(-exponent), _power(exponent)
    number = (low * scale).ceil().unique_fmpz()
    assert number is not None  # sums and powers of two are exact
    if number % 2 and (number + 1) * unit <= high:
        number += 1
    return arb(number) * unit


def simplest(low: arb, high: arb) -> arb:
    """A short dyadic number in the middle half of an interval."""
    quarter = (high - low) / 4
    return within(low + quarter, high - quarter)


def nearby(x: arb, reach: arb) -> arb:
    return within(x - reach, x + reach)


def _exponent(size: arb) -> int:
    """The e with 2^(e-1) <= |size| < 2^e."""
    mantissa, exponent = size.mid().man_exp()
    return int(exponent) + int(mantissa).bit_length() if mantissa else -(10**6)


def _power(exponent: int) -> arb:
    return arb(2) ** exponent


def _bits(low: arb, high: arb) -> int:
    """Working precision for an interval: enough to tell its ends apart, and some more."""
    width = high - low
    if width.is_zero():
        return GUARD_BITS + NEAR_BITS
    return GUARD_BITS + max(max(_exponent(low), _exponent(high)) - _exponent(width), 0)


def _outward(low: arb, high: arb) -> tuple[float, float]:
    a, b = float(low), float(high)
    return (
        math.nextafter(a, -math.inf) if arb(a) > low else a,
        math.nextafter(b, math.inf) if arb(b) < high else b,
    )
