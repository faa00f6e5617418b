"""The exact supremum of |dy/dx| for chains whose activation is increasing and piecewise straight.

Orbits of the points where the slope jumps are exact: relu(-relu(-x)) is dead, and a fixed point
that stands on a kink stays on it for any number of layers. Only the logarithm is rounded.

Every layer is monotone, so the pieces of the x-range keep their order from layer to layer, each
kink cuts one piece at most, and bisection finds it. With d layers there are at most 1 + kinks · d
pieces and no orbit is carried on by more than d steps: the work is bounded as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gradplot.analysis.supremum.bracket import Bracket
from gradplot.analysis.supremum.straight.exact_chain import ExactChain, ExactOrbit
from gradplot.analysis.supremum.straight.rationals import (
    ONE,
    ZERO,
    affine,
    exact,
    excess,
    quotient,
    scaled,
)
from gradplot.functions.chain.chain import Chain


def suprema(
    chain: Chain,
    x_range: tuple[float, float],
    depths: tuple[int, ...],
    *,
    progress: Callable[[float], None] | None = None,
) -> list[Bracket]:
    """Brackets of the essential supremum for each depth, and an x-stretch where it is taken.

    The bracket is as wide as the rounding of a logarithm. The stretch is a whole one between two
    jumps of dy/dx (or ends of the x-range), widened to the doubles around it: every double strictly
    between ``left`` and ``right`` lies inside it, and there is none when the stretch falls between
    two doubles. Of several equally steep stretches it is the one nearest to 0, the left of a pair.
    """
    found = _Pieces(chain, x_range).best(depths)
    if progress is not None:
        progress(1.0)
    return found


@dataclass(slots=True)
class _Piece:
    """An open stretch of the x-range with one slope, which is not 0."""

    left: ExactOrbit
    right: ExactOrbit
    #: -1, 0 or 1: it lies left of x = 0, reaches it, lies right of it.
    place: int = 0
    #: The branch taken at each layer, and how often it was the less steep one.
    sides: bytearray = field(default_factory=bytearray)
    losses: int = 0


class _Pieces:
    """The pieces of the x-range that are not flat, in the order of x, taken through the layers."""

    def __init__(self, chain: Chain, x_range: tuple[float, float]) -> None:
        self.layers = ExactChain(chain)
        left, right = x_range
        self.zero = ExactOrbit(0, min(max(0.0, left), right))
        self.pieces = [_Piece(ExactOrbit(0, left), ExactOrbit(0, right))]
        self.layer = 0
        #: 1 while z rises with x, -1 while it falls.
        self.sense = 1
        #: Where each kink was found last, as a number among the pieces.
        self.found = [0] * len(self.layers.kinks)
        #: The line x -> slope · x + offset of the branches that were walked last.
        self.walked = b""
        self.line = ONE, ZERO

    def best(self, depths: tuple[int, ...]) -> list[Bracket]:
        found = {}
        for depth in sorted(set(depths)):
            while self.pieces and self.layer < depth:
                self._advance()
            found[depth] = self._steepest() if self.pieces else Bracket()
        return [found[depth] for depth in depths]

    def _advance(self) -> None:
        layers = self.layers
        weight = layers.weights[self.layer]
        self.layer += 1
        if not weight:
            self.pieces = []
            return
        self.sense = self.sense if weight > 0 else -self.sense
        kept: list[_Piece] = []
        start = 0
        for branch in range(len(layers.branches))[:: self.sense]:
            kink = branch if self.sense > 0 else branch - 1
            inner = 0 <= kink < len(layers.kinks)
            stop = self._cut(start, kink) if inner else len(self.pieces)
            if layers.branches[branch].slope:
                for piece in self.pieces[start:stop]:
                    piece.sides.append(branch)
                    piece.losses += layers.losses[branch]
                    kept.append(piece)
            start = stop
        self.pieces = kept

    def _cut(self, start: int, kink: int) -> int:
        """The number of pieces before the kink, after it has cut the one it lies inside of."""
        pieces = self.pieces
        stop = self._first_past(start, kink)
        if stop == len(pieces) or self._ahead(pieces[stop].left, kink) >= 0:
            return stop
        whole = pieces[stop]
        point = ExactOrbit(self.layer, self.layers.kinks[kink], bytes(whole.sides))
        places = (whole.place, whole.place)
        if not whole.place:
            places = (-1, 0) if self._ahead(self.zero, kink) > 0 else (0, 1)
        pieces[stop : stop + 1] = [
            _Piece(whole.left, point, places[0], whole.sides[:], whole.losses),
            _Piece(point, whole.right, places[1], whole.sides, whole.losses),
        ]
        return stop + 1

    def _first_past(self, start: int, kink: int) -> int:
        """Bisection for the first piece that reaches past the kink.

        It begins where the kink was last found and widens from there: cuts pile up beside one
        another, and orbits elsewhere need not be carried on.
        """
        low, high = start, len(self.pieces)
        guess, reach = self.found[kink], 1
        while low < high:
            middle = guess if low <= guess < high else (low + high) // 2
            if self._ahead(self.pieces[middle].right, kink) > 0:
                high, guess = middle, middle - reach
            else:
                low, guess = middle + 1, middle + reach
            reach *= 2
        self.found[kink] = low
        return low

    def _ahead(self, point: ExactOrbit, kink: int) -> int:
        """The sign of x - (the x of the kink) for a point."""
        return self.sense * point.compare(self.layers, self.layer, kink)

    def _steepest(self) -> Bracket:
        least = min(piece.losses for piece in self.pieces)
        # The last on the left of 0, one that reaches 0, and the first on the right.
        nearest: dict[int, _Piece] = {}
        for piece in self.pieces:
            if piece.losses == least and (piece.place < 1 or 1 not in nearest):
                nearest[piece.place] = piece
        if 0 in nearest:
            winner = nearest[0]
        else:
            winner = min(
                (nearest[place] for place in (-1, 1) if place in nearest), key=self._distance
            )
        lower, upper = self.layers.log_slope(winner.sides)
        return Bracket(lower, upper, self._locate(winner.left)[0], self._locate(winner.right)[1])

    def _distance(self, piece: _Piece) -> float:
        return abs(self._locate(piece.right)[1] if piece.place < 0 else self._locate(piece.left)[0])

    def _locate(self, point: ExactOrbit) -> tuple[float, float]:
        """The doubles around the x of a point: its kink pulled back along a straight line."""
        if point.x is None:
            self._walk(point.sides)
            slope, offset = self.line
            level = excess(offset, exact(point.start))
            point.x = quotient(level._replace(numerator=-level.numerator), slope)
        return point.x

    def _walk(self, sides: bytes) -> None:
        """Let ``line`` lead from x to z along these branches, on from where it was if it can."""
        if not (self.walked and sides.startswith(self.walked[1:])):
            self.walked, self.line = b"", (ONE, ZERO)
        # A leading byte stands for the input, whose only branch is the first map.
        path = b"\0" + sides
        for layer in range(len(self.walked), len(path)):
            step = self.layers.map(layer, path[layer])
            slope, offset = self.line
            self.line = scaled(step.factor, slope), affine(step.factor, step.offset, offset)
        self.walked = path
