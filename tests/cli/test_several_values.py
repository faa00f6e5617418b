"""Several values after one option, negative numbers among them, as the words reach the options."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from gradplot.cli.app import app
from gradplot.cli.command import Command
from gradplot.cli.options import several

from .conftest import Said


def params(*words: str) -> dict[str, Any]:
    """What click makes of the words of a tanh command."""
    command = app.get_command(click.Context(app), "tanh")
    assert command is not None
    return command.make_context("tanh", list(words)).params


@pytest.mark.parametrize(
    "words",
    [
        ("--depths", "1", "2", "3"),
        ("-d", "1", "2", "3"),
        ("-d", "1", "-d", "2", "-d", "3"),
        ("-d", "1", "-q", "-d", "2", "3"),
        ("-d1", "2", "3"),
        ("-qd", "1", "2", "3"),
        ("-qd1", "2", "3"),
        ("--depths=1", "2", "3"),
        ("--depths", "1", "2", "3", "--weight", "5"),
        ("--weight", "5", "--depths", "1", "2", "3", "--theme", "dark"),
        ("--title", "-d", "-d", "1", "2", "3"),
        ("--title", "9", "-d", "1", "2", "3"),
    ],
)
def test_every_value_belongs_to_the_option_before_it(words: tuple[str, ...]) -> None:
    assert params(*words)["depths"] == ("1", "2", "3")


def test_values_may_be_joined_by_commas_or_be_ranges() -> None:
    assert params("--depths=1,2,3")["depths"] == ("1,2,3",)
    assert params("-d", "1-5", "9")["depths"] == ("1-5", "9")


@pytest.mark.parametrize(
    ("words", "biases"),
    [
        (("--bias", "-1", "-2"), ("-1", "-2")),
        (("--bias", "-1", "-.5", "-1e-3", "+2"), ("-1", "-.5", "-1e-3", "+2")),
        (("--bias", "-w/2"), ("-w/2",)),
        (("--bias=-w/2",), ("-w/2",)),
        (("-b", "0", "-w/2", "-(w+1)", "-2*w"), ("0", "-w/2", "-(w+1)", "-2*w")),
        (("-b", "-inf", "-nan"), ("-inf", "-nan")),
        (("-b-1", "-2"), ("-1", "-2")),
    ],
)
def test_negative_numbers_and_expressions_are_values(
    words: tuple[str, ...], biases: tuple[str, ...]
) -> None:
    assert params(*words)["bias"] == biases


def test_an_option_ends_the_values() -> None:
    found = params("-b", "-1", "-w", "3", "-4", "-x", "-2", "-1", "-q")
    assert found["bias"] == ("-1",)
    assert found["weight"] == ("3", "-4")
    assert found["x_range"] == ("-2", "-1")
    assert found["quiet"]


def test_a_value_that_looks_like_an_option_is_still_the_option_s_own() -> None:
    assert params("--title", "--depths")["title"] == "--depths"
    assert params("-o", "-", "--format", "svg")["output"] == ("-",)


def test_two_dashes_end_the_options(say: Callable[..., Said]) -> None:
    said = say("tanh", "-d", "1", "--", "2")
    assert said.code == 2
    assert "2" in said.err


@click.command(cls=Command)
@click.argument("formula", nargs=-1)
@several("-n", "--nest", section="Network")
def formulas(formula: tuple[str, ...], nest: tuple[str, ...]) -> None:
    """A command whose words are not all options' values."""


@pytest.mark.parametrize(
    ("words", "formula", "nest"),
    [
        (("tanh(x)", "--nest", "1", "2", "3"), ("tanh(x)",), ("1", "2", "3")),
        (("--nest", "1", "2", "3", "tanh(x)"), ("tanh(x)",), ("1", "2", "3")),
        (("--nest", "1-3", "tanh(x)", "5"), ("tanh(x)", "5"), ("1-3",)),
        (("--nest", "1", "--", "5"), ("5",), ("1",)),
        (("--", "-x"), ("-x",), ()),
        (("-tanh(x)", "x", "--nest", "2"), ("-tanh(x)", "x"), ("2",)),
        (("x", "-n", "1", "2", "-2*x"), ("x", "-2*x"), ("1", "2")),
        (("-x^2", "--", "-x"), ("-x^2", "-x"), ()),
    ],
)
def test_formulas_are_not_taken_for_values(
    words: tuple[str, ...], formula: tuple[str, ...], nest: tuple[str, ...]
) -> None:
    found = formulas.make_context("expr", list(words)).params
    assert found == {"formula": formula, "nest": nest}


@pytest.mark.parametrize(
    ("words", "formula", "x_range"),
    [
        (("-x",), ("-x",), ()),
        (("-x", "-q"), ("-x",), ()),
        (("-x", "tanh(x)"), ("-x", "tanh(x)"), ()),
        (("-x^2", "-x", "-2", "2"), ("-x^2",), ("-2", "2")),
        (("-x*tanh(x)", "-x-2", "2"), ("-x*tanh(x)",), ("-2", "2")),
        (("x", "-x", "-2,2"), ("x",), ("-2,2",)),
        (("x", "-x=-2,2"), ("x",), ("-2,2",)),
        (("-x=-2", "2", "x"), ("x",), ("-2", "2")),
        (("-x", "−2", "2", "x"), ("x",), ("−2", "2")),
    ],
)
def test_minus_x_is_a_formula_where_no_range_follows(
    words: tuple[str, ...], formula: tuple[str, ...], x_range: tuple[str, ...]
) -> None:
    command = app.get_command(click.Context(app), "expr")
    assert command is not None
    found = command.make_context("expr", list(words)).params
    assert (found["formula"], found["x_range"]) == (formula, x_range)


def test_values_with_commas_and_dots_mean_what_blanks_mean(say: Callable[..., Said]) -> None:
    apart = say("tanh", "-x", "-5", "5", "-d", "1-3", "--no-plot", "--json")
    assert apart.code == 0
    for joined in (
        ("-x", "-5,5", "-d", "1..3"),
        ("-x", "-5..5", "-d", "1,2,3"),
        ("-x=-5,5", "-d=1-3"),
        ("-x=-5", "5", "-d=1", "2", "3"),
        ("--x-range=-5..5", "--depths=1–3"),  # an en dash, as in a book
        ("-x", "−5", "5", "-d", "1−3"),  # a minus sign, as on a page
    ):
        assert say("tanh", *joined, "--no-plot", "--json") == apart


def test_an_equals_sign_after_a_letter_is_no_part_of_the_value(say: Callable[..., Said]) -> None:
    assert say("tanh", "-w=8", "-b=-w/2", "-qd=1", "-o=curve.svg").code == 0
    assert [path.name for path in Path().iterdir()] == ["curve.svg"]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("-x", "-5,"), "--x-range: '' is not a number"),
        (("-x", "1,2,3"), "--x-range: 3 given for a range; give its two ends, as in -1 1"),
        (("-d", "3..1"), "--depths: 3..1 is reversed"),
        (("-d", "1...3"), "--depths: '1...3' is not a depth"),
        (("-w", "1,5"), "--weight: '1,5' is not a number; for a decimal, write 1.5; for two, 1 5"),
        (("-w", "1,2,3"), "--weight: '1,2,3' is not a number; for several, write 1 2 3"),
        (("-b", "1,2,3"), "--bias: '1,2,3' is not a number; for several, write 1 2 3"),
    ],
)
def test_what_is_joined_badly_is_named(
    say: Callable[..., Said], words: tuple[str, ...], fault: str
) -> None:
    said = say("tanh", *words)
    assert said.code == 2
    assert fault in said.err
