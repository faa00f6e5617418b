"""Findings as JSON and as CSV; nothing here imports numpy or rich."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gradplot.analysis.findings import Findings, Row
from gradplot.output.report.data import csv_text, log10_ends
from gradplot.output.report.descent import descent_data
from gradplot.output.report.digits import simplest
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec, FormulaSpec

SCHEMA = "gradplot/1"
#: Columns of the CSV: as the keys of a JSON row, the bracket laid flat.
COLUMNS = (
    "max_slope",
    "log10_max_slope_lower",
    "log10_max_slope_upper",
    "at_x",
    "attained",
    "growth",
    "share_above_one",
)


#: The keys of a chain that a parameter on the axis stands for.
_ON_THE_AXIS = {
    "weight": ("weight",),
    "bias": ("bias", "input_bias"),
    "input-bias": ("input_bias",),
}


def as_data(spec: FigureSpec, findings: Findings, outputs: Iterable[str] = ()) -> dict[str, Any]:
    """The findings of one figure as JSON's own types, without NaN or infinity.

    Slopes are the number with the fewest digits inside the proven bracket, None where float64
    cannot hold it; ``log10_max_slope`` is the bracket itself, None for an end that is not finite.
    """
    walked: dict[str, Any] = {}
    if spec.descent is not None and findings.path is not None:
        walked["descent"] = descent_data(spec.descent, findings.path)
    return {
        "schema": SCHEMA,
        "function": _function(spec),
        "x_range": list(spec.x_range),
        "depths": [
            _row(row, named=not isinstance(spec.curves, ChainSpec)) for row in findings.rows
        ],
        "growth_per_layer": _bracketed(findings.growth_per_layer),
        "verdict": findings.verdict,
        "critical_weight": findings.critical_weight,
        "fold": None if findings.fold is None else list(findings.fold),
        "overflow_depth": findings.overflow_depth,
        "underflow_depth": findings.underflow_depth,
        **walked,
        "outputs": list(outputs),
    }


def to_csv(findings: Findings) -> str:
    """One line per depth (per formula: its label, then its depth if it is nested), and a header."""
    headings = (*_keys(findings.rows), *COLUMNS)
    rows = []
    for row in findings.rows:
        data = _row(row, named=True)
        log10 = data.pop("log10_max_slope")
        data |= {f"log10_max_slope_{end}": log10[end] for end in ("lower", "upper")}
        data["attained"] = str(data["attained"]).lower()
        rows.append([data.get(heading) for heading in headings])
    return csv_text([headings, *rows])


def _function(spec: FigureSpec) -> dict[str, Any]:
    function = spec.curves
    if isinstance(function, ChainSpec):
        first = function.bias[0] if function.input_bias is None else function.input_bias
        found = {
            "activation": function.activation,
            "weight": list(function.weight),
            "bias": list(function.bias),
            "input_bias": first,
        }
        if function.along is not None:
            along = function.along
            for key in _ON_THE_AXIS[along.variable]:
                found.pop(key)
            found["along"] = {"variable": along.variable, "at": along.at, "target": along.target}
        return found | ({"parameters": dict(function.parameters)} if function.parameters else {})
    assert isinstance(function, FormulaSpec)
    found = {"formula": list(function.formulas)}
    if function.constants:
        found["let"] = dict(function.constants)
    if function.start is not None:
        found["start"] = function.start
    return found | ({"nest": list(function.nest)} if function.nest else {})


def _keys(rows: Sequence[Row]) -> tuple[str, ...]:
    """What tells the rows apart: depths of one chain, else labels."""
    if len({row.depth for row in rows}) == len(rows) and None not in {row.depth for row in rows}:
        return ("depth",)
    return ("label", "depth") if any(row.depth is not None for row in rows) else ("label",)


def _row(row: Row, *, named: bool) -> dict[str, Any]:
    supremum = row.supremum
    lower, upper = log10_ends(supremum.lower, supremum.upper)
    name: dict[str, Any] = {"label": row.label} if named else {}
    if row.depth is not None:
        name["depth"] = row.depth
    return name | {
        "max_slope": simplest(supremum.lower, supremum.upper),
        "log10_max_slope": {"lower": lower, "upper": upper},
        "at_x": None if supremum.x is None else supremum.x + 0.0,
        "attained": supremum.attained,
        "growth": _bracketed(row.growth),
        "share_above_one": _shortest(*row.share_above_one),
    }


def _bracketed(logs: tuple[float, float] | None) -> float | None:
    return None if logs is None else simplest(*logs)


def _shortest(low: float, high: float) -> float:
    """The number with the fewest decimals in [low, high]."""
    middle = low + (high - low) / 2
    return next(
        (shown for decimals in range(17) if low <= (shown := round(middle, decimals)) <= high),
        middle,
    )
