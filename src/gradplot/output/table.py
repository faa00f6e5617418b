"""The table of maximum slopes and the line beneath it, as rich draws them on a terminal."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from gradplot.analysis.findings import Findings, Row
from gradplot.output.digits import number_text, share_text
from gradplot.output.report import GROWTH_DIGITS, message
from gradplot.spec import ChainSpec, FigureSpec

#: A verdict is a word first; the colour only underlines it.
VERDICT_STYLE = {"exploding": "bold red", "vanishing": "bold blue", "steady": "bold green"}
UNATTAINED = "*"


def table(spec: FigureSpec, findings: Findings) -> RenderableType:
    """The whole report for people: what was drawn, a line per curve, and what it means."""
    chain = spec.function if isinstance(spec.function, ChainSpec) else None
    parts: list[RenderableType] = [_heading(spec), _rows(spec, findings.rows)]
    if any(_unattained(row) for row in findings.rows):
        parts.append(Text(f"{UNATTAINED} between two doubles: no float64 x has this slope", "dim"))
    said = message(findings, activation=chain.activation if chain else None)
    if findings.verdict is not None:
        verdict = Text(findings.verdict, VERDICT_STYLE.get(findings.verdict, "bold"))
        parts.append(Text.assemble(verdict, ": " if said else "", said))
    elif said:
        parts.append(Text(said))
    return Group(*parts)


def _heading(spec: FigureSpec) -> Text:
    function = spec.function
    low, high = spec.x_range
    if not isinstance(function, ChainSpec):
        return Text(f"x from {low:g} to {high:g}")
    words = [f"w = {_numbers(function.weight)}", f"b = {_numbers(function.bias)}"]
    if function.input_bias is not None:
        words.append(f"input bias {function.input_bias:g}")
    words += [f"{name} = {number:g}" for name, number in function.parameters]
    words.append(f"x from {low:g} to {high:g}")
    return Text.assemble((function.activation, "bold"), "  ", ", ".join(words))


def _numbers(numbers: tuple[float, ...]) -> str:
    shown = " ".join(f"{number:g}" for number in numbers[:4])
    return f"{shown} … {numbers[-1]:g}" if len(numbers) > 4 else shown


def _rows(spec: FigureSpec, rows: tuple[Row, ...]) -> Table:
    grid = Table(box=SIMPLE_HEAD, pad_edge=False)
    several = len(rows) > 1
    if isinstance(spec.function, ChainSpec):
        grid.add_column("depth", justify="right")
    else:
        grid.add_column("curve", overflow="fold")
    grid.add_column("maximum slope", overflow="fold")
    grid.add_column("at x", overflow="fold")
    if several:
        grid.add_column("growth", overflow="fold")
    grid.add_column("share with |dy/dx| > 1", justify="right", overflow="fold")
    columns = [
        [_name(row, spec) for row in rows],
        _aligned([number_text(row.supremum.lower, row.supremum.upper) for row in rows]),
        _aligned([_where(row) for row in rows]),
        _aligned([_growth(row) for row in rows]) if several else None,
        [share_text(*row.share_above_one) for row in rows],
    ]
    for cells in zip(*(column for column in columns if column is not None), strict=True):
        grid.add_row(*cells)
    return grid


def _name(row: Row, spec: FigureSpec) -> str:
    return str(row.depth) if isinstance(spec.function, ChainSpec) else row.label


def _where(row: Row) -> str:
    supremum = row.supremum
    if supremum.x is None:
        return "-"
    number = supremum.x + 0.0  # no -0
    text = repr(number) if supremum.located else f"≈ {number:.6g}"
    return text.removesuffix(".0") + (UNATTAINED if _unattained(row) else "")


def _unattained(row: Row) -> bool:
    return not row.supremum.attained and not row.supremum.dead


def _growth(row: Row) -> str:
    return "" if row.growth is None else f"×{number_text(*row.growth, digits=GROWTH_DIGITS)}"


def _aligned(texts: list[str]) -> list[str]:
    """The texts padded so that their decimal points stand under one another."""
    before = [len(text.split(".")[0]) for text in texts]
    return [" " * (max(before) - width) + text for text, width in zip(texts, before, strict=True)]
