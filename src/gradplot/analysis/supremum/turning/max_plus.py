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
from gradplot.analysis.supremum.turning import orbits, potentials, refine
from gradplot.analysis.supremum.turning.cells import FIRST, first_cells, turns_between
from gradplot.analysis.supremum.turning.program import Program
from gradplot.functions.activations import ranges
from gradplot.functions.chain import layer_map
from gradplot.functions.chain.chain import Chain

if TYPE_CHECKING:
    from gradplot.analysis.supremum.turning.cells import Cells
    from gradplot.functions.arrays import Array

#: Width of the bracket, as a logarithm, that is aimed at, and from which on orbits guide the program.
TOLERANCE, GUIDED = 1e-11, 0.05
GUIDED_LAYER = 0.002
#: A gap at which x is looked at for the first time, and one that is good enough then.
NEAR, CLOSED = 1e-2, 1e-10
#: Cells that are too many for the last digits.
MANY_CELLS = 20_000
#: What no cutting closes, in units of what rounding leaves open at one orbit.
BLUR = 2.0
#: Rounds that may pass while more than this share of the gap is left.
IDLE, STALLED = 12, 0.95
#: Such rounds that may pass before orbits guide the program however wide the gap is.
IDLE_ALONE = 1
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
#: Orbits with potentials of their own, and paths that are followed in a round.
MOST_ORBITS, LOOSE = 12, 2
#: A round that leaves more than this of the gap looks for orbits where bounds are loose, too.
SLOW = 0.5


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
    found = []
    visits = LAYER_VISITS // max(1, len(depths) // MANY)
    for number, depth in enumerate(depths):

        def tell(share: float, number: int = number) -> None:
            if progress is not None:
                progress((number + share) / len(depths))

        found.append(_Search(chain.at(depth), x_range).run(visits, tell, tolerance))
    return found


