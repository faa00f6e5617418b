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
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis import orbits, straight
from gradplot.analysis.bracket import Bracket
from gradplot.analysis.orbits import Box, Orbits
from gradplot.functions import ranges, steps
from gradplot.functions.chain import Chain

if TYPE_CHECKING:
    from gradplot.functions.protocol import Array

#: Rounds of narrowing; each cuts a box to between a half and a fiftieth.
ROUNDS = 80
#: Points tried per round, shared out among the boxes; layers x points bounds the memory.
POINTS_PER_ROUND = 4096
CELLS_PER_ROUND = 2_000_000
#: The width of the bracket, relative to its size, at which the slope is known, and the rounds that
#: x may take from there.
TIGHT, ROUNDS_FOR_X = 1e-14, 10


def suprema(
    chain: Chain,
    x_range: tuple[float, float],
    depths: tuple[int, ...],
    *,
    progress: Callable[[float], None] | None = None,
) -> list[Bracket]:
    """Brackets of the essential supremum for each depth, all weights of ``chain`` not 0."""
    if chain.shape.straight:
        return straight.suprema(chain, x_range, depths)
    pieces = Pieces(chain, x_range)
    found = []
    for number, depth in enumerate(depths):
        found.append(_Search(pieces, depth).run())
        if progress is not None:
            progress((number + 1) / len(depths))
    return found


class Pieces:
    """The x-range cut at the preimages of every layer's kinks, as orbits in the order of x."""

    def __init__(self, chain: Chain, x_range: tuple[float, float]) -> None:
        self.chain = chain
        self.x_range = x_range
        self.ends = orbits.from_input(chain, np.array(x_range))
        self.signs = np.cumprod(np.sign(chain.weights))
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

    def inputs(self, box: Box) -> tuple[Array, Array]:
        """The x that the boxes reach from, and no more than the x-range."""
        chain = self.chain
        low, high = steps.affine_inverse(chain.weights[0], chain.biases[0], box.low[0], box.high[0])
        return np.clip(low, *self.x_range), np.clip(high, *self.x_range)


def _middles(box: Box, depth: int) -> tuple[np.ndarray, np.ndarray, Array]:
    """For each box its deepest wide layer, whether there is room to cut, and the middle there."""
    columns = np.arange(box.low.shape[1])
    with np.errstate(invalid="ignore"):
        width = (box.inner_high - box.inner_low)[:depth]
    width = np.where(np.isfinite(width), width, 0.0)
    # Of layers that are about as wide the deepest: pulling back from it loses nothing.
    wide = width >= 0.5 * width.max(axis=0)
    layer = depth - 1 - np.argmax(wide[::-1], axis=0)
    low, high = box.inner_low[layer, columns], box.inner_high[layer, columns]
    middle = 0.5 * low + 0.5 * high
    return layer, (low < middle) & (middle < high), middle


