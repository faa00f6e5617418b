"""The search of ``turning.max_plus`` for many lanes at once, as tight as a tolerance asks for.

A round bounds all open lanes by one program, follows its best paths to orbits, closes the lanes
that are tight, drops cells of the others that no steep path goes through, and cuts the rest.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.turning import max_plus
from gradplot.analysis.supremum.turning.cells import pieces_for
from gradplot.analysis.supremum.turning.together import cells, orbits
from gradplot.analysis.supremum.turning.together.lanes import Lanes
from gradplot.analysis.supremum.turning.together.program import Guides, Program

if TYPE_CHECKING:
    from gradplot.analysis.supremum.turning.together.cells import Cells
    from gradplot.functions.arrays import Array, Mask, Pair
    from gradplot.functions.chain.networks import Networks

#: Layers times lanes that are searched together.
TOGETHER = 3_000
#: Inputs that are tried before anything else.
INPUTS = 65
#: Rounds; the share of the gap that the cells of a path may keep when they have been cut; and the
#: pieces that a cell is cut into.
ROUNDS, SHARE, PIECES = 10, 0.25, 16
#: Cells per layer of a lane, at most after a round of cutting: what takes more is searched alone.
#: And how many each may have in any case, where those of all lanes are more than so many.
MOST, FEWEST, MOST_TOGETHER = 400, 40, 400_000
#: A gap up to which orbits guide the program.
GUIDED = 0.3
#: Larger multipliers are of no use: they are those of an orbit that is far from the steepest.
LARGEST_MULTIPLIER = 1e6


def suprema(networks: Networks, x_range: tuple[float, float], *, tolerance: float) -> Pair:
    """Lower and upper bounds of log sup|dy/dx| of each network, no weight being 0."""
    lower, upper = np.empty(networks.size), np.empty(networks.size)
    # Depths that are alike go together: arrays have as many layers as the deepest, the first.
    rest = np.argsort(-networks.depth, kind="stable")
    while rest.size:
        room = max(1, TOGETHER // int(networks.depth[rest[0]]))
        block, rest = rest[:room], rest[room:]
        search = Search(_lanes(networks.of(block)), x_range, tolerance)
        search.run()
        lower[block], upper[block] = search.lower, search.upper
        for number in block[search.unfinished].tolist():
            depth = int(networks.depth[number])
            (alone,) = max_plus.suprema(
                networks.chain(number, depth), x_range, (depth,), tolerance=tolerance
            )
            lower[number] = max(lower[number], alone.lower)
            upper[number] = max(min(upper[number], alone.upper), lower[number])
    return lower, upper


def _lanes(networks: Networks) -> Lanes:
    layers = int(networks.depth.max()), networks.size
    weights, biases = (np.broadcast_to(each, layers) for each in (networks.weight, networks.bias))
    return Lanes(networks.shape, weights, biases, networks.depth)


class Search:
    """What is known of every lane; some of them are still open."""

    def __init__(self, lanes: Lanes, x_range: tuple[float, float], tolerance: float) -> None:
        self.x_range, self.tolerance = x_range, tolerance
        self.lower = np.full(lanes.size, -math.inf)
        self.upper = np.full(lanes.size, math.inf)
        #: The lanes that are open: their numbers, networks, spans, and the best orbits.
        self.number = np.arange(lanes.size)
        self.lanes = lanes
        self.span = cells.spans(lanes, x_range)
        self.orbits = orbits.steepest_of(lanes, np.linspace(*x_range, INPUTS)[:, None])
        self._keep(np.flatnonzero(cells.tractable(lanes, self.span)))

    def run(self) -> None:
        """Close every lane that a few rounds can close."""
        if self.number.size:
            known = cells.first_cells(self.lanes, self.span)
        for number in range(ROUNDS):
            if not self.number.size:
                return
            program = Program(self.lanes, known, self._guides() if number else None)
            upper, rounding = program.upper()
            self.upper[self.number] = np.minimum(self.upper[self.number], upper)
            self._follow(program)
            self.lower[self.number] = lower = self.orbits.lower
            self.upper[self.number] = np.maximum(self.upper[self.number], lower)
            open_ = ~self._closed
            if number + 1 == ROUNDS or not open_.any():
                return
            known = self._cut(program, rounding, open_, first=number == 0)

    @property
    def unfinished(self) -> np.ndarray:
        """The numbers of the lanes that did not become as tight as asked for."""
        with np.errstate(invalid="ignore"):
            wide = ~(self.upper - self.lower <= self.tolerance)
        return np.flatnonzero(wide & (self.upper != -math.inf))

    @property
    def _closed(self) -> Mask:
        lower, upper = self.lower[self.number], self.upper[self.number]
        with np.errstate(invalid="ignore"):
            return np.asarray((upper == -math.inf) | (upper - lower <= self.tolerance))

    def _steep_inputs(self, program: Program) -> Array:
        """Inputs whose first cells have the largest bounds, of shape (inputs, lanes)."""
        start = program.cells.start[: self.lanes.size + 1]
        lane = program.cells.segment[: start[-1]]
        order = np.lexsort((-program.after[: start[-1]], lane))
        rank = np.arange(start[-1]) - start[lane]
        some = rank < INPUTS
        steep = order[some]
        middle = 0.5 * program.cells.low[steep] + 0.5 * program.cells.high[steep]
        x = np.full((INPUTS, self.lanes.size), self.x_range[0])
        x[rank[some], lane[some]] = (middle - self.lanes.biases[0, lane[some]]) / (
            self.lanes.weights[0, lane[some]]
        )
        return np.clip(x, *self.x_range)

    def _guides(self) -> Guides:
        points = self.orbits.points
        slopes = orbits.multipliers(self.lanes, points)
        wide = self.upper[self.number] - self.lower[self.number] > GUIDED
        useless = wide | ~(np.abs(slopes) <= LARGEST_MULTIPLIER).all(axis=0)
        return Guides(points, np.where(useless | ~np.isfinite(points), 0.0, slopes))

    def _follow(self, program: Program) -> None:
        """Look for orbits in the lanes that are open yet."""
        self._learn_about(self.orbits.points)
        self._learn_about(program.paths())
        mine = np.flatnonzero(~self._closed_by(self.orbits.lower))
        if mine.size:
            before = self.orbits.lower
            some = self.lanes.of(mine)
            found = orbits.steepest_of(some, self._steep_inputs(program)[:, mine])
            self._learn(mine, found)
            if (self.orbits.lower > before).any():
                self._learn_about(self.orbits.points)

    def _learn_about(self, points: Array) -> None:
        """Learn the steepest orbits about points of lanes that are open yet."""
        whole = (np.isfinite(points) | ~self.lanes.used).all(axis=0)
        mine = np.flatnonzero(whole & ~self._closed_by(self.orbits.lower))
        if mine.size:
            some = self.lanes.of(mine)
            cut = slice(0, some.layers)
            span = self.span[0][cut][:, mine], self.span[1][cut][:, mine]
            path = np.where(some.used, points[cut][:, mine], 0.0)
            self._learn(mine, orbits.steepest_near(some, self.x_range, span, path))

    def _learn(self, mine: np.ndarray, found: orbits.Orbits) -> None:
        points = self.orbits.points.copy()
        points[: len(found.points), mine] = found.points
        lower = np.full(self.number.size, -math.inf)
        lower[mine] = found.lower
        self.orbits = self.orbits.best(orbits.Orbits(lower, points))

    def _closed_by(self, lower: Array) -> Mask:
        with np.errstate(invalid="ignore"):
            return np.asarray(self.upper[self.number] - lower <= self.tolerance)

    def _cut(self, program: Program, rounding: Array, open_: Mask, *, first: bool) -> Cells:
        """The cells of open lanes that can matter, cut where the bounds are loose."""
        lanes, number = self.lanes, self.number
        lower, upper = self.lower[number], self.upper[number]
        lane = program.cells.segment % lanes.size
        alive = open_[lane] & (program.totals() + rounding[lane] >= lower[lane])
        known, lane = program.cells.of(alive), lane[alive]
        bar = (SHARE * (upper - lower) / lanes.depth)[lane]
        pieces = pieces_for(program.varies[alive] / bar, 1.0, most=PIECES)
        # Where a guide comes in now, the cells that are left are looked at again first.
        pieces[first & (upper - lower <= GUIDED)[lane]] = 1
        room = np.minimum(MOST, np.maximum(FEWEST, MOST_TOGETHER / (open_.sum() * lanes.depth)))
        for _ in range(int(math.log2(PIECES))):
            size = np.bincount(lane, weights=pieces, minlength=lanes.size)
            many = (size > room * lanes.depth)[lane]
            if not many.any():
                break
            pieces[many] = np.maximum(pieces[many] // 2, 1)
        size = np.bincount(lane, weights=pieces, minlength=lanes.size)
        open_ &= size <= MOST * lanes.depth
        mine = open_[lane]
        known = cells.divided(known.of(mine), pieces[mine])
        kept = np.flatnonzero(open_)
        known = known.in_lanes(kept, lanes.size, int(lanes.depth[kept].max(initial=1)))
        self._keep(kept)
        return known

    def _keep(self, kept: np.ndarray) -> None:
        """Leave the other lanes as they are."""
        self.number = self.number[kept]
        self.lanes = self.lanes.of(kept)
        layers = self.lanes.layers
        self.span = self.span[0][:layers, kept], self.span[1][:layers, kept]
        self.orbits = self.orbits.of(kept, layers)