class _Search:
    def __init__(self, chain: Chain, x_range: tuple[float, float]) -> None:
        self.chain = chain
        self.x_range = x_range
        self.lower, self.upper = -math.inf, math.inf
        self.best: orbits.Orbit | None = None
        #: Steep orbits that gave the program its potentials, the steepest first.
        self.known: list[orbits.Orbit] = []
        self.cells = first_cells(chain, x_range)
        self.spans = [(float(low[0]), float(high[-1])) for low, high in self.cells]
        self.turns = [turns_between(chain.shape, *span) for span in self.spans]

    def run(
        self, visits: int, progress: Callable[[float], None], tolerance: float = 0.0
    ) -> Bracket:
        aim = tolerance or TOLERANCE
        self._sample(np.linspace(*self.x_range, FIRST_INPUTS))
        rounds = max(FEWEST_ROUNDS, visits // self.chain.depth)
        looked = idle = 0
        gap = left = math.inf
        guided = min(max(GUIDED, GUIDED_LAYER * self.chain.depth), 1.0)
        tried = bool(tolerance)
        for number in range(rounds):
            guides = self._guides(gap) if gap <= guided or idle > IDLE_ALONE else []
            program = Program(self.chain, self.cells, guides)
            looked += program.size
            self.upper = min(self.upper, max(program.upper, self.lower))
            if not program.layers[0].size or self.upper == -math.inf:
                break
            before, left = left, program.upper - self.lower
            self._follow(program, loose=left > SLOW * before)
            self._sample(self._steep_inputs(program))
            gap = max(self.upper, self.lower) - self.lower
            idle = idle + 1 if left > STALLED * before else 0
            over = looked > CELL_VISITS or idle > IDLE
            blur = BLUR * (program.rounding + self._blur)
            closed = gap - blur <= (aim if program.size < MANY_CELLS else max(aim, CLOSED))
            if closed or over or not self._cut(program):
                break
            if (gap <= NEAR or idle > IDLE_ALONE) and not tried:
                # Where the function has few laps the rest is sooner told in x.
                tried, found = True, self._refined(WORK // 20)
                if found.upper - found.lower <= CLOSED:
                    return found
                self.lower, self.upper = found.lower, found.upper
                self._learn_from(0.5 * found.left + 0.5 * found.right)
            progress(number / rounds)
        return (
            Bracket(self.lower, max(self.upper, self.lower)) if tolerance else self._refined(WORK)
        )

    @property
    def _blur(self) -> float:
        return self.best.blur if self.best is not None else 0.0

    def _guides(self, gap: float) -> list[orbits.Orbit]:
        """The orbits whose potentials the program takes: those that the bracket does not rule out."""
        return [
            orbit
            for orbit in self.known
            if orbit.lower >= self.lower - gap and np.abs(orbit.slopes).max() <= potentials.LARGEST
        ]

    def _follow(self, program: Program, *, loose: bool) -> None:
        """Look for orbits near the best path, and near those whose bounds are loose if asked."""
        starts = [(0, int(np.argmax(program.after[0])))]
        if loose:
            slack = [
                np.where(program.totals(k) >= self.lower, varies, -math.inf)
                for k, varies in enumerate(program.varies)
            ]
            layers = sorted(range(len(slack)), key=lambda k: -slack[k].max(initial=-math.inf))
            starts += [(k, int(np.argmax(slack[k]))) for k in layers[:LOOSE] if slack[k].size]
        for k, cell in starts:
            path = program.path(k, cell)
            if path is not None and not self._holds_known(program, path):
                self._learn(self._orbit_near(program, path))

    def _holds_known(self, program: Program, path: list[int]) -> bool:
        """Whether a known orbit passes through all cells of a path."""
        low = np.array([at.low[c] for at, c in zip(program.layers, path, strict=True)])
        high = np.array([at.high[c] for at, c in zip(program.layers, path, strict=True)])
        return any(bool(((low <= o.points) & (o.points <= high)).all()) for o in self.known)

    def _orbit_near(self, program: Program, path: list[int]) -> orbits.Orbit | None:
        pairs = list(zip(program.layers, path, strict=True))
        return self._moved(
            np.array([0.5 * float(at.low[c]) + 0.5 * float(at.high[c]) for at, c in pairs])
        )

    def _moved(self, points: Array) -> orbits.Orbit | None:
        """The steepest orbit about some points, one per layer."""
        laps = np.array([self._lap(k, point) for k, point in enumerate(points.tolist())]).T
        return orbits.steepest_near(self.chain, self.x_range, points, (laps[0], laps[1]))

    def _lap(self, k: int, z: float) -> tuple[float, float]:
        """The part of what layer ``k`` sees about z in which act does not turn."""
        low, high = self.spans[k]
        turns = self.turns[k]
        if turns is None:
            return low, high
        place = int(np.searchsorted(turns, z))
        return (
            float(turns[place - 1]) if place else low,
            float(turns[place]) if place < turns.size else high,
        )

    def _learn(self, orbit: orbits.Orbit | None) -> None:
        if orbit is None:
            return
        self._try(orbit)
        if orbit.lower > -math.inf:
            near = lambda other: np.allclose(orbit.points, other.points, rtol=1e-9, atol=1e-9)  # noqa: E731
            self.known = [
                other for other in self.known if other.lower > orbit.lower or not near(other)
            ]
            if not any(near(other) for other in self.known):
                self.known.append(orbit)
            self.known.sort(key=lambda other: -other.lower)
            del self.known[MOST_ORBITS:]

    def _try(self, orbit: orbits.Orbit | None) -> None:
        if orbit is not None and orbit.lower > self.lower:
            self.lower, self.best = orbit.lower, orbit

    def _sample(self, x: Array) -> None:
        """Prove the slope at the steepest of some doubles."""
        if x.size:
            x = np.clip(x, *self.x_range)
            steepest = int(np.argmax(self.chain.log_slope(x)[1]))
            self._learn_from(float(x[steepest]))

    def _learn_from(self, x: float) -> None:
        """Learn the orbit of a double if it is steeper than all known, and the steepest about it."""
        orbit = orbits.from_input(self.chain, x)
        if orbit.lower > max((other.lower for other in self.known), default=-math.inf):
            self._learn(orbit)
            self._learn(self._moved(orbit.points))

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
            pieces = _pieces(program.varies[k][alive], bar, most=PIECES if bar else 2)
            while pieces.sum() > MOST and (pieces > 1).any():
                # The steepest are cut first.
                steep = total >= np.sort(total)[-max(1, MOST // int(2 * pieces.max()))]
                pieces = np.where(steep, np.maximum(pieces // 2, 1), 1)
            self.cells[k], cut = _divided(low, high, pieces)
            cut_any |= cut
        return cut_any

    def _refined(self, work: int) -> Bracket:
        """The bracket with the x that belongs to it, and tighter where x alone can tell."""
        bracket = Bracket(self.lower, max(self.upper, self.lower))
        if self.best is None or bracket.upper == -math.inf:
            return bracket
        chain, (low, high) = self.chain, self.cells[0]
        low, high = layer_map.affine_inverse(chain.weights[0], chain.biases[0], low, high)
        low, high = np.clip(low, *self.x_range), np.clip(high, *self.x_range)
        bracket.x = self.best.x
        if low.size:
            bracket.left, bracket.right = refine.around(low, high, bracket.x)
        return refine.refined(chain, self.x_range, bracket, low, high, work=work)


def _pieces(varies: Array, bar: float, *, most: int) -> np.ndarray:
    """How many pieces make each cell's variation no more than ``bar``: a power of 2 up to ``most``."""
    with np.errstate(all="ignore"):
        wanted = np.exp2(np.ceil(np.log2(varies / bar))) if bar else np.full(varies.size, 2.0)
    return np.clip(np.nan_to_num(wanted, nan=1.0), 1, most).astype(int)


def _divided(low: Array, high: Array, pieces: np.ndarray) -> tuple[Cells, bool]:
    """Every cell in equal pieces, as far as float64 tells them apart; whether any was cut."""
    many = np.repeat(pieces, pieces)
    number = np.arange(many.size) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    part = number / many
    start, end = np.repeat(low, pieces), np.repeat(high, pieces)
    start = np.where(number == 0, start, start * (1.0 - part) + end * part)
    stop = np.where(number == many - 1, end, np.append(start[1:], end[-1:]))
    some = (start < stop) | (many == 1)
    return (start[some], stop[some]), bool(some.sum() > low.size)
