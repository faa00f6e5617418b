"""The fold across a map: the line where growth with depth begins."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis import fold
from gradplot.functions.activations.table import find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradplot.functions.arrays import Array
    from gradplot.spec.map import MapSpec

    Stroke = tuple[tuple[float, float], ...]

#: Points on each stroke.
POINTS = 200


def strokes(function: MapSpec, x_range: tuple[float, float]) -> Iterator[Stroke]:
    """The fold over the map, in the units of its axes; nothing where it is not known."""
    if not fold.known(find(function.activation).shape(dict(function.parameters))):
        return
    if function.axes == ("weight", "bias"):
        yield from _branches(function, x_range)
        return
    # At one weight or one bias the fold is at one place, whatever the depth.
    ends = tuple(map(float, function.depth))
    low, high = getattr(function, function.axes[0])
    for place in sorted(_places(function, x_range)):
        if low <= place <= high:
            yield tuple((place, depth) for depth in (ends[0] - 0.5, ends[1] + 0.5))


def _branches(function: MapSpec, x_range: tuple[float, float]) -> Iterator[Stroke]:
    """The biases where it is at each weight: a stroke for each branch and sign of the weight."""
    activation, parameters = find(function.activation), dict(function.parameters)
    shape, critical = activation.shape(parameters), activation.critical_weight(parameters)
    for weight in _weights(function):
        branches = fold.fold(shape, weight, x_range)
        known = np.isfinite(branches[0])
        low, high = (
            list(zip(weight[known].tolist(), branch[known].tolist(), strict=True))
            for branch in branches
        )
        if known[0] and abs(weight[0]) < critical * (1.0 + 1e-9):
            yield (*reversed(low), *high)  # both begin at the critical weight: one stroke
        elif known.any():
            yield from (tuple(low), tuple(high))


def _places(function: MapSpec, x_range: tuple[float, float]) -> set[float]:
    """The biases, or the weights, at which it is for the map's one weight, or its one bias."""
    if function.axes != ("bias", "depth"):
        return set(_crossings(function, x_range))
    shape = find(function.activation).shape(dict(function.parameters))
    found = fold.fold(shape, np.array([function.weight[0] or math.nan]), x_range)
    return {float(branch[0]) for branch in found}


def _weights(function: MapSpec) -> Iterator[Array]:
    """Weights of each sign past the critical one, denser towards it: the fold begins upright."""
    critical = find(function.activation).critical_weight(dict(function.parameters))
    low, high = function.weight
    share = (np.arange(POINTS) / (POINTS - 1)) ** 2
    for sign, farthest in ((1.0, high), (-1.0, -low)):
        start = critical * (1.0 + 1e-12)
        if farthest > start:
            weight = start + (farthest - start) * share
            weight[-1] = farthest
            nearest = (low if sign > 0 else -high) if low * high > 0 else 0.0
            yield sign * weight[weight >= nearest]


def _crossings(function: MapSpec, x_range: tuple[float, float]) -> Iterator[float]:
    """The weights at which the fold passes the map's one bias."""
    shape = find(function.activation).shape(dict(function.parameters))
    (bias,) = function.bias

    def inside(weight: Array) -> np.ndarray:
        low, high = fold.fold(shape, weight, x_range)
        return np.asarray((low <= bias) & (bias <= high))

    for weight in _weights(function):
        states = inside(weight)
        if states.any() and states[0]:
            yield float(weight[0])
        for k in np.flatnonzero(states[1:] != states[:-1]):
            left, right = weight[k], weight[k + 1]
            for _ in range(60):
                middle = 0.5 * (left + right)
                if inside(np.array([middle]))[0] == states[k]:
                    left = middle
                else:
                    right = middle
            yield float(0.5 * (left + right))
