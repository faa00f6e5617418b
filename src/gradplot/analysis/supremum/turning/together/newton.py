"""Orbits of many lanes in floating point, moved to where they are steepest: ``turning.newton``.

Arrays have shape (layers, lanes). Nothing here is proven.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.turning.together.lanes import Lanes
from gradplot.functions.intervals.rounding import EPS, MAX

if TYPE_CHECKING:
    from gradplot.functions.activations.shape import Shape
    from gradplot.functions.arrays import Array, Mask, Pair

#: Newton steps towards the steepest orbit, and halvings of one that leads down.
_STEPS, _SHORTER = 12, 6
#: The longest first step, and the gain past which a step is one of many.
_PACE, _GAIN = 0.1, 1e-9
#: Rounds in which points become an orbit, and how much the last may move them.
_ROUNDS, _STILL = 8, 1e-9
#: Halvings in which a z is found that a layer maps to a given place.
_HALVINGS = 60


def laps_about(shape: Shape, span: Pair, points: Array) -> Pair:
    """The parts of what layers see about ``points`` in which act does not turn."""
    low, high = np.full(points.shape, -math.inf), np.full(points.shape, math.inf)
    for place in shape.turning:
        below = above = np.full(points.shape, place)
        if shape.period is not None:
            turns = np.floor((points - place) / shape.period)
            below, above = place + turns * shape.period, place + (turns + 1.0) * shape.period
        low = np.where(below <= points, np.maximum(low, below), low)
        high = np.where(above > points, np.minimum(high, above), high)
    return np.maximum(low, span[0]), np.minimum(high, span[1])


def steepest_about(lanes: Lanes, points: Array, laps: Pair) -> Array:
    """The steepest orbits about ``points``, each within its laps.

    What the laps cannot reach is given up, and then this is no orbit.
    """
    still = np.zeros(lanes.size)
    whole, found = shadowed(lanes, points, pivots(lanes, points), still, laps)
    broken = np.flatnonzero(~found)
    if broken.size:
        some, theirs = lanes.of(broken), (laps[0][:, broken], laps[1][:, broken])
        cut = slice(0, some.layers)
        theirs = theirs[0][cut], theirs[1][cut]
        pulled = _pulled_back(some, points[cut][:, broken], theirs)
        again, good = shadowed(some, pulled, pivots(some, pulled), np.zeros(some.size), theirs)
        whole[cut, broken] = np.where(good, again, pulled)
        found[broken] = good
    orbit = np.flatnonzero(found)
    if orbit.size:
        some = lanes.of(orbit)
        cut = slice(0, some.layers)
        theirs = laps[0][cut][:, orbit], laps[1][cut][:, orbit]
        whole[cut, orbit] = _polished(some, whole[cut][:, orbit], theirs)
    return whole


def pivots(lanes: Lanes, points: Array) -> np.ndarray:
    """The layer of each lane at which |dz/dx| is largest: away from it errors shrink."""
    with np.errstate(all="ignore"):
        phi = lanes.shape.log_slope(np, points)
        reach = np.cumsum(phi + lanes.logs, axis=0) - phi
    return np.argmax(np.where(lanes.used & ~np.isnan(reach), reach, -math.inf), axis=0)


def rates(lanes: Lanes, z: Array) -> tuple[Array, Array, Array]:
    """phi' and dz_(k+1)/dz_k in every layer (0 in the last), and the sum of phi."""
    shape = lanes.shape
    with np.errstate(all="ignore"):
        phi = shape.log_slope(np, z)
        rate = np.nan_to_num(shape.rate(np, z), nan=0.0, posinf=1e6, neginf=-1e6)
        factor = lanes.following[0] * shape.sign(np, z) * np.exp(phi)
    ends = lanes.used & ~lanes.last
    rate = np.where(lanes.used, rate, 0.0)
    return rate, np.where(ends, factor, 0.0), np.sum(np.where(lanes.used, phi, 0.0), axis=0)


def images(lanes: Lanes, z: Array) -> Array:
    """z of the next layer, in plain floating point."""
    weight, bias = lanes.following
    with np.errstate(all="ignore"):
        return np.asarray(np.clip(weight * lanes.shape.value(np, z) + bias, -MAX, MAX))


def shadowed(
    lanes: Lanes, points: Array, pivot: np.ndarray, step: Array, laps: Pair
) -> tuple[Array, Mask]:
    """Orbits near ``points``, the pivots moved by ``step``; False where one leaves its laps."""
    points, columns = points.copy(), np.arange(lanes.size)
    points[pivot, columns] += step
    layer = np.arange(lanes.layers)[:, None]
    before, inside = layer < pivot, lanes.used & ~lanes.last
    good, still = np.ones(lanes.size, dtype=bool), np.zeros(lanes.size, dtype=bool)
    moved = np.zeros(lanes.size)
    for _ in range(_ROUNDS):
        _, factor, _ = rates(lanes, points)
        error = np.zeros(points.shape)
        error[:-1] = np.where(inside[:-1], points[1:] - images(lanes, points)[:-1], 0.0)
        moves = np.zeros(points.shape)
        with np.errstate(all="ignore"):
            for k in range(lanes.layers - 1):
                after = factor[k] * moves[k] - error[k]
                moves[k + 1] = np.where(inside[k] & ~before[k], after, 0.0)
            for k in range(lanes.layers - 2, -1, -1):
                back = (moves[k + 1] + error[k]) / factor[k]
                moves[k] = np.where(before[k], back, moves[k])
            points = np.where(still, points, points + moves)
            moved = np.abs(moves).max(axis=0)
            size = np.where(lanes.used, np.abs(points), 0.0).max(axis=0)
        good &= np.isfinite(np.where(lanes.used, points, 0.0)).all(axis=0)
        out = lanes.used & ((points < laps[0]) | (points > laps[1]))
        good &= ~out.any(axis=0)
        still |= ~good | (moved <= 4.0 * EPS * (1.0 + size))
        if still.all():
            break
    return points, good & (still | (moved <= _STILL))


