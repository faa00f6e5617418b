"""Help: every command has one, every option in it is explained, and it fits the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from gradplot import __version__
from gradplot.cli.app import COMMANDS, app
from gradplot.functions.activations.table import ACTIVATIONS

from .conftest import Said

Say = Callable[..., Said]


def commands() -> Iterator[click.Command]:
    """Every command that the group lists, loaded."""
    ctx = click.Context(app)
    for name in app.list_commands(ctx):
        command = app.get_command(ctx, name)
        assert command is not None, f"{name} is listed and is not there"
        yield command


@pytest.mark.parametrize("name", [*ACTIVATIONS, *COMMANDS])
def test_every_command_and_every_option_has_help(name: str) -> None:
    command = app.get_command(click.Context(app), name)
    assert command is not None
    assert command.help
    ctx = command.context_class(command, info_name=name)
    for param in command.get_params(ctx):
        if isinstance(param, click.Option):
            assert param.help, f"{name} {param.opts[-1]} has no help"


@pytest.mark.parametrize("columns", ["60", "80", "200"])
@pytest.mark.parametrize("words", [(), *((name,) for name in ("tanh", "elu", *COMMANDS))])
def test_help_fits_the_page(
    say: Say, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    said = say(*words, "--help")
    assert said.code == 0
    assert said.err == ""
    examples = ("  gradplot ", "    gradplot ", '    eval "')  # laid out by hand
    wide = [
        line
        for line in said.out.splitlines()
        if len(line) > int(columns) and not line.startswith(examples)
    ]
    assert not wide or columns == "60"
    assert max(map(len, said.out.splitlines())) <= 100


def test_the_group_lists_every_activation_with_its_formula(say: Say) -> None:
    said = say("--help")
    for name, entry in ACTIVATIONS.items():
        assert f"  {name} " in said.out
        assert entry.formula in said.out
    for name, text in COMMANDS.items():
        assert name in said.out
        assert text in said.out


def test_short_help_and_help_by_alias(say: Say) -> None:
    assert say("-h").out == say("--help").out
    assert say("swish", "-h").out == say("silu", "--help").out
    assert say("leaky-relu", "-h").out == say("leaky_relu", "--help").out


def test_alpha_is_offered_where_the_activation_has_it(say: Say) -> None:
    for name in ACTIVATIONS:
        assert ("--alpha" in say(name, "-h").out) == (name in ("leaky_relu", "elu"))


def test_version(say: Say) -> None:
    assert say("--version").out == f"gradplot {__version__}\n"


def test_nothing_to_do_is_a_usage_error_that_shows_the_help(say: Say) -> None:
    said = say()
    assert said.code == 2
    assert said.out == ""
    assert "Usage: gradplot" in said.err


def test_the_environment_cannot_turn_a_command_into_its_help(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADPLOT_VERSION", "1")
    monkeypatch.setenv("GRADPLOT_HELP", "1")
    said = say("tanh", "-d", "0")
    assert said.code == 2


def test_no_command_is_listed_twice_or_missing_from_the_package() -> None:
    modules = Path(__file__).parents[2] / "src" / "gradplot" / "cli"
    assert not set(COMMANDS) & set(ACTIVATIONS)
    assert all((modules / f"{name}.py").exists() for name in COMMANDS)
    assert len(list(commands())) == len(ACTIVATIONS) + len(COMMANDS)


@pytest.mark.parametrize("words", [(), ("tanh",), ("expr",), ("batch",)])
def test_help_is_a_word_too(say: Callable[..., Said], words: tuple[str, ...]) -> None:
    assert say("help", *words) == say(*words, "--help")


def test_help_on_what_is_not_there(say: Callable[..., Said]) -> None:
    said = say("help", "tahn")
    assert (said.code, said.out) == (2, "")
    assert "did you mean tanh?" in said.err


@pytest.mark.parametrize("name", ["explain", "map"])
def test_help_offers_no_format_that_is_refused(say: Say, name: str) -> None:
    offered = say(name, "--help").out
    for format in ("gif", "html", "csv"):
        assert f".{format}" not in offered
        assert say(name, "tanh", "-o", f"a.{format}").code == 2
