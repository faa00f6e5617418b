"""Orbits of many lanes that are proven: lower bounds of the slope (see ``turning.orbits``).

Arrays have shape (layers, lanes).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.slopes import WIDE, WIDE_EPS
from gradplot.analysis.supremum.turning.together import newton
from gradplot.analysis.supremum.turning.together.lanes import Lanes
from gradplot.functions.activations import ranges
from gradplot.functions.chain import layer_map
from gradplot.functions.intervals.rounding import EPS, TINY

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Mask, Pair

#: Tries with wider and wider intervals until an orbit is enclosed.
_ENCLOSURES = 10


@dataclass(frozen=True, eq=False)
class Orbits:
    """A proven lower bound of log sup|dy/dx| in each lane, and about z in each layer there."""

    lower: Array
    points: Array

    def of(self, lanes: np.ndarray, layers: int) -> Orbits:
        return Orbits(self.lower[lanes], self.points[:layers, lanes])

    def best(self, other: Orbits) -> Orbits:
        better = other.lower > self.lower
        return Orbits(
            np.where(better, other.lower, self.lower), np.where(better, other.points, self.points)
        )


def from_inputs(lanes: Lanes, x: Array) -> Orbits:
    """The orbits of one double in each lane, carried forwards."""
    low, high = np.empty(lanes.weights.shape), np.empty(lanes.weights.shape)
    below = above = x
    for k in range(lanes.layers):
        low[k], high[k] = layer_map.affine(lanes.weights[k], lanes.biases[k], below, above)
        if k + 1 < lanes.layers:
            below, above = ranges.value_range(lanes.shape, low[k], high[k])
    return _proven(lanes, low, high)


def steepest_of(lanes: Lanes, x: Array) -> Orbits:
    """The orbit of the steepest of the inputs ``x``, of shape (inputs, lanes) or (inputs, 1)."""
    x = x + np.zeros(lanes.size)
    total = np.zeros(x.shape)
    with np.errstate(all="ignore"):
        for k, z in enumerate(lanes.orbit(x)):
            total += np.where(lanes.used[k], lanes.shape.log_slope(np, z), 0.0)
    return from_inputs(lanes, x[np.argmax(total, axis=0), np.arange(lanes.size)])


def steepest_near(lanes: Lanes, x_range: tuple[float, float], span: Pair, path: Array) -> Orbits:
    """The steepest orbit about ``path`` in each lane.

    Where none can be proven, or it leaves the x-range, the orbit of the double nearest to its x.
    """
    points = newton.steepest_about(lanes, path, newton.laps_about(lanes.shape, span, path))
    low, high, good = _enclosed(lanes, points)
    with np.errstate(all="ignore"):
        left, right = _inputs(lanes, low[0], high[0])
        good &= (x_range[0] <= left) & (right <= x_range[1])
        x = (points[0] - lanes.biases[0]) / lanes.weights[0]
    x = np.clip(np.nan_to_num(x), *x_range)
    found = from_inputs(lanes, x)
    if good.any():
        enclosed = _proven(lanes, np.where(good, low, points), np.where(good, high, points))
        found = found.best(Orbits(np.where(good, enclosed.lower, -math.inf), enclosed.points))
    return found


def _inputs(lanes: Lanes, low: Array, high: Array) -> Pair:
    """Ranges of the inputs that lead to z of the first layer between these ends."""
    weight, bias = lanes.weights[0], lanes.biases[0]
    one, other = (layer_map.affine_inverse(weight, bias, end, end) for end in (low, high))
    return np.minimum(one[0], other[0]), np.maximum(one[1], other[1])


def _proven(lanes: Lanes, low: Array, high: Array) -> Orbits:
    under, _ = ranges.log_slope_range(lanes.shape, low, high)
    terms = np.where(lanes.used, under, 0.0), lanes.logs
    with np.errstate(all="ignore"):
        total = np.sum((terms[0].astype(WIDE) + terms[1]), axis=0)
        size = np.sum(np.abs(terms[0]) + np.abs(terms[1]), axis=0)
        lower = (total - (2.0 * EPS + lanes.layers * WIDE_EPS) * size).astype(np.float64)
        lower = lower - EPS * np.abs(lower)
    lower = np.where(np.isfinite(lower), lower, -math.inf)
    return Orbits(lower, 0.5 * low + 0.5 * high)


def multipliers(lanes: Lanes, points: Array) -> Array:
    """The slopes of the potentials about an orbit in each lane: see ``turning.orbits``."""
    rate, factor, _ = newton.rates(lanes, points)
    with np.errstate(all="ignore"):
        reach = np.log(np.abs(factor))
        reach = np.concatenate((np.zeros_like(reach[:1]), np.cumsum(reach, axis=0)[:-1]))
        weighs = reach + np.log(np.abs(rate))
    weighs = np.where(lanes.used & ~np.isnan(weighs), weighs, -math.inf)
    pivot = np.argmax(weighs, axis=0)
    slopes = np.zeros(points.shape)
    with np.errstate(all="ignore"):
        for k in range(lanes.layers - 1):
            onward = np.where(factor[k] != 0.0, (slopes[k] - rate[k]) / factor[k], math.inf)
            slopes[k + 1] = np.where(k < pivot, onward, 0.0)
        rest = np.zeros(lanes.size)
        for k in range(lanes.layers - 1, 0, -1):
            rest = np.where(lanes.used[k], rate[k] + factor[k] * rest, 0.0)
            slopes[k] = np.where(k > pivot, rest, slopes[k])
    return slopes


def _enclosed(lanes: Lanes, points: Array) -> tuple[Array, Array, Mask]:
    """Intervals about ``points`` that provably hold an orbit, and where that is so.

    The pivot's is a point. A layer before it must map its interval over all of the next one, so
    that by continuity some z in it goes where it should; a layer after it, into the next one.
    """
    start = newton.pivots(lanes, points)
    layer = np.arange(lanes.layers)[:, None]
    inside = lanes.used & ~lanes.last
    before, after = inside & (layer < start), inside & (layer >= start)
    factor = np.abs(newton.rates(lanes, points)[1])
    grown = np.ones(points.shape)
    missed = np.zeros(points.shape)
    low = high = points
    good = np.zeros(lanes.size, dtype=bool)
    with np.errstate(all="ignore"):
        away = np.abs(points[1:] - newton.images(lanes, points)[:-1])
        missed[1:] = np.where(inside[:-1], away + 8.0 * EPS * np.abs(points[1:]), 0.0)
        for _ in range(_ENCLOSURES):
            radius = np.zeros(points.shape)
            for k in range(lanes.layers - 2, -1, -1):
                least = 2.0 * EPS * np.abs(points[k]) + TINY
                # Grown as the interval of this layer is, missed by the one after.
                needed = radius[k + 1] + grown[k] * missed[k + 1]
                back = np.where(factor[k] > 0.0, 1.1 * needed / factor[k], math.inf)
                radius[k] = np.where(before[k], np.maximum(least, back), radius[k])
            for k in range(lanes.layers - 1):
                onward = 1.1 * factor[k] * radius[k] + grown[k + 1] * missed[k + 1] + TINY
                radius[k + 1] = np.where(after[k], onward, radius[k + 1])
            low = np.where(good, low, points - radius)
            high = np.where(good, high, points + radius)
            each = _maps_on(lanes, low, high, before, after)
            known = np.isfinite(np.where(lanes.used, radius, 0.0))
            good = np.asarray((each & known).all(axis=0))
            if good.all():
                break
            grown = np.where(each, grown, 4.0 * grown)
    return low, high, good


def _maps_on(lanes: Lanes, low: Array, high: Array, before: Mask, after: Mask) -> Mask:
    """Whether each layer's interval is proven to do what ``_enclosed`` asks of it."""
    weight, bias = lanes.following
    shape, exact = lanes.shape, bool(lanes.shape.kinks)
    good = np.ones(low.shape, dtype=bool)

    def image(one: Array, other: Array) -> Pair:
        values = ranges.value_range(shape, one, other)
        return layer_map.affine(weight, bias, *values, exact=exact)

    if not low.shape[0] > 1:
        return good
    left, right, whole = image(low, low), image(high, high), image(low, high)
    goal_low, goal_high = low[1:], high[1:]
    rises = (left[1][:-1] <= goal_low) & (right[0][:-1] >= goal_high)
    falls = (right[1][:-1] <= goal_low) & (left[0][:-1] >= goal_high)
    good[:-1] &= ~before[:-1] | rises | falls
    good[1:] &= ~after[:-1] | ((goal_low <= whole[0][:-1]) & (whole[1][:-1] <= goal_high))
    return good
