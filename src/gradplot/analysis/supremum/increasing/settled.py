"""What a search has found: lanes of which nothing more will be learnt, and brackets from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.bracket import Bracket
from gradplot.analysis.supremum.increasing.pieces import nearest_to_zero

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Pair

#: Brackets this close, as logarithms, are equal maxima.
EQUAL = 1e-9


class Settled:
    """Settled lanes: the group, the upper bound and the x of each."""

    def __init__(self) -> None:
        nobody = np.zeros(0, dtype=int)
        self._lanes: list[tuple[np.ndarray, Array, Array, Array]] = [
            (nobody, np.zeros(0), np.zeros(0), np.zeros(0))
        ]
        #: The z of groups of one piece, where they are wanted.
        self.z: dict[int, tuple[Array, Array]] = {}

    def add(self, group: np.ndarray, upper: Array, x: Pair) -> None:
        self._lanes.append((group, upper, *x))

    def bounds(self, lower: Array) -> Pair:
        """Bounds of every group above what its ``lower`` is known to be, without an x."""
        over = lower.copy()
        for group, upper, _, _ in self._lanes:
            np.maximum.at(over, group, upper)
        return lower, over

    def brackets(self, lower: Array) -> list[Bracket]:
        """The bracket of each group."""
        group, upper, left, right = map(np.concatenate, zip(*self._lanes, strict=True))
        found = []
        for number, reached in enumerate(lower.tolist()):
            mine = np.flatnonzero((group == number) & (upper >= reached))
            bracket = Bracket(reached, reached, z=self.z.get(number))
            if mine.size:
                bracket.upper = max(reached, float(upper[mine].max()))
                likely = mine[upper[mine] >= upper[mine].max() - EQUAL]
                bracket.left, bracket.right = nearest_to_zero(left[likely], right[likely])
            found.append(bracket)
        return found
