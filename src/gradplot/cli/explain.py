"""``gradplot explain``: one point of a chain, layer by layer."""

from __future__ import annotations

from typing import Any

import click

from gradplot.cli.command import Command
from gradplot.cli.figure import make_figure
from gradplot.cli.options import LAYERS, PLAIN, activation, option, parameters, several, stacked
from gradplot.functions.activations.table import find

POINT = (
    *LAYERS,
    *parameters(section="Network"),
    several(
        "-d", "--depth", section="Point", metavar="N",
        help="How many layers there are.  [default: 3]",
    ),
    option(
        "--at", section="Point", metavar="X",
        help="The point x; steepest is the certified steepest one, also where no double reaches "
        "it.  [default: steepest]",
    ),
    several(
        "-x", "--x-range", section="Point", metavar="A B",
        help="Where --at steepest looks.  [default: -1 1]",
    ),
)  # fmt: skip


@click.command("explain", cls=Command)
@activation("explain")
@stacked((*POINT, *PLAIN))
def command(explain: str, **_: Any) -> None:
    """Explain the slope at one point, layer by layer.

    Prints for each layer its pre-activation z, its value a, act'(z), the layer factor w·act'(z),
    and the running product of the factors: from the input on, where it is da/dx, and back from the
    output, where it is dy/da of the layer before. The product of all of them is the slope dy/dx.
    Draws the factors as bars around 1 and the running product as a line.

    A layer is marked where its factor is exactly 0 (dead), where the factor's size is above 1
    (expanding), and where |act'(z)| is below a hundredth of its supremum (saturated).

    \b
    Examples:
      gradplot explain tanh --bias 1 --depth 10 --at -0.143
      gradplot explain tanh --bias 0.5 --depth 50
      gradplot explain relu --bias -1 --depth 5 --at 0.2 --no-plot
    """
    name = find(explain).name
    make_figure(click.get_current_context(), {"explain": name}, stem=f"explain-{name}")
