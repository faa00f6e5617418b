"""The certified supremum of |dy/dx| of every curve: each by the sharpest method that fits it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.findings import Supremum
from gradplot.analysis.supremum import attained
from gradplot.analysis.supremum.bracket import Bracket
from gradplot.functions.curve import Programmed

if TYPE_CHECKING:
    from gradplot.functions.chain.chain import Chain
    from gradplot.functions.curve import Curve

#: A double attains the supremum if its slope is proven to be this close, as a logarithm.
ATTAINS = 1e-9
#: Part of the x-range over which equal slopes are a stretch, and any x in it will do.
STRETCH = 1e-6
#: Part of the x-range in which a number of few digits does not stand by chance.
NARROW, FEW_DIGITS = 1e-13, 6
#: Doubles that are tried one by one between the ends of where x* must lie.
MOST_DOUBLES = 64
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
    for members in groups(curves):
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
    from gradplot.analysis.supremum.general.search import steepest

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


def groups(curves: Sequence[Curve]) -> list[list[int]]:
    """Numbers of the curves, those that are depths of one chain together and ascending."""
    found: list[list[int]] = []
    for number, curve in sorted(enumerate(curves), key=lambda item: _order(item[1])):
        chain = curve.chain
        last = curves[found[-1][-1]].chain if found else None
        if chain is not None and last is not None and chain.extends(last):
            found[-1].append(number)
        else:
            found.append([number])
    return found


def _order(curve: Curve) -> int:
    return curve.chain.depth if curve.chain is not None else 0


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
        found = [
            _located(chain.at(depth), bracket, x_range)
            for depth, bracket in zip(living, brackets, strict=True)
        ]
    return found + [DEAD] * (len(depths) - len(living))


def _method(chain: Chain) -> Callable[..., list[Bracket]]:
    """The sharpest method for a chain's activation, loaded when it is needed."""
    if chain.shape.straight:
        from gradplot.analysis.supremum.straight import pieces

        return pieces.suprema
    if chain.shape.monotone:
        from gradplot.analysis.supremum.increasing import narrowing

        return narrowing.suprema
    from gradplot.analysis.supremum.turning import max_plus

    return max_plus.suprema


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
    plain = _plain(left, right) if right - left <= NARROW * span else []
    points = np.clip(np.array([*plain, middle, left, right]), *x_range)
    proven, _ = chain.log_slope_range(points, points)
    attains = proven >= bracket.upper - ATTAINS
    attained = bool(attains.any())
    x = float(points[np.argmax(attains)]) + 0.0
    between = False
    if not attained and right - left <= NARROW * span:
        attaining, between = _at_doubles(chain, bracket)
        attained, x = attaining is not None, x if attaining is None else attaining
    stretch = right - left > STRETCH * span
    return Supremum(
        lower=max(bracket.lower, float(proven.max())),
        upper=bracket.upper,
        x=x,
        located=attained or not stretch,
        attained=attained,
        unattained=between,
        x_low=x if stretch and attained else left,
        x_high=x if stretch and attained else right,
    )


def _plain(left: float, right: float) -> list[float]:
    """The number of few digits in [left, right], if there is one: 0 or -0.1 rather than 1e-320."""
    if left <= 0.0 <= right:
        return [0.0]
    rounded = float(f"{left + 0.5 * (right - left):.{FEW_DIGITS}g}")
    return [rounded] if left <= rounded <= right else []


def _at_doubles(chain: Chain, bracket: Bracket) -> tuple[float | None, bool]:
    """The double nearest to x* that attains the supremum; whether it is proven that none does.

    The slope of a smooth increasing chain rises to x* and falls behind it, so that the doubles next
    to x* are the steepest of all.
    """
    middle = 0.5 * bracket.left + 0.5 * bracket.right
    near = sorted(_doubles_in(bracket), key=lambda point: (abs(point - middle), point))
    if not near or not attained.known(chain):
        return None, False
    slopes = [attained.log_slope(chain, point, least=bracket.lower - 1.0) for point in near]
    for point, (low, _) in zip(near, slopes, strict=True):
        if low >= bracket.upper - ATTAINS:
            return point, False
    return None, all(high < bracket.lower - ATTAINS for _, high in slopes)


def _doubles_in(bracket: Bracket) -> list[float]:
    """Every double between the bracket's ends, and the next one on both sides; none if too many."""
    points = [math.nextafter(bracket.left, -math.inf)]
    while points[-1] <= bracket.right and len(points) < MOST_DOUBLES:
        points.append(math.nextafter(points[-1], math.inf))
    return points if points[-1] > bracket.right else []
