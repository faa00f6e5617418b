"""The ``gradplot`` command itself: its help, and its commands, each loaded only when it is called.

An activation's command comes from the activation table; every other command has a module of its own
in this package, with a ``command`` in it.
"""

from __future__ import annotations

from importlib import import_module

import click
from click.shell_completion import CompletionItem

from gradplot.cli.command import Context
from gradplot.cli.streams import shown
from gradplot.errors import InputError
from gradplot.functions.activations.table import ACTIVATIONS, SPELLINGS, find
from gradplot.version import __version__

#: Commands with a module of their own, and what the help says of each.
COMMANDS = {
    "expr": "Any formula in x, as in 'tanh(8*tanh(8*x))'.",
    "explain": "One point, layer by layer: where its slope comes from.",
    "map": "The maximum slope over a range of weights, biases or depths.",
    "batch": "Every figure of a manifest, redrawn only where it changed.",
    "activations": "List the activations with their steepest slopes.",
}

HELP = """\
See gradients explode and vanish.

Draws the network of one unit a layer, a = act(w·a + b) starting from x, at several depths over one
another, with its derivative; and prints the maximum slope at each depth, proven digits only.

\b
Examples:
  gradplot relu --weight 8 --depths 1 2 3
  gradplot sigmoid --bias -w/2 --input-bias 0 -o sigmoid.svg
  gradplot tanh --bias 0.5 --depths 1 10 50 --no-plot
"""

EPILOG = """\
Every option can be set in the environment: GRADPLOT_THEME=dark is --theme dark.

\b
Completion, for bash (zsh and fish likewise):
  eval "$(_GRADPLOT_COMPLETE=bash_source gradplot)"
"""


class App(click.Group):
    """The group of all commands, which loads none of them to list them."""

    context_class = Context

    def get_help(self, ctx: click.Context) -> str:
        return shown(super().get_help(ctx))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*ACTIVATIONS, *COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            command = import_module(f"gradplot.cli.{cmd_name}").command
            assert isinstance(command, click.Command)
            return command
        try:
            activation = find(cmd_name)
        except InputError:
            return None
        from gradplot.cli.activation import command_for

        return command_for(activation)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        # An alias is offered where it is all there is: swi can only be swish.
        return super().shell_complete(ctx, incomplete) or [
            CompletionItem(name) for name in SPELLINGS if name.startswith(incomplete)
        ]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args[:1] == ["help"]:  # as git and others have it
            args = [*args[1:2], "--help"]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        command = self.get_command(ctx, name)
        if command is None and not ctx.resilient_parsing:
            raise InputError("activation", _unknown(name))
        return (command.name if command else None), command, args[1:]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        prefix = "Usage: "
        for words in ("ACTIVATION", "expr FORMULA...", "explain ACTIVATION", "map ACTIVATION"):
            formatter.write_usage(ctx.command_path, f"{words} [OPTIONS]", prefix=prefix)
            prefix = " " * len(prefix)
        formatter.write_usage(ctx.command_path, "batch [MANIFEST] [OPTIONS]", prefix=prefix)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Activations (gradplot tanh --help lists their options)"):
            formatter.write_dl([(name, entry.formula) for name, entry in ACTIVATIONS.items()])
        with formatter.section("Other commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _unknown(name: str) -> str:
    from gradplot.nearest import did_you_mean

    known, lists = [*SPELLINGS, *COMMANDS, "--version"], "`gradplot activations` lists them"
    cure = did_you_mean(name, known, otherwise=lists)
    return f"{name or repr(name)} is not an activation; {cure}"


@click.group(
    "gradplot",
    cls=App,
    help=HELP,
    epilog=EPILOG,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def app() -> None:
    """The whole command line."""