def _pulled_back(lanes: Lanes, points: Array, laps: Pair) -> Array:
    """The orbits that end where ``points`` do, as far back as the laps reach."""
    points = points.copy()
    inside = lanes.used & ~lanes.last
    for k in range(lanes.layers - 2, -1, -1):
        found = _preimage(lanes, k, (laps[0][k], laps[1][k]), points[k + 1])
        points[k] = np.where(inside[k], found, points[k])
    # Layers after a lap that could not reach its target follow from it instead.
    for k in range(lanes.layers - 1):
        image = images(lanes, points)[k]
        far = inside[k] & (np.abs(image - points[k + 1]) > 1e-6 * (1.0 + np.abs(image)))
        points[k + 1] = np.where(far, image, points[k + 1])
    return points


def _preimage(lanes: Lanes, k: int, lap: Pair, target: Array) -> Array:
    """The z in each lap that layer k maps nearest to its target; the layer is monotone there."""
    weight, bias = (each[k] for each in lanes.following)

    def image(z: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(weight * lanes.shape.value(np, z) + bias)

    low, high = lap
    up = image(high) >= image(low)
    for _ in range(_HALVINGS):
        middle = 0.5 * low + 0.5 * high
        past = (image(middle) >= target) == up
        low, high = np.where(past, low, middle), np.where(past, middle, high)
    return 0.5 * low + 0.5 * high


def _polished(lanes: Lanes, points: Array, laps: Pair) -> Array:
    """Orbits moved along the family of orbits in their laps to where they are steepest."""
    best = points.copy()
    pace = np.full(lanes.size, _PACE)
    open_ = np.arange(lanes.size)
    for _ in range(_STEPS):
        some = lanes.of(open_)
        cut = slice(0, some.layers)
        mine = best[cut][:, open_]
        within = laps[0][cut][:, open_], laps[1][cut][:, open_]
        pivot = pivots(some, mine)
        rise, bend, total = _rises(some, mine, pivot)
        with np.errstate(all="ignore"):
            step = np.where(bend < 0.0, -rise / bend, np.copysign(pace[open_], rise))
        step = np.copysign(np.minimum(np.abs(step), pace[open_]), step)
        tried = np.isfinite(step) & (rise != 0.0)
        gain = np.zeros(open_.size)
        for _ in range(_SHORTER):
            left = np.flatnonzero(tried)
            if not left.size:
                break
            few = some.of(left)
            rows = slice(0, few.layers)
            moved, good = shadowed(
                few,
                mine[rows][:, left],
                pivot[left],
                step[left],
                (within[0][rows][:, left], within[1][rows][:, left]),
            )
            reached = rates(few, moved)[2]
            better = good & (reached > total[left])
            won = left[better]
            best[rows, open_[won]] = moved[:, better]
            gain[won] = reached[better] - total[won]
            tried[won] = False
            step[left[~better]] *= 0.25
        pace[open_] = 4.0 * np.maximum(np.abs(step), 1e-8)
        open_ = open_[gain > _GAIN]
        if not open_.size:
            break
    return best


def _rises(lanes: Lanes, points: Array, pivot: np.ndarray) -> tuple[Array, Array, Array]:
    """First and second derivative of the sum of phi by z of the pivots, and the sum."""
    rate, factor, total = rates(lanes, points)
    step = 1e-5 * (1.0 + np.abs(points))
    shape = lanes.shape
    layer = np.arange(lanes.layers)[:, None]
    before = layer < pivot
    along, curve = np.ones(points.shape), np.zeros(points.shape)
    with np.errstate(all="ignore"):
        bend = (shape.rate(np, points + step) - shape.rate(np, points - step)) / (2.0 * step)
        bend = np.where(lanes.used, bend, 0.0)
        # d factor/dz = factor * phi', and so the second derivative of each z:
        for k in range(lanes.layers - 1):
            after = ~before[k]
            along[k + 1] = np.where(after, factor[k] * along[k], 1.0)
            curve[k + 1] = np.where(after, factor[k] * (curve[k] + rate[k] * along[k] ** 2), 0.0)
        for k in range(lanes.layers - 2, -1, -1):
            along[k] = np.where(before[k], along[k + 1] / factor[k], along[k])
            back = curve[k + 1] / factor[k] - rate[k] * along[k] ** 2
            curve[k] = np.where(before[k], back, curve[k])
        rise = np.sum(rate * along, axis=0)
        second = np.sum(bend * along**2 + rate * curve, axis=0)
    return rise, second, total
