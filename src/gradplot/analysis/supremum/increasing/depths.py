"""The certified suprema of one chain of an increasing activation, at several depths together."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.bracket import Bracket
from gradplot.analysis.supremum.increasing.cuts import Hint
from gradplot.analysis.supremum.increasing.hints import hints
from gradplot.analysis.supremum.increasing.orbits import Orbits
from gradplot.analysis.supremum.increasing.pieces import Pieces
from gradplot.analysis.supremum.increasing.search import Search

if TYPE_CHECKING:
    from gradplot.functions.chain.chain import Chain

#: Depths past which the deepest is asked where the others are steep.
MANY = 8
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
    hinted = len(depths) > MANY and not pieces.cut_layers.size
    every = cache(lambda: hints(pieces, _search(pieces, depths[-1:], likely[-1:]), depths))
    while len(found) < len(depths):
        # Depths go together as far as memory allows: numpy's cost is per call, not per number.
        boxes = np.cumsum([lanes.sum() for lanes in likely[len(found) :]])
        cells = boxes * np.array(depths[len(found) :])
        group = slice(
            len(found), len(found) + max(1, int(np.searchsorted(cells, TOGETHER, side="right")))
        )
        hint = partial(_of, every, group) if hinted else None
        found += narrowed(pieces, depths[group], likely[group], hint=hint)
        if progress is not None:
            progress(len(found) / len(depths))
    return found


def _of(every: Callable[[], Hint], group: slice) -> Hint:
    hint = every()
    return Hint(hint.layer[group], hint.z[group])


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
