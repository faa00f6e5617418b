"""``gradplot map``: the certified maximum slope over two of weight, bias and depth."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from gradplot.cli.command import Command
from gradplot.cli.figure import make_figure
from gradplot.cli.options import PLAIN, WORK, activation, option, parameters, several, stacked
from gradplot.errors import InputError
from gradplot.functions.activations.table import find

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


MAP = (
    several(
        "-w", "--weight", section="Map", metavar="W [W]",
        help="The weight, or the two ends of an axis.  [default: 0 16, or 8]",
    ),
    several(
        "-b", "--bias", section="Map", metavar="B [B]",
        help="The bias, or the two ends of an axis.  [default: -8 8, or 0]",
    ),
    several(
        "-d", "--depth", section="Map", metavar="N [N]",
        help="The depth, or the two ends of an axis.  [default: 10, or 1 50]",
    ),
    option("--grid", section="Map", metavar="N", help="Cells along an axis.  [default: 96]"),
    several(
        "-x", "--x-range", section="Map", metavar="A B",
        help="The x over which the slope is maximised.  [default: -1 1]",
    ),
    *parameters(section="Map"),
)  # fmt: skip


@click.command("map", cls=Command)
@activation("activation")
@stacked((*MAP, *PLAIN, *WORK))
def command(activation: str, jobs: int | None, scheduler: str | None, **_: Any) -> None:
    """Map where the maximum slope explodes and where it vanishes.

    A grid over two of weight, bias and depth, each cell coloured by the proven maximum slope of its
    network. Give an axis its two ends, and the third its one value. The line is the fold, the
    boundary between vanishing and exploding in the limit of depth.

    \b
    Examples:
      gradplot map tanh
      gradplot map sigmoid --weight 0 12 --bias -10 2 --depth 30
      gradplot map tanh --weight 0.5 4 --bias 0.5 --depth 1 60 -o map.svg
    """
    name = find(activation).name
    if jobs is not None and scheduler is not None:
        raise InputError("jobs", "contradicts --scheduler; give one or the other")
    make_figure(
        click.get_current_context(),
        {"map": name, "activation": None},
        stem=f"{name}-map",
        workers=partial(_workers, jobs, scheduler),
    )


def _workers(jobs: int | None, scheduler: str | None) -> AbstractContextManager[Any]:
    if scheduler is not None:
        from gradplot.batch.cluster import connected

        return connected(scheduler)
    from gradplot.batch.pool import WorkerPool

    return WorkerPool(jobs)
