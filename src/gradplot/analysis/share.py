"""The shares of the x-range where slopes are steeper than 1, as brackets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.dearness import dearness
from gradplot.analysis.findings import Supremum
from gradplot.functions.curve import by_chain

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Pair
    from gradplot.functions.curve import Curve

#: Slopes within this of 1, as a logarithm, count as not steeper: a slope of exactly 1 is decided.
LEVEL = 1e-9
#: The undecided part at which it is enough, of the share and of the x-range; and the cells that may
#: be looked at, where an interval is not dear.
ENOUGH, LEAST, BUDGET = 4e-4, 1e-9, 30_000
#: The undecided part of the x-range that does for a formula, whose intervals cost far more.
LEAST_OF_FORMULAS = 1e-6
_FIRST, _SPLIT = 256, 8
#: Cells that are looked at together at least, where others need other depths.
TOGETHER = 600


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
        alone = curves[numbers[0]]
        least, budget = LEAST, BUDGET
        if alone.chain is None:
            least, budget = LEAST_OF_FORMULAS, int(BUDGET / dearness(alone))
        ranges = _ranges([curves[number] for number in numbers])
        some = _shares(ranges, len(numbers), x_range, least=least, budget=budget)
        for number, share in zip(numbers, some, strict=True):
            found[number] = share
    return found


def _ranges(curves: list[Curve]) -> Callable[[Array, Array, slice], Pair]:
    """What bounds the log-slopes of some of the curves, a row for each."""
    chain = curves[-1].chain
    if chain is None:
        (curve,) = curves

        def alone(low: Array, high: Array, rows: slice) -> Pair:
            under, over = curve.log_slope_range(low, high)
            return under[None], over[None]

        return alone
    depths = [curve.chain.depth for curve in curves if curve.chain is not None]
    return lambda low, high, rows: chain.enclosures.log_slopes(low, high, depths[rows])


def _shares(
    ranges: Callable[[Array, Array, slice], Pair],
    count: int,
    x_range: tuple[float, float],
    *,
    least: float,
    budget: int,
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
    #: The pairs of a curve and a cell that it needs.
    curve, cell = np.divmod(np.arange(count * low.size), low.size)
    while curve.size:
        under, over = _needed(ranges, low, high, curve=curve, cell=cell)
        width = ((high - low) / span)[cell]
        needs = np.bincount(curve, minlength=count)
        looked += needs
        above += np.bincount(curve, np.where(under > 0.0, width, 0.0), count)
        # NaN (nowhere defined) is neither: it counts as not steeper.
        open_ = ~(under > 0.0) & (over > LEVEL)
        curve, cell, width = curve[open_], cell[open_], width[open_]
        undecided = np.where(needs > 0, np.bincount(curve, width, count), undecided)
        done = undecided <= np.maximum(ENOUGH * above, least)
        done |= looked + np.bincount(curve, minlength=count) * _SPLIT > budget
        curve, cell = curve[~done[curve]], cell[~done[curve]]
        some, cell = np.unique(cell, return_inverse=True)
        part = np.arange(_SPLIT + 1) / _SPLIT
        cut = low[some, None] * (1.0 - part) + high[some, None] * part
        low, high = cut[:, :-1].ravel(), cut[:, 1:].ravel()
        curve = np.repeat(curve, _SPLIT)
        cell = (cell[:, None] * _SPLIT + np.arange(_SPLIT)).ravel()
        real = (low < high)[cell]
        curve, cell = curve[real], cell[real]
    most = np.minimum(above + undecided, 1.0)
    return list(zip(np.minimum(above, 1.0).tolist(), most.tolist(), strict=True))


def _needed(
    ranges: Callable[[Array, Array, slice], Pair],
    low: Array,
    high: Array,
    *,
    curve: np.ndarray,
    cell: np.ndarray,
) -> Pair:
    """Bounds of the log-slope for each pair of a curve (ascending) and a cell."""
    under, over = np.empty(curve.size), np.empty(curve.size)
    first, last = np.zeros(low.size, dtype=int), np.zeros(low.size, dtype=int)
    last[cell], first[cell[::-1]] = curve, curve[::-1]
    # Most cells lie where one depth crosses 1: deeper layers are of no use to them.
    spread = bool((last != last[0]).any())
    order = np.argsort(last, kind="stable") if spread else np.arange(low.size)
    place, group = np.empty_like(order), np.empty_like(order)
    parts = np.array_split(order, max(1, low.size // TOGETHER) if spread else 1)
    for number, cells in enumerate(parts):
        place[cells], group[cells] = np.arange(cells.size), number
    for number, cells in enumerate(parts):
        start = int(first[cells].min())
        found = ranges(low[cells], high[cells], slice(start, int(last[cells].max()) + 1))
        mine = group[cell] == number
        at = curve[mine] - start, place[cell[mine]]
        under[mine], over[mine] = found[0][at], found[1][at]
    return under, over
