"""Orbits through given cells, pulled back layer by layer: proofs that a slope is reached.

Nothing here needs act to be invertible as a whole: inside a cell it is, and the preimage is found
by cutting the cell, then enclosed by showing that the layer maps the enclosure's ends past the
target on both sides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.slopes import log_weights
from gradplot.functions.activations import ranges
from gradplot.functions.chain import layer_map
from gradplot.functions.chain.chain import Chain
from gradplot.functions.intervals.rounding import EPS

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

#: Points per cut of a cell, and cuts: 33^13 > 2^64.
_CUT, _CUTS = 32, 13


@dataclass(frozen=True, slots=True)
class Orbit:
    """A proven lower bound of log sup|dy/dx|, the z_1 that reaches it, and the double nearest x."""

    lower: float
    first_layer: tuple[float, float]
    x: float


def from_input(chain: Chain, x: float) -> Orbit | None:
    """The orbit of a double, carried forwards."""
    point = np.array([x])
    low, high = layer_map.affine(chain.weights[0], chain.biases[0], point, point)
    layers = [(float(low[0]), float(high[0]))]
    _forward(chain, layers)
    return Orbit(_lower(chain, layers), layers[0], x)


def through_cells(
    chain: Chain, x_range: tuple[float, float], cells: list[tuple[float, float]]
) -> Orbit | None:
    """An orbit near the best one in ``cells`` (one per layer); None where none can be proven.

    The cells are a path whose images meet, not an orbit: the steepest point of the deepest cell is
    pulled back as far as it goes, and what a cell cannot reach is given up for its nearest end.
    """
    if len(cells) < chain.depth:
        return None
    points = [_steepest_point(chain, cells[-1])]
    for k in range(chain.depth - 2, -1, -1):
        points.insert(0, _preimage(chain, k, cells[k], points[0]))
    # Layers after a cell that could not reach its target follow from it instead.
    points = _consistent(chain, points)
    pivot = _pivot(chain, points)
    layers = [(points[pivot], points[pivot])]
    for k in range(pivot - 1, -1, -1):
        enclosure = _enclosed_preimage(chain, k, points[k], layers[0])
        if enclosure is None:
            return _fallback(chain, x_range, points[0])
        layers.insert(0, enclosure)
    _forward(chain, layers)
    weight, bias = chain.weights[0], chain.biases[0]
    left, right = layer_map.affine_inverse(
        weight, bias, np.array([layers[0][0]]), np.array([layers[0][1]])
    )
    if not (x_range[0] <= left[0] and right[0] <= x_range[1]):
        return _fallback(chain, x_range, points[0])
    return Orbit(_lower(chain, layers), layers[0], float(0.5 * left[0] + 0.5 * right[0]))


def _fallback(chain: Chain, x_range: tuple[float, float], first: float) -> Orbit | None:
    x = (first - chain.biases[0]) / chain.weights[0]
    return from_input(chain, float(np.clip(x, *x_range)))


def _steepest_point(chain: Chain, cell: tuple[float, float]) -> float:
    low, high = cell
    points = np.concatenate((np.linspace(low, high, 9), [0.5 * low + 0.5 * high]))
    with np.errstate(all="ignore"):
        phi = chain.shape.log_slope(np, points)
    return float(points[int(np.argmax(phi))])


def _layer(chain: Chain, k: int, z: Array) -> Array:
    """z of layer k + 1 from z of layer k, in plain floating point."""
    with np.errstate(all="ignore"):
        a = chain.shape.value(np, z)
        return chain.weights[k + 1] * a + chain.biases[k + 1]


def _preimage(chain: Chain, k: int, cell: tuple[float, float], target: float) -> float:
    """The z in ``cell`` that layer k maps nearest to ``target``; the layer is monotone there."""
    low, high = cell
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


def _consistent(chain: Chain, points: list[float]) -> list[float]:
    out = list(points)
    for k in range(chain.depth - 1):
        image = float(_layer(chain, k, np.array([out[k]]))[0])
        # Where the pull-back met its target the image is that, up to what the layer magnifies.
        if abs(image - points[k + 1]) > 1e-6 * (1.0 + abs(image)) or out[k] != points[k]:
            out[k + 1] = image
    return out


def _pivot(chain: Chain, points: list[float]) -> int:
    """The layer at which |dz/dx| is largest: from there errors shrink, backwards and forwards."""
    with np.errstate(all="ignore"):
        phi = chain.shape.log_slope(np, np.array(points))
        reach = np.cumsum(phi + log_weights(chain)) - phi
    return int(np.argmax(np.where(np.isnan(reach), -math.inf, reach)))


def _enclosed_preimage(
    chain: Chain, k: int, guess: float, target: tuple[float, float]
) -> tuple[float, float] | None:
    """An interval around ``guess`` that layer k provably maps over all of ``target``."""
    step = 4.0 * math.ulp(guess)
    for _ in range(60):
        ends = np.array([guess - step, guess + step])
        low, high = ranges.value_range(chain.shape, ends, ends)
        low, high = layer_map.affine(chain.weights[k + 1], chain.biases[k + 1], low, high)
        if (high[0] <= target[0] and low[1] >= target[1]) or (
            high[1] <= target[0] and low[0] >= target[1]
        ):
            # Continuity: every value in between is taken by some z in the interval.
            return float(ends[0]), float(ends[1])
        step *= 3.0
        if step > 1e-3 * (1.0 + abs(guess)):
            return None
    return None


def _forward(chain: Chain, layers: list[tuple[float, float]]) -> None:
    """Extend enclosures from the last known layer to the deepest."""
    low, high = (np.array([end]) for end in layers[-1])
    for k in range(len(layers), chain.depth):
        low, high = ranges.value_range(chain.shape, low, high)
        low, high = layer_map.affine(chain.weights[k], chain.biases[k], low, high)
        layers.append((float(low[0]), float(high[0])))


def _lower(chain: Chain, layers: list[tuple[float, float]]) -> float:
    low, high = (np.array(ends) for ends in zip(*layers, strict=True))
    under, _ = ranges.log_slope_range(chain.shape, low, high)
    terms = [*under.tolist(), *log_weights(chain).tolist()]
    if any(math.isinf(term) for term in terms):
        return -math.inf
    return math.fsum(terms) - 2.0 * EPS * math.fsum(map(abs, terms))
