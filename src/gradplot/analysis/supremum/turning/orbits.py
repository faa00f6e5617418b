"""Orbits that are proven: a lower bound of the slope, and what makes the program sharper.

An orbit need not be that of a double: each layer's preimage is enclosed by showing that the layer
maps the enclosure's ends past the target on both sides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.slopes import log_weights
from gradplot.analysis.supremum.turning.newton import (
    held_at,
    next_points,
    pivot,
    rates,
    steepest_about,
)
from gradplot.functions.activations import ranges
from gradplot.functions.chain import layer_map
from gradplot.functions.chain.chain import Chain
from gradplot.functions.intervals.rounding import EPS, TINY

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Pair

#: Tries with wider and wider intervals until an orbit is enclosed.
_ENCLOSURES = 12


@dataclass(frozen=True, slots=True)
class Orbit:
    """A proven lower bound of log sup|dy/dx|, and ends of the x that reaches it.

    ``points`` is about z in each layer, ``slopes`` the potentials' multipliers there, ``gathered``
    the sum of phi before it. ``blur`` is what rounding leaves open between it and an upper bound.
    """

    lower: float
    blur: float
    ends: tuple[float, float]
    points: Array
    slopes: Array
    gathered: Array

    @property
    def x(self) -> float:
        """The double nearest to the x."""
        return 0.5 * self.ends[0] + 0.5 * self.ends[1]


def from_input(chain: Chain, x: float) -> Orbit:
    """The orbit of a double, carried forwards."""
    point = np.array([x])
    low, high = layer_map.affine(chain.weights[0], chain.biases[0], point, point)
    lows, highs = [float(low[0])], [float(high[0])]
    for weight, bias in zip(chain.weights[1:], chain.biases[1:], strict=True):
        low, high = ranges.value_range(chain.shape, low, high)
        low, high = layer_map.affine(weight, bias, low, high)
        lows.append(float(low[0]))
        highs.append(float(high[0]))
    return _orbit(chain, np.array(lows), np.array(highs), (x, x))


def steepest_near(chain: Chain, x_range: tuple[float, float], path: Array, laps: Pair) -> Orbit:
    """The steepest orbit about ``path`` (a point per layer), each point within its lap.

    Where none can be proven, or it leaves the x-range, the orbit of the double nearest to its x.
    """
    points = steepest_about(chain, path, laps)
    enclosure = _enclosed(chain, points)
    weight, bias = chain.weights[0], chain.biases[0]
    if enclosure is not None:
        low, high = enclosure
        left, right = layer_map.affine_inverse(weight, bias, low[:1], high[:1])
        if x_range[0] <= left[0] and right[0] <= x_range[1]:
            return _orbit(chain, low, high, (float(left[0]), float(right[0])))
    x = (float(points[0]) - bias) / weight
    return from_input(chain, float(np.clip(x, *x_range)))


def _orbit(chain: Chain, low: Array, high: Array, ends: tuple[float, float]) -> Orbit:
    points = 0.5 * low + 0.5 * high
    rate, factor, _ = rates(chain, points)
    slopes = multipliers(rate, factor, held_at(chain, points))
    with np.errstate(all="ignore"):
        phi = chain.shape.log_slope(np, points)
        gathered = np.nan_to_num(np.cumsum(phi) - phi)
    lower, blur = _bounds(chain, low, high)
    return Orbit(lower, blur, ends, points, slopes, gathered)


def multipliers(rate: Array, factor: Array, held: int | None) -> Array:
    """The lambda_k (``potentials``) of an orbit, from phi'(z_k) and dz_(k+1)/dz_k in its layers.

    Each psi_k but the pivot's is stationary: lambda_k = phi'(z_k) + factor_k lambda_(k+1), solved
    forwards up to the pivot and backwards from the end to it. The pivot is the layer that weighs
    most in the derivative of the sum, so that neither way makes large what is small; or the one
    in which the orbit is ``held`` at a kink, and psi need not be stationary.
    """
    with np.errstate(all="ignore"):
        reach = np.cumsum(np.append(0.0, np.log(np.abs(factor[:-1]))))
        weighs = reach + np.log(np.abs(rate))
    heaviest = int(np.argmax(np.where(np.isnan(weighs), -math.inf, weighs)))
    pivot = heaviest if held is None else held
    slopes = [0.0] * (len(rate) + 1)
    rates, factors = rate.tolist(), factor.tolist()
    for k in range(pivot):
        slopes[k + 1] = (slopes[k] - rates[k]) / factors[k] if factors[k] else math.inf
    for k in range(len(rates) - 1, pivot, -1):
        slopes[k] = rates[k] + (factors[k] * slopes[k + 1] if k + 1 < len(rates) else 0.0)
    return np.array(slopes[:-1])


def _enclosed(chain: Chain, points: Array) -> Pair | None:
    """Intervals, one per layer, about ``points`` that provably hold an orbit; None if not found.

    The pivot's is a point. A layer before it must map its interval over all of the next one, so
    that by continuity some z in it goes where it should; a layer after it, into the next one.
    """
    start = pivot(chain, points)
    factor = np.abs(rates(chain, points)[1])
    missed = np.abs(points[1:] - next_points(chain, points)) + 8.0 * EPS * np.abs(points[1:])
    grown = np.ones(points.size)
    for _ in range(_ENCLOSURES):
        radius = np.zeros(points.size)
        for k in range(start - 1, -1, -1):
            least = 2.0 * EPS * abs(points[k]) + TINY
            needed = radius[k + 1] + grown[k] * missed[k]
            radius[k] = max(least, 1.1 * needed / factor[k] if factor[k] else math.inf)
        for k in range(start, points.size - 1):
            radius[k + 1] = 1.1 * factor[k] * radius[k] + grown[k + 1] * missed[k] + TINY
        if not np.isfinite(radius).all():
            return None
        low, high = points - radius, points + radius
        low[start] = high[start] = points[start]
        good = _maps_on(chain, low, high, start)
        if good.all():
            return low, high
        grown[~good] *= 4.0
    return None


def _maps_on(chain: Chain, low: Array, high: Array, start: int) -> np.ndarray:
    """Whether each layer's interval is proven to do what ``_enclosed`` asks of it."""
    weights, biases = np.array(chain.weights[1:]), np.array(chain.biases[1:])
    shape, exact = chain.shape, bool(chain.shape.kinks)
    good = np.ones(low.size, dtype=bool)

    def images(one: Array, other: Array, layers: slice) -> Pair:
        values = ranges.value_range(shape, one[layers], other[layers])
        return layer_map.affine(weights[layers], biases[layers], *values, exact=exact)

    if start:
        before = slice(0, start)
        left, right = images(low, low, before), images(high, high, before)
        goal_low, goal_high = low[1 : start + 1], high[1 : start + 1]
        rises = (left[1] <= goal_low) & (right[0] >= goal_high)
        falls = (right[1] <= goal_low) & (left[0] >= goal_high)
        good[:start] = rises | falls
    if start + 1 < low.size:
        after = slice(start, low.size - 1)
        image = images(low, high, after)
        good[start + 1 :] = (low[start + 1 :] <= image[0]) & (image[1] <= high[start + 1 :])
    return good


def _bounds(chain: Chain, low: Array, high: Array) -> tuple[float, float]:
    """A lower bound of the log-slope of an enclosed orbit, and how wide its bracket is."""
    under, over = ranges.log_slope_range(chain.shape, low, high)
    terms = [*under.tolist(), *log_weights(chain).tolist()]
    if any(math.isinf(term) for term in terms):
        return -math.inf, 0.0
    lower = math.fsum(terms) - 2.0 * EPS * math.fsum(map(abs, terms))
    return lower, float(np.sum(over - under))
