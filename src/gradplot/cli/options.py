"""The options that figure commands share, each declared once, in the order of their help."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import click

from gradplot.cli.command import Option
from gradplot.functions.activations.table import ACTIVATIONS, SPELLINGS
from gradplot.reading.figure import parameter_names
from gradplot.spec.figure import ALL_FORMATS

#: click gathers options from decorators; what it makes of the function is its own affair.
Decorator = Callable[[Any], Any]


def option(*names: str, section: str, **attributes: Any) -> Decorator:
    """A click option that stands under a heading of the help."""
    return click.option(*names, cls=Option, section=section, **attributes)


def flag(*names: str, section: str, **attributes: Any) -> Decorator:
    """An option without a value."""
    return option(*names, section=section, is_flag=True, **attributes)


def several(*names: str, section: str, **attributes: Any) -> Decorator:
    """An option that takes every value that follows it; negative numbers are values."""
    return option(*names, section=section, several=True, **attributes)


def _sizes(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in ("slide", "paper") if name.startswith(incomplete)]


def _names(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    found = [name for name in ACTIVATIONS if name.startswith(incomplete)]
    return found or [name for name in SPELLINGS if name.startswith(incomplete)]


def activation(name: str) -> Decorator:
    """The argument of a command that is for every activation."""
    return click.argument(name, metavar="ACTIVATION", shell_complete=_names)


def parameters(*, section: str) -> tuple[Decorator, ...]:
    """The parameters of all activations."""

    def parameter(name: str) -> Decorator:
        owners = [entry for entry in ACTIVATIONS.values() if name in entry.parameters]
        names = " and ".join(entry.name for entry in owners)
        defaults = " and ".join(f"{entry.parameters[name]:g}" for entry in owners)
        text = f"{name} of {names}.  [default: {defaults}]"
        return option(f"--{name}", section=section, metavar=name[0].upper(), help=text)

    return tuple(map(parameter, parameter_names()))


_PATH = click.Path(path_type=str)

#: What a network is made of, its depth aside.
LAYERS: tuple[Decorator, ...] = (
    several(
        "-w", "--weight", section="Network", metavar="W ...",
        help="One weight, or one per layer.  [default: 8]",
    ),
    several(
        "-b", "--bias", section="Network", metavar="B ...",
        help="One bias, or one per layer: numbers or expressions in w, as in -w/2.  [default: 0]",
    ),
    option(
        "--input-bias", section="Network", metavar="B",
        help="The first layer's bias, where it differs.  [default: as --bias]",
    ),
)  # fmt: skip

NETWORK: tuple[Decorator, ...] = (
    *LAYERS,
    several(
        "-d", "--depths", section="Network", metavar="N ...",
        help="Depths to draw: 1 2 3, 1,2,3 or 1-5.  [default: 1 2 3]",
    ),
)  # fmt: skip

AXIS: tuple[Decorator, ...] = (
    several(
        "--along", section="Parameter on the axis", metavar="NAME A B",
        help="Plot over the weight, the bias or the input-bias from A to B, shared by all layers, "
        "with the derivative by it.  [default: x]",
    ),
    option(
        "--at", section="Parameter on the axis", metavar="X",
        help="The network's input, with --along.  [default: 0.5]",
    ),
    option(
        "--target", section="Parameter on the axis", metavar="T",
        help="Plot the loss (y - T)^2 in place of y, with --along.",
    ),
    several(
        "--descend", section="Gradient descent", metavar="START",
        help="Walk down the loss of the deepest network from here; from W B on the surface over "
        "two parameters, --along weight A B --along bias A B.",
    ),
    option(
        "--rate", section="Gradient descent", metavar="R", help="Learning rate.  [default: 0.1]"
    ),
    option("--steps", section="Gradient descent", metavar="N", help="Steps.  [default: 20]"),
    option(
        "--clip", section="Gradient descent", metavar="C",
        help="Shorten gradients whose norm is longer than this.",
    ),
    option(
        "--surface", section="Gradient descent", type=click.Choice(("loss", "gradient")),
        metavar="WHAT",
        help="What the contours over two parameters show: loss or gradient.  [default: loss]",
    ),
)  # fmt: skip

SWEEP: tuple[Decorator, ...] = (
    several(
        "--animate", section="Motion", metavar="NAME A B",
        help="Sweep weight, bias or input-bias from A to B.  [default: depth after depth]",
    ),
    several(
        "--slide", section="Motion", metavar="NAME A B",
        help="A page's slider for weight, bias or depth; repeat it for the next. A fourth "
        "word is how many places have proven numbers.  "
        "[default: around the values given; up to 17 places]",
    ),
)  # fmt: skip

MOTION: tuple[Decorator, ...] = (
    option("--fps", section="Motion", metavar="N", help="Frames a second.  [default: 15]"),
    option(
        "--seconds", section="Motion", metavar="S",
        help="Length of one round, with the rest at its end.  [default: 4]",
    ),
    flag("--loop", section="Motion", help="Play again and again, not once."),
    option(
        "--frame", section="Motion", type=click.Choice(("last",)), metavar="last",
        help="The last frame alone, as a .png, .svg or .pdf.",
    ),
)  # fmt: skip

#: The axes and panels of curves.
AXES: tuple[Decorator, ...] = (
    several(
        "-x", "--x-range", section="Picture", metavar="A B",
        help="Ends of the x-axis.  [default: -1 1]",
    ),
    several(
        "-y", "--y-range", section="Picture", metavar="A B",
        help="Ends of the value panel's y-axis.  [default: from the curves]",
    ),
    option(
        "--panels", section="Picture", type=click.Choice(("both", "value", "slope")),
        metavar="PANELS", help="value, slope or both.  [default: both]",
    ),
)  # fmt: skip

#: How any picture looks, and where it and the numbers go.
LOOK: tuple[Decorator, ...] = (
    option(
        "--theme", section="Picture", type=click.Choice(("light", "dark", "auto")),
        metavar="THEME",
        help="light, dark, or auto: an SVG that follows its page.  [default: light]",
    ),
    flag("--transparent", section="Picture", help="Leave the background clear."),
    option(
        "--size", section="Picture", metavar="SIZE", shell_complete=_sizes,
        help="slide (1920x1080 pixels), paper (3.5x2.4 in, 300 dpi), or inches wide x high, "
        "as in 8x5.  [default: slide]",
    ),
    option("--dpi", section="Picture", metavar="N", help="Dots per inch.  [default: by --size]"),
    option("--title", section="Picture", metavar="TEXT", help="Title in place of the formula."),
    flag("--no-title", section="Picture", help="Draw no title."),
    option(
        "--alt", section="Picture", metavar="TEXT",
        help="Alternative text in place of the one written from the numbers.",
    ),
    option(
        "--style", section="Picture", metavar="FILE", type=_PATH,
        help="A matplotlib style sheet, applied over the theme.",
    ),
    flag("--svg-text", section="Picture", help="Keep text in SVG selectable, not as outlines."),
)  # fmt: skip

_OF_CURVES = (
    ".gif, .webp or .apng to move; .html to play with; .csv or .tex for the curves' points; "
)


def _output(further: str = "") -> Decorator:
    return several(
        "-o", "--output", section="Output", metavar="PATH", type=_PATH,
        help=f"Where to write: .png, .svg or .pdf; {further}several if you like; - is standard "
        "output, in the --format named.",
    )  # fmt: skip


_FILES: tuple[Decorator, ...] = (
    option(
        "--format", section="Output", type=click.Choice(ALL_FORMATS), metavar="FORMAT",
        help="Format where the output's name does not say.",
    ),
    flag("--no-clobber", section="Output", help="Refuse to overwrite a file."),
    flag("--if-changed", section="Output", help="Skip pictures that are up to date."),
)  # fmt: skip
_NUMBERS: tuple[Decorator, ...] = (
    flag("--no-plot", section="Output", help="Numbers only, no picture."),
    flag("--json", section="Output", help="Print the findings as JSON, not as a table."),
    flag("--csv", section="Output", help="Print the findings as CSV, not as a table."),
    flag("-q", "--quiet", section="Output", help="Print nothing but errors."),
)  # fmt: skip


def _preview(*, hidden: bool) -> Decorator:
    text = "Show the curves in the terminal; -o draws them too."
    return flag("--preview", section="Output", help=text, hidden=hidden)


OUTPUT = (_output(_OF_CURVES), *_FILES, _preview(hidden=False), *_NUMBERS)

#: What any figure's command has, and that of curves. Where there are no curves to show, the help
#: does not offer it, and who asks is told.
PLAIN = (*LOOK, _output(), *_FILES, _preview(hidden=True), *_NUMBERS)
FIGURE = (*AXES, *LOOK, *MOTION, *OUTPUT)

#: Who does the work of many networks or figures.
WORK: tuple[Decorator, ...] = (
    option(
        "-j", "--jobs", section="Work", metavar="N", type=click.IntRange(1, 1024),
        help="Worker processes.  [default: one for each core]",
    ),
    option(
        "--scheduler", section="Work", metavar="ADDRESS",
        help="Work on the Dask cluster of this scheduler, as in tcp://host:8786.",
    ),
)  # fmt: skip


def stacked(options: tuple[Decorator, ...]) -> Decorator:
    """One decorator from several, listed in the help in the order given."""

    def decorate(function: Any) -> Any:
        return reduce(lambda done, decorator: decorator(done), reversed(options), function)

    return decorate
