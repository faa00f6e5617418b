"""Orbits found in floating point: near given points, and moved to where they are steepest.

Nothing here is proven, and nothing here needs act to be invertible as a whole: between two turning
points or kinks (in a lap) it is. Newton's method moves all layers at once, so that it does not
matter that no double x leads to the orbit.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.slopes import log_weights
from gradplot.functions.chain.chain import Chain
from gradplot.functions.intervals.rounding import EPS

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Pair

#: Points per cut of a lap, and cuts: 33^13 > 2^64.
_CUT, _CUTS = 32, 13
#: Newton steps towards the steepest orbit, and halvings of one that leads down.
_STEPS, _HALVINGS = 40, 8
#: The longest first step, and a step that changes a sum of phi by no more than its rounding.
_PACE, _SMALL = 0.1, 1e-8
#: Rounds in which points become an orbit, and how much the last may move them.
_ROUNDS, _STILL = 8, 1e-9


def steepest_about(chain: Chain, path: Array, laps: Pair) -> Array:
    """The points of the steepest orbit about ``path``, each within its lap (given by two ends).

    What a lap cannot reach is given up for its nearest end, and then this is no orbit.
    """
    points = _shadowed(chain, path, pivot(chain, path), 0.0, laps)
    if points is None:
        points = _pulled_back(chain, path, laps)
    return _polished(chain, points, laps)


def pivot(chain: Chain, points: Array) -> int:
    """The layer at which |dz/dx| is largest: from there errors shrink, backwards and forwards.

    Where an orbit is held at a kink it is the kink's layer, which must not move.
    """
    held = held_at(chain, points)
    if held is not None:
        return held
    with np.errstate(all="ignore"):
        phi = chain.shape.log_slope(np, points)
        reach = np.cumsum(phi + log_weights(chain)) - phi
    return int(np.argmax(np.where(np.isnan(reach), -math.inf, reach)))


def held_at(chain: Chain, points: Array) -> int | None:
    """The layer whose z is the double beside a kink; None where there is none."""
    ends = (-math.inf, math.inf)
    beside = [math.nextafter(kink, end) for kink in chain.shape.kinks for end in ends]
    held = np.flatnonzero(np.isin(points, beside))
    return int(held[0]) if held.size else None


def next_points(chain: Chain, z: Array) -> Array:
    """z of every layer but the first from z of the layers before, in plain floating point."""
    with np.errstate(all="ignore"):
        a = chain.shape.value(np, z[:-1])
        return np.asarray(np.array(chain.weights[1:]) * a + np.array(chain.biases[1:]))


def rates(chain: Chain, z: Array) -> tuple[Array, Array, float]:
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
    best = _shadowed(chain, points, pivot(chain, points), 0.0, laps)
    if best is None:
        return points
    pace = _PACE
    for _ in range(_STEPS):
        at = pivot(chain, best)
        rise, bend, total = _rises(chain, best, at)
        if rise == 0.0 or not math.isfinite(rise):
            break
        step = -rise / bend if bend < 0.0 else math.copysign(pace, rise)
        step = math.copysign(min(abs(step), pace), step)
        held = _held(chain, best, at, step, laps)
        if held is not None and rates(chain, held)[2] > total:
            best = held
            continue
        for _ in range(_HALVINGS):
            moved = _shadowed(chain, best, at, step, laps)
            if moved is not None and (reached := rates(chain, moved)[2]) > total:
                break
            step *= 0.25
        else:
            break
        best, pace = moved, 4.0 * max(abs(step), _SMALL)
        if reached - total <= _SMALL * _SMALL * abs(total):
            break
    return best


def _held(chain: Chain, points: Array, at: int, step: float, laps: Pair) -> Array | None:
    """The orbit whose z is at a kink first when the pivot moves by ``step``; None if none is.

    The slope jumps there, so that the steepest orbit of a lap may be the one that goes beside it.
    """
    kinks = list(chain.shape.kinks)
    if not kinks:
        return None
    moves = step * _tangent(rates(chain, points)[1], at)
    ends = np.where(moves < 0.0, laps[0], laps[1])
    with np.errstate(all="ignore"):
        share = np.where(np.isin(ends, kinks), (ends - points) / moves, math.inf)
    first = int(np.nanargmin(share))
    if not share[first] <= 1.0:
        return None
    held = points.copy()
    held[first] = math.nextafter(float(ends[first]), float(points[first]))
    return _shadowed(chain, held, first, 0.0, laps)


def _rises(chain: Chain, points: Array, pivot: int) -> tuple[float, float, float]:
    """First and second derivative of the sum of phi by z of the pivot layer, and the sum."""
    rate, factor, total = rates(chain, points)
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
    for number in range(_ROUNDS):
        _, factor, _ = rates(chain, points)
        error = points[1:] - next_points(chain, points)
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
        if number == _ROUNDS - 1 and np.abs(moves).max() > _STILL:
            return None
    return points
