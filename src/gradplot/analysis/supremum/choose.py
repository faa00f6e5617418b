"""The certified supremum of |dy/dx| of every curve: each by the sharpest method that fits it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.findings import Supremum
from gradplot.analysis.supremum.bracket import Bracket
from gradplot.analysis.supremum.located import DEAD, located
from gradplot.functions.curve import Programmed, by_chain

if TYPE_CHECKING:
    from gradplot.functions.chain.chain import Chain
    from gradplot.functions.curve import Curve


def max_slope(curve: Curve, x_range: tuple[float, float]) -> Supremum:
    """The bracket of the essential supremum of |dy/dx| of one curve on ``x_range``."""
    return max_slopes([curve], x_range)[0]


@np.errstate(all="ignore")  # infinities are dealt with where they can arise
def max_slopes(
    curves: Sequence[Curve],
    x_range: tuple[float, float],
    *,
    progress: Callable[[float], None] | None = None,
) -> list[Supremum]:
    """A bracket for each curve; the depths of one chain share their work."""
    found: dict[int, Supremum] = {}
    for members in by_chain(curves):
        share = _shared(progress, len(found), len(members), len(curves))
        chain = curves[members[-1]].chain
        if chain is None:
            found[members[0]] = _general(curves[members[0]], x_range, share)
            share(1.0)
        else:
            depths = [_depth(curves[member]) for member in members]
            found.update(zip(members, _chain_suprema(chain, depths, x_range, share), strict=True))
    return [found[number] for number in range(len(curves))]


def _general(
    curve: Curve, x_range: tuple[float, float], progress: Callable[[float], None]
) -> Supremum:
    """The bracket of a curve that is no chain, by branch and bound in ball arithmetic."""
    from gradplot.analysis.supremum.general.steepest import steepest

    assert isinstance(curve, Programmed)

    def unbounded(low: float, high: float) -> bool:
        """Whether a pole is proven, with looks at 0 and at the middle for what hides between."""
        inner = [low, min(max(0.0, low), high), low + 0.5 * (high - low), high]
        ends = np.unique(np.array(inner))
        return bool(curve.unbounded(np.r_[low, ends[:-1]], np.r_[high, ends[1:]]).any())

    return steepest(
        curve.program(), x_range, label=curve.label, unbounded=unbounded, progress=progress
    )


def _depth(curve: Curve) -> int:
    assert curve.chain is not None
    return curve.chain.depth


def _shared(
    progress: Callable[[float], None] | None, done: int, members: int, total: int
) -> Callable[[float], None]:
    def tell(share: float) -> None:
        if progress is not None:
            progress((done + share * members) / total)

    return tell


def _chain_suprema(
    chain: Chain,
    depths: list[int],
    x_range: tuple[float, float],
    progress: Callable[[float], None],
) -> list[Supremum]:
    # A weight of 0 makes every depth from its layer on exactly flat.
    alive = next((k for k, weight in enumerate(chain.weights) if weight == 0.0), chain.depth)
    living = tuple(depth for depth in depths if depth <= alive)
    found: list[Supremum] = []
    if living:
        live = chain.at(living[-1])
        brackets = _method(chain)(live, x_range, living, progress=progress)
        found = located(live, living, brackets, x_range)
    return found + [DEAD] * (len(depths) - len(living))


def _method(chain: Chain) -> Callable[..., list[Bracket]]:
    """The sharpest method for a chain's activation, loaded when it is needed."""
    if chain.shape.straight:
        from gradplot.analysis.supremum.straight import pieces

        return pieces.suprema
    if chain.shape.monotone:
        from gradplot.analysis.supremum.increasing import depths

        return depths.suprema
    from gradplot.analysis.supremum.turning import max_plus

    return max_plus.suprema
