"""The shares of the x-range where slopes are steeper than 1, as brackets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.findings import Supremum
from gradplot.functions.curve import by_chain

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Pair
    from gradplot.functions.curve import Curve

#: Slopes within this of 1, as a logarithm, count as not steeper: a slope of exactly 1 is decided.
LEVEL = 1e-9
#: The undecided part at which it is enough, of the share and of the x-range; and the cells that may
#: be looked at.
ENOUGH, LEAST, BUDGET = 4e-4, 1e-9, 30_000
#: The undecided part of the x-range that does for a formula, whose intervals cost far more.
LEAST_OF_FORMULAS = 1e-6
_FIRST, _SPLIT = 256, 8


def shares_above_one(
    curves: Sequence[Curve], x_range: tuple[float, float], suprema: Sequence[Supremum]
) -> list[tuple[float, float]]:
    """Brackets, from 0 to 1, of the part of ``x_range`` where |dy/dx| > 1, one for each curve.

    Depths of one chain share their work.
    """
    found = [(0.0, 0.0)] * len(curves)
    steep = [number for number in range(len(curves)) if suprema[number].upper > LEVEL]
    for members in by_chain([curves[number] for number in steep]):
        numbers = [steep[member] for member in members]
        least = LEAST_OF_FORMULAS if curves[numbers[0]].chain is None else LEAST
        ranges = _ranges([curves[number] for number in numbers])
        some = _shares(ranges, len(numbers), x_range, least=least)
        for number, share in zip(numbers, some, strict=True):
            found[number] = share
    return found


def _ranges(curves: list[Curve]) -> Callable[[Array, Array, int], Pair]:
    """What bounds the log-slopes of the curves from one of them on, a row for each."""
    chain = curves[-1].chain
    if chain is None:
        (curve,) = curves

        def alone(low: Array, high: Array, first: int) -> Pair:
            under, over = curve.log_slope_range(low, high)
            return under[None], over[None]

        return alone
    depths = [curve.chain.depth for curve in curves if curve.chain is not None]
    return lambda low, high, first: chain.enclosures.log_slopes(low, high, depths[first:])


def _shares(
    ranges: Callable[[Array, Array, int], Pair],
    count: int,
    x_range: tuple[float, float],
    *,
    least: float,
) -> list[tuple[float, float]]:
    """The brackets of ``count`` curves.

    Cells of x whose guaranteed slope range lies on one side of 1 are counted, the others split: the
    same cells for all curves, as far as each of them needs them.
    """
    span = x_range[1] - x_range[0]
    edges = x_range[0] + span * (np.arange(_FIRST + 1) / _FIRST)
    edges[-1] = x_range[1]
    low, high = edges[:-1], edges[1:]
    above, undecided = np.zeros(count), np.zeros(count)
    looked = np.zeros(count, dtype=int)
    #: Whether a curve still needs a cell.
    needs = np.ones((count, low.size), dtype=bool)
    while low.size:
        first = int(np.argmax(needs.any(axis=1)))
        under, over = ranges(low, high, first)
        wanted = needs[first:]
        looked += needs.sum(axis=1)
        width = (high - low) / span
        above[first:] += ((under > 0.0) & wanted) @ width
        # NaN (nowhere defined) is neither: it counts as not steeper.
        open_ = np.zeros_like(needs)
        open_[first:] = wanted & ~(under > 0.0) & (over > LEVEL)
        active = needs.any(axis=1)
        undecided[active] = (open_ @ width)[active]
        done = undecided <= np.maximum(ENOUGH * above, least)
        done |= looked + open_.sum(axis=1) * _SPLIT > BUDGET
        open_[done] = False
        some = open_.any(axis=0)
        needs = np.repeat(open_[:, some], _SPLIT, axis=1)
        part = np.arange(_SPLIT + 1) / _SPLIT
        cut = low[some, None] * (1.0 - part) + high[some, None] * part
        low, high = cut[:, :-1].ravel(), cut[:, 1:].ravel()
        real = low < high
        low, high, needs = low[real], high[real], needs[:, real]
    most = np.minimum(above + undecided, 1.0)
    return list(zip(np.minimum(above, 1.0).tolist(), most.tolist(), strict=True))
