"""Every flag can come from the environment, and what is typed wins over it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from gradplot.cli.app import app

from .conftest import Said

Say = Callable[..., Said]

VALUES: dict[str, tuple[str, object]] = {
    "weight": ("1 -2", ("1", "-2")),
    "bias": ("-w/2", ("-w/2",)),
    "input_bias": ("-1", "-1"),
    "depths": ("1 2,3 5-6", ("1", "2,3", "5-6")),
    "alpha": ("0.2", "0.2"),
    "along": ("weight 1 2", ("weight", "1", "2")),
    "at": ("0.5", "0.5"),
    "target": ("0.7", "0.7"),
    "descend": ("5 -2", ("5", "-2")),
    "rate": ("0.1", "0.1"),
    "steps": ("3", "3"),
    "clip": ("1", "1"),
    "surface": ("loss", "loss"),
    "animate": ("weight 1 2", ("weight", "1", "2")),
    "slide": ("weight 1 2", ("weight", "1", "2")),
    "fps": ("10", "10"),
    "seconds": ("3", "3"),
    "loop": ("1", True),
    "frame": ("last", "last"),
    "preview": ("1", True),
    "x_range": ("-3 3", ("-3", "3")),
    "y_range": ("-1 1", ("-1", "1")),
    "panels": ("slope", "slope"),
    "theme": ("dark", "dark"),
    "transparent": ("1", True),
    "size": ("paper", "paper"),
    "dpi": ("72", "72"),
    "title": ("My own title", "My own title"),
    "no_title": ("yes", True),
    "alt": ("A curve", "A curve"),
    "style": ("my style.mplstyle", "my style.mplstyle"),
    "svg_text": ("true", True),
    "output": ("a b.svg:c.png", ("a b.svg", "c.png")),
    "format": ("svg", "svg"),
    "no_clobber": ("1", True),
    "if_changed": ("1", True),
    "no_plot": ("1", True),
    "json": ("1", True),
    "csv": ("1", True),
    "quiet": ("1", True),
}


def params(*words: str) -> dict[str, Any]:
    command = app.get_command(click.Context(app), "elu")
    assert command is not None
    return command.make_context("elu", list(words)).params


def test_the_list_above_is_complete() -> None:
    assert set(VALUES) == set(params())


@pytest.mark.parametrize("name", VALUES)
def test_every_flag_has_its_variable(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, value = VALUES[name]
    monkeypatch.setenv(f"GRADPLOT_{name.upper()}", text)
    assert params()[name] == value


def test_what_is_typed_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADPLOT_THEME", "dark")
    monkeypatch.setenv("GRADPLOT_DEPTHS", "1 2 3")
    found = params("--theme", "light", "-d", "7")
    assert found["theme"] == "light"
    assert found["depths"] == ("7",)


def test_an_error_names_the_variable(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADPLOT_DEPTHS", "1 x")
    said = say("tanh")
    assert said.code == 2
    assert said.err.startswith("gradplot: GRADPLOT_DEPTHS: 'x'")


def test_a_bad_choice_names_the_variable(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADPLOT_THEME", "blue")
    said = say("tanh")
    assert said.code == 2
    assert said.err.startswith("gradplot: GRADPLOT_THEME: ")
    assert "blue" in said.err


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADPLOT_THEME", "")
    assert params()["theme"] is None


def test_no_title_wins_over_a_title_in_the_environment_and_the_other_way(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADPLOT_TITLE", "Mine")
    assert b"Mine" not in picture(say, "--no-title")
    assert b"Mine" in picture(say)
    monkeypatch.setenv("GRADPLOT_NO_TITLE", "1")
    assert b"Yours" in picture(say, "--title", "Yours")


def picture(say: Say, *words: str) -> bytes:
    assert say("tanh", "-q", "--svg-text", "--alt", "none", "-o", "a.svg", *words).code == 0
    return Path("a.svg").read_bytes()


def test_a_typed_flag_wins_over_its_rival_in_the_environment(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADPLOT_JSON", "1")
    monkeypatch.setenv("GRADPLOT_OUTPUT", "a.svg")
    said = say("tanh", "--no-plot", "--csv")
    assert said.code == 0
    assert said.out.startswith("depth,")
