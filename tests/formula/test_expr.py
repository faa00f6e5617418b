"""``gradplot expr`` as its users meet it: pictures, tables, JSON, and one clear line of error."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

import gradplot
from gradplot.rendering import render
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import FormulaSpec

MINEFIELD = "tanh(5*tanh(40*x-5) - 5*tanh(40*x) + 5*tanh(40*x+5))"

Say = Callable[..., Any]


def data(say: Say, *words: str) -> dict[str, Any]:
    said = say("expr", *words, "--no-plot", "--json")
    assert said.code == 0, said.err
    return json.loads(said.out, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


def test_draws_the_minefield(say: Say, here: Path) -> None:
    said = say("expr", MINEFIELD, "-o", "minefield.svg")
    assert said.code == 0, said.err
    assert "199.9636773" in said.out
    assert (here / "minefield.svg").stat().st_size > 5_000


def test_the_default_picture(say: Say, here: Path) -> None:
    assert say("expr", "tanh(8*x)", "--size", "paper").code == 0
    assert (here / "expr.png").exists()


def test_several_formulas_and_labels(say: Say) -> None:
    found = data(say, "tanh(8*x)", "tanh(8*tanh(8*x))", "--label", "one", "--label", "two")
    assert found["function"]["formula"] == ["tanh(8*x)", "tanh(8*tanh(8*x))"]
    assert [row["label"] for row in found["depths"]] == ["one", "two"]
    assert [row["max_slope"] for row in found["depths"]] == [8.0, 64.0]


def test_nest_is_the_chain(say: Say) -> None:
    """One layer, nested, is the activation command's network, to every digit."""
    nested = data(say, "tanh(w*y+b)", "--let", "w=8", "--let", "b=1", "--nest", "1", "2", "50")
    chain = json.loads(say("tanh", "-w", "8", "-b", "1", "-d", "1,2,50", "--no-plot", "--json").out)
    assert nested["function"] == {
        "formula": ["tanh(w*y+b)"],
        "let": {"w": 8.0, "b": 1.0},
        "nest": [1, 2, 50],
    }
    for one, other in zip(nested["depths"], chain["depths"], strict=True):
        assert one["log10_max_slope"] == other["log10_max_slope"]
        assert one["depth"] == other["depth"]
    assert nested["verdict"] == "exploding"


def test_csv(say: Say) -> None:
    said = say("expr", "x", "2*x", "--no-plot", "--csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert [(row["label"], float(row["max_slope"])) for row in rows] == [("x", 1.0), ("2*x", 2.0)]


def test_unbounded_and_flat_and_negative(say: Say, here: Path) -> None:
    said = say("expr", "-o", "poles.png", "--", "-1/x", "sqrt(x)", "5")
    assert said.code == 0, said.err
    assert said.out.count("unbounded") == 2
    found = data(say, "1/x", "5")
    assert found["depths"][0]["max_slope"] is None
    assert found["depths"][1]["max_slope"] == 0


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["tanhh(8*x)"], "unknown name 'tanhh'; did you mean tanh?"),
        ([""], "empty"),
        (["(x"], "never closed"),
        (["x" * 10_000], "10000 characters are too many"),
        (["(" * 1_000 + "x" + ")" * 1_000], "levels of nesting"),
        (["__import__('os')"], "means nothing here"),
        (["x.real"], "means nothing here"),
        (["lambda: x"], "means nothing here"),
        (["[x for x in x]"], "means nothing here"),
        (["9**9**9"], "too large for float64"),
        (["1/0"], "undefined"),
        (["log(-1)"], "undefined"),
        (["sqrt(-1-x^2)"], "undefined on all of -1 to 1"),
        (["max(x)"], "2 arguments, not 1"),
        (["ｘ"], "did you mean x?"),
        (["tanh(8*y)"], "--nest"),
        (["x", "--nest", "2"], "no y to nest"),
        (["y", "--nest", "0"], "depths start at 1"),
        (["w*x", "--let", "w=inf"], "finite"),
        (["w*x", "--let", "w"], "write it as in w=8"),
        (["w*x", "--let", "x=3"], "already has a meaning"),
        (["w*x", "--let", "2=3"], "is not a name"),
        (["x", "--label", "a", "--label", "b"], "2 given for 1 curves"),
        ([], "FORMULA"),
    ],
)
def test_each_mistake_gets_one_clear_line(
    say: Say, here: Path, words: list[str], line: str
) -> None:
    said = say("expr", *words, "-o", "picture.png")
    assert said.code == 2
    assert line in said.err
    assert said.out == ""
    assert "Traceback" not in said.err
    assert not list(here.iterdir())


def test_the_caret_stands_under_the_mistake(say: Say) -> None:
    said = say("expr", "tanh(8*x) + tahn(x)")
    _, window, caret = said.err.rstrip("\n").split("\n")
    assert window[caret.index("^") :].startswith("tahn")


def test_in_python() -> None:
    formula = gradplot.Formula("tanh(w*x)", {"w": 8})
    assert formula.value(0.25) == pytest.approx(math.tanh(2))
    assert formula.slope(0.0) == pytest.approx(8.0)
    supremum = gradplot.max_slope(formula)
    assert supremum.lower <= math.log(8) <= supremum.upper
    figure = gradplot.figure(formula, theme="dark")
    assert isinstance(figure, Figure)


@pytest.mark.parametrize("text", ["x", "1/x", MINEFIELD, "5", "sin(1/x)", "gelu(9*x)*x"])
def test_findings_do_not_depend_on_the_road(text: str) -> None:
    """The figure's row, the Python function and a second run agree."""
    spec = FigureSpec(function=FormulaSpec(formulas=(text,)))
    first, again = render(spec).findings, render(spec).findings
    assert first == again
    alone = gradplot.max_slope(gradplot.Formula(text))
    assert dataclasses.astuple(first.rows[0].supremum) == dataclasses.astuple(alone)
