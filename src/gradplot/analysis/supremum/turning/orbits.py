"""Steep orbits: found near a path of cells, moved to where they are steepest, and proven.

Nothing here needs act to be invertible as a whole: between two turning points (in a lap) it is. An
orbit is found by Newton's method on all its layers at once, so that it does not matter that no
double x leads to it; then each layer's preimage is enclosed by showing that the layer maps the
enclosure's ends past the target on both sides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.slopes import log_weights
from gradplot.analysis.supremum.turning.potentials import multipliers
from gradplot.functions.activations import ranges
from gradplot.functions.chain import layer_map
from gradplot.functions.chain.chain import Chain
from gradplot.functions.intervals.rounding import EPS, TINY

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Pair

#: Points per cut of a lap, and cuts: 33^13 > 2^64.
_CUT, _CUTS = 32, 13
#: Newton steps towards the steepest orbit, and halvings of one that leads down.
_STEPS, _HALVINGS = 40, 8
#: The longest first step, and a step that changes a sum of phi by no more than its rounding.
_PACE, _SMALL = 0.1, 1e-8
#: Tries with wider and wider intervals until an orbit is enclosed.
_ENCLOSURES = 12


@dataclass(frozen=True, slots=True)
class Orbit:
    """A proven lower bound of log sup|dy/dx|, and the double nearest to the x that reaches it.

    ``points`` is about z in each layer, ``slopes`` the potentials' multipliers there, ``gathered``
    the sum of phi before it. ``blur`` is what rounding leaves open between it and an upper bound.
    """

    lower: float
    blur: float
    x: float
    points: Array
    slopes: Array
    gathered: Array


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
    return _orbit(chain, np.array(lows), np.array(highs), x)


def steepest_near(
    chain: Chain, x_range: tuple[float, float], path: Array, laps: Pair
) -> Orbit | None:
    """The steepest orbit about ``path`` (a point per layer); None where none can be proven.

    A path of cells is no orbit: its points are moved until they are one, each within its lap, given
    by its two ends. What a lap cannot reach is given up for its nearest end.
    """
    points = _shadowed(chain, path, _pivot(chain, path), 0.0, laps)
    if points is None:
        points = _pulled_back(chain, path, laps)
    points = _polished(chain, points, laps)
    enclosure = _enclosed(chain, points)
    weight, bias = chain.weights[0], chain.biases[0]
    if enclosure is not None:
        low, high = enclosure
        left, right = layer_map.affine_inverse(weight, bias, low[:1], high[:1])
        if x_range[0] <= left[0] and right[0] <= x_range[1]:
            return _orbit(chain, low, high, float(0.5 * left[0] + 0.5 * right[0]))
    x = (float(points[0]) - bias) / weight
    return from_input(chain, float(np.clip(x, *x_range)))


def _orbit(chain: Chain, low: Array, high: Array, x: float) -> Orbit:
    points = 0.5 * low + 0.5 * high
    rate, factor, _ = _local(chain, points)
    slopes = multipliers(rate, factor)
    with np.errstate(all="ignore"):
        phi = chain.shape.log_slope(np, points)
        gathered = np.nan_to_num(np.cumsum(phi) - phi)
    lower, blur = _bounds(chain, low, high)
    return Orbit(lower, blur, x, points, slopes, gathered)


def _map(chain: Chain, z: Array) -> Array:
    """z of every layer but the first from z of the layers before, in plain floating point."""
    with np.errstate(all="ignore"):
        a = chain.shape.value(np, z[:-1])
        return np.asarray(np.array(chain.weights[1:]) * a + np.array(chain.biases[1:]))


def _local(chain: Chain, z: Array) -> tuple[Array, Array, float]:
    """phi' and dz_(k+1)/dz_k in every layer (the last one's is 0), and the sum of phi."""
    shape = chain.shape
    with np.errstate(all="ignore"):
        phi = shape.log_slope(np, z)
        rate = np.nan_to_num(shape.rate(np, z), nan=0.0, posinf=1e6, neginf=-1e6)
        factor = np.append(chain.weights[1:], 0.0) * shape.sign(np, z) * np.exp(phi)
    return rate, factor, float(np.sum(phi))


def _pulled_back(chain: Chain, path: Array, laps: Pair) -> Array:
    """The orbit that ends where the path does, as far back as its laps reach."""
    points = path.copy()
    for k in range(chain.depth - 2, -1, -1):
        lap = float(laps[0][k]), float(laps[1][k])
        points[k] = _preimage(chain, k, lap, float(points[k + 1]))
    # Layers after a lap that could not reach its target follow from it instead.
    for k in range(chain.depth - 1):
        image = float(_layer(chain, k, points[k : k + 1])[0])
        if abs(image - points[k + 1]) > 1e-6 * (1.0 + abs(image)):
            points[k + 1] = image
    return points


def _layer(chain: Chain, k: int, z: Array) -> Array:
    """z of layer k + 1 from z of layer k, in plain floating point."""
    with np.errstate(all="ignore"):
        return np.asarray(chain.weights[k + 1] * chain.shape.value(np, z) + chain.biases[k + 1])


def _preimage(chain: Chain, k: int, lap: tuple[float, float], target: float) -> float:
    """The z in ``lap`` that layer k maps nearest to ``target``; the layer is monotone there."""
    low, high = lap
    ends = _layer(chain, k, np.array([low, high]))
    up = ends[1] >= ends[0]
    if target <= min(ends):
        return low if up else high
    if target >= max(ends):
        return high if up else low
    for _ in range(_CUTS):
        points = np.linspace(low, high, _CUT + 2)
        images = _layer(chain, k, points)
        past = images >= target if up else images <= target
        place = int(np.argmax(past))
        low, high = float(points[max(place - 1, 0)]), float(points[place])
        if not low < 0.5 * low + 0.5 * high < high:
            break
    return 0.5 * low + 0.5 * high


def _polished(chain: Chain, points: Array, laps: Pair) -> Array:
    """The orbit moved along the family of orbits in its laps to where it is steepest.

    The family has one parameter, z of the pivot layer. With z' = dz/dparameter along an orbit the
    sum of phi rises by sum phi'(z) z'; its second derivative is taken from the rates nearby.
    """
    best = _shadowed(chain, points, _pivot(chain, points), 0.0, laps)
    if best is None:
        return points
    pace = _PACE
    for _ in range(_STEPS):
        pivot = _pivot(chain, best)
        rise, bend, total = _rises(chain, best, pivot)
        if rise == 0.0 or not math.isfinite(rise):
            break
        step = -rise / bend if bend < 0.0 else math.copysign(pace, rise)
        step = math.copysign(min(abs(step), pace), step)
        for _ in range(_HALVINGS):
            moved = _shadowed(chain, best, pivot, step, laps)
            if moved is not None and (reached := _local(chain, moved)[2]) > total:
                break
            step *= 0.25
        else:
            break
        best, pace = moved, 4.0 * max(abs(step), _SMALL)
        if reached - total <= _SMALL * _SMALL * abs(total):
            break
    return best


def _rises(chain: Chain, points: Array, pivot: int) -> tuple[float, float, float]:
    """First and second derivative of the sum of phi by z of the pivot layer, and the sum."""
    rate, factor, total = _local(chain, points)
    along = _tangent(factor, pivot)
    step = 1e-5 * (1.0 + np.abs(points))
    shape = chain.shape
    with np.errstate(all="ignore"):
        bend = (shape.rate(np, points + step) - shape.rate(np, points - step)) / (2.0 * step)
        # d factor/dz = factor * phi', and so the second derivative of each z:
        curve = np.zeros(points.size)
        for k in range(pivot, points.size - 1):
            curve[k + 1] = factor[k] * (curve[k] + rate[k] * along[k] ** 2)
        for k in range(pivot - 1, -1, -1):
            curve[k] = curve[k + 1] / factor[k] - rate[k] * along[k] ** 2
        rise = float(np.sum(rate * along))
        second = float(np.sum(bend * along**2 + rate * curve))
    return rise, second, total


def _tangent(factor: Array, pivot: int) -> Array:
    """dz_k/dz_pivot of every layer."""
    along = np.ones(factor.size)
    with np.errstate(all="ignore"):
        along[pivot + 1 :] = np.cumprod(factor[pivot:-1])
        along[:pivot] = np.cumprod(1.0 / factor[:pivot][::-1])[::-1]
    return along


def _shadowed(chain: Chain, points: Array, pivot: int, step: float, laps: Pair) -> Array | None:
    """The orbit near ``points`` whose pivot is moved by ``step``; None if it leaves a lap."""
    points = points.copy()
    points[pivot] += step
    for number in range(8):
        _, factor, _ = _local(chain, points)
        error = points[1:] - _map(chain, points)
        moves = np.zeros(points.size)
        for k in range(pivot, points.size - 1):
            moves[k + 1] = factor[k] * moves[k] - error[k]
        for k in range(pivot - 1, -1, -1):
            if factor[k] == 0.0:
                return None
            moves[k] = (moves[k + 1] + error[k]) / factor[k]
        points += moves
        if not np.isfinite(points).all():
            return None
        if ((points < laps[0]) | (points > laps[1])).any():
            return None
        if np.abs(moves).max() <= 4.0 * EPS * (1.0 + np.abs(points).max()):
            break
        if number == 7 and np.abs(moves).max() > 1e-9:
            return None
    return points


def _pivot(chain: Chain, points: Array) -> int:
    """The layer at which |dz/dx| is largest: from there errors shrink, backwards and forwards."""
    with np.errstate(all="ignore"):
        phi = chain.shape.log_slope(np, points)
        reach = np.cumsum(phi + log_weights(chain)) - phi
    return int(np.argmax(np.where(np.isnan(reach), -math.inf, reach)))


def _enclosed(chain: Chain, points: Array) -> Pair | None:
    """Intervals, one per layer, about ``points`` that provably hold an orbit; None if none is found.

    The pivot's is a point. A layer before it must map its interval over all of the next one, so
    that by continuity some z in it goes where it should; a layer after it, into the next one.
    """
    pivot = _pivot(chain, points)
    factor = np.abs(_local(chain, points)[1])
    missed = np.abs(points[1:] - _map(chain, points)) + 8.0 * EPS * np.abs(points[1:])
    grown = np.ones(points.size)
    for _ in range(_ENCLOSURES):
        radius = np.zeros(points.size)
        for k in range(pivot - 1, -1, -1):
            least = 2.0 * EPS * abs(points[k]) + TINY
            needed = radius[k + 1] + grown[k] * missed[k]
            radius[k] = max(least, 1.1 * needed / factor[k] if factor[k] else math.inf)
        for k in range(pivot, points.size - 1):
            radius[k + 1] = 1.1 * factor[k] * radius[k] + grown[k + 1] * missed[k] + TINY
        if not np.isfinite(radius).all():
            return None
        low, high = points - radius, points + radius
        low[pivot] = high[pivot] = points[pivot]
        good = _maps_on(chain, low, high, pivot)
        if good.all():
            return low, high
        grown[~good] *= 4.0
    return None


def _maps_on(chain: Chain, low: Array, high: Array, pivot: int) -> np.ndarray:
    """Whether each layer's interval is proven to do what ``_enclosed`` asks of it."""
    weights, biases = np.array(chain.weights[1:]), np.array(chain.biases[1:])
    shape, exact = chain.shape, bool(chain.shape.kinks)
    good = np.ones(low.size, dtype=bool)

    def images(start: Array, stop: Array, layers: slice) -> Pair:
        values = ranges.value_range(shape, start[layers], stop[layers])
        return layer_map.affine(weights[layers], biases[layers], *values, exact=exact)

    if pivot:
        before = slice(0, pivot)
        left, right = images(low, low, before), images(high, high, before)
        goal_low, goal_high = low[1 : pivot + 1], high[1 : pivot + 1]
        rises = (left[1] <= goal_low) & (right[0] >= goal_high)
        falls = (right[1] <= goal_low) & (left[0] >= goal_high)
        good[:pivot] = rises | falls
    if pivot + 1 < low.size:
        after = slice(pivot, low.size - 1)
        image = images(low, high, after)
        good[pivot + 1 :] = (low[pivot + 1 :] <= image[0]) & (image[1] <= high[pivot + 1 :])
    return good


def _bounds(chain: Chain, low: Array, high: Array) -> tuple[float, float]:
    """A lower bound of the log-slope of an enclosed orbit, and how wide its bracket is."""
    under, over = ranges.log_slope_range(chain.shape, low, high)
    terms = [*under.tolist(), *log_weights(chain).tolist()]
    if any(math.isinf(term) for term in terms):
        return -math.inf, 0.0
    lower = math.fsum(terms) - 2.0 * EPS * math.fsum(map(abs, terms))
    return lower, float(np.sum(over - under))
