"""What may go wrong on a command line about weights, biases and depths: maps, losses, descents,
single points. One line with the option, the value and the cure; nothing written; exit code 2."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Said
from .test_errors import refused

Say = Callable[..., Said]
LOSS = ("sigmoid", "--at", "0.5", "--target", "0.7")
LINE = (*LOSS, "--along", "bias", "-6", "2")
DOWN = (*LINE, "--descend", "-1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--grid", "1"), "--grid: 1 is no map; give 2 to 1000 cells a side"),
        (("--grid", "10000000"), "--grid: 10000000 is no map; give 2 to 1000 cells a side"),
        (("--grid", "1e7"), "--grid: 10000000 is no map; give 2 to 1000 cells a side"),
        (("--grid", "nan"), "--grid: nan is not a number that can be drawn; give a finite one"),
        (("--weight", "5", "1"), "--weight: 5 to 1 is reversed; give the lower end first"),
        (("--bias", "2", "2"), "--bias: 2 to 2 is empty; give two different ends"),
        (("--bias", "-inf", "2"), "--bias: -inf is not a number"),
        (("--weight", "1", "inf"), "--weight: inf is not a number"),
        (("--depth", "50", "1"), "--depth: 50 to 1 is reversed; give the lower end first"),
        (("--depth", "0"), "--depth: 0 is not a depth; depths start at 1"),
        (("--depth", "1-50"), "--depth: '1-50' is one word; give the two ends as two, as in 1 50"),
        (("--depth", "1", "9", "-w", "1", "2", "-b", "1", "2"), "--depth: three axes; give one"),
        (("--depth", "10000", "--grid", "999"), "--grid: 1e+10 layers in all cells are more"),
        (("--x-range", "1", "-1"), "--x-range: 1 to -1 is reversed; give the lower end first"),
        (("--x-range", "0", "inf"), "--x-range: inf is not a number that can be drawn"),
        (("--x-range", "nan", "1"), "--x-range: nan is not a number that can be drawn"),
        (("--jobs", "2", "--scheduler", "tcp://a:1"), "--jobs: contradicts --scheduler"),
    ],
)
def test_maps(say: Say, words: tuple[str, ...], said: str) -> None:
    """A map has two axes with their ends in order, and as many cells as can be computed."""
    refused(say("map", "tanh", *words), f"gradplot: {said}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--along", "bias", "2", "-6"), "--along: 2 to -6 is reversed; give the lower end first"),
        (("--along", "bias", "1", "1"), "--along: 1 to 1 is empty; give two different ends"),
        (("--along", "bias", "0", "inf"), "--along: inf is not a number that can be drawn"),
        (("--along", "bias", "-1e308", "1"), "--along: -1e+308 is too far out; stay within"),
        (("--along", "bias"), "--along: bias has no range; give its two ends, as in bias -4 4"),
        (("--along", "depth", "1", "2"), "--along: 'depth' is no parameter; name x, weight, bias"),
        (("--along", "bias", "1", "2", "bias", "1", "2"), "--along: bias is given twice"),
        (("--along", "weight", "1", "2", "--weight", "3"), "--weight: the weight is on the axis"),
        (("--along", "bias", "1", "2", "--input-bias", "0"), "--input-bias: the bias on the axis"),
        (
            ("--along", "weight", "1", "2", "--x-range", "0", "1"),
            "--x-range: the axis shows the weight; write its range as --along weight A B",
        ),
    ],
)
def test_parameters_on_the_axis(say: Say, words: tuple[str, ...], said: str) -> None:
    """The option at fault is the one that was typed, and the line says what to write."""
    refused(say(*LOSS, *words), f"gradplot: {said}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rate", "0"), "--rate: 0 leads nowhere; give a number above 0"),
        (("--rate", "-1"), "--rate: -1 leads nowhere; give a number above 0"),
        (("--rate", "1e309"), "--rate: 1e309 is not a number that can be drawn"),
        (("--steps", "0"), "--steps: 0 steps cannot be shown; give 1 to 10000"),
        (("--clip", "0"), "--clip: 0 leads nowhere; give a number above 0"),
        (("--surface", "gradient"), "--surface: needs two parameters; add a second --along"),
        (("--along", "weight", "1", "2"), "--descend: 1 given for 2 on the axes; give two"),
        (("--animate", "weight", "1", "2"), "--animate: has no meaning beside --along"),
    ],
)
def test_descents(say: Say, words: tuple[str, ...], said: str) -> None:
    """What no step can be made of."""
    refused(say(*DOWN, *words), f"gradplot: {said}")


@pytest.mark.parametrize("option", ["--target", "--at"])
@pytest.mark.parametrize("value", ["nan", "inf", "1e400", "half"])
def test_what_the_loss_is_of(say: Say, option: str, value: str) -> None:
    """The input and the target are finite numbers."""
    refused(say("tanh", "--along", "bias", "1", "2", option, value), f"{option}: ", value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--at", "nan"), "--at: nan is not a number that can be drawn; give a finite one"),
        (("--at", "foo"), "--at: 'foo' is not a number; give one, or steepest"),
        (("--x-range", "1", "0"), "--x-range: 1 to 0 is reversed; give the lower end first"),
        (("--x-range", "0", "inf"), "--x-range: inf is not a number that can be drawn"),
        (("--depth", "1", "2"), "--depth: 2 depths given; one is explained, as in 10"),
    ],
)
def test_points(say: Say, words: tuple[str, ...], said: str) -> None:
    """One point of one network."""
    refused(say("explain", "tanh", *words), f"gradplot: {said}")


@pytest.mark.parametrize("rate", ["1e308", "1e-300"])
def test_a_rate_that_float64_can_hold_is_walked(say: Say, rate: str) -> None:
    """However far it leads."""
    said = say(*DOWN, "--rate", rate, "--no-plot")
    assert said.code == 0
    assert "longest step" in said.out


def test_a_name_may_follow_a_range(say: Say) -> None:
    """`--x-range 0 1 tanh`: what is no number is the activation."""
    assert say("explain", "--x-range", "0", "1", "tanh", "--no-plot", "-q").code == 0
