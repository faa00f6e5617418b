"""The certified supremum of |dy/dx| for chains of activations that turn."""

from __future__ import annotations

from collections.abc import Callable

from gradplot.analysis import branch
from gradplot.analysis.bracket import Bracket
from gradplot.functions.chain import Chain


def suprema(
    chain: Chain,
    x_range: tuple[float, float],
    depths: tuple[int, ...],
    *,
    progress: Callable[[float], None] | None = None,
) -> list[Bracket]:
    found = []
    for depth in depths:
        s = branch.steepest(chain.at(depth), x_range)
        found.append(
            Bracket(
                s.lower,
                s.upper,
                s.x if s.x is not None else float("nan"),
                s.x if s.x is not None else float("nan"),
            )
        )
    return found
