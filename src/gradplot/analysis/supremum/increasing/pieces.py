"""The certified supremum of |dy/dx| for chains of increasing activations, at any depth.

Every increasing activation in the table has, between its kinks, a Schwarzian derivative
S(f) = f'''/f' - 3/2 (f''/f')^2 that is nowhere positive. So have affine maps (0), and compositions,
since S(f∘g) = S(f)∘g · g'^2 + S(g). And S(F) <= 0 says that |F'|^(-1/2) is convex: between the
preimages of kinks the slope of the whole network rises to one maximum and falls, however deep it
is. (On the Schwarzian derivative of one-dimensional maps see D. Singer, SIAM J. Appl. Math. 35,
1978, 260-267.) So there is nothing to branch on: on each such piece the sign of d log|dy/dx| / dx
at a point says on which side of it the maximum lies.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.increasing import orbits
from gradplot.analysis.supremum.increasing.orbits import Box, Orbits
from gradplot.analysis.supremum.slopes import log_weights, running_total
from gradplot.functions.activations import ranges
from gradplot.functions.chain import layer_map
from gradplot.functions.chain.chain import Chain
from gradplot.functions.chain.fan import Fan

if TYPE_CHECKING:
    from gradplot.analysis.supremum.slopes import Slopes
    from gradplot.functions.activations.shape import Shape
    from gradplot.functions.arrays import Array


class Pieces:
    """The x-range cut at the preimages of every layer's kinks, as orbits in the order of x."""

    def __init__(self, chain: Chain, x_range: tuple[float, float]) -> None:
        self.chain = chain
        self.x_range = x_range
        self.ends = orbits.from_input(chain, np.array(x_range))
        self.signs = chain.signs
        self.cuts, self.cut_layers = self._cut()

    def _cut(self) -> tuple[Orbits, np.ndarray]:
        chain = self.chain
        whole = orbits.between(self.ends[:1], self.ends[1:])
        layers, points = [], []
        for kink in chain.shape.kinks:
            inside = (whole.inner_low[:, 0] < kink) & (kink < whole.inner_high[:, 0])
            layers += np.flatnonzero(inside).tolist()
            points += [kink] * int(inside.sum())
        if not layers:
            return self.ends[:0], np.zeros(0, dtype=int)
        layer, point = np.array(layers), np.array(points)
        everywhere = Box(
            *(np.repeat(edge, layer.size, axis=1)
              for edge in (whole.low, whole.high, whole.inner_low, whole.inner_high))
        )  # fmt: skip
        found = orbits.through(chain, layer, point, everywhere)
        # A pull-back that went through a flat stretch fixes nothing: that kink cuts no live piece.
        sharp = found.high - found.low <= 1e-6 * (whole.high - whole.low)
        known = (sharp | (np.arange(chain.depth)[:, None] >= layer)).all(axis=0)
        found, layer = found[known], layer[known]
        order = np.argsort(self._position(found, whole), kind="stable")
        found, layer = found[order], layer[order]
        fresh = np.ones(layer.size, dtype=bool)
        fresh[1:] = (np.diff(found.low, axis=1) != 0.0).any(axis=0)
        # Of equal orbits the one from the shallowest layer stays: it cuts every depth from there.
        first = np.flatnonzero(fresh)
        shallowest = np.minimum.reduceat(layer, first)
        return found[first], shallowest

    def _position(self, found: Orbits, whole: Box) -> Array:
        # Every layer that tells two orbits apart has them in the same order, and so has the sum;
        # beside the share of the span, z / (1 + |z|) tells those near 0 apart in a huge one.
        middle = 0.5 * found.low + 0.5 * found.high
        with np.errstate(invalid="ignore", over="ignore"):
            share = np.nan_to_num((middle - whole.low) / np.maximum(whole.high - whole.low, 1e-300))
            near = np.nan_to_num(middle / (1.0 + np.abs(middle)))
        return np.asarray(np.sum(self.signs[:, None] * (share + near), axis=0))

    def boxes(self, depth: int) -> tuple[Orbits, Orbits]:
        """Left and right ends of the pieces of the first ``depth`` layers."""
        cuts = self.cuts[self.cut_layers < depth]
        low = np.concatenate((self.ends.low[:, :1], cuts.low, self.ends.low[:, 1:]), axis=1)
        high = np.concatenate((self.ends.high[:, :1], cuts.high, self.ends.high[:, 1:]), axis=1)
        every = Orbits(low, high)
        return every[:-1], every[1:]

    def likely(self, depths: tuple[int, ...]) -> list[np.ndarray]:
        """For each depth (ascending) which of its ``boxes`` can hold the steepest point.

        The pieces of the deepest are parts of the others', so one sum over the layers does for all.
        """
        left, right = self.boxes(depths[-1])
        left, right = left.until(depths[-1]), right.until(depths[-1])
        shape, logs = self.chain.shape, log_weights(self.chain)[: depths[-1], None]
        box = orbits.between(left, right)
        top = running_total(ranges.log_slope_range(shape, box.low, box.high)[1], logs, 1.0)
        reached = [
            running_total(ranges.log_slope_range(shape, end.low, end.high)[0], logs, -1.0)
            for end in from_inside(shape, left, right)
        ]
        lower = np.maximum(*reached).max(axis=1)
        layers = self.cut_layers[self.cut_layers < depths[-1]]
        found = []
        for depth in depths:
            starts = np.concatenate(([0], 1 + np.flatnonzero(layers < depth)))
            upper = np.maximum.reduceat(top[depth - 1], starts)
            found.append(~(upper < lower[depth - 1]))
        return found


