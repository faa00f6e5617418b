"""What part of the plane a panel shows: what carries the message, not the far tails."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.findings import LN10
from gradplot.analysis.tracing.field import with_haste

if TYPE_CHECKING:
    from gradplot.analysis.findings import Supremum
    from gradplot.analysis.tracing.field import Heights
    from gradplot.functions.arrays import Array
    from gradplot.functions.curve import Curve

Limits = tuple[float, float]

#: Curves that need no more than this many times the shallowest one's height are all shown whole.
MOST_GROWTH = 4.0
#: Share of the view that a curve beyond it is let in by.
FOOT = 0.15
#: Shares of the view left free above and below.
VALUE_PADDING, SLOPE_PADDING = 0.05, 0.09
#: Decades shown below the lowest peak: at least, and as a share of what is above it.
BELOW_LEAST, BELOW_SHARE = 2.5, 0.35
#: Decades that a slope panel has at least.
FEWEST_DECADES = 2.0
#: Beyond this an axis cannot be laid out in float64.
_FARTHEST, _NEAREST = 1e300, 1e-290
#: Rounds of cutting cells to find a function's extent, and the share of it that does not matter.
_ROUNDS, _UNSEEN = 5, 0.01
_CELLS = 128


def value_limits(curves: Sequence[Curve], x_range: Limits) -> Limits:
    """Limits of y in which the shallowest curve fills the view and steeper ones leave it.

    Curves that end within a few times its height, as those of bounded activations do, are shown
    whole; of one that lies beyond, enough is let in to be seen.
    """
    extents = [
        (max(min(low, _FARTHEST), -_FARTHEST), max(min(high, _FARTHEST), -_FARTHEST))
        for low, high in (extent(curve, x_range) for curve in curves)
    ]
    moving = [(low, high) for low, high in extents if high - low > _least_height(low, high)]
    if not moving:
        return _around(extents)
    low, high = moving[0]
    all_low, all_high = min(e[0] for e in extents), max(e[1] for e in extents)
    if all_high - all_low <= MOST_GROWTH * (high - low):
        low, high = all_low, all_high
    else:
        height = high - low
        for other_low, other_high in extents:
            foot = FOOT * (high - low)
            wider_low, wider_high = min(low, other_high - foot), max(high, other_low + foot)
            if wider_high - wider_low <= MOST_GROWTH * height:
                low, high = wider_low, wider_high
    padding = VALUE_PADDING * (high - low)
    return max(low - padding, -_FARTHEST), min(high + padding, _FARTHEST)


def slope_limits(curves: Sequence[Curve], x_range: Limits, suprema: Sequence[Supremum]) -> Limits:
    """Limits of log10|dy/dx|: every peak, slope 1, and a little of what lies below."""
    peaks, lowest = [0.0], 0.0
    for curve, supremum in zip(curves, suprema, strict=True):
        if supremum.dead:
            continue
        points = curve.log_slope(np.linspace(*x_range, _CELLS + 1))[1] / LN10
        points = points[np.isfinite(points)]
        if len(points):
            lowest = min(lowest, float(points.min()))
        peaks.append(_peak(supremum, points))
    top, lowest_peak = max(peaks), min(peaks)
    below = max(BELOW_LEAST, BELOW_SHARE * (top - lowest_peak))
    bottom = max(lowest_peak - below, min(lowest, lowest_peak))
    missing = max(0.0, FEWEST_DECADES - (top - bottom))
    top, bottom = top + missing / 2, bottom - missing / 2
    padding = SLOPE_PADDING * (top - bottom)
    return bottom - padding, top + padding


def dead_stretch(curves: Sequence[Curve], x_range: Limits) -> Limits | None:
    """The widest stretch where every slope is proven to be exactly 0; None for none."""
    # What is narrower than a cell has no room for words.
    coarse = np.linspace(*x_range, _CELLS + 1)
    if not np.all([np.isneginf(curve.log_slope(coarse)[1]) for curve in curves], axis=0).any():
        return None
    edges = np.linspace(*x_range, 2 * _CELLS + 1)
    # Points are not enough: of a slope that leaves float64 they tell that it is 0.
    dead = np.ones(len(edges) - 1, dtype=bool)
    for curve in curves:
        dead &= np.isneginf(curve.log_slope_range(edges[:-1], edges[1:])[1])
    turns = np.flatnonzero(np.diff(dead.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    if not len(turns):
        return None
    start, end = max(turns.tolist(), key=lambda turn: turn[1] - turn[0])
    return float(edges[start]), float(edges[end])


def extent(curve: Curve, x_range: Limits) -> Limits:
    """The lowest and the highest value, or most of them where the function has no bound.

    Samples say what is reached at least, guaranteed ranges what at most; cells where these differ
    by more than one can see are cut until they agree, within a little work.
    """
    value, _ = with_haste(curve, curve.value, lambda quick: quick.hasty_value)
    edges = np.linspace(*x_range, _CELLS + 1)
    low, high = _span(value(edges), (math.inf, -math.inf))
    left, right = edges[:-1], edges[1:]
    for round_ in range(_ROUNDS):
        cell_low, cell_high = curve.value_range(left, right)
        slack = _UNSEEN * max(high - low, _least_height(low, high) if low <= high else 0.0)
        # NaN compares false: where nothing is defined, nothing is reached.
        wider = (cell_low < low - slack) | (cell_high > high + slack)
        if curve.chain is None:
            # Where doubles do not tell so much of a single point, there is nothing to cut for.
            for ends in (left, right):
                at_low, at_high = curve.value_range(ends, ends)
                wider &= ~(at_high - at_low > slack)
        if not wider.any():
            break
        exact = curve.chain is not None
        if exact or round_ == _ROUNDS - 1:
            low, high = _span(np.concatenate((cell_low[wider], cell_high[wider])), (low, high))
            reach = _reach(value, x_range)
            low = low if np.isfinite(cell_low[wider]).all() else reach[0]
            high = high if np.isfinite(cell_high[wider]).all() else reach[1]
            break
        left, right = _quartered(left[wider], right[wider])
        low, high = _span(value(left), (low, high))
    return (low, high) if low <= high else (0.0, 0.0)


def _span(values: Array, known: Limits) -> Limits:
    """The finite ones' lowest and highest, together with what was known."""
    finite = values[np.isfinite(values)]
    return (
        float(finite.min(initial=known[0])),
        float(finite.max(initial=known[1])),
    )


