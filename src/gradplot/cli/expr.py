"""``gradplot expr``: any formula in x, drawn and bracketed like a chain."""

from __future__ import annotations

from typing import Any

import click

from gradplot.cli.command import Command
from gradplot.cli.figure import make_figure
from gradplot.cli.options import FIGURE, option, several, stacked

FORMULA = (
    option(
        "--label", section="Formula", metavar="TEXT", multiple=True,
        help="What the legend and the table call a curve; repeat it for the next.  "
        "[default: its formula]",
    ),
    option(
        "--let", section="Formula", metavar="NAME=VALUE", multiple=True,
        help="A constant for the formulas, as in w=8; repeat it for the next.",
    ),
    several(
        "-n", "--nest", section="Formula", metavar="N ...",
        help="Read each formula as one layer in y, nested to these depths; the innermost y is x.",
    ),
    option(
        "--start", section="Formula", metavar="Y",
        help="What the innermost y is, with --nest; x is then shared by all layers.  [default: x]",
    ),
)  # fmt: skip


@click.command("expr", cls=Command)
@click.argument("formula", metavar="FORMULA...", nargs=-1, required=True)
@stacked((*FORMULA, *FIGURE))
def command(**_: Any) -> None:
    """Draw any network that you can write down, and bracket its steepest slope.

    A formula is in x, with numbers, pi, e, + - * / ^, parentheses, every activation by name or
    alias, and exp, log, sqrt, abs, sin, cos, tan, sinh, cosh, max, min. Several are drawn over one
    another. After -- every word is a formula.

    \b
    Examples:
      gradplot expr 'tanh(5*tanh(40*x-5) - 5*tanh(40*x) + 5*tanh(40*x+5))'
      gradplot expr 'tanh(8*x)' 'tanh(8*tanh(8*x))' --label one --label two
      gradplot expr 'tanh(w*y+b)' --let w=8 --let b=1 --nest 1 2 3
    """
    make_figure(click.get_current_context(), {}, stem="expr")