def from_inside(shape: Shape, left: Orbits, right: Orbits) -> tuple[Orbits, Orbits]:
    """The ends of pieces, each exact kink widened by a double to the side of its piece."""
    return _widened(shape, left, right), _widened(shape, right, left)


def _widened(shape: Shape, end: Orbits, other: Orbits) -> Orbits:
    low, high = end.low.copy(), end.high.copy()
    for kink in shape.kinks:
        at_kink = (low == kink) & (high == kink)
        high = np.where(at_kink & (other.high > kink), math.nextafter(kink, math.inf), high)
        low = np.where(at_kink & (other.high <= kink), math.nextafter(kink, -math.inf), low)
    return Orbits(low, high)


def kinked(shape: Shape, box: Box, depth: np.ndarray) -> np.ndarray:
    """Lanes with a kink inside: one whose orbit could not be told, or a coincidence.

    There the slope may jump, and its maximum is on neither known side of any point.
    """
    found = np.zeros(box.low.shape[1], dtype=bool)
    used = np.arange(box.low.shape[0])[:, None] < depth
    for kink in shape.kinks:
        found |= (used & (box.low < kink) & (kink < box.high)).any(axis=0)
    return found


def inputs(chain: Chain | Fan, x_range: tuple[float, float], box: Box) -> tuple[Array, Array]:
    """The x that the boxes reach from, and no more than the x-range."""
    weight, bias = chain.layer(0)
    low, high = layer_map.affine_inverse(weight, bias, box.low[0], box.high[0])
    return np.clip(low, *x_range), np.clip(high, *x_range)


def tangent_bound(found: Slopes, width: Array) -> Array:
    """Upper bounds on a box from a point in it: |F'|^(-1/2) lies above its tangent there."""
    rate = np.maximum(np.abs(found.rate_low), np.abs(found.rate_high))
    with np.errstate(all="ignore"):
        drop = 0.5 * rate * np.exp(found.reach) * width
        bound = found.high - 2.0 * np.log1p(-drop) * (1.0 + 1e-12)
    return np.where(drop < 0.9, bound, math.inf)


def nearest_to_zero(left: Array, right: Array) -> tuple[float, float]:
    """Of several equal maxima the one nearest to 0, the left one of a pair."""
    chosen = np.lexsort((left, np.minimum(np.abs(left), np.abs(right))))[0]
    return float(left[chosen]), float(right[chosen])
