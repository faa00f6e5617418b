"""What every gradplot command has beyond click: help in sections, errors that name the option."""

from __future__ import annotations

import os
from typing import Any

import click
from click.core import ParameterSource

from gradplot.cli.several import each_named
from gradplot.cli.streams import shown
from gradplot.errors import InputError

#: ``GRADPLOT_THEME=dark`` sets ``--theme`` for every command.
ENVIRONMENT = "GRADPLOT"

#: A blank where the help is not to be wrapped.
UNBROKEN = "\N{NO-BREAK SPACE}"
#: Columns that the names of options take at most in the help.
_TERM = 24
#: Columns of the help at most: longer lines are hard to read.
_WIDEST = 100


class Option(click.Option):
    """An option that stands in a section of the help; with ``several``, one that takes many words.

    A subclass of click's so that ``--depths 1 2 3`` needs no repeating of ``--depths``.
    """

    def __init__(self, *args: Any, section: str = "", several: bool = False, **kwargs: Any) -> None:
        if several:
            kwargs["multiple"] = True
        text, bracket, default = str(kwargs.get("help", "")).partition("[default: ")
        kwargs["help"] = text + (bracket + default).replace(" ", UNBROKEN)
        super().__init__(*args, **kwargs)
        self.section = section
        self.several = several


class Context(click.Context):
    """A context that measures the terminal itself: click's way costs a twentieth of the start."""

    def make_formatter(self) -> click.HelpFormatter:
        return click.HelpFormatter(width=min(_columns(), _WIDEST) - 2)


class Command(click.Command):
    """A command whose every option can also come from the environment."""

    context_class = Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        settings = {"auto_envvar_prefix": ENVIRONMENT, "help_option_names": ["-h", "--help"]}
        kwargs["context_settings"] = settings | kwargs.get("context_settings", {})
        super().__init__(*args, **kwargs)

    def get_help(self, ctx: click.Context) -> str:
        # click would write UTF-8 to a stream that says it is ASCII.
        return shown(super().get_help(ctx).replace(UNBROKEN, " "))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, list(each_named(args, self.get_params(ctx))))
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click's parser does not say whose options it read
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error about an option's value becomes that option's error."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            param = self._option(ctx, error.key)
            if param is None:
                raise
            raise click.BadParameter(error.message, ctx=ctx, param=param) from None

    def _option(self, ctx: click.Context, key: str) -> click.Parameter | None:
        name = f"--{key.split()[0]}"  # "let w" is about --let
        return next((param for param in self.get_params(ctx) if name in param.opts), None)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under the headings that they belong to."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and record[1]:  # an argument without help is in the usage line
                sections.setdefault(getattr(param, "section", ""), []).append(record)
        # One width for the first column of all sections, so that the eye can run down the page.
        width = max(len(term) for records in sections.values() for term, _ in records)
        for heading, ((first, text), *others) in sections.items():
            with formatter.section(heading or "Help"):
                formatter.write_dl([(f"{first:<{min(width, _TERM)}}", text), *others], _TERM)


def _columns() -> int:
    for columns in (os.environ.get("COLUMNS", ""), _terminal_columns()):
        if columns.isdecimal() and int(columns) > 0:
            return max(int(columns), 52)
    return 80


def _terminal_columns() -> str:
    try:
        return str(os.get_terminal_size(1).columns)
    except OSError:
        return ""


def name_of(error: click.UsageError) -> str | None:
    """The option or argument that a usage error is about, as the user wrote it.

    The environment variable's name where the value came from there.
    """
    if not isinstance(error, click.BadParameter) or error.param is None:
        return getattr(error, "option_name", None)
    param, ctx = error.param, error.ctx
    if isinstance(param, click.Argument):
        return param.make_metavar(ctx) if ctx else param.name
    if ctx and param.name and ctx.get_parameter_source(param.name) is ParameterSource.ENVIRONMENT:
        return f"{ENVIRONMENT}_{param.name.upper()}"
    return max(param.opts, key=len)
