"""The max-plus program: what sum of layer factors the cells of the layers still allow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.slopes import WIDE_EPS, log_weights
from gradplot.analysis.supremum.turning import potentials
from gradplot.analysis.supremum.turning.cells import measured
from gradplot.analysis.supremum.turning.potentials import Run
from gradplot.analysis.supremum.turning.range_maxima import largest_above, largest_within
from gradplot.functions.intervals.rounding import EPS

if TYPE_CHECKING:
    from gradplot.analysis.supremum.turning.cells import Cells, Layer
    from gradplot.analysis.supremum.turning.orbits import Orbit
    from gradplot.functions.arrays import Array, Pair
    from gradplot.functions.chain.chain import Chain


class Program:
    """One pass over the layers, backwards and forwards, for the cells as they are cut now.

    With S an upper bound of a cell's layer factor and potential (``potentials``), and a cell's
    image covering a run of the next layer's cells,

        V_k(cell) = max of S_k(cell) + V_(k+1) over the cells that its image meets,

    and max V_1 is an upper bound, since every orbit is one such path. ``totals`` has the largest
    sum of a path through each cell.
    """

    def __init__(self, chain: Chain, cells: list[Cells], orbits: list[Orbit]) -> None:
        self.chain = chain
        self.layers = measured(chain, cells)
        self.logs = log_weights(chain)
        self.runs = [
            potentials.runs(layer, orbits if k else [], k) for k, layer in enumerate(self.layers)
        ]
        #: Per layer and run of the next layer: the run's part that each image meets, and S.
        self.links: list[list[tuple[np.ndarray, np.ndarray, Array]]] = []
        #: How much psi may vary within a cell.
        self.varies: list[Array] = []
        self.after: list[Array] = [np.array([])] * len(self.layers)
        self.before: list[Array] = []
        self._link()
        self._sum()

    @property
    def size(self) -> int:
        return sum(layer.size for layer in self.layers)

    def _link(self) -> None:
        for k, layer in enumerate(self.layers):
            last = k + 1 == len(self.layers)
            here = potentials.own(layer, self.runs[k])
            links, varies = [], np.zeros(layer.size)
            for run in [Run(0, 1)] if last else self.runs[k + 1]:
                bound, change = potentials.largest(layer, here, run)
                if last:
                    first, stop = np.zeros(layer.size, int), np.ones(layer.size, int)
                else:
                    first, stop = self._meets(layer, self.layers[k + 1], run)
                    change = np.where(stop > first, change, 0.0)
                links.append((first, stop, bound + self.logs[k]))
                varies = np.maximum(varies, change)
            self.links.append(links)
            self.varies.append(varies)

    @staticmethod
    def _meets(layer: Layer, following: Layer, run: Run) -> tuple[np.ndarray, np.ndarray]:
        """The cells [first, stop) of a run of the next layer that each image meets."""
        first = np.searchsorted(following.high, layer.next_[0], side="right")
        stop = np.searchsorted(following.low, layer.next_[1], side="left")
        return np.clip(first, run.start, run.stop), np.clip(stop, run.start, run.stop)

    def _sum(self) -> None:
        ahead = np.zeros(1)
        for k in range(len(self.layers) - 1, -1, -1):
            found = np.full(self.layers[k].size, -math.inf)
            for first, stop, bound in self.links[k]:
                found = np.maximum(found, bound + largest_within(ahead, first, stop))
            self.after[k] = ahead = found
        self.before = [np.zeros(self.layers[0].size)]
        for links, following in zip(self.links, self.layers[1:], strict=False):
            found = np.full(following.size, -math.inf)
            for first, stop, bound in links:
                sums = self.before[-1] + bound
                found = np.maximum(found, largest_above(sums, first, stop, following.size))
            self.before.append(found)

    @property
    def rounding(self) -> float:
        """What rounding can amount to in the sum of a path that is as steep as any."""
        top = float(self.after[0].max(initial=-math.inf))
        if not math.isfinite(top):
            return 0.0
        # Every partial sum of such a path is its total less sums that are no larger than these.
        largest = abs(top)
        for links in self.links:
            most = max(float(bound.max(initial=0.0)) for _, _, bound in links)
            largest += 2.0 * max(most, 0.0)
        return 4.0 * EPS * (len(self.layers) + 4) * largest + WIDE_EPS

    @property
    def upper(self) -> float:
        """An upper bound of the logarithm of the slope."""
        return float(self.after[0].max(initial=-math.inf)) + self.rounding

    def totals(self, k: int) -> Array:
        """The largest sum of a path through each cell of a layer."""
        return self.before[k] + self.after[k]

    def loosest(self, count: int, *, least: float) -> list[tuple[int, int]]:
        """The cells, as (layer, cell), in which psi varies most, one in each of ``count`` layers.

        Only cells count that a path with a sum of ``least`` goes through.
        """
        slack = [
            np.where(self.totals(k) >= least, varies, -math.inf)
            for k, varies in enumerate(self.varies)
        ]
        layers = sorted(range(len(slack)), key=lambda k: -slack[k].max(initial=-math.inf))
        return [(k, int(np.argmax(slack[k]))) for k in layers[:count] if slack[k].size]

    def ends(self, path: list[int]) -> Pair:
        """Lower and upper ends of the cells of a path, one per layer."""
        pairs = list(zip(self.layers, path, strict=True))
        low = np.array([layer.low[cell] for layer, cell in pairs])
        return low, np.array([layer.high[cell] for layer, cell in pairs])

    def path(self, layer: int, cell: int) -> list[int] | None:
        """The cells of the best path through one cell; None where none goes on."""
        path = [cell]
        for k in range(layer, len(self.layers) - 1):
            following = self._ahead(k, path[-1])
            if following is None:
                return None
            path.append(following)
        for k in range(layer - 1, -1, -1):
            preceding = self._behind(k, path[0])
            if preceding is None:
                return None
            path.insert(0, preceding)
        return path

    def _ahead(self, k: int, cell: int) -> int | None:
        best, found = -math.inf, None
        for first, stop, bound in self.links[k]:
            part = self.after[k + 1][first[cell] : stop[cell]]
            if part.size and bound[cell] + part.max() > best:
                best = bound[cell] + part.max()
                found = int(first[cell] + np.argmax(part))
        return found

    def _behind(self, k: int, cell: int) -> int | None:
        best, found = -math.inf, None
        for first, stop, bound in self.links[k]:
            sums = np.where((first <= cell) & (cell < stop), self.before[k] + bound, -math.inf)
            place = int(np.argmax(sums))
            if sums[place] > best:
                best, found = float(sums[place]), place
        return found
