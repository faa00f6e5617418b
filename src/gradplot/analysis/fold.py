"""The fold: where a network of one weight and one bias turns from vanishing to exploding.

Let act be increasing and bounded with |act'|^(-1/2) convex (infinite where act is flat): every
increasing bounded activation in the table. With one weight w, not 0, and one bias b in all layers,
each layer does z -> g(z) = w·act(z) + b, and dy/dx at depth d is the product of w·act'(z_k) along
an orbit z_1 = w·x + b, z_2 = g(z_1), ... Then, for x from a closed range X:

    If g has a fixed point z with |w|·act'(z) > 1, and act(z) lies in X, the maximum slope grows
    without end: it is at least (|w|·act'(z))^d. If every fixed point that X reaches has
    |w|·act'(z) < 1, the maximum slope tends to 0.

Proof. x = act(z) has z_1 = z, and stays there: each layer contributes |w|·act'(z). For the other
half take w > 0 first. act' is unimodal, so b = z - w·act(z) rises, falls and rises with z: g has
one fixed point, or three of which the middle one repels. Orbits of an increasing bounded map
converge, from a compact interval without a repelling point uniformly, to an attracting fixed point,
beside which slopes shrink by a factor a layer. For w < 0, g falls and has one fixed point; g∘g
rises, and |(g∘g)'|^(-1/2) is convex as that is kept by composition (see ``increasing.pieces``), so
that (g∘g)' > 1 on an interval. Were the fixed point of g attracting and a pair p, q of period two
around it, the outermost attracting, then (g∘g)' would be above 1 on both sides of it and below 1 in
it. So an attracting fixed point attracts all, and a repelling one has a pair that attracts all the
rest. (Singer, SIAM J. Appl. Math. 35, 1978, 260-267, on such maps; the curve for w > 0 is the cusp
catastrophe of Thom and Zeeman.)

So for a given w what explodes is one interval of b: the image, under the there monotone b(z) =
z - w·act(z), of the z with |w|·act'(z) > 1 that X reaches. Its ends are the fold; both meet at
|w| = 1/sup act', the critical weight, for w > 0 in a cusp. Of activations that are unbounded or
turn this says nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gradplot.functions.activations.shape import Shape
    from gradplot.functions.arrays import Array, Pair

#: Halvings that leave nothing between two doubles; z from which act' is 0 for every weight.
_HALVINGS, _FAR = 64, 2.0**500


def known(shape: Shape) -> bool:
    """Whether the theorem holds for an activation."""
    return shape.monotone and math.isfinite(shape.low) and math.isfinite(shape.high)


@np.errstate(all="ignore")
def fold(
    shape: Shape,
    weight: Array,
    x_range: tuple[float, float],
    *,
    input_bias: float | None = None,
) -> Pair:
    """The ends of the interval of biases that explode, for each weight; NaN where none does.

    ``input_bias`` is the first layer's bias where it is not that of the others. The ends are right
    to about 1e-13 of |w| + |b|.
    """
    weight = np.asarray(weight, dtype=np.float64)
    left, right = (_edge(shape, weight, side) for side in (-1.0, 1.0))
    if input_bias is None:
        reached = [np.full_like(weight, _inverse(shape, x)) for x in x_range]
    else:
        ends = np.sort(np.stack([weight * x + input_bias for x in x_range]), axis=0)
        reached = [ends[0], ends[1]]
    left, right = np.maximum(left, reached[0]), np.minimum(right, reached[1])
    some = left <= right
    first, last = (z - weight * shape.value(np, z) for z in (left, right))
    low, high = np.minimum(first, last), np.maximum(first, last)
    return np.where(some, low, math.nan), np.where(some, high, math.nan)


def _edge(shape: Shape, weight: Array, side: float) -> Array:
    """How far from its mode |w|·act'(z) stays above 1, to the left or right; NaN for nowhere."""
    mode = _mode(shape)
    level = -np.log(np.abs(weight))

    def steep(distance: Array) -> np.ndarray:
        return np.asarray(shape.log_slope(np, mode + side * distance) > level)

    inner = np.zeros_like(weight)
    outer = np.ones_like(weight)
    while (growing := steep(outer) & (outer < _FAR)).any():
        outer = np.where(growing, 2.0 * outer, outer)
    for _ in range(_HALVINGS):
        middle = 0.5 * (inner + outer)
        above = steep(middle)
        inner, outer = np.where(above, middle, inner), np.where(above, outer, middle)
    return np.where(steep(np.zeros_like(weight)), mode + side * outer, math.nan)


def _mode(shape: Shape) -> float:
    """Where act' is largest, or the middle of where it is."""
    return shape.modes[0] if shape.modes else 0.5 * (min(shape.kinks) + max(shape.kinks))


def _inverse(shape: Shape, x: float) -> float:
    """z with act(z) = x; infinite for an x that act does not reach."""
    assert shape.inverse is not None
    if not shape.low < x < shape.high:
        return math.copysign(math.inf, x - 0.5 * (shape.low + shape.high))
    return float(shape.inverse(np, np.asarray(x)))
