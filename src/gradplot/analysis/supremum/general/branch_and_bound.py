"""The steepest slope of any curve, by branch and bound over its guaranteed ranges.

Boxes of x are halved, steepest first, many at a time; each is dropped once its upper bound is below
a slope that is proven to be reached. The curve's own second-order bounds make this quick near a
smooth maximum. The work is bounded, and the bracket honest where that bound is met.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.findings import Supremum
from gradplot.analysis.supremum.general.steepest_point import (
    NONE,
    Boxes,
    beside,
    level,
    middle,
    no_bound,
    pole,
    steepest_point,
    summits,
)
from gradplot.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradplot.functions.arrays import Array, Pair
    from gradplot.functions.curve import Curve

#: The bracket's width aimed at, in natural logarithms, and the one that does when work piles up.
FINEST, FINE = 1e-12, 1e-9
#: Interval evaluations: at most, and how many are spent on going from FINE to FINEST.
BUDGET, ENOUGH = 20_000, 4_000
_FIRST, _BATCH, _MOST_PARTS = 64, 256, 16
#: Evaluations before the first look for a proof that there is no bound.
_LOOK = 600
#: A box is not halved below this share of the x-range: beside a pole that would go on for ever.
_NARROWEST = 2.0**-64


class _Search:
    """What is known of one curve's supremum so far."""

    def __init__(self, curve: Curve, x_range: tuple[float, float]) -> None:
        self.curve = curve
        self.x_range = x_range
        self.span = x_range[1] - x_range[0]
        self.evaluations = 0
        self.lower = -math.inf
        self.gap = math.inf
        self.best = 0.5 * x_range[0] + 0.5 * x_range[1]
        self.settled = NONE
        ends = np.linspace(*x_range, _FIRST + 1)
        ends[0], ends[-1] = x_range
        ends = np.unique(ends)
        self.active = self.bounded(ends[:-1], ends[1:])

    @property
    def upper(self) -> float:
        tops = (float(boxes.top.max(initial=-math.inf)) for boxes in (self.active, self.settled))
        return max(self.lower, *tops)

    def ranges(self, low: Array, high: Array) -> Pair:
        """The curve's ranges; each lower end is reached almost everywhere, so it is a proof."""
        self.evaluations += low.size
        bottom, top = self.curve.log_slope_range(low, high)
        proven = np.where(np.isnan(bottom), -np.inf, bottom)
        if proven.size and proven.max() > self.lower:
            self.lower = float(proven.max())
            self.best = float(middle(low, high)[proven.argmax()])
        return bottom, top

    def bounded(self, low: Array, high: Array) -> Boxes:
        """Boxes where the curve may be defined, with a look at the middle of the steepest."""
        _, top = self.ranges(low, high)
        defined = ~np.isnan(top)
        boxes = Boxes(low, high, top).pick(defined)
        steepest = np.argsort(-boxes.top, kind="stable")[:8]
        if steepest.size:
            self.ranges(*beside(middle(boxes.low, boxes.high)[steepest], self.x_range))
        return boxes

    def stretches(self) -> list[tuple[float, float]]:
        """Where the supremum may be; see ``summits``."""
        return summits(
            self.active + self.settled,
            self.lower,
            self.upper,
            best=self.best,
            fine=self.upper - self.lower <= FINE,
        )

    def share(self, budget: int) -> float:
        """How far the search has come, by its gap's digits or by what it may spend."""
        gap = self.upper - self.lower if math.isfinite(self.upper) else math.inf
        digits = math.log(max(gap, FINEST)) if gap < 1 else 0.0
        return max(min(digits / math.log(FINEST), 1.0), min(self.evaluations / budget, 1.0), 0.0)

    def step(self, aim: float) -> None:
        """Halve the steepest boxes; set aside those that need or bear no more."""
        boxes = self.active.pick(self.active.top >= self.lower)
        centre = middle(boxes.low, boxes.high)
        splits = (centre > boxes.low) & (centre < boxes.high)
        splits &= boxes.high - boxes.low > _NARROWEST * self.span
        splits &= boxes.top > self.lower + aim
        self.settled = self.settled + boxes.pick(~splits)
        boxes = boxes.pick(splits)
        order = np.argsort(-boxes.top, kind="stable")
        now, later = np.sort(order[:_BATCH]), np.sort(order[_BATCH:])
        # A pass over few boxes costs as much as one over many: few are cut finer.
        parts = int(np.clip(_BATCH // max(now.size, 1), 2, _MOST_PARTS))
        edges = np.linspace(boxes.low[now], boxes.high[now], parts + 1)
        edges[0], edges[-1] = boxes.low[now], boxes.high[now]
        low, high = edges[:-1].ravel(), edges[1:].ravel()
        wide = low < high
        fresh = self.bounded(low[wide], high[wide]) if now.size else NONE
        self.active = boxes.pick(later) + fresh

    def done(self, budget: int) -> bool:
        """Whether nothing is left to do, or to be gained: rounding is what remains."""
        before, self.gap = self.gap, self.upper - self.lower
        stuck = self.gap <= FINE and self.gap > 0.7 * before
        return (
            not self.active.top.size
            or self.gap <= FINEST
            or stuck
            or self.evaluations >= (min(ENOUGH, budget) if self.gap <= FINE else budget)
        )


def steepest(
    curve: Curve,
    x_range: tuple[float, float],
    *,
    budget: int = BUDGET,
    progress: Callable[[float], None] | None = None,
) -> Supremum:
    """The certified bracket of the essential supremum of |dy/dx| on ``x_range``.

    ``budget`` bounds the interval evaluations; ``progress`` is told the share of the work done.
    Raises InputError where the curve is undefined on
    the whole range.
    """
    search = _Search(curve, x_range)
    look = _LOOK
    while not search.done(budget):
        search.step(FINEST)
        if progress is not None:
            progress(search.share(budget))
        if search.upper == math.inf and search.evaluations >= look:
            look = 2 * search.evaluations
            if (found := _at_pole(search)) is not None:
                return found
    upper = search.upper
    if not search.active.top.size and not search.settled.top.size:
        raise InputError(
            "x-range", f"{curve.label} is undefined on all of {x_range[0]:g} to {x_range[1]:g}"
        )
    if upper == -math.inf:  # flat
        return Supremum(lower=upper, upper=upper, x=None, located=False, attained=False)
    pole_found = _at_pole(search) if upper == math.inf else None
    if pole_found is not None:
        return pole_found
    left, right = steepest_point(curve, search.stretches(), x_range)
    left, right = level(curve, left, right, lower=search.lower, span=search.span)
    x = 0.0 if left <= 0 <= right else left + 0.5 * (right - left)
    search.ranges(*beside(np.array([x]), x_range))
    lower = min(search.lower, upper)
    sharp = upper - lower <= FINE
    return Supremum(
        lower=lower,
        upper=upper,
        x=x,
        located=sharp,
        attained=sharp,  # the lower end was proven on an interval of doubles
        x_low=left if sharp else None,
        x_high=right if sharp else None,
    )


def _at_pole(search: _Search) -> Supremum | None:
    """The verdict, if the slope is proven to exceed every bound."""
    left, right = search.stretches()[0]
    if not no_bound(search.curve, left, right, search.x_range):
        return None
    x = pole(left, right, search.x_range)
    return Supremum(lower=math.inf, upper=math.inf, x=x, located=False, attained=False)
