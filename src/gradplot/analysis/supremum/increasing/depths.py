"""The certified suprema of one chain of an increasing activation, at several depths together."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
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
    likely = (
        pieces.likely(depths) if pieces.cut_layers.size else [np.ones(1, dtype=bool)] * len(depths)
    )
    found: list[Bracket] = []
    # The steepest orbits of other depths are nearly parts of the deepest one's.
    hinted = len(depths) > MANY and not pieces.cut_layers.size
    hint = cache(lambda: deepest_orbit(pieces)) if hinted else None
    while len(found) < len(depths):
        # Depths go together as far as memory allows: numpy's cost is per call, not per number.
        boxes = np.cumsum([lanes.sum() for lanes in likely[len(found) :]])
        cells = boxes * np.array(depths[len(found) :])
        group = slice(
            len(found), len(found) + max(1, int(np.searchsorted(cells, TOGETHER, side="right")))
        )
        found += narrowed(pieces, depths[group], likely[group], hint=hint)
        if progress is not None:
            progress(len(found) / len(depths))
    return found


def deepest_orbit(pieces: Pieces) -> Hint:
    """The steepest orbit of the whole chain, about."""
    search = _search(pieces, (pieces.chain.depth,), [np.ones(1, dtype=bool)])
    search.every_z = True
    search.measure_ends()
    box = orbits.between(search.left, search.right)
    while search.step():
        box = orbits.between(search.left, search.right)
    z = np.asarray(0.5 * box.inner_low[:, 0] + 0.5 * box.inner_high[:, 0])
    factors = pieces.chain.shape.log_slope(np, z) + log_weights(pieces.chain)
    # Beside a unit that is dead to float64 every z moves as little: any layer will do.
    reach = np.cumsum(np.maximum(factors, LEAST)) - np.maximum(factors, LEAST)
    return Hint(z, reach + log_weights(pieces.chain))


def narrowed(
    pieces: Pieces,
    depths: tuple[int, ...],
    likely: list[np.ndarray],
    *,
    hint: Callable[[], Hint] | None = None,
) -> list[Bracket]:
    """The bracket of each depth (ascending) from those of its pieces that are ``likely``."""
    search = _search(pieces, depths, likely)
    search.hint = hint
    search.run()
    return search.conclude()


def _search(pieces: Pieces, depths: tuple[int, ...], likely: list[np.ndarray]) -> Search:
    deepest = depths[-1]
    ends = [
        [side[lanes] for side in pieces.boxes(depth)]
        for depth, lanes in zip(depths, likely, strict=True)
    ]
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
    some = [part.until(depth) for part in parts]
    return Orbits(
        np.concatenate([part.low for part in some], axis=1),
        np.concatenate([part.high for part in some], axis=1),
    )
