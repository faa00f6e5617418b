"""Potentials: what makes a sum of largest layer factors as sharp as the largest sum.

For any functions h_k of the layers' pre-activations, with h_1 = h_(d+1) = 0, the sum of

    psi_k(z_k) = phi(z_k) + h_(k+1)(z_(k+1)) - h_k(z_k),    phi = log|act'|

along an orbit is that of phi alone: the potentials cancel. But the largest psi of each layer, taken
apart, adds up to far less than the largest phi does. About an orbit c that is nearly the steepest,
h_k(z) = lambda_k (z - c_k) with lambda_k the derivative of the rest of the sum makes every psi_k
stationary at c_k, so that a cell of width h loses h^2 and no longer h (the multipliers of a
discrete-time optimal control problem: D. P. Bertsekas, Dynamic Programming and Optimal Control,
Athena Scientific, 1995). The potential may jump from one cell to the next, and so several steep
orbits have one each.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gradplot.functions.intervals.rounding import EPS

if TYPE_CHECKING:
    from gradplot.analysis.supremum.turning.cells import Layer
    from gradplot.analysis.supremum.turning.orbits import Orbit
    from gradplot.functions.arrays import Array, Pair

#: A potential is cut off at this size, far from its orbit.
MOST = 2.0


class Potential(NamedTuple):
    """offset + slope (z - centre): numbers, or one for each cell."""

    slope: Array | float
    centre: Array | float
    offset: Array | float


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring cells [start, stop) with the potential offset + slope (z - centre)."""

    start: int
    stop: int
    slope: float = 0.0
    centre: float = 0.0
    offset: float = 0.0


def runs(layer: Layer, orbits: list[Orbit], k: int) -> list[Run]:
    """The cells of layer ``k``, each with the potential of an orbit near it; none without orbits.

    In a stretch of cells without a gap the first, and so steepest, of ``orbits`` counts: a jump
    from one potential to the next would be a place to gain by that no orbit has. For the same
    reason a stretch that none of them goes through has the potential of the nearest one.
    """
    if not orbits or not layer.size:
        return [Run(0, layer.size)]
    gaps = np.flatnonzero(layer.low[1:] > layer.high[:-1]) + 1
    through: dict[int, Orbit] = {}
    for orbit in orbits:
        cell = min(int(np.searchsorted(layer.high, orbit.points[k])), layer.size - 1)
        through.setdefault(int(np.searchsorted(gaps, cell, side="right")), orbit)
    own = list(through.values())
    centres = np.array([orbit.points[k] for orbit in own])
    edges = np.array([0, *gaps, layer.size])
    middle = 0.5 * layer.low[edges[:-1]] + 0.5 * layer.high[edges[1:] - 1]
    nearest = np.argmin(np.abs(middle - centres[:, None]), axis=0)
    nearest[list(through)] = np.arange(len(own))
    changes = [0, *(np.flatnonzero(np.diff(nearest)) + 1).tolist(), nearest.size]
    found = []
    for first, stop in itertools.pairwise(changes):
        orbit = own[nearest[first]]
        # What is steeper from here on has been less steep before, if it is no steeper in all.
        offset = float(orbits[0].gathered[k] - orbit.gathered[k])
        found += _about(orbit, k, offset, layer, (int(edges[first]), int(edges[stop])))
    return found


def _about(orbit: Orbit, k: int, offset: float, layer: Layer, cells: tuple[int, int]) -> list[Run]:
    """The potential of an orbit on some cells of layer ``k``, cut off on both sides."""
    slope, centre, (start, stop) = float(orbit.slopes[k]), float(orbit.points[k]), cells
    far = MOST / abs(slope) if slope else math.inf
    side = math.copysign(MOST, slope)
    middle = 0.5 * layer.low[start:stop] + 0.5 * layer.high[start:stop]
    low, high = (start + np.searchsorted(middle, [centre - far, centre + far])).tolist()
    parts = [
        Run(start, low, 0.0, centre, offset - side),
        Run(low, high, slope, centre, offset),
        Run(high, stop, 0.0, centre, offset + side),
    ]
    return [part for part in parts if part.start < part.stop]


def own(layer: Layer, mine: list[Run]) -> Potential:
    """The potential of each cell of a layer."""
    slope, centre, offset = (np.zeros(layer.size) for _ in range(3))
    for run in mine:
        here = slice(run.start, run.stop)
        slope[here], centre[here], offset[here] = run.slope, run.centre, run.offset
    return Potential(slope, centre, offset)


def largest(layer: Layer, here: Potential, ahead: Potential | Run) -> tuple[Array, Array]:
    """An upper bound of psi on each cell, for orbits that go on where the next layer's potential is
    ``ahead``; and how it varies.

    Besides the bound by ranges there is one by the derivative: psi lies below the two lines that
    start at its ends with the extreme slopes that it can have.
    """
    slope, centre, offset = here
    low, high = layer.low, layer.high
    width = high - low
    with np.errstate(all="ignore"):
        start, stop = -slope * (low - centre), -slope * (high - centre)
        whole = layer.phi[1] + _most(ahead, layer.next_) + np.maximum(start, stop)
        left = layer.phi_low + _most(ahead, layer.next_low) + start
        right = layer.phi_high + _most(ahead, layer.next_high) + stop
        one, other = ahead.slope * layer.next_rate[0], ahead.slope * layer.next_rate[1]
        down = layer.rate[0] + np.minimum(one, other) - slope
        up = layer.rate[1] + np.maximum(one, other) - slope
        doubt = 8.0 * EPS * (np.maximum(np.abs(one), np.abs(other)) + np.abs(slope))
        down, up = np.minimum(down - doubt, 0.0), np.maximum(up + doubt, 0.0)
        rising, falling = left + up * width, right - down * width
        both = (left * -down + right * up - up * down * width) / (up - down)
        both = np.where((up > 0.0) & (down < 0.0), both, math.inf)
        bound = np.fmin(np.fmin(whole, both), np.fmin(rising, falling)) - offset
        # Where no sum can be told there is no bound, unless act is flat, and nothing goes on.
        bound = np.where(np.isnan(bound), math.inf, bound)
        bound = np.where(np.isneginf(layer.phi[1]), -math.inf, bound)
        size = np.abs(bound) + np.abs(layer.phi[1]) + np.abs(offset) + np.abs(ahead.offset)
        size += np.maximum(np.abs(start), np.abs(stop)) + np.abs(slope * centre)
        size += np.abs(ahead.slope) * (np.maximum(*map(np.abs, layer.next_)) + np.abs(ahead.centre))
        # Beside -inf, where nothing can go on, no rounding counts.
        error = np.where(np.isfinite(bound), 8.0 * EPS * size, 0.0)
        apart = layer.phi[1] - layer.phi[0] + np.abs(start - stop)
        apart += np.abs(ahead.slope) * (layer.next_[1] - layer.next_[0])
        varies = np.fmin(np.maximum(up, -down) * width, apart)
    return bound + error, np.where(np.isnan(varies), math.inf, varies)


def _most(ahead: Potential | Run, ends: Pair) -> Array:
    """Upper bound of a potential for z between ``ends``."""
    end = np.where(np.asarray(ahead.slope) > 0.0, ends[1], ends[0])
    # Where it is level z may be past float64.
    level = np.asarray(ahead.slope) == 0.0
    return np.asarray(
        np.where(level, ahead.offset, ahead.slope * (end - ahead.centre) + ahead.offset)
    )
