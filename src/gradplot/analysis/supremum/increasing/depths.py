"""The certified suprema of one chain of an increasing activation, at several depths together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.bracket import Bracket
from gradplot.analysis.supremum.increasing import orbits
from gradplot.analysis.supremum.increasing.cuts import Hint
from gradplot.analysis.supremum.increasing.orbits import Orbits
from gradplot.analysis.supremum.increasing.pieces import Pieces
from gradplot.analysis.supremum.increasing.search import Search
from gradplot.analysis.supremum.slopes import log_weights

if TYPE_CHECKING:
    from gradplot.functions.chain.chain import Chain

#: Depths past which the deepest is asked where the others are steep.
MANY = 8
#: A layer factor's logarithm is taken for no less than this where a hint is weighed.
LEAST = -1e6
#: Layers times boxes that are narrowed together.
TOGETHER = 40_000


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


def deepest_orbit(pieces: Pieces) -> Hint:
    """The steepest orbit of the whole chain, about."""
    search = _search(pieces, (pieces.chain.depth,))
    search.every_z = True
    box = orbits.between(search.left, search.right)
    while search.step():
        box = orbits.between(search.left, search.right)
    z = np.asarray(0.5 * box.inner_low[:, 0] + 0.5 * box.inner_high[:, 0])
    factors = pieces.chain.shape.log_slope(np, z) + log_weights(pieces.chain)
    # Beside a unit that is dead to float64 every z moves as little: any layer will do.
    reach = np.cumsum(np.maximum(factors, LEAST)) - np.maximum(factors, LEAST)
    return Hint(z, reach + log_weights(pieces.chain))


def narrowed(
    pieces: Pieces, depths: tuple[int, ...], *, hint: Hint | None = None
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
