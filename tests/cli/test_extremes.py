"""Numbers at the ends of float64: an answer, and neither a traceback nor a warning."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Said

Say = Callable[..., Said]

WORDS = (
    "-w 0",
    "-w -0 -b 1e308",
    "-w 1e308",
    "-w -1e308 -b 1e308",
    "-w 5e-324",
    "-w 1e-320 -b -1e-320 -x 0 1e-200",
    "-w 1e308 -x -1e100 1e100",
    "-w 1e-308 -x -1e100 1e100",
    "-b 1e308",
    "-w 1e308 1e-308 1e308 -d 1 3",
    "-w 1e308 -b 1 -d 1 -x 0.1 7",
    "-x -1e-300 1e-299",
    "-x 1e15 1.000000001e15",
)


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("activation", ["tanh", "relu", "hardsigmoid", "softplus", "gelu", "sin"])
def test_numbers(say: Say, activation: str, words: str) -> None:
    said = say(activation, *words.split(), "--no-plot")
    assert said.code == 0
    assert said.err == ""
    assert " nan" not in said.out
    assert " inf" not in said.out


@pytest.mark.slow
@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("activation", ["identity", "sigmoid", "elu"])
def test_pictures(say: Say, activation: str, words: str) -> None:
    said = say(activation, *words.split(), "-o", "a.svg")
    assert said.code == 0
    assert said.err == "wrote a.svg\n"


@pytest.mark.parametrize("alpha", ["1e308", "5e-324"])
@pytest.mark.parametrize("activation", ["elu", "leaky_relu"])
def test_parameters(say: Say, activation: str, alpha: str) -> None:
    said = say(activation, "--alpha", alpha, "-w", "-8", "-o", "a.svg")
    assert said.code == 0
    assert said.err == "wrote a.svg\n"