class _Search:
    """Narrows the pieces of one depth until the bracket is tight and x* is known."""

    def __init__(self, pieces: Pieces, depth: int) -> None:
        self.pieces = pieces
        self.depth = depth
        self.chain = pieces.chain.at(depth)
        left, right = pieces.boxes(depth)
        self.left = Orbits(left.low[:depth], left.high[:depth])
        self.right = Orbits(right.low[:depth], right.high[:depth])
        self.lower = -math.inf
        self.upper = np.full(left.low.shape[1], math.inf)

    def run(self) -> Bracket:
        self._measure_ends()
        idle = tight = 0
        for _ in range(ROUNDS):
            box = orbits.between(self.left, self.right)
            self._bound(box)
            self._keep(self.upper >= self.lower)
            if not self.upper.size:
                break
            top = float(self.upper.max())
            tight += top - self.lower <= TIGHT * (self.depth + abs(top))
            if tight > ROUNDS_FOR_X:
                break
            box = orbits.between(self.left, self.right)
            before = box.high - box.low
            if not self._narrow():
                break
            now = orbits.between(self.left, self.right)
            with np.errstate(invalid="ignore"):
                cut = bool((now.high - now.low <= 0.5 * before)[before > 0.0].any())
            idle = 0 if cut else idle + 1
            if idle >= 2:
                break
        return self._conclude()

    def _keep(self, lanes: np.ndarray) -> None:
        if lanes.all():
            return
        self.left, self.right = self.left[lanes], self.right[lanes]
        self.upper = self.upper[lanes]

    def _depths(self, lanes: int) -> np.ndarray:
        return np.full(lanes, self.depth)

    def _measure_ends(self) -> None:
        """The slope at the ends of each piece, from inside; a maximum that stands at an end."""
        left, right = self._from_inside(self.left), self._from_inside(self.right)
        for end in (left, right):
            found = orbits.slopes(self.chain, end.low, end.high, self._depths(end.low.shape[1]))
            self.lower = max(self.lower, float(found.low.max()))
            if end is left:
                self.right = end.where(found.rate_high < 0.0, self.right)
            else:
                self.left = end.where(found.rate_low > 0.0, self.left)

    def _from_inside(self, end: Orbits) -> Orbits:
        """``end`` with each exact kink widened by a double to the side that its piece lies on."""
        other = self.right if end is self.left else self.left
        low, high = end.low.copy(), end.high.copy()
        for kink in self.chain.shape.kinks:
            at_kink = (low == kink) & (high == kink)
            high = np.where(at_kink & (other.high > kink), math.nextafter(kink, math.inf), high)
            low = np.where(at_kink & (other.high <= kink), math.nextafter(kink, -math.inf), low)
        return Orbits(low, high)

    def _bound(self, box: Box) -> None:
        found = orbits.slopes(self.chain, box.low, box.high, self._depths(self.upper.size))
        self.upper = np.minimum(self.upper, found.high)

    def _tangent(self, found: orbits.Slopes, width: Array) -> Array:
        """Upper bounds on a box from a point in it: |F'|^(-1/2) lies above its tangent there."""
        rate = np.maximum(np.abs(found.rate_low), np.abs(found.rate_high))
        with np.errstate(all="ignore"):
            drop = 0.5 * rate * np.exp(found.reach) * width
            bound = found.high - 2.0 * np.log1p(-drop) * (1.0 + 1e-12)
        return np.where(drop < 0.9, bound, math.inf)

    def _narrow(self) -> bool:
        """Cut every box at points of its widest layer; False when no box can be cut."""
        box = orbits.between(self.left, self.right)
        lanes = box.low.shape[1]
        layer, inside, _ = _middles(box, self.depth)
        if not inside.any():
            return False
        columns = np.arange(lanes)
        share = min(POINTS_PER_ROUND // lanes, CELLS_PER_ROUND // (lanes * self.depth))
        points = _cuts(
            box.inner_low[layer, columns], box.inner_high[layer, columns], max(3, min(48, share))
        )
        # In the order of x, so that "before" and "after" mean the same in every lane.
        down = self.pieces.signs[layer] < 0
        points = np.where(down[:, None], points[:, ::-1], points)
        count = points.shape[1]
        repeat = np.repeat(columns, count)
        wide = Box(box.low[:, repeat], box.high[:, repeat], box.low, box.high)
        probe = orbits.through(self.chain, layer[repeat], points.ravel(), wide)
        found = orbits.slopes(self.chain, probe.low, probe.high, self._depths(repeat.size))
        usable = np.repeat(inside, count).reshape(lanes, count)
        low = np.where(usable, found.low.reshape(lanes, count), -math.inf)
        high = np.where(usable, found.high.reshape(lanes, count), math.inf)
        best = np.argmax(low, axis=1)
        self.lower = max(self.lower, float(low.max()))
        left, right = self.pieces.inputs(box)
        width = np.repeat((right - left) * (1.0 + 4.0 * ranges.EPS), count)
        tangent = self._tangent(found, width).reshape(lanes, count)
        self.upper = np.minimum(self.upper, np.where(usable, tangent, math.inf).min(axis=1))
        beaten = high < low[columns, best][:, None]
        place = np.arange(count)
        rising = usable & (
            (found.rate_low.reshape(lanes, count) > 0.0) | (beaten & (place < best[:, None]))
        )
        falling = usable & (
            (found.rate_high.reshape(lanes, count) < 0.0) | (beaten & (place > best[:, None]))
        )
        last_rising = np.where(rising, place, -1).max(axis=1)
        first_falling = np.where(falling, place, count).min(axis=1)
        pick = columns * count
        self.left = probe[pick + np.maximum(last_rising, 0)].where(last_rising >= 0, self.left)
        self.right = probe[pick + np.minimum(first_falling, count - 1)].where(
            first_falling < count, self.right
        )
        return True

    def _conclude(self) -> Bracket:
        if not self.upper.size:
            return Bracket(self.lower, self.lower)
        best = Bracket(self.lower, max(self.lower, float(self.upper.max())))
        left, right = self.pieces.inputs(orbits.between(self.left, self.right))
        likely = self.upper >= self.upper.max() - 1e-9
        best.left, best.right = _nearest_to_zero(left[likely], right[likely])
        return best


def _nearest_to_zero(left: Array, right: Array) -> tuple[float, float]:
    """Of several equal maxima the one nearest to 0, the left one of a pair."""
    chosen = np.lexsort((left, np.minimum(np.abs(left), np.abs(right))))[0]
    return float(left[chosen]), float(right[chosen])


def _cuts(low: Array, high: Array, count: int) -> Array:
    """``count`` points strictly inside each (low, high), ascending; where there is room for them.

    Most stand at equal distances, the others at equal steps through the doubles themselves: a
    maximum at z = 0.5 is found between -10^300 and 10^300 as fast as between -8 and 8.
    """
    fine = max(1, count // 4)
    part = np.arange(1, count - fine + 1) / (count - fine + 1)
    even = low[:, None] * (1.0 - part) + high[:, None] * part
    first, last = _ordinal(low), _ordinal(high)
    step = np.arange(1, fine + 1) / (fine + 1)
    ordinals = first[:, None] + ((last - first)[:, None] * step).astype(np.int64)
    points = np.concatenate((even, _from_ordinal(ordinals)), axis=1)
    points[:, 0] = np.where((low < 0.0) & (high > 0.0), 0.0, points[:, 0])
    points = np.clip(
        points, np.nextafter(low, math.inf)[:, None], np.nextafter(high, -math.inf)[:, None]
    )
    return np.sort(points, axis=1)


def _ordinal(numbers: Array) -> np.ndarray:
    """The place of each double among all doubles, halved so that differences fit in 64 bits."""
    bits = np.ascontiguousarray(numbers + 0.0).view(np.int64)
    return np.where(bits >= 0, bits, np.int64(-(2**63)) - bits) // 2


def _from_ordinal(ordinals: np.ndarray) -> Array:
    whole = ordinals * 2
    bits = np.where(whole >= 0, whole, np.int64(-(2**63)) - whole)
    return np.ascontiguousarray(bits).view(np.float64)
