"""The measurements as a page of the documentation, and on a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table as Grid

from bench.measured import Machine, Section, Table

PAGE = Path(__file__).parents[1] / "docs" / "BENCHMARKS.md"
HEAD = """\
% Written by `make bench`; whatever is changed here is lost with its next run.

# How fast it is

`make bench` measures this page: all under one heading comes from one run on one machine, other
machines and busy ones give other numbers. So all times are ratios of what was run in turn, round
after round: the median, and in brackets the least and the most of any round.

"""


def page(machine: Machine, sections: Iterable[Section]) -> str:
    """All of it in Markdown."""
    return HEAD + "\n".join((_machine(machine), *map(_section, sections)))


def renewed(text: str, machine: Machine, sections: Iterable[Section]) -> str:
    """A page with some sections measured again; the others stay as they are."""
    _, *old = text.split("\n## ")
    parts = {part.split("\n", 1)[0]: f"## {part}".rstrip("\n") + "\n" for part in old}
    parts |= {section.title: _section(section).rstrip("\n") + "\n" for section in sections}
    return HEAD + "\n".join((_machine(machine), *parts.values()))


def show(section: Section, console: Console) -> None:
    """One section on a terminal."""
    console.rule(section.title, align="left")
    for table in section.tables:
        grid = Grid(title=table.title, title_justify="left")
        for number, column in enumerate(table.columns):
            grid.add_column(column, justify="right" if number else "left")
        for row in table.rows:
            grid.add_row(*row)
        console.print(grid)
        for note in table.notes:
            console.print(f"  {note}")


def _machine(machine: Machine) -> str:
    cores = "1 core" if machine.cores == 1 else f"{machine.cores} cores"
    versions = ", ".join(f"{name} {number}" for name, number in machine.versions.items())
    return f"Measured on {machine.system}, {cores} of {machine.processor}; {versions}.\n"


def _section(section: Section) -> str:
    return "\n".join(
        (f"## {section.title}\n", f"{section.words.strip()}\n", *map(_table, section.tables))
    )


def _table(table: Table) -> str:
    lines = [
        f"**{table.title}**\n",
        _row(table.columns),
        _row([":---", *["---:"] * (len(table.columns) - 1)]),
        *map(_row, table.rows),
        "",
        *(f"{note}\n" for note in table.notes),
    ]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
