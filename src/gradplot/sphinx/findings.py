"""A figure's report, as rich draws it on a terminal, made into docutils' own tables and paragraphs.

Between the two it is plain data, which can be kept beside the picture.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

#: {"text": [[words, whether bold], ...]} or {"columns": [[heading, justify], ...], "rows": [...]}.
Part: TypeAlias = dict[str, Any]
#: Letters in a row from which a table is too wide for the text of a printed page.
_WIDE = 80


def as_parts(renderable: RenderableType) -> list[Part]:
    """What rich would draw, one part after the other; raises TypeError for what is no report's."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    match renderable:
        case Group():
            return [part for inner in renderable.renderables for part in as_parts(inner)]
        case Table():
            return [_table(renderable)]
        case Text():
            lines = renderable.split("\n")
            return [{"text": _pieces(line)} for line in lines if line.plain.strip()]
    raise TypeError(f"{type(renderable).__name__} has no form in docutils")


def to_nodes(parts: list[Part], *, classes: Iterable[str] = ()) -> list[nodes.Node]:
    """The parts in a container of class ``gradplot-findings``, and of ``classes``."""
    found = nodes.container(classes=["gradplot-findings", *classes])
    found["support_smartquotes"] = False  # act'(z) is a derivative, and --at an option
    for part in parts:
        if "columns" in part:
            wide = sum(_widths(part)) > _WIDE
            kinds = ["gradplot-scroll", *(["gradplot-wide"] if wide else [])]
            found += nodes.container("", _grid(part), classes=kinds)
        else:
            found += nodes.paragraph("", "", *(_inline(*piece) for piece in part["text"]))
    return [found]


def _pieces(line: Text) -> list[tuple[str, bool]]:
    from rich.text import Text

    ends = sorted({0, len(line), *(end for span in line.spans for end in (span.start, span.end))})
    found = []
    for start, end in pairwise(ends):
        piece = line[start:end]
        assert isinstance(piece, Text)
        found.append((piece.plain, any("bold" in str(span.style) for span in piece.spans)))
    return found


def _inline(words: str, bold: bool) -> nodes.Node:
    return nodes.strong(words, words) if bold else nodes.Text(words)


def _table(table: Table) -> Part:
    columns = [[str(column.header), column.justify] for column in table.columns]
    cells = [map(str, column.cells) for column in table.columns]
    return {"columns": columns, "rows": [list(row) for row in zip(*cells, strict=True)]}


def _grid(part: Part) -> nodes.table:
    columns, rows = part["columns"], part["rows"]
    sides = ["gradplot-right" if justify == "right" else "gradplot-left" for _, justify in columns]
    group = nodes.tgroup("", cols=len(columns))
    group += [nodes.colspec("", colwidth=max(1, width)) for width in _widths(part)]
    group += nodes.thead("", _row([name for name, _ in columns], sides))
    group += nodes.tbody("", *(_row(row, sides) for row in rows))
    return nodes.table("", group, classes=["colwidths-auto"])


def _widths(part: Part) -> list[int]:
    """The letters of each column's widest cell."""
    lines = [[name for name, _ in part["columns"]], *part["rows"]]
    return [max(len(cell.strip()) for cell in column) for column in zip(*lines, strict=True)]


def _row(cells: list[str], sides: list[str]) -> nodes.row:
    entries = []
    for cell, side in zip(cells, sides, strict=True):
        words = cell.rstrip()
        # Blanks in front set decimal points under one another; HTML would drop them.
        words = "\N{NO-BREAK SPACE}" * (len(words) - len(words.lstrip())) + words.lstrip()
        entries.append(nodes.entry("", nodes.paragraph(words, words), classes=[side]))
    return nodes.row("", *entries)
