"""The command of one activation, made from its entry in the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from gradplot.cli.command import Command
from gradplot.cli.figure import make_figure
from gradplot.cli.options import AXES, AXIS, LOOK, MOTION, NETWORK, OUTPUT, SWEEP, option, stacked
from gradplot.functions.activations.table import Activation

HELP = """\
act(z) = {formula}

Draws the network of one {name} unit a layer, {name}(w·{name}(w·x + b) + b) at depth 2, at several
depths over one another, with its derivative; and prints the maximum slope at each depth.

\b
Examples:
  gradplot {name}
  gradplot {name} --weight 2 --bias -1 --depths 1 10 100 -x -3 3
  gradplot {name} --theme dark -o {name}.svg -o {name}.pdf
"""


def command_for(activation: Activation) -> Command:
    """The command that draws chains of ``activation``."""

    def callback(**_: object) -> None:
        make_figure(
            click.get_current_context(), {"activation": activation.name}, stem=activation.name
        )

    parameters: tuple[Callable[[Any], Any], ...] = tuple(
        option(
            f"--{name}",
            section="Network",
            metavar=name[0].upper(),
            help=f"{name} in act(z) = {activation.formula}.  [default: {default:g}]",
        )
        for name, default in activation.parameters.items()
    )
    return click.command(
        activation.name,
        cls=Command,
        help=HELP.format(name=activation.name, formula=activation.formula),
    )(stacked((*NETWORK, *parameters, *AXIS, *AXES, *LOOK, *SWEEP, *MOTION, *OUTPUT))(callback))
