"""The share of the x-range where the slope is steeper than 1, as a bracket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.findings import Supremum

if TYPE_CHECKING:
    from gradplot.functions.curve import Curve

#: Slopes within this of 1, as a logarithm, count as not steeper: a slope of exactly 1 is decided.
LEVEL = 1e-9
#: The undecided part at which it is enough, of the share and of the x-range; and the cells that may
#: be looked at.
ENOUGH, LEAST, BUDGET = 4e-4, 1e-9, 30_000
_FIRST, _SPLIT = 256, 8


def share_above_one(
    curve: Curve, x_range: tuple[float, float], supremum: Supremum
) -> tuple[float, float]:
    """Bracket, from 0 to 1, of the part of ``x_range`` where |dy/dx| > 1.

    Cells of x whose guaranteed slope range lies on one side of 1 are counted, the others split.
    """
    if supremum.upper <= LEVEL:
        return 0.0, 0.0
    span = x_range[1] - x_range[0]
    edges = x_range[0] + span * (np.arange(_FIRST + 1) / _FIRST)
    edges[-1] = x_range[1]
    low, high = edges[:-1], edges[1:]
    above = undecided = 0.0
    looked = 0
    while low.size:
        under, over = curve.log_slope_range(low, high)
        looked += low.size
        width = (high - low) / span
        above += float(width[under > 0.0].sum())
        # NaN (nowhere defined) is neither: it counts as not steeper.
        open_ = ~(under > 0.0) & (over > LEVEL)
        undecided = float(width[open_].sum())
        low, high = low[open_], high[open_]
        if undecided <= max(ENOUGH * above, LEAST) or looked + low.size * _SPLIT > BUDGET:
            break
        part = np.arange(_SPLIT + 1) / _SPLIT
        cut = low[:, None] * (1.0 - part) + high[:, None] * part
        low, high = cut[:, :-1].ravel(), cut[:, 1:].ravel()
        real = low < high
        low, high = low[real], high[real]
    return min(above, 1.0), min(above + undecided, 1.0)
