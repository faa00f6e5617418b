"""``gradplot activations``: the table of activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gradplot.cli.command import Command
from gradplot.cli.options import flag
from gradplot.cli.streams import console, drawn, emit, shown
from gradplot.functions.activations.table import ACTIVATIONS, Activation

if TYPE_CHECKING:
    from rich.console import RenderableType

#: Columns from which every column of the table fits on one line.
_WIDE = 120
#: One narrower than this has no room for formulas.
_NARROW = 60


@click.command("activations", cls=Command)
@flag("--json", section="Output", help="Print JSON.")
def command(json: bool) -> None:
    """List the activations: formula, steepest slope and critical weight.

    Below the critical weight, 1 / sup|act'|, the slope must vanish with depth, whatever the bias.
    """

    if json:
        emit(_json())
        return
    emit(drawn(_table(console().width)))


def _table(width: int) -> RenderableType:
    """The list for people; a narrow one says less of where the steepest slope is."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    wide, narrow = width >= _WIDE, width < _NARROW
    table = Table(box=SIMPLE_HEAD, collapse_padding=True, pad_edge=not narrow)
    headings = ["activation", "act(z)", "sup|act'|", "critical weight"]
    for heading in [*headings, "also called"] if wide else headings:
        table.add_column(heading, overflow="fold", no_wrap=heading != "act(z)")
    for entry in ACTIVATIONS.values():
        supremum = entry.supremum_text if wide else f"{entry.sup_slope():.6g}"
        cells = [entry.name, entry.formula, supremum, f"{entry.critical_weight():.6g}"]
        table.add_row(*map(shown, [*cells, ", ".join(entry.aliases)] if wide else cells))
    if narrow:  # the help has the formulas, too
        table.columns = [column for column in table.columns if column.header != "act(z)"]
    return table


def _json() -> str:
    import json

    listing = {
        "schema": "gradplot/1",
        "activations": [_data(entry) for entry in ACTIVATIONS.values()],
    }
    return json.dumps(listing, indent=2, allow_nan=False) + "\n"


def _data(entry: Activation) -> dict[str, Any]:
    return {
        "name": entry.name,
        "aliases": list(entry.aliases),
        "formula": entry.formula,
        "parameters": dict(entry.parameters),
        "sup_slope": entry.sup_slope(),
        "sup_slope_at": entry.supremum_text,
        "critical_weight": entry.critical_weight(),
    }
