"""The search: boxes narrowed to the steepest points; ``pieces`` says why this is a proof.

A lane is one piece of one depth: a box between two orbits. Every round cuts each box at points of
its widest layer, and keeps the part on which the slope can still have its maximum.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.increasing import orbits, pieces
from gradplot.analysis.supremum.increasing.cuts import (
    Hint,
    corner,
    crossing,
    cuts,
    guessed,
    halved,
    rates,
    steady,
    widest,
)
from gradplot.analysis.supremum.increasing.orbits import Box, Orbits
from gradplot.analysis.supremum.increasing.settled import Settled
from gradplot.analysis.supremum.slopes import Slopes, slopes
from gradplot.functions.intervals.rounding import EPS

if TYPE_CHECKING:
    from gradplot.analysis.supremum.bracket import Bracket
    from gradplot.functions.arrays import Array, Pair
    from gradplot.functions.chain.chain import Chain
    from gradplot.functions.chain.fan import Fan

#: Rounds of narrowing; each cuts a box to between a half and a fiftieth.
ROUNDS = 80
#: Points tried per round, shared out among the boxes; layers x points bounds the memory.
POINTS_PER_ROUND = 1024
CELLS_PER_ROUND = 2_000_000
FEWEST, MOST = 3, 48
#: The width of the bracket, relative to its size, at which the slope is known; the rounds that x
#: may take from there; and the rounds without progress after which a box is left as it is.
TIGHT, ROUNDS_FOR_X, IDLE = 1e-14, 10, 2
#: Part of what float64 tells a slope to beyond which a bracket of it is no narrower.
BLURRED = 1.05
#: Such rounds where there are few points in each, as with many boxes.
PATIENT = 8
#: Lanes past which those with a kink inside are left as they are.
MOST_LANES = 2000
#: Doubles between the ends of x that are few enough where a hint has led there.
FEW_ULPS = 64
#: Part of the x-range past which a round that does not halve it was spent on another layer.
TOLD = 1e-13
#: And one past which an idle round beside a hint says that no other will do better.
TOLD_BY_HINT = 1e-11
#: Part of the x-range within which 0 is as good as any x.
AT_ZERO = 1e-17
#: What is held of each lane beside its ends.
OF_LANES = ("group", "upper", "tight", "idle", "x_width", "rates", "cut_layer")


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
        self.signs, self.depths, self.tolerance = chain.signs, depths, tolerance
        #: Per group: a slope that is proven to be reached.
        self.lower = np.full(len(depths), -math.inf)
        #: And how far float64 tells a slope there.
        self.blur = np.full(len(depths), math.inf)
        #: Per lane: its group, an upper bound, the rounds it has been tight or idle, and the
        #: width of its x when that was last looked at.
        self.group = group
        self.upper = np.full(self.group.size, math.inf)
        self.tight = np.zeros(self.group.size, dtype=int)
        self.idle = np.zeros(self.group.size, dtype=int)
        self.x_width = np.full(self.group.size, math.inf)
        #: The rates at its left and its right end, and the layer that it was cut in (-1: none).
        self.rates = np.full((self.group.size, 2, 3), math.nan)
        self.cut_layer = np.full(self.group.size, -1)
        #: What finds about where the steepest orbits are, if anything does.
        self.hint: Callable[[], Hint] | None = None
        self.hinted = False
        self.settled = Settled()

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
        left, right = pieces.from_inside(self.chain.shape, self.left, self.right)
        low = slopes(self.chain, left.low, left.high, self.depth)
        high = slopes(self.chain, right.low, right.high, self.depth)
        for found in (low, high):
            np.maximum.at(self.lower, self.group, found.low)
        safe = ~pieces.kinked(self.chain.shape, orbits.between(self.left, self.right), self.depth)
        falls, rises = safe & (low.rate_high < 0.0), safe & (high.rate_low > 0.0)
        self.rates[safe, 0], self.rates[safe, 1] = rates(low)[safe], rates(high)[safe]
        self.right = left.where(falls, self.right)
        self.left = right.where(rises & ~falls, self.left)

    def step(self) -> bool:
        """One round; False when every lane is settled."""
        box = orbits.between(self.left, self.right)
        found = slopes(self.chain, box.low, box.high, self.depth)
        self.upper = np.minimum(self.upper, found.high)
        lower = self.lower[self.group]
        least = TIGHT * (self.depth + np.abs(lower))
        blur = BLURRED * self.blur[self.group]
        known = np.where(blur <= 4.0 * least, np.maximum(least, blur), least)
        self.tight += self.upper - lower <= self.tolerance + known
        done = self.tight > (0 if self.tolerance else ROUNDS_FOR_X)
        done |= self.idle >= (PATIENT if self.tolerance else IDLE)
        if self.tight.any():
            done |= (self.tight > 0) & self._x_is_told(box)
        self._keep(self.upper >= lower, done)
        if not self.group.size:
            return False
        self._narrow()
        return bool(self.group.size)

    def _x_is_told(self, box: Box) -> np.ndarray:
        """Whether x is known as well as float64 tells it: a round has not halved its interval."""
        left, right = pieces.inputs(self.chain, self.x_range, box)
        width, before = right - left, self.x_width
        self.x_width = width
        span = self.x_range[1] - self.x_range[0]
        told = (width > 0.5 * before) & (width <= TOLD * span)
        if self.hinted:
            told |= width <= FEW_ULPS * np.spacing(np.maximum(np.abs(left), np.abs(right)))
            told |= (self.idle > 0) & (width <= TOLD_BY_HINT * span)
        return told | ((left <= 0.0) & (right >= 0.0) & (width <= AT_ZERO * span))

    def _keep(self, alive: np.ndarray, done: np.ndarray) -> None:
        if (alive & done).any():
            self._settle(alive & done)
        stay = alive & ~done
        if not stay.all():
            for name in OF_LANES:
                setattr(self, name, getattr(self, name)[stay])
            # Layers past the deepest lane that is still open are not looked at again.
            deepest = int(self.depth.max(initial=1))
            self.chain = self.chain.lanes(stay).at(deepest)
            self.left = self.left[stay].until(deepest)
            self.right = self.right[stay].until(deepest)

    def _settle(self, lanes: np.ndarray) -> None:
        box = orbits.between(self.left[lanes], self.right[lanes])
        x = pieces.inputs(self.chain.lanes(lanes), self.x_range, box)
        self.settled.add(self.group[lanes], self.upper[lanes], x)
        if not self.tolerance and not self.chain.shape.kinks:
            for lane, group in enumerate(self.group[lanes].tolist()):
                used = slice(self.depths[group])
                self.settled.z[group] = box.low[used, lane], box.high[used, lane]

    def _narrow(self) -> None:
        box = orbits.between(self.left, self.right)
        layer, room = widest(box, self.depth)
        if not room.all():
            self._keep(np.ones(room.size, dtype=bool), ~room)
            if not room.any():
                return
            box = orbits.between(self.left, self.right)
            layer = layer[room]
        layer, points = self._cut_places(box, layer)
        # In the order of x, so that "before" and "after" mean the same in every lane.
        points = np.where((self.signs[layer] < 0)[:, None], points[:, ::-1], points)
        count = points.shape[1]
        every = np.repeat(np.arange(self.group.size), count)
        around = Box(box.low[:, every], box.high[:, every], box.low, box.high)
        chain = self.chain.lanes(every)
        depth = self.depth[every]
        probe = orbits.through(chain, layer[every], points.ravel(), around, depth)
        found = slopes(chain, probe.low, probe.high, depth)
        self._judge(box, probe, found, layer=layer, count=count)

    def _cut_places(self, box: Box, layer: np.ndarray) -> tuple[np.ndarray, Array]:
        """The layer that each box is cut in, if not its widest one, and the points there."""
        lanes, columns = self.group.size, np.arange(self.group.size)
        zeros = crossing(self.rates)
        # What the rates at its ends say has not halved a box that is idle.
        told = np.isfinite(zeros).all(axis=1) & (self.idle == 0)
        layer = steady(box, layer, np.where(told, self.cut_layer, -1))
        zeros = np.where((self.signs[layer] < 0)[:, None], 1.0 - zeros[:, ::-1], zeros)
        for jump in self.chain.shape.rate_jumps:
            at = corner(box, self.depth, jump)
            found = (at >= 0) & (self.idle == 0)
            layer = np.where(found, at, layer)
            low, high = box.inner_low[layer, columns], box.inner_high[layer, columns]
            zeros = np.where(found[:, None], ((jump - low) / (high - low))[:, None], zeros)
            told |= found
        hint = self.hint() if self.hint is not None else None
        if hint is not None:
            layer = hint.layers(box, self.group, layer)
        share = min(POINTS_PER_ROUND // lanes, CELLS_PER_ROUND // (lanes * self.chain.depth))
        low, high = box.inner_low[layer, columns], box.inner_high[layer, columns]
        points = cuts(low, high, max(FEWEST, min(MOST, share)))
        points = np.where(told[:, None], guessed(points, zeros, low=low, high=high), points)
        if hint is not None:
            points = hint.points(points, self.group, low=low, high=high)
            self.hint, self.hinted = None, True
        return layer, points

    def _judge(
        self, box: Box, probe: Orbits, found: Slopes, *, layer: np.ndarray, count: int
    ) -> None:
        """Keep of each box what lies between the last rising probe and the first falling one."""
        lanes, columns = self.group.size, np.arange(self.group.size)
        low, high = found.low.reshape(lanes, count), found.high.reshape(lanes, count)
        np.maximum.at(self.lower, self.group, low.max(axis=1))
        safe = ~pieces.kinked(self.chain.shape, box, self.depth)
        left, right = pieces.inputs(self.chain, self.x_range, box)
        width = np.repeat((right - left) * (1.0 + 4.0 * EPS), count)
        tangent = pieces.tangent_bound(found, width).reshape(lanes, count).min(axis=1)
        self.upper = np.where(safe, np.minimum(self.upper, tangent), self.upper)
        best = np.argmax(low, axis=1)
        beaten = high < low[columns, best][:, None]
        np.minimum.at(self.blur, self.group, (high - low)[columns, best])
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
        every = rates(found)
        self.rates[last >= 0, 0] = every[(pick + last)[last >= 0]]
        self.rates[first < count, 1] = every[(pick + first)[first < count]]
        self.cut_layer = layer
        progress = halved(box, orbits.between(self.left, self.right), self.depth)
        self.idle = np.where(progress, 0, self.idle + 1)
        if not safe.all() and lanes <= MOST_LANES:
            self._halve(np.flatnonzero(~safe), old_left, middle, old_right)

    def _halve(self, lanes: np.ndarray, left: Orbits, middle: Orbits, right: Orbits) -> None:
        """Both halves of lanes whose maximum may be on either side."""
        self.idle[lanes], self.rates[lanes] = 0, math.nan
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
        for name in OF_LANES:
            held = getattr(self, name)
            setattr(self, name, np.concatenate((held, held[lanes])))

    def bounds(self) -> Pair:
        """Lower and upper bounds of each group, without an x."""
        self._settle_all()
        return self.settled.bounds(self.lower)

    def conclude(self) -> list[Bracket]:
        """The bracket of each group, from the lanes that are settled and those still open."""
        self._settle_all()
        return self.settled.brackets(self.lower)

    def _settle_all(self) -> None:
        if self.group.size:
            self._settle(np.ones(self.group.size, dtype=bool))
