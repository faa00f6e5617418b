"""Narrowing the pieces of a chain to its steepest points; ``unimodal`` says why this is a proof.

A lane is one piece of one depth: a box between two orbits. Every round cuts each box at points of
its widest layer, and keeps the part on which the slope can still have its maximum.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.bracket import Bracket
from gradplot.analysis.supremum.increasing import orbits
from gradplot.analysis.supremum.increasing.orbits import Box, Orbits
from gradplot.analysis.supremum.increasing.pieces import Pieces, inputs
from gradplot.analysis.supremum.slopes import Slopes, slopes
from gradplot.functions.intervals.rounding import EPS

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Pair
    from gradplot.functions.chain.chain import Chain
    from gradplot.functions.chain.fan import Fan

#: Rounds of narrowing; each cuts a box to between a half and a fiftieth.
ROUNDS = 80
#: Points tried per round, shared out among the boxes; layers x points bounds the memory.
POINTS_PER_ROUND = 4096
CELLS_PER_ROUND = 2_000_000
FEWEST, MOST = 3, 48
#: The width of the bracket, relative to its size, at which the slope is known; the rounds that x
#: may take from there; and the rounds without progress after which a box is left as it is.
TIGHT, ROUNDS_FOR_X, IDLE = 1e-14, 10, 2
#: Such rounds where there are few points in each, as with many boxes.
PATIENT = 8
#: Lanes past which those with a kink inside are left as they are.
MOST_LANES = 2000
#: Doubles between the ends of x that are few enough where a hint has led there.
FEW_ULPS = 64
#: Part of the x-range within which 0 is as good as any x.
AT_ZERO = 1e-17
#: Depths past which the deepest is asked where the others are steep, and the distances from there
#: at which they are tried.
MANY, HINTED = 8, np.array([1e-2, 1e-5, 1e-8, 1e-12])
#: Layers times boxes that are narrowed together.
TOGETHER = 40_000
#: Brackets this close, as logarithms, are equal maxima.
EQUAL = 1e-9


def suprema(
    chain: Chain,
    x_range: tuple[float, float],
    depths: tuple[int, ...],
    *,
    progress: Callable[[float], None] | None = None,
) -> list[Bracket]:
    """Brackets of the essential supremum for each depth, all weights of ``chain`` not 0."""

    pieces = Pieces(chain, x_range)
    found: list[Bracket] = []
    # The steepest orbit of another depth, seen from its end, is nearly that of the deepest one.
    hint = deepest_orbit(pieces) if len(depths) > MANY and not len(pieces.cut_layers) else None
    while len(found) < len(depths):
        # Depths go together as far as memory allows: numpy's cost is per call, not per number.
        room = max(1, TOGETHER // (depths[-1] * (1 + len(pieces.cut_layers))))
        group = depths[len(found) : len(found) + room]
        found += narrowed(pieces, group, hint=hint)
        if progress is not None:
            progress(len(found) / len(depths))
    return found


def deepest_orbit(pieces: Pieces) -> Array:
    """z of every layer on the steepest orbit of the whole chain, about."""
    search = _search(pieces, (pieces.chain.depth,))
    search.every_z = True
    box = orbits.between(search.left, search.right)
    while search.step():
        box = orbits.between(search.left, search.right)
    return np.asarray(0.5 * box.inner_low[:, 0] + 0.5 * box.inner_high[:, 0])


def narrowed(
    pieces: Pieces, depths: tuple[int, ...], *, hint: Array | None = None
) -> list[Bracket]:
    """The bracket of each depth (ascending)."""
    search = _search(pieces, depths)
    search.hint = hint
    search.run()
    return search.conclude()


def _search(pieces: Pieces, depths: tuple[int, ...]) -> Search:
    deepest = depths[-1]
    ends = [pieces.boxes(depth) for depth in depths]
    counts = [left.low.shape[1] for left, _ in ends]
    left, right = (joined([pair[side] for pair in ends], deepest) for side in (0, 1))
    return Search(
        pieces.chain.at(deepest),
        pieces.x_range,
        left,
        right,
        group=np.repeat(np.arange(len(depths)), counts),
        depths=np.asarray(depths),
    )


def joined(parts: list[Orbits], depth: int) -> Orbits:
    """Orbits side by side, their first ``depth`` layers."""
    return Orbits(
        np.concatenate([part.low[:depth] for part in parts], axis=1),
        np.concatenate([part.high[:depth] for part in parts], axis=1),
    )


class Search:
    """The lanes that are still open, what is known of them, and what is known of each group.

    A group is what the maximum is taken over: the pieces of one network, ``depths[group]`` layers
    deep. ``chain`` is the same in all lanes, or a fan with a network for each. With ``tolerance`` a
    bracket so wide, as a logarithm, is enough, and x does not matter.
    """

    def __init__(
        self,
        chain: Chain | Fan,
        x_range: tuple[float, float],
        left: Orbits,
        right: Orbits,
        *,
        group: np.ndarray,
        depths: np.ndarray,
        tolerance: float = 0.0,
    ) -> None:
        self.chain, self.x_range, self.left, self.right = chain, x_range, left, right
        self.signs = chain.signs
        self.depths, self.deepest = depths, int(depths.max())
        self.tolerance = tolerance
        #: Per group: a slope that is proven to be reached.
        self.lower = np.full(len(depths), -math.inf)
        #: Per lane: its group, an upper bound, the rounds it has been tight or idle, and the
        #: width of its x when that was last looked at.
        self.group = group
        self.upper = np.full(self.group.size, math.inf)
        self.tight = np.zeros(self.group.size, dtype=int)
        self.idle = np.zeros(self.group.size, dtype=int)
        self.x_width = np.full(self.group.size, math.inf)
        #: Whether every z is wanted as well as it can be had, and not x alone.
        self.every_z = False
        #: About where the steepest orbits are, layer for layer from their ends, if that is known.
        self.hint: Array | None = None
        self.hinted = False
        #: Lanes that nothing more will be learnt of: (depth, upper bound, left x, right x).
        self.settled: list[tuple[np.ndarray, Array, Array, Array]] = []

    @property
    def depth(self) -> np.ndarray:
        return np.asarray(self.depths[self.group])

    def run(self) -> None:
        """Narrow every lane until nothing more is to be learnt of it."""
        self.measure_ends()
        for _ in range(ROUNDS):
            if not self.step():
                break

    def measure_ends(self) -> None:
        """The slope at the ends of each piece, from inside; a maximum that stands at an end."""
        left, right = self._from_inside(self.left), self._from_inside(self.right)
        low = slopes(self.chain, left.low, left.high, self.depth)
        high = slopes(self.chain, right.low, right.high, self.depth)
        for found in (low, high):
            np.maximum.at(self.lower, self.group, found.low)
        safe = ~self._kinked(orbits.between(self.left, self.right))
        falls, rises = safe & (low.rate_high < 0.0), safe & (high.rate_low > 0.0)
        self.right = left.where(falls, self.right)
        self.left = right.where(rises & ~falls, self.left)

    def _from_inside(self, end: Orbits) -> Orbits:
        """``end`` with each exact kink widened by a double to the side that its piece lies on."""
        other = self.right if end is self.left else self.left
        low, high = end.low.copy(), end.high.copy()
        for kink in self.chain.shape.kinks:
            at_kink = (low == kink) & (high == kink)
            high = np.where(at_kink & (other.high > kink), math.nextafter(kink, math.inf), high)
            low = np.where(at_kink & (other.high <= kink), math.nextafter(kink, -math.inf), low)
        return Orbits(low, high)

    def _kinked(self, box: Box) -> np.ndarray:
        """Lanes with a kink inside: one whose orbit could not be told, or a coincidence.

        There the slope may jump, and its maximum is on neither known side of any point.
        """
        kinked = np.zeros(box.low.shape[1], dtype=bool)
        used = np.arange(box.low.shape[0])[:, None] < self.depth
        for kink in self.chain.shape.kinks:
            kinked |= (used & (box.low < kink) & (kink < box.high)).any(axis=0)
        return kinked

    def step(self) -> bool:
        """One round; False when every lane is settled."""
        box = orbits.between(self.left, self.right)
        found = slopes(self.chain, box.low, box.high, self.depth)
        self.upper = np.minimum(self.upper, found.high)
        lower = self.lower[self.group]
        known = self.tolerance + TIGHT * (self.depth + np.abs(lower))
        self.tight += self.upper - lower <= known
        done = self.tight > (0 if self.tolerance else ROUNDS_FOR_X)
        done |= self.idle >= (PATIENT if self.tolerance else IDLE)
        if self.tight.any() and not self.every_z:
            done |= (self.tight > 0) & self._x_is_told(box)
        self._keep(self.upper >= lower, done)
        if not self.group.size:
            return False
        self._narrow()
        return bool(self.group.size)

    def _x_is_told(self, box: Box) -> np.ndarray:
        """Whether x is known as well as float64 tells it: a round has not halved its interval."""
        left, right = inputs(self.chain, self.x_range, box)
        width, before = right - left, self.x_width
        self.x_width = width
        least = AT_ZERO * (self.x_range[1] - self.x_range[0])
        told = width > 0.5 * before
        if self.hinted:
            told |= width <= FEW_ULPS * np.spacing(np.maximum(np.abs(left), np.abs(right)))
        return told | ((left <= 0.0) & (right >= 0.0) & (width <= least))

    def _keep(self, alive: np.ndarray, done: np.ndarray) -> None:
        if (alive & done).any():
            self._settle(alive & done)
        stay = alive & ~done
        if not stay.all():
            self.chain = self.chain.lanes(stay)
            self.left, self.right = self.left[stay], self.right[stay]
            self.group, self.upper = self.group[stay], self.upper[stay]
            self.tight, self.idle = self.tight[stay], self.idle[stay]
            self.x_width = self.x_width[stay]

    def _settle(self, lanes: np.ndarray) -> None:
        box = orbits.between(self.left[lanes], self.right[lanes])
        x = inputs(self.chain.lanes(lanes), self.x_range, box)
        self.settled.append((self.group[lanes], self.upper[lanes], *x))

    def _narrow(self) -> None:
        box = orbits.between(self.left, self.right)
        layer, room = _widest(box, self.depth)
        if not room.all():
            self._keep(np.ones(room.size, dtype=bool), ~room)
            if not room.any():
                return
            box = orbits.between(self.left, self.right)
            layer = layer[room]
        lanes, columns = self.group.size, np.arange(self.group.size)
        share = min(POINTS_PER_ROUND // lanes, CELLS_PER_ROUND // (lanes * self.deepest))
        points = cuts(
            box.inner_low[layer, columns],
            box.inner_high[layer, columns],
            max(FEWEST, min(MOST, share)),
        )
        if self.hint is not None:
            points = self._hinted(box, points, layer)
        # In the order of x, so that "before" and "after" mean the same in every lane.
        points = np.where((self.signs[layer] < 0)[:, None], points[:, ::-1], points)
        count = points.shape[1]
        every = np.repeat(columns, count)
        around = Box(box.low[:, every], box.high[:, every], box.low, box.high)
        chain = self.chain.lanes(every)
        probe = orbits.through(chain, layer[every], points.ravel(), around)
        found = slopes(chain, probe.low, probe.high, self.depth[every])
        self._judge(box, probe, found, count)

    def _hinted(self, box: Box, points: Array, layer: np.ndarray) -> Array:
        """Points about where the hint says, and no others but the middle ones."""
        assert self.hint is not None
        columns = np.arange(self.group.size)
        about = self.hint[len(self.hint) - self.depth + layer]
        steps = np.concatenate((-HINTED, HINTED[::-1]))
        near = about[:, None] + steps * (1.0 + np.abs(about))[:, None]
        low, high = box.inner_low[layer, columns], box.inner_high[layer, columns]
        near = np.clip(
            near, np.nextafter(low, math.inf)[:, None], np.nextafter(high, -math.inf)[:, None]
        )
        middle = points[:, points.shape[1] // 4 :: max(1, points.shape[1] // 2)]
        self.hint, self.hinted = None, True
        return np.sort(np.concatenate((near, middle), axis=1), axis=1)

    def _judge(self, box: Box, probe: Orbits, found: Slopes, count: int) -> None:
        """Keep of each box what lies between the last rising probe and the first falling one."""
        lanes, columns = self.group.size, np.arange(self.group.size)
        low, high = found.low.reshape(lanes, count), found.high.reshape(lanes, count)
        np.maximum.at(self.lower, self.group, low.max(axis=1))
        safe = ~self._kinked(box)
        left, right = inputs(self.chain, self.x_range, box)
        width = np.repeat((right - left) * (1.0 + 4.0 * EPS), count)
        tangent = _tangent(found, width).reshape(lanes, count).min(axis=1)
        self.upper = np.where(safe, np.minimum(self.upper, tangent), self.upper)
        best = np.argmax(low, axis=1)
        beaten = high < low[columns, best][:, None]
        place = np.arange(count)
        rising = (found.rate_low.reshape(lanes, count) > 0.0) | (beaten & (place < best[:, None]))
        falling = (found.rate_high.reshape(lanes, count) < 0.0) | (beaten & (place > best[:, None]))
        last = np.where(safe[:, None] & rising, place, -1).max(axis=1)
        first = np.where(safe[:, None] & falling, place, count).min(axis=1)
        pick = columns * count
        middle = probe[pick + count // 2]
        old_left, old_right = self.left, self.right
        self.left = probe[pick + np.maximum(last, 0)].where(last >= 0, old_left)
        self.right = probe[pick + np.minimum(first, count - 1)].where(first < count, old_right)
        self._count_idle(box)
        if not safe.all() and lanes <= MOST_LANES:
            self._halve(np.flatnonzero(~safe), old_left, middle, old_right)

    def _count_idle(self, before: Box) -> None:
        now = orbits.between(self.left, self.right)
        span = before.high - before.low
        with np.errstate(invalid="ignore"):
            cut = ((now.high - now.low <= 0.5 * span) & (span > 0.0)).any(axis=0)
        self.idle = np.where(cut, 0, self.idle + 1)

    def _halve(self, lanes: np.ndarray, left: Orbits, middle: Orbits, right: Orbits) -> None:
        """Both halves of lanes whose maximum may be on either side."""
        self.idle[lanes] = 0
        self.chain = self.chain.lanes(np.concatenate((np.arange(self.group.size), lanes)))
        self.left, self.right = (
            Orbits(
                np.concatenate((side.low, new.low[:, lanes]), axis=1),
                np.concatenate((side.high, new.high[:, lanes]), axis=1),
            )
            for side, new in ((self.left, middle), (self.right, right))
        )
        # The old lanes become the left halves, the new ones are the right halves.
        self.left.low[:, lanes], self.left.high[:, lanes] = left.low[:, lanes], left.high[:, lanes]
        self.right.low[:, lanes] = middle.low[:, lanes]
        self.right.high[:, lanes] = middle.high[:, lanes]
        for name in ("group", "upper", "tight", "idle", "x_width"):
            held = getattr(self, name)
            setattr(self, name, np.concatenate((held, held[lanes])))

    def bounds(self) -> Pair:
        """Lower and upper bounds of each group, without an x."""
        group, upper, _, _ = self._all_settled()
        over = self.lower.copy()
        np.maximum.at(over, group, upper)
        return self.lower, over

    def _all_settled(self) -> tuple[np.ndarray, Array, Array, Array]:
        """The lanes that are settled and those still open."""
        if self.group.size:
            self._settle(np.ones(self.group.size, dtype=bool))
        none = (np.zeros(0, dtype=int), np.zeros(0), np.zeros(0), np.zeros(0))
        group, upper, left, right = (
            np.concatenate(part) for part in zip(*(self.settled or [none]), strict=True)
        )
        return group, upper, left, right

    def conclude(self) -> list[Bracket]:
        """The bracket of each group, from the lanes that are settled and those still open."""
        group, upper, left, right = self._all_settled()
        found = []
        for number, lower in enumerate(self.lower.tolist()):
            mine = np.flatnonzero((group == number) & (upper >= lower))
            bracket = Bracket(lower, lower)
            if mine.size:
                bracket.upper = max(lower, float(upper[mine].max()))
                likely = mine[upper[mine] >= upper[mine].max() - EQUAL]
                bracket.left, bracket.right = _nearest_to_zero(left[likely], right[likely])
            found.append(bracket)
        return found


def _tangent(found: Slopes, width: Array) -> Array:
    """Upper bounds on a box from a point in it: |F'|^(-1/2) lies above its tangent there."""
    rate = np.maximum(np.abs(found.rate_low), np.abs(found.rate_high))
    with np.errstate(all="ignore"):
        drop = 0.5 * rate * np.exp(found.reach) * width
        bound = found.high - 2.0 * np.log1p(-drop) * (1.0 + 1e-12)
    return np.where(drop < 0.9, bound, math.inf)


def _widest(box: Box, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each box the deepest of its widest layers, and whether a point lies inside there."""
    layers = np.arange(box.low.shape[0])[:, None]
    with np.errstate(invalid="ignore"):
        width = box.inner_high - box.inner_low
    width = np.where((layers < depth) & np.isfinite(width), width, 0.0)
    # Of layers that are about as wide the deepest: pulling back from it loses nothing.
    wide = (width >= 0.5 * width.max(axis=0)) & (layers < depth)
    layer = len(width) - 1 - np.argmax(wide[::-1], axis=0)
    columns = np.arange(layer.size)
    low, high = box.inner_low[layer, columns], box.inner_high[layer, columns]
    middle = 0.5 * low + 0.5 * high
    return layer, (low < middle) & (middle < high)


def _nearest_to_zero(left: Array, right: Array) -> tuple[float, float]:
    """Of several equal maxima the one nearest to 0, the left one of a pair."""
    chosen = np.lexsort((left, np.minimum(np.abs(left), np.abs(right))))[0]
    return float(left[chosen]), float(right[chosen])


def cuts(low: Array, high: Array, count: int) -> Array:
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
