"""A table that a narrow terminal shows less of: columns go, and no number is ever cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType, RenderResult

    #: A heading, the side that its cells stand at, and they.
    Column = tuple[str, JustifyMethod, Sequence[RenderableType]]

#: Blanks above, right of, below and left of a cell.
_WIDE, _TIGHT = (0, 1, 0, 1), (0, 1, 0, 0)
#: Columns in which any table is laid out without being cut.
UNBOUNDED = 10_000


class FittedTable(Table):
    """The columns given, or those that fit.

    ``spare`` are the headings of what a narrow terminal does without, the first to go first.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        spare: Sequence[Sequence[str]] = (),
        tight: bool = False,
    ) -> None:
        super().__init__()
        for heading, justify, _ in columns:
            self.add_column(heading, justify=justify)
        for row in _rows(columns):
            self.add_row(*row)
        self._given, self._spare, self._tight = columns, spare, tight

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns, table = self._fitting(console, options)
        yield table
        kept = {_joined(heading) for heading, *_ in columns}
        missing = [heading for heading, *_ in self._given if heading and heading not in kept]
        if missing:
            yield Text(f"no room for {', '.join(missing)}", "dim")

    def _fitting(self, console: Console, options: ConsoleOptions) -> tuple[Sequence[Column], Table]:
        # rich would rather crop every column a little, and so make other numbers of them.
        for columns, table in self._ever_narrower():
            needed = console.measure(table, options=options.update(width=UNBOUNDED)).maximum
            if needed <= options.max_width:
                return columns, table
        return columns, _laid_out(columns, tight=True, edge=False, fold=True)

    def _ever_narrower(self) -> Iterator[tuple[Sequence[Column], Table]]:
        """The columns with less and less between them, and then fewer of them."""
        for tight in (self._tight, True):
            yield self._given, _laid_out(self._given, tight=tight)
        gone: set[str] = set()
        for more in ((), *self._spare):
            gone.update(more)
            left = [_broken(column) for column in self._given if column[0] not in gone]
            yield left, _laid_out(left, tight=True, edge=False)


def aligned(texts: list[str]) -> list[str]:
    """The texts padded so that their decimal points stand under one another."""
    before = [len(text.split(".")[0]) for text in texts]
    return [" " * (max(before) - width) + text for text, width in zip(texts, before, strict=True)]


def _laid_out(
    columns: Sequence[Column], *, tight: bool, edge: bool = True, fold: bool = False
) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=_TIGHT if tight else _WIDE, pad_edge=edge)
    for heading, justify, _ in columns:
        table.add_column(heading, justify=justify, overflow="fold", no_wrap=not fold)
    rows = _rows(columns)
    if rows and not fold and all(isinstance(cell, str) for row in rows for cell in row):
        # rich takes five times as long for a line that is a row of its own.
        rows = [tuple("\n".join(map(str, cells)) for cells in zip(*rows, strict=True))]
    for row in rows:
        table.add_row(*row)
    return table


def _rows(columns: Sequence[Column]) -> list[tuple[RenderableType, ...]]:
    return list(zip(*(cells for _, _, cells in columns), strict=True))


def _broken(column: Column) -> Column:
    """The column with its heading on two lines where it is wider than what it is of."""
    heading, justify, cells = column
    if len(heading) > max((len(str(cell)) for cell in cells), default=0):
        heading = heading.replace(" ", "\n", 1)
    return heading, justify, cells


def _joined(heading: str) -> str:
    return heading.replace("\n", " ", 1)
