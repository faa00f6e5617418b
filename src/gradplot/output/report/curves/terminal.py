"""The table of maximum slopes and the line beneath it, as rich draws them on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, JustifyMethod, RenderableType
from rich.text import Text

from gradplot.analysis.findings import Findings, Row, Supremum
from gradplot.output.report.curves.words import GROWTH_DIGITS, axis, message
from gradplot.output.report.descent import descent_table
from gradplot.output.report.digits import number_text, share_text
from gradplot.output.report.fitted import FittedTable, aligned
from gradplot.output.report.network import listed
from gradplot.output.report.peak import place_text
from gradplot.output.report.text import as_typed
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec

#: A verdict is a word first; the colour only underlines it.
VERDICT_STYLE = {"exploding": "bold red", "vanishing": "bold blue", "steady": "bold green"}
UNATTAINED = "*"
#: A longer label is listed above the table, under a number.
LONGEST_NAME = 24


def table(spec: FigureSpec, findings: Findings) -> RenderableType:
    """The whole report for people: what was drawn, a line per curve, and what it means."""
    chain = spec.curves if isinstance(spec.curves, ChainSpec) else None
    parts: list[RenderableType] = [_heading(spec, findings.rows), _grid(spec, findings.rows)]
    if any(row.supremum.unattained for row in findings.rows):
        parts.append(
            Text(
                f"{UNATTAINED} no float64 {axis(spec).variable} attains this slope: "
                "sampling cannot find it",
                "dim",
            )
        )
    said = message(findings, activation=chain.activation if chain else None)
    if findings.verdict is not None:
        verdict = Text(findings.verdict, VERDICT_STYLE.get(findings.verdict, "bold"))
        parts.append(Text.assemble(verdict, ": " if said else "", said))
    elif said:
        parts.append(Text(said))
    if spec.descent is not None and findings.path is not None:
        ranges, names = (spec.x_range,), (axis(spec).variable,)
        parts.append(descent_table(spec.descent, findings.path, ranges=ranges, names=names))
    return Group(*parts)


def _heading(spec: FigureSpec, rows: Sequence[Row]) -> Text:
    function = spec.curves
    span = "{} from {} to {}".format(axis(spec).variable, *map(as_typed, spec.x_range))
    if not isinstance(function, ChainSpec):
        names = [(f"{name}  ", row.label) for name, row in zip(_names(rows), rows, strict=True)]
        if len(rows) == 1:
            return Text.assemble((rows[0].label, "bold"), "  ", span)
        if all(name.strip() == label for name, label in names):
            return Text(span)
        return Text("\n").join(
            [*(Text.assemble((name, "bold"), label) for name, label in names), Text(span)]
        )
    return Text.assemble((function.activation, "bold"), "  ", ", ".join([*listed(function), span]))


def _grid(spec: FigureSpec, rows: Sequence[Row]) -> FittedTable:
    signs = axis(spec)
    at, share = f"at {signs.variable}", f"{signs.slope} > 1"
    columns: list[tuple[str, JustifyMethod, list[str]]] = [
        (
            "maximum slope",
            "left",
            aligned([number_text(row.supremum.lower, row.supremum.upper) for row in rows]),
        ),
        (at, "left", aligned([_place(row.supremum) for row in rows])),
        (
            share,
            "right",
            [f"{share_text(*row.share_above_one)} of {signs.variable}" for row in rows],
        ),
    ]
    if any(row.growth is not None for row in rows):
        columns.insert(2, ("growth", "left", aligned([_growth(row) for row in rows])))
    if isinstance(spec.curves, ChainSpec):
        columns.insert(0, ("depth", "right", [str(row.depth) for row in rows]))
    elif len(rows) > 1:
        columns.insert(0, ("curve", "left", _names(rows)))
    return FittedTable(columns, spare=((share,), ("growth",), (at,)))


def _names(rows: Sequence[Row]) -> list[str]:
    """The curves' labels, or numbers for them where one is too long for a column."""
    if all(len(row.label) <= LONGEST_NAME for row in rows):
        return [row.label for row in rows]
    return [str(number) for number in range(1, len(rows) + 1)]


def _place(supremum: Supremum) -> str:
    """Where the steepest point is, with a mark where no double is as steep."""
    return place_text(supremum) + (UNATTAINED if supremum.unattained else "")


def _growth(row: Row) -> str:
    return "" if row.growth is None else f"×{number_text(*row.growth, digits=GROWTH_DIGITS)}"
