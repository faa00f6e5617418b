"""A report as HTML, for notebooks: what rich would draw, as paragraphs and tables of their own."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import RenderableType

#: White space tells where decimal points stand; figures are as wide as one another.
_CELL = "padding: 0.2em 0.8em; text-align: {}; white-space: pre; font-variant-numeric: tabular-nums"


def html(report: RenderableType) -> str:
    """The report's lines and tables; raises TypeError for what is neither."""
    if isinstance(report, Group):
        return "\n".join(map(html, report.renderables))
    if isinstance(report, Table):
        return _table(report)
    if isinstance(report, Text):
        return f"<p>{escape(str(report)).replace(chr(10), '<br>')}</p>"
    raise TypeError(f"{type(report).__name__} has no form in HTML")


def _table(table: Table) -> str:
    """The table's heading and rows, aligned as its columns say."""
    sides: list[str] = [column.justify for column in table.columns]
    heading = _row("th", [str(column.header) for column in table.columns], sides)
    rows = zip(*(column.cells for column in table.columns), strict=True)
    body = "".join(_row("td", list(map(str, cells)), sides) for cells in rows)
    return f"<table><thead>{heading}</thead><tbody>{body}</tbody></table>"


def _row(tag: str, cells: list[str], sides: list[str]) -> str:
    shown = (
        f'<{tag} style="{_CELL.format(side)}">{escape(cell)}</{tag}>'
        for cell, side in zip(cells, sides, strict=True)
    )
    return f"<tr>{''.join(shown)}</tr>"
