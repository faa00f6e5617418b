"""How much a curve's intervals cost: where each takes longer, fewer of them are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradplot.functions.curve import Curve

#: Operations that budgets are made for: formulas that people write seldom have more.
ORDINARY = 16


def dearness(curve: Curve) -> float:
    """What an interval of a curve that is no chain costs beside an ordinary one, at least 1."""
    return max(1.0, curve.operations / ORDINARY)
