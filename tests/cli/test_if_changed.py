"""--if-changed: what is up to date is left alone, and nothing is computed for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Said

Say = Callable[..., Said]


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_an_up_to_date_picture_is_left_alone(say: Say, here: Path, suffix: str) -> None:
    path = here / f"a.{suffix}"
    words = ("tanh", "--if-changed", "-o", path.name)
    assert say(*words).err == f"wrote {path.name}\n"
    before = path.stat().st_mtime_ns
    assert say(*words) == Said(0, "", f"{path.name} is up to date\n")
    assert say(*words, "-q") == Said(0, "", "")
    assert path.stat().st_mtime_ns == before


def test_a_picture_whose_name_says_no_format_is_left_alone(say: Say, here: Path) -> None:
    words = ("tanh", "--if-changed", "-o", "a", "--format", "svg")
    assert say(*words).err == "wrote a\n"
    assert say(*words) == Said(0, "", "a is up to date\n")


def test_another_figure_is_drawn(say: Say, here: Path) -> None:
    assert say("tanh", "-q", "-o", "a.svg").code == 0
    said = say("tanh", "--weight", "7", "--if-changed", "-o", "a.svg")
    assert said.err == "wrote a.svg\n"
    assert "maximum slope" in said.out


def test_an_up_to_date_picture_may_be_there_already(say: Say, here: Path) -> None:
    """--no-clobber guards what would be overwritten, and this would not."""
    words = ("tanh", "-q", "-o", "a.svg", "--no-clobber", "--if-changed")
    assert say(*words).code == 0
    assert say(*words) == Said(0, "", "")
    assert say("tanh", "-w", "7", *words[1:]).code == 3


def test_only_the_stale_one_of_two_is_drawn(say: Say, here: Path) -> None:
    assert say("tanh", "-q", "-o", "a.svg").code == 0
    said = say("tanh", "--if-changed", "-o", "a.svg", "b.svg")
    assert said.err == "a.svg is up to date\nwrote b.svg\n"


def test_the_numbers_are_still_to_be_had(say: Say, here: Path) -> None:
    assert say("tanh", "-q", "-o", "a.svg").code == 0
    said = say("tanh", "--if-changed", "--json", "-o", "a.svg")
    assert json.loads(said.out)["depths"][2]["max_slope"] == 512
