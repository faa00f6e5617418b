"""The certified supremum of |dy/dx| for chains of activations that turn.

The pre-activations that each layer can see are cut into cells on which act does not turn, and a
max-plus program over the layers bounds the steepest path of cells from above (``program``). The
best path, moved until it is an orbit and as steep as it gets, is a lower bound (``orbits``), and
its multipliers sharpen the program (``potentials``). Cells that no path as good as it goes through
are dropped, the others are cut, and so on. Paths that share their end share its work, so that the
number of laps of the function, which grows as a power of depth, does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.bracket import Bracket
from gradplot.analysis.supremum.turning import refine
from gradplot.analysis.supremum.turning.cells import FIRST, divided, first_cells, pieces_for
from gradplot.analysis.supremum.turning.known import KnownOrbits
from gradplot.analysis.supremum.turning.program import Program
from gradplot.functions.chain import layer_map
from gradplot.functions.chain.chain import Chain

if TYPE_CHECKING:
    from gradplot.analysis.supremum.turning.orbits import Orbit
    from gradplot.functions.arrays import Array

#: Width of the bracket, as a logarithm, that is aimed at; and with very many cells.
TOLERANCE, CLOSED, MANY_CELLS = 1e-11, 1e-10, 20_000
#: What no cutting closes, in units of what rounding leaves open at one orbit.
BLUR = 2.0
#: A gap from which on orbits guide the program, and the same for each layer of a deep chain.
GUIDED, GUIDED_LAYER = 0.05, 0.002
#: A round that leaves more than this share of the gap is idle. So many idle rounds may pass before
#: all that can help is called for, and before the search ends.
STALLED, IDLE_ALONE, IDLE = 0.95, 1, 12
#: A slope, as a logarithm, that varies between neighbouring doubles, so that no interval of x tells
#: more of it than an orbit does; the share of the work in x that is done for it nevertheless.
FINER, LESS = 40.0, 20
#: Layers times intervals of x that are looked at when all else is done.
WORK = 4_000_000
#: The bound on the work: visits of a layer, and cells looked at, over all rounds.
LAYER_VISITS, CELL_VISITS = 6_000, 1_000_000
#: Depths in a table past which they share the visits, and the rounds that each has in any case.
MANY, FEWEST_ROUNDS = 10, 40
#: Cells per layer, at most after a round of cutting, and pieces that a cell is cut into.
MOST, PIECES = 30_000, 16
#: The share of the gap that the cells of a path may keep when they have been cut.
SHARE = 0.25
#: Inputs that are tried before anything else.
FIRST_INPUTS = 1025
#: A round that leaves more than this share of the gap makes the next one look for orbits where
#: bounds are loosest, too, in so many layers.
SLOW, LOOSE = 0.5, 2


def suprema(
    chain: Chain,
    x_range: tuple[float, float],
    depths: tuple[int, ...],
    *,
    progress: Callable[[float], None] | None = None,
    tolerance: float = 0.0,
) -> list[Bracket]:
    """Brackets of the essential supremum for each depth, all weights of ``chain`` not 0.

    With ``tolerance`` a bracket so wide, as a logarithm, is enough, and x does not matter.
    """
    searches = []
    visits = LAYER_VISITS // max(1, len(depths) // MANY)
    for number, depth in enumerate(depths):

        def tell(share: float, number: int = number) -> None:
            if progress is not None:
                progress((number + share) / len(depths))

        searches.append(_Search(chain.at(depth), x_range))
        searches[-1].run(visits, tell, tolerance)
    if tolerance:
        return [search.bracket() for search in searches]
    return _refined(chain, searches, WORK)


def _refined(chain: Chain, searches: list[_Search], work: int) -> list[Bracket]:
    """The brackets with the x that belongs to them, and tighter where x alone can tell."""
    found = [search.bracket() for search in searches]
    known = [search.known(bracket, work) for search, bracket in zip(searches, found, strict=True)]
    placed = [number for number, each in enumerate(known) if each is not None]
    x_range = searches[0].x_range
    better = refine.refined(chain, x_range, [each for each in known if each is not None])
    for number, bracket in zip(placed, better, strict=True):
        found[number] = searches[number].placed(bracket)
    return found


class _Search:
    """Rounds of bounding, looking for orbits, and cutting; what is known after each of them."""

    def __init__(self, chain: Chain, x_range: tuple[float, float]) -> None:
        self.chain = chain
        self.x_range = x_range
        self.upper, self.refined_lower = math.inf, -math.inf
        self.cells = first_cells(chain, x_range)
        spans = [(float(low[0]), float(high[-1])) for low, high in self.cells]
        self.orbits = KnownOrbits(chain, x_range, spans)
        #: Upper bounds less the lower one: the best of all rounds, and the last program's own.
        self.gap = self.latest = math.inf
        #: Rounds in a row that brought next to nothing.
        self.idle = 0
        #: The bracket where x has told it before the rounds were over.
        self.told: Bracket | None = None

    @property
    def lower(self) -> float:
        return max(self.refined_lower, self.orbits.lower)

    def run(self, visits: int, progress: Callable[[float], None], tolerance: float) -> None:
        """Narrow the bracket as far as that goes, or to ``tolerance`` if that is not 0."""
        aim = tolerance or TOLERANCE
        self.orbits.sample(np.linspace(*self.x_range, FIRST_INPUTS))
        rounds = max(FEWEST_ROUNDS, visits // self.chain.depth)
        looked, refines = 0, not tolerance
        for number in range(rounds):
            program = Program(self.chain, self.cells, self._guides())
            looked += program.size
            self._bound(program)
            if not program.layers[0].size or self.upper == -math.inf:
                break
            over = looked > CELL_VISITS or self.idle > IDLE
            if self._closed(program, aim) or over or not self._cut(program):
                break
            if refines and self.idle > IDLE_ALONE:
                # Where the function has few laps the rest is sooner told in x.
                refines, (found,) = False, _refined(self.chain, [self], WORK // 20)
                self.refined_lower, self.upper = found.lower, found.upper
                if found.upper - found.lower <= CLOSED:
                    self.told = found
                    break
                self.orbits.learn_from(0.5 * found.left + 0.5 * found.right)
            progress(number / rounds)

    def _guides(self) -> list[Orbit]:
        wide = self.gap > min(max(GUIDED, GUIDED_LAYER * self.chain.depth), 1.0)
        return [] if wide and self.idle <= IDLE_ALONE else self.orbits.guides(self.gap)

    def _bound(self, program: Program) -> None:
        """Take a program's upper bound, and look for orbits where it says that they are."""
        self.upper = min(self.upper, max(program.upper, self.lower))
        before, self.latest = self.latest, program.upper - self.lower
        if program.layers[0].size:
            self._follow(program, loose=self.latest > SLOW * before)
            self.orbits.sample(self._steep_inputs(program))
        self.gap = max(self.upper, self.lower) - self.lower
        self.idle = self.idle + 1 if self.latest > STALLED * before else 0

    def _closed(self, program: Program, aim: float) -> bool:
        """Whether the bracket is as tight as is aimed at, beside what no cutting closes."""
        blur = BLUR * (program.rounding + self.orbits.blur)
        return self.gap - blur <= (aim if program.size < MANY_CELLS else max(aim, CLOSED))

    def bracket(self) -> Bracket:
        """What is proven, with x where that is told."""
        return self.told or Bracket(self.lower, max(self.upper, self.lower))

    def _follow(self, program: Program, *, loose: bool) -> None:
        """Look for orbits about the best path, and about those whose bounds are loose if asked."""
        starts = [(0, int(np.argmax(program.after[0])))]
        if loose:
            starts += program.loosest(LOOSE, least=self.lower)
        for k, cell in starts:
            path = program.path(k, cell)
            if path is not None:
                low, high = program.ends(path)
                if not self.orbits.pass_through(low, high):
                    self.orbits.learn_about(0.5 * low + 0.5 * high)

    def _steep_inputs(self, program: Program) -> Array:
        """Inputs whose first cells have the largest upper bounds."""
        layer = program.layers[0]
        likely = np.argsort(program.after[0])[-FIRST:]
        z = 0.5 * layer.low[likely] + 0.5 * layer.high[likely]
        return np.asarray((z - self.chain.biases[0]) / self.chain.weights[0])

    def _cut(self, program: Program) -> bool:
        """Drop the cells that cannot hold the supremum and cut those that are loose for this gap.

        A path gains no more than what psi varies by within its cells, layer for layer.
        """
        gap = program.upper - self.lower
        if not math.isfinite(gap):
            return self._cut_above(program, 0.0)
        bar, least = SHARE * gap / self.chain.depth, TOLERANCE / (4.0 * self.chain.depth)
        # Where all is as tight as that, an orbit is missing, and a finer look may find it.
        while not self._cut_above(program, max(bar, least)):
            if bar <= least:
                return False
            bar /= PIECES
        return True

    def _cut_above(self, program: Program, bar: float) -> bool:
        spare, cut_any = program.rounding, False
        for k, layer in enumerate(program.layers):
            total = program.totals(k)
            alive = np.flatnonzero(total + spare >= self.lower)
            low, high, total = layer.low[alive], layer.high[alive], total[alive]
            pieces = pieces_for(program.varies[k][alive], bar, most=PIECES if bar else 2)
            while pieces.sum() > MOST and (pieces > 1).any():
                # The steepest are cut first.
                steep = total >= np.sort(total)[-max(1, MOST // int(2 * pieces.max()))]
                pieces = np.where(steep, np.maximum(pieces // 2, 1), 1)
            self.cells[k], cell = divided(low, high, pieces)
            cut_any |= cell.size > low.size
        return cut_any

    def known(self, bracket: Bracket, work: int) -> refine.Known | None:
        """What is left to be told by x; None where x is known, or nothing is known of it."""
        best = self.orbits.best
        if self.told is not None or best is None or bracket.upper == -math.inf:
            return None
        chain, (low, high) = self.chain, self.cells[0]
        low, high = layer_map.affine_inverse(chain.weights[0], chain.biases[0], low, high)
        low, high = np.clip(low, *self.x_range), np.clip(high, *self.x_range)
        bracket.x, bracket.orbit = best.x, tuple(best.points.tolist())
        if low.size:
            bracket.left, bracket.right = refine.around(low, high, bracket.x)
        work = work // LESS if self._fine(bracket) else work
        return refine.Known(chain.depth, bracket, low, high, work)

    def _fine(self, bracket: Bracket) -> bool:
        """Whether the slope varies so much between doubles that x is best told by the orbit."""
        closed = bracket.upper - bracket.lower <= CLOSED
        return closed and FINER < bracket.lower <= self.orbits.lower

    def placed(self, bracket: Bracket) -> Bracket:
        """A refined bracket, with the ends of the orbit's x where intervals of x tell less."""
        best = self.orbits.best
        if best is not None and self._fine(bracket):
            left, right = best.ends
            if right - left < bracket.right - bracket.left:
                bracket.left, bracket.right, bracket.x = left, right, best.x
        return bracket
