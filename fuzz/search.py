"""A rigorous bracket of the steepest slope by Arb alone: points from below, boxes from above."""

from __future__ import annotations

import heapq
import itertools
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flint import arb, ctx

from fuzz.activations import ball
from fuzz.tree import Jet

#: A curve on a range of x.
Jets = Callable[[arb], Jet]

BOX_BITS = 160
POINT_BITS = (128, 256, 512, 1024, 2048)
#: Bits of a slope that are enough, and the width in logarithms at which a bracket is done.
ACCURATE, AIM = 50, 1e-9
FIRST_BOXES = 16


@dataclass(frozen=True)
class Reached:
    """Rigorous ends of log sup|dy/dx|, rounded outward, and where the lower one was seen."""

    lower: float
    upper: float
    at: arb | None
    boxes: int


def down(z: arb) -> float:
    """A double at or below everything in z."""
    number = float(z.lower().mid())
    return number if math.isinf(number) else math.nextafter(number, -math.inf)


def up(z: arb) -> float:
    """A double at or above everything in z."""
    number = float(z.upper().mid())
    return number if math.isinf(number) else math.nextafter(number, math.inf)


def log_below(size: arb) -> float:
    least = size.abs_lower()
    return down(least.log()) if least > 0 and least.is_finite() else -math.inf


def log_above(size: arb) -> float:
    most = size.abs_upper()
    if most.is_zero():
        return -math.inf
    return up(most.log()) if most.is_finite() else math.inf


def at_point(curve: Jets, x: arb) -> tuple[float, float]:
    """Rigorous ends of log|dy/dx| at one x; of both sides together at a kink."""
    low, high = -math.inf, math.inf
    before, accuracy = ctx.prec, -1
    try:
        for bits in POINT_BITS:
            ctx.prec = bits
            slope = curve(x).slope
            if slope.is_nan():
                continue
            low, high = max(low, log_below(slope)), min(high, log_above(slope))
            seen = slope.rel_accuracy_bits()
            if slope.is_zero() or seen >= ACCURATE or (bits > 300 and seen <= accuracy + 8):
                break
            accuracy = seen
    finally:
        ctx.prec = before
    return low, high


def over_box(curve: Jets, low: arb, high: arb) -> tuple[float, float, arb]:
    """An upper bound of log|dy/dx| on a box; the middle, and a lower bound there."""
    ctx.prec = BOX_BITS
    middle = ((low + high) / 2).mid()
    whole, inner = curve(ball(low, high)), curve(middle)
    most = log_above(whole.slope) if not whole.slope.is_nan() else math.inf
    if whole.bend.is_finite() and inner.slope.is_finite():
        reach = inner.slope.abs_upper() + (high - low) / 2 * whole.bend.abs_upper()
        most = min(most, log_above(reach))
    least = log_below(inner.slope) if inner.slope.is_finite() else -math.inf
    return most, least, middle


def highest_over(curve: Jets, low: arb, high: arb, *, boxes: int = 64) -> float:
    """An upper bound of log|dy/dx| between two ends."""
    return steepest(curve, low, high, boxes=boxes, seconds=0.5).upper


def steepest(
    curve: Jets,
    low: arb,
    high: arb,
    *,
    boxes: int,
    seconds: float,
    tries: Sequence[arb] = (),
) -> Reached:
    """Branch and bound, steepest box first, after a look at the points ``tries``."""
    end = time.monotonic() + seconds
    best, best_x = -math.inf, None
    for x in tries:
        least, _ = at_point(curve, x)
        if least > best:
            best, best_x = least, x
    heap: list[tuple[float, float, int, arb, arb]] = []
    looked, settled = 0, -math.inf

    def look(left: arb, right: arb) -> None:
        nonlocal best, best_x, looked
        looked += 1
        most, least, middle = over_box(curve, left, right)
        if least > best:
            best, best_x = least, middle
        heapq.heappush(heap, (-most, -float(right - left), looked, left, right))

    for left, right in _cuts(low, high, tries):
        look(left, right)
    while heap and looked < boxes and time.monotonic() < end:
        most, _, _, left, right = heap[0]
        if -most <= best + AIM:
            break
        heapq.heappop(heap)
        middle = ((left + right) / 2).mid()
        if not left < middle < right:
            settled = max(settled, -most)
            continue
        look(left, middle)
        look(middle, right)
    upper = max(settled, best, *(-box[0] for box in heap[:1]))
    return Reached(best, upper, best_x, looked)


def _cuts(low: arb, high: arb, tries: Iterable[arb]) -> list[tuple[arb, arb]]:
    """Even boxes, cut at the points tried too."""
    places = {low, high}
    ctx.prec = BOX_BITS
    places |= {(low + (high - low) * k / FIRST_BOXES).mid() for k in range(1, FIRST_BOXES)}
    places |= {x for x in tries if low < x < high}
    ordered = sorted(places, key=float)
    return [(a, b) for a, b in itertools.pairwise(ordered) if a < b]


def climbed(curve: Jets, low: arb, high: arb, *, rounds: int = 24) -> float:
    """A slope that is reached between two ends, by closing in on the steepest of nine points."""
    best = -math.inf
    for _ in range(rounds):
        ctx.prec = 512
        points = [(low + (high - low) * k / 10).mid() for k in range(1, 10)]
        slopes = [at_point(curve, x)[0] for x in points]
        top = max(range(9), key=slopes.__getitem__)
        best = max(best, slopes[top])
        low, high = (
            low if top == 0 else points[top - 1],
            high if top == 8 else points[top + 1],
        )
    return best
