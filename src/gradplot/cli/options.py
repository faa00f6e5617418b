"""The options that figure commands share, each declared once, in the order of their help."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import click

from gradplot.cli.command import Option

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


_PATH = click.Path(path_type=str)

NETWORK: tuple[Decorator, ...] = (
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
    several(
        "-d", "--depths", section="Network", metavar="N ...",
        help="Depths to draw: 1 2 3, 1,2,3 or 1-5.  [default: 1 2 3]",
    ),
)  # fmt: skip

_X_RANGE: tuple[Decorator, ...] = (
    several(
        "-x", "--x-range", section="Picture", metavar="A B",
        help="Ends of the x-axis.  [default: -1 1]",
    ),
)  # fmt: skip

_PANELS: tuple[Decorator, ...] = (
    several(
        "-y", "--y-range", section="Picture", metavar="A B",
        help="Ends of the value panel's y-axis.  [default: from the curves]",
    ),
    option(
        "--panels", section="Picture", type=click.Choice(("both", "value", "slope")),
        metavar="PANELS", help="value, slope or both.  [default: both]",
    ),
)  # fmt: skip

_LOOK_AND_OUTPUT: tuple[Decorator, ...] = (
    option(
        "--theme", section="Picture", type=click.Choice(("light", "dark")),
        help="Colours for a light or a dark page.  [default: light]",
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
    several(
        "-o", "--output", section="Output", metavar="PATH", type=_PATH,
        help="Where to write: .png, .svg or .pdf, several if you like; - is standard output, "
        "in the --format named.",
    ),
    option(
        "--format", section="Output", type=click.Choice(("png", "svg", "pdf")),
        help="Format where the output's name does not say.",
    ),
    flag("--no-clobber", section="Output", help="Refuse to overwrite a file."),
    flag("--if-changed", section="Output", help="Skip pictures that are up to date."),
    flag("--no-plot", section="Output", help="Numbers only, no picture."),
    flag("--json", section="Output", help="Print the findings as JSON, not as a table."),
    flag("--csv", section="Output", help="Print the findings as CSV, not as a table."),
    flag("-q", "--quiet", section="Output", help="Print nothing but errors."),
)  # fmt: skip

#: What every figure of curves has, and what a figure without panels of curves has.
FIGURE = (*_X_RANGE, *_PANELS, *_LOOK_AND_OUTPUT)
PLAIN_FIGURE = (*_X_RANGE, *_LOOK_AND_OUTPUT)


def stacked(options: tuple[Decorator, ...]) -> Decorator:
    """One decorator from several, listed in the help in the order given."""

    def decorate(function: Any) -> Any:
        return reduce(lambda done, decorator: decorator(done), reversed(options), function)

    return decorate


network_options = stacked(NETWORK)
figure_options = stacked(FIGURE)
