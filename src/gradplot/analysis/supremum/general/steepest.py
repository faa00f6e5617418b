"""The certified supremum of any function that ball arithmetic can evaluate."""

from __future__ import annotations

from collections.abc import Callable

from flint import ctx

from gradplot.analysis.findings import Supremum
from gradplot.analysis.supremum.general.probe import Function
from gradplot.analysis.supremum.general.search import BUDGET, Search
from gradplot.analysis.supremum.general.told import told


def steepest(
    function: Function,
    x_range: tuple[float, float],
    *,
    label: str = "the function",
    budget: float = BUDGET,
    unbounded: Callable[[float, float], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Supremum:
    """The certified bracket of the essential supremum of |f'| on ``x_range``.

    ``budget`` bounds the work; ``unbounded`` may prove that |f'| has no bound on an interval;
    ``progress`` is told the share of the work done. Raises InputError where the function is
    undefined on the whole range.
    """
    before = ctx.prec
    try:
        search = Search(function.within(*x_range), x_range, budget=budget, unbounded=unbounded)
        search.run(progress)
        return told(search, label)
    finally:
        ctx.prec = before