def _reach(value: Heights, x_range: Limits) -> Limits:
    """Where most of an unbounded function is: the middle four fifths, and half as much around."""
    values = value(np.linspace(*x_range, 8 * _CELLS + 2)[1:-1])
    values = values[np.isfinite(values)]
    if not len(values):
        return 0.0, 0.0
    low, high = (float(q) for q in np.quantile(values, (0.1, 0.9)))
    return low - (high - low) / 2, high + (high - low) / 2


def _quartered(left: Array, right: Array) -> tuple[Array, Array]:
    edges = left[:, None] + (right - left)[:, None] * np.linspace(0.0, 1.0, 5)
    return edges[:, :-1].ravel(), edges[:, 1:].ravel()


def _least_height(low: float, high: float) -> float:
    """What is lower than this is flat: rounding, or too small for an axis in float64."""
    return max(1e-9 * max(abs(low), abs(high)), _NEAREST)


def _around(extents: Sequence[Limits]) -> Limits:
    """Room around constants, with 0 in view when it is near."""
    low, high = min(0.0, *(e[0] for e in extents)), max(0.0, *(e[1] for e in extents))
    if high - low <= _NEAREST:
        return -1.0, 1.0
    low, high = max(low, -_FARTHEST), min(high, _FARTHEST)
    padding = 0.25 * (high - low)
    return low - padding, high + padding


def _peak(supremum: Supremum, points: Array) -> float:
    """The peak's height, or where most of an unbounded slope is."""
    for log in (supremum.lower, supremum.upper):
        if math.isfinite(log) and math.isfinite(supremum.upper):
            return log / LN10
    return float(np.quantile(points, 0.98)) + 0.5 if len(points) else 0.0
