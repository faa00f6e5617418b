"""``gradplot activations``: the table of activations."""

from __future__ import annotations

from typing import Any

import click

from gradplot.cli.command import Command
from gradplot.cli.options import flag
from gradplot.functions.activations import ACTIVATIONS, Activation


@click.command("activations", cls=Command)
@flag("--json", section="Output", help="Print JSON.")
def command(json: bool) -> None:
    """List the activations: formula, steepest slope and critical weight.

    Below the critical weight, 1 / sup|act'|, the slope must vanish with depth, whatever the bias.
    """
    from gradplot.cli.streams import drawn, emit

    if json:
        emit(_json())
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("activation", "act(z)", "sup|act'|", "critical weight", "also called"):
        table.add_column(heading, overflow="fold")
    for entry in ACTIVATIONS.values():
        table.add_row(
            entry.name,
            entry.formula,
            entry.supremum_text,
            f"{entry.critical_weight():.6g}",
            ", ".join(entry.aliases),
        )
    emit(drawn(table))


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
