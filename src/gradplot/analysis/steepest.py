"""The certified supremum of |dy/dx| of every curve: each by the sharpest method that fits it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis import branch
from gradplot.analysis.bracket import Bracket
from gradplot.analysis.findings import Supremum

if TYPE_CHECKING:
    from gradplot.functions.chain import Chain
    from gradplot.functions.protocol import Curve

#: A double attains the supremum if its slope is proven to be this close, as a logarithm.
ATTAINS = 1e-9
#: Part of the x-range over which equal slopes are a stretch, and any x in it will do.
STRETCH = 1e-6
DEAD = Supremum(lower=-math.inf, upper=-math.inf, x=None, located=False, attained=False)


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
    groups = _by_chain(curves)
    for members in groups:
        share = _shared(progress, len(found), len(members), len(curves))
        chain = curves[members[-1]].chain
        if chain is None:
            found[members[0]] = branch.steepest(curves[members[0]], x_range)
            share(1.0)
        else:
            depths = [_depth(curves[member]) for member in members]
            found.update(zip(members, _chain_suprema(chain, depths, x_range, share), strict=True))
    return [found[number] for number in range(len(curves))]


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


def _by_chain(curves: Sequence[Curve]) -> list[list[int]]:
    """Numbers of the curves, those that are depths of one chain together and ascending."""
    groups: list[list[int]] = []
    for number, curve in sorted(enumerate(curves), key=lambda item: _order(item[1])):
        chain = curve.chain
        last = curves[groups[-1][-1]].chain if groups else None
        if chain is not None and last is not None and chain.extends(last):
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def _order(curve: Curve) -> int:
    return curve.chain.depth if curve.chain is not None else 0


def _chain_suprema(
    chain: Chain,
    depths: list[int],
    x_range: tuple[float, float],
    progress: Callable[[float], None],
) -> list[Supremum]:
    from gradplot.analysis import cells, unimodal

    # A weight of 0 makes every depth from its layer on exactly flat.
    alive = next((k for k, weight in enumerate(chain.weights) if weight == 0.0), chain.depth)
    living = tuple(depth for depth in depths if depth <= alive)
    found: list[Supremum] = []
    if living:
        live = chain.at(living[-1])
        method = unimodal.suprema if chain.shape.monotone else cells.suprema
        brackets = method(live, x_range, living, progress=progress)
        found = [
            _located(chain.at(depth), bracket, x_range)
            for depth, bracket in zip(living, brackets, strict=True)
        ]
    return found + [DEAD] * (len(depths) - len(living))


def _located(chain: Chain, bracket: Bracket, x_range: tuple[float, float]) -> Supremum:
    """The bracket as people get it: with an x, and whether a double attains it."""
    if bracket.upper == -math.inf:
        return DEAD
    left, right = bracket.left, bracket.right
    if math.isnan(left):
        return Supremum(
            lower=bracket.lower, upper=bracket.upper, x=None, located=False, attained=False
        )
    middle = left + 0.5 * (right - left) if bracket.x is None else bracket.x
    span = x_range[1] - x_range[0]
    zero = [0.0] if left <= 0.0 <= right and right - left <= 1e-9 * span else []
    points = np.clip(np.array([*zero, middle, left, right]), *x_range)
    proven, _ = chain.log_slope_range(points, points)
    attains = proven >= bracket.upper - ATTAINS
    attained = bool(attains.any())
    x = float(points[np.argmax(attains)]) + 0.0
    stretch = right - left > STRETCH * span
    return Supremum(
        lower=max(bracket.lower, float(proven.max())),
        upper=bracket.upper,
        x=x,
        located=attained or not stretch,
        attained=attained,
        x_low=x if stretch and attained else left,
        x_high=x if stretch and attained else right,
    )
