"""What the analysis found out about one figure, as plain data."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Literal

#: Slopes are told as natural logarithms; divided by this they are decades.
LN10 = math.log(10)

Verdict = Literal["exploding", "vanishing", "steady", "dead"]

#: Elements, levels and letters that are shown of a field: a map has thousands of numbers, which
#: nobody reads where findings end a notebook's cell.
_SHOWN = {"maxtuple": 4, "maxlevel": 2, "maxother": 400}


class Brief:
    """A dataclass whose fields are shown by name, each cut to what one takes in at a glance."""

    __slots__ = ()

    def _shown(self) -> list[tuple[str, str]]:
        from reprlib import Repr

        brief = Repr()
        vars(brief).update(_SHOWN)
        named = [each.name for each in fields(self)]  # type: ignore[arg-type]
        return [(name, " ".join(brief.repr(getattr(self, name)).split())) for name in named]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map('='.join, self._shown()))})"

    def _repr_html_(self) -> str:
        from html import escape  # slow to load, and most findings are never shown so

        rows = (
            f'<tr><th style="text-align: left">{name}</th>'
            f'<td style="text-align: left">{escape(shown)}</td></tr>'
            for name, shown in self._shown()
        )
        return f"<table><tbody>{''.join(rows)}</tbody></table>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supremum:
    """A certified bracket of the essential supremum of |dy/dx| on an x-range.

    ``lower`` <= log sup|dy/dx| <= ``upper``, natural logarithms. Both are -inf when the function is
    exactly flat (dead); ``upper`` is +inf where the slope is unbounded or could not be bounded.
    """

    lower: float
    upper: float
    #: Where the steepest point is: the nearest double; None when the function is flat.
    x: float | None
    #: Whether x is proven to be a point of that slope, to the width of [x_low, x_high].
    located: bool
    #: Whether a double is proven to attain the supremum, to 1e-9.
    attained: bool
    #: Whether it is proven that no double does.
    unattained: bool = False
    #: Where a point of that slope is proven to lie; both are x for a stretch of one slope.
    x_low: float | None = None
    x_high: float | None = None
    #: About z of every layer at the steepest point, where that is known from the search.
    orbit: tuple[float, ...] = ()

    @property
    def dead(self) -> bool:
        return self.upper == float("-inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One curve's line in the table."""

    label: str
    #: Layers, where the curve is a chain.
    depth: int | None
    supremum: Supremum
    #: Bracket of log(max slope / max slope of the row before), whole step, not per layer; None in
    #: the first row and where either is dead or unbounded.
    growth: tuple[float, float] | None
    #: Bracket of the share of the x-range where |dy/dx| > 1, from 0 to 1.
    share_above_one: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Step:
    """Where a step starts, and what it finds there.

    In float64: infinite where that overflows, nan where it is not known.
    """

    parameters: tuple[float, ...]
    loss: float
    gradient: tuple[float, ...]
    #: log10 of the gradient's norm; -inf where no number of bits tells it from 0.
    log10_norm: float


@dataclass(frozen=True, slots=True)
class Path:
    """A descent: ``steps[n]`` is the state after n steps."""

    steps: tuple[Step, ...]
    #: Digits of the end's parameters that more precise arithmetic confirms; None: it did not end.
    digits: int | None
    #: The first step whose gradient is above a float format's largest number, by format.
    overflow: dict[str, int]

    @property
    def longest(self) -> float:
        """The longest step, in the parameters' own units."""
        places = [step.parameters for step in self.steps]
        hops = (math.dist(a, b) for a, b in pairwise(places))
        return max(hops, default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Findings(Brief):
    """All that is said about one figure. Depths are None where the slope never gets there."""

    rows: tuple[Row, ...]
    #: log of the growth per layer: bracket, from the two deepest rows (or the only row and depth 0,
    #: whose slope is 1); None for formulas that are not one chain at several depths, and for dead.
    growth_per_layer: tuple[float, float] | None
    verdict: Verdict | None
    #: 1 / sup|act'|; None for formulas.
    critical_weight: float | None
    #: Depth at which the maximum slope leaves each float format; for every name in ``FLOATS``.
    overflow_depth: dict[str, int | None]
    underflow_depth: dict[str, int | None]
    #: The float formats whose depth in those two was extrapolated, not seen in a row.
    extrapolated: frozenset[str]
    #: Ends of the interval of biases that explode at this weight; None where that is not known, or
    #: none does.
    fold: tuple[float, float] | None = None
    #: Down the loss of the deepest network, where that was asked for.
    path: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis of a map: the middles of its cells, and its ends."""

    name: str
    values: tuple[float, ...]
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MapFindings(Brief):
    """The maximum slope of every cell of a map, and where it turns from vanishing to exploding.

    ``lower`` and ``upper`` have a row for each value of the second axis: natural logarithms, both
    -inf for a dead cell.
    """

    axes: tuple[Axis, Axis]
    lower: tuple[tuple[float, ...], ...]
    upper: tuple[tuple[float, ...], ...]
    #: The fold as strokes of points, in the units of the axes.
    fold: tuple[tuple[tuple[float, float], ...], ...]
    #: 1 / sup|act'|.
    critical_weight: float
