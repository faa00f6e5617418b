"""``gradplot explain`` as its users meet it: its words, its mistakes, its picture by geometry."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gradplot.analysis.point import analyse
from gradplot.output.picture.point import picture
from gradplot.reading.figure import figure_spec

from .conftest import Said

Say = Callable[..., Said]
EXPLAIN = ("explain", "tanh", "--bias", "1", "--depth", "10", "--at", "-0.143")


def test_the_table_says_what_decides(say: Say) -> None:
    said = say(*EXPLAIN, "--no-plot")
    assert said.code == 0
    assert "x = -0.143" in said.out
    last = "10^5.224 from the expanding layers 1-6 times 10^-14.982 from the saturated layers 7-10"
    assert said.out.splitlines()[-1] == f"dy/dx = 10^-9.758: {last}."


def test_a_narrow_terminal_has_fewer_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.console import Console

    from gradplot.output.report.point import table

    spec = figure_spec({"explain": "tanh", "bias": 1, "depth": 10, "at": -0.143})
    for columns in (80, 120, 200):
        console = Console(width=columns, record=True, file=io.StringIO())
        console.print(table(spec, analyse(spec).findings))
        text = console.export_text()
        assert all(len(line.rstrip()) <= columns for line in text.splitlines())
        assert "saturated" in text.splitlines()[12]
        assert ("dy/dw  " in text) == (columns > 80)
        assert ("no room for" in text) == (columns == 80)
        assert "product" in text


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("tanh", "--at", "nan"), "--at: nan is not a number that can be drawn; give a finite one"),
        (("tanh", "--at", "1e400"), "--at: 1e400 is not a number that can be drawn"),
        (("tanh", "--at", "abc"), "--at: 'abc' is not a number; give one, or steepest"),
        (("tanh", "--depth", "0"), "--depth: 0 is not a depth; depths start at 1"),
        (("tanh", "--depth", "1", "2"), "--depth: 2 depths given; one is explained, as in 10"),
        (("tanh", "--depth", "20000"), "--depth: 20000 is too deep; the deepest is 10000"),
        (("tanh", "-w", "1", "2"), "--weight: 2 values for depth 3"),
        (("tanh", "--alpha", "1"), "--alpha: tanh has no parameter alpha; leave it out"),
        (("tanh", "--panels", "both"), "--panels: no such option"),
        (("than",), "unknown activation 'than'; did you mean tanh?"),
        (("expr",), "unknown activation 'expr'"),
        ((), "ACTIVATION is missing; see gradplot explain --help"),
    ],
)
def test_a_mistake_gets_one_line(say: Say, words: tuple[str, ...], line: str) -> None:
    said = say("explain", *words, "--no-plot")
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert line in said.err


def test_a_value_a_layer_and_the_activation_last(say: Say) -> None:
    said = say(
        "explain", "-d", "2", "-w", "2", "4", "-b", "-w/2", "w", "--json", "--no-plot", "elu"
    )
    assert json.loads(said.out)["bias"] == [-1.0, 4.0]


def test_json_and_csv(say: Say, here: Path) -> None:
    data = json.loads(say(*EXPLAIN, "--json", "-o", "point.svg").out)
    assert data["schema"] == "gradplot-explain/1"
    assert data["outputs"] == ["point.svg"]
    assert data["x"] == -0.143
    rows = list(csv.DictReader(say(*EXPLAIN, "--csv", "--no-plot").out.splitlines()))
    assert [row["mark"] for row in rows] == [row["mark"] for row in data["layers"]]
    assert "their running product as a line" in (here / "point.svg").read_text()


def test_a_batch_draws_the_same_bytes(say: Say, here: Path) -> None:
    (here / "figures.toml").write_text(
        '[defaults]\ny-range = [-1, 1]\nactivation = "relu"\n'
        '[[figure]]\nexplain = "tanh"\nbias = 1\ndepth = 10\nat = -0.143\noutput = "one.svg"\n'
        '[[figure]]\nexplain = "tanh"\nat = "steepest"\noutput = "two.svg"\n'
    )
    assert say("batch").code == 0
    say(*EXPLAIN, "-o", "other.svg")
    assert (here / "one.svg").read_bytes() == (here / "other.svg").read_bytes()
    (here / "figures.toml").write_text('[[figure]]\nexplain = "tanh"\ndepths = 3\noutput = "a.svg"')
    assert "means nothing beside explain" in say("batch").err


def test_help_and_mistakes_load_no_numbers(
    process: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    for words in (("explain", "--help"), ("explain", "tanh", "--at", "abc")):
        done = process(*words, env={"PYTHONPROFILEIMPORTTIME": "1"})
        loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
        assert not loaded & {"numpy", "matplotlib", "flint", "rich.table"}


@pytest.mark.parametrize(
    "options",
    [
        {"explain": "tanh", "bias": 1, "depth": 10, "at": -0.143},
        {"explain": "sigmoid", "depth": 300, "theme": "dark"},
        {"explain": "silu", "weight": -3, "depth": 8, "at": 0.2, "size": "paper"},
    ],
)
def test_bars_and_line_are_as_high_as_the_logarithms(options: dict[str, object]) -> None:
    spec = figure_spec(options)
    analysed = analyse(spec)
    top, bottom = picture(spec, analysed, axes=True).axes
    heights = {}
    for patch in top.patches:
        for bar in patch.get_path().to_polygons(closed_only=False):
            (left, base), (_, end), (right, _) = bar[0], bar[1], bar[2]
            assert base == 0
            heights[round((left + right) / 2)] = end
    log10 = 0.0
    (line,) = (each for each in bottom.lines if each.get_label() == "running product")
    drawn = dict(zip(*line.get_data(), strict=True))
    assert drawn[0.5] == 0
    for layer in analysed.findings.layers:
        factor = layer.factor.lower / 2.302585092994046
        log10 += factor
        assert heights[layer.layer] == pytest.approx(factor, rel=1e-12)
        assert drawn[layer.layer + 0.5] == pytest.approx(log10, rel=1e-9, abs=1e-9)
    for axes, shown in ((top, heights.values()), (bottom, drawn.values())):
        low, high = axes.get_ylim()
        assert low < min(shown)
        assert max(shown) < high


def test_the_line_of_a_dead_unit_ends() -> None:
    spec = figure_spec(
        {"explain": "relu", "bias": -1, "depth": 4, "at": 0.2, "weight": [8, 1, 1, 1]}
    )
    analysed = analyse(spec)
    _, bottom = picture(spec, analysed, axes=True).axes
    (line,) = (each for each in bottom.lines if each.get_label() == "running product")
    x, y = line.get_data()
    first = next(layer.layer for layer in analysed.findings.layers if layer.mark == "dead")
    assert x[-1] == x[-2] == first - 0.5
    assert y[-1] == bottom.get_ylim()[0]
