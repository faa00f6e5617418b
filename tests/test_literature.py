"""docs/LITERATURE.md: its verdicts follow from its numbers, its commands run, it is up to date."""

from __future__ import annotations

import dataclasses
import math
import shlex
import sys
from pathlib import Path

import literature
import mpmath
import pytest
from claims import Claim, point
from console import ROOT, Session, run
from sources import SOURCES
from wall import wall

from gradplot.batch.manifest.reader import load
from gradplot.cli.words import read

CLAIMS = [claim for source in SOURCES for claim in source.claims]
PAGE = literature.PAGE.read_text(encoding="utf-8")


def claim(relation: str, *expected: float) -> Claim:
    return Claim(
        figure="", says="", where="", relation=relation, expected=expected, computed=lambda data: []
    )


@pytest.mark.parametrize(
    ("relation", "bracket", "verdict"),
    [
        ("equal to", (2.0, 2.0), True),
        ("equal to", (1.9, 2.1), True),
        ("equal to", (2.0 + 3e-10, 2.1), True),
        ("equal to", (2.0 + 1e-8, 2.1), False),
        ("equal to", (1.9, 2.0 - 1e-8), False),
        ("at most", (1.0, 2.0), True),
        ("at most", (1.0, 2.1), False),
        ("at least", (2.0, 3.0), True),
        ("at least", (1.9, 3.0), False),
        ("below", (1.0, 1.999), True),
        ("below", (1.0, 2.0), False),
        ("above", (2.001, 3.0), True),
        ("above", (2.0, 3.0), False),
        ("equal to", (-math.inf, -math.inf), False),
        ("equal to", (math.inf, math.inf), False),
    ],
)
def test_a_verdict_is_what_its_relation_says(
    relation: str, bracket: tuple[float, float], verdict: bool
) -> None:
    assert literature.holds(claim(relation, 2.0), [bracket]) is verdict


def test_every_number_has_to_fit() -> None:
    assert literature.holds(claim("equal to", 1.0, 2.0), [(1.0, 1.0), (2.0, 2.0)])
    assert not literature.holds(claim("equal to", 1.0, 2.0), [(1.0, 1.0), (2.1, 2.1)])
    with pytest.raises(ValueError, match="shorter"):
        literature.holds(claim("equal to", 1.0, 2.0), [(1.0, 1.0)])


def test_what_never_happens_is_equal_to_what_never_does() -> None:
    assert literature.holds(claim("equal to", math.inf), [point(math.inf)])
    assert not literature.holds(claim("equal to", math.inf), [point(2049)])


@pytest.mark.parametrize(
    ("figure", "command"),
    [
        ({"activation": "relu", "output": "a.svg"}, "gradplot relu"),
        ({"map": "tanh", "weight": [-1, 2], "output": "a.svg"}, "gradplot map tanh --weight -1 2"),
        ({"formula": "tanh(8*x)", "output": "a.svg"}, "gradplot expr 'tanh(8*x)'"),
        (
            {"activation": "tanh", "along": [["weight", 1, 2], ["bias", 3, 4]], "output": "a.svg"},
            "gradplot tanh --along weight 1 2 bias 3 4",
        ),
    ],
)
def test_a_figure_of_the_manifest_is_a_command(figure: dict[str, object], command: str) -> None:
    assert literature.command(figure) == command


def test_every_figure_has_its_claim() -> None:
    assert {claim.figure for claim in CLAIMS} == set(literature.figures())
    assert len(load(literature.MANIFEST)) == len(literature.figures())


@pytest.mark.parametrize("name", literature.figures())
def test_a_command_draws_the_figure_that_the_manifest_does(name: str) -> None:
    figure = literature.figures()[name]
    (drawn,) = [
        found.spec
        for found in load(literature.MANIFEST)
        if Path(found.outputs[0].name).stem == name
    ]
    _, *words = shlex.split(literature.command(figure))
    assert read(words, folder=".").spec == drawn
    assert f"```sh\n{literature.command(figure)}\n```" in PAGE


def test_the_wall_is_a_maximum() -> None:
    """By differences of the loss itself, which ``wall`` does not look at."""

    def slope(b: mpmath.mpf) -> mpmath.mpf:
        def loss(b: mpmath.mpf) -> mpmath.mpf:
            y = 1 / (1 + mpmath.exp(mpmath.mpf(-0.5)))
            for _ in range(50):
                y = 1 / (1 + mpmath.exp(-(5 * y + b)))
            return (y - mpmath.mpf(0.7)) ** 2

        return abs(mpmath.diff(loss, b))

    log10_slope, log10_place = wall(5.0)
    with mpmath.workdps(60):
        place = -(mpmath.mpf(10) ** log10_place)
        top = slope(place)
        assert float(mpmath.log10(top)) == pytest.approx(log10_slope, abs=1e-12)
        assert all(slope(place + away) < top for away in (-1e-6, 1e-6))


@pytest.mark.slow
def test_the_page_says_what_its_commands_compute(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """All of them run; the page is what comes of it, and a page that says otherwise is stale."""
    found = literature.run_all(literature.figures())
    page = literature.written(literature.figures(), found)
    assert not literature.stale(page)
    assert page.count("| **does not hold** |") == 1
    assert "10^-154.902 | **does not hold** |" in page

    other = tmp_path / "LITERATURE.md"
    monkeypatch.setattr(literature, "PAGE", other)
    assert literature.stale(page)
    other.write_text(page.replace("5751.098801", "5751.098901"), encoding="utf-8")
    assert literature.stale(page)
    other.write_text(page.replace("| holds |", "| **does not hold** |", 1), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["literature.py", "--check"])
    monkeypatch.setattr(literature, "run_all", lambda figures: found)
    with pytest.raises(SystemExit, match=r"LITERATURE\.md is out of date; run `make docs`"):
        literature.main()
    monkeypatch.setattr(sys, "argv", ["literature.py"])
    literature.main()
    assert other.read_text(encoding="utf-8") == page

    # A claim that expected anything else would not have held.
    for one in CLAIMS:
        numbers = one.computed(found[one.figure])
        if one.relation == "equal to" and math.isfinite(one.expected[0]):
            moved = dataclasses.replace(one, expected=tuple(log + 1e-2 for log in one.expected))
            assert not literature.holds(moved, numbers), one.says


@pytest.mark.slow
def test_the_manifest_draws(tmp_path: Path) -> None:
    done = run(
        Session(f"cp {literature.MANIFEST} . && gradplot batch literature.toml", ""), tmp_path
    )
    assert done.returncode == 0, done.stderr
    drawn = {path.stem for path in (tmp_path / "literature").iterdir()}
    assert drawn == set(literature.figures())
    assert ROOT.joinpath("examples", "literature.toml").exists()
