"""The page of measurements, on measurements made up; and that what measures can be loaded."""

from __future__ import annotations

import math
import re
from importlib import import_module

import bench.beside as beside
import pytest
from bench.contenders import CONTENDERS, Contender, GaveUp
from bench.machine import machine
from bench.measured import Goal, Machine, Ratio, Section, Table, figure
from bench.page import page, renewed, show
from bench.problems import PROBLEMS
from rich.console import Console

from gradplot import max_slope

MACHINE = Machine("Linux", "Made Up 3000", 2, {"Python": "3.11.7", "numpy": "2.4"})
SECTION = Section(
    "Many figures",
    "\nWhat was raced.\n",
    (
        Table(
            "SVG",
            ("against", "ratio", "goal"),
            (("a | script", "24 (20-26)", "≥ 25: missed"), ("gnuplot", "1.2 (1-1.3)", "")),
            ("Sollya is not installed: skipped",),
        ),
    ),
)


def test_sections_that_are_measured_again_take_the_place_of_the_old_ones() -> None:
    other = Section("One figure", "\nStays.\n", ())
    text = page(MACHINE, [other, SECTION])
    again = Section("Many figures", "\nRaced again.\n", SECTION.tables)
    assert renewed(text, MACHINE, [SECTION]).split() == text.split()
    found = renewed(text, MACHINE, [again])
    assert found.split() == page(MACHINE, [other, again]).split()
    assert renewed(found, MACHINE, [again]) == found


def test_a_ratio_is_taken_round_by_round() -> None:
    ratio = Ratio.of([1.0, 4.0, 3.0], [2.0, 2.0, 3.0])
    assert ratio == Ratio(median=1.0, low=0.5, high=2.0)
    assert str(ratio) == "1 (0.5-2)"
    with pytest.raises(ValueError, match="zip"):
        Ratio.of([1.0], [1.0, 2.0])


@pytest.mark.parametrize(
    ("goal", "median", "words"),
    [
        (Goal(25.0, least=True), 25.0, "≥ 25: met"),
        (Goal(25.0, least=True), 24.9, "≥ 25: missed"),
        (Goal(1.5, least=False), 1.5, "≤ 1.5: met"),
        (Goal(1.5, least=False), 1.6, "≤ 1.5: missed"),
    ],
)
def test_the_median_decides_a_goal(goal: Goal, median: float, words: str) -> None:
    assert goal.verdict(Ratio(median, 0.0, 100.0)) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        *((0.0, "0"), (1.0, "1"), (20.13, "20.1"), (0.12345, "0.123"), (979.4, "979")),
        *((12345.0, "12300"), (2.5e6, "2e+6"), (7e-14, "7e-14"), (0.00099, "1e-3")),
        (math.inf, "inf"),
    ],
)
def test_figures_have_three_digits(number: float, words: str) -> None:
    assert figure(number) == words


def test_the_page_says_what_was_measured_and_on_what() -> None:
    text = page(MACHINE, [SECTION, SECTION])
    assert "Measured on Linux, 2 cores of Made Up 3000; Python 3.11.7, numpy 2.4.\n" in text
    assert text.count("\n## Many figures\n\nWhat was raced.\n\n**SVG**\n\n") == 2
    assert (
        "| against | ratio | goal |\n| :--- | ---: | ---: |\n"
        "| a \\| script | 24 (20-26) | ≥ 25: missed |\n| gnuplot | 1.2 (1-1.3) |  |\n"
        "\nSollya is not installed: skipped\n" in text
    )
    assert text.endswith("\n")
    assert "\n\n\n" not in text


def test_the_terminal_shows_the_same() -> None:
    console = Console(width=100)
    with console.capture() as captured:
        show(SECTION, console)
    for words in ("Many figures", "a | script", "24 (20-26)", "Sollya is not installed"):
        assert words in captured.get()


def test_the_machine_is_told_by_its_kind_alone() -> None:
    found = machine()
    assert found.cores >= 1
    assert found.processor
    assert {"Python", "gradplot", "numpy", "matplotlib"} <= set(found.versions)
    assert all(re.search(r"\d", number) for number in found.versions.values())


def test_every_section_can_be_measured() -> None:
    for section in import_module("bench.__main__").SECTIONS.values():
        assert callable(section)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_contenders_are_asked_for_the_same_function(problem) -> None:
    """What samples sees the slopes of the curve itself, and balls hold them."""
    import numpy as np
    from flint import arb

    x = np.array([-0.9, -0.143, 0.02, 0.3])
    mine = problem.curve().log_slope(x)[1]
    np.testing.assert_allclose(problem.log_slope(x), mine, rtol=1e-6, atol=1e-6)
    for at, log_slope in zip(x, mine, strict=True):
        ball = problem.slope(arb(float(at))).log()
        assert float(ball.lower()) - 1e-6 <= log_slope <= float(ball.upper()) + 1e-6


def test_the_branch_and_bound_finds_the_peak_that_is_512() -> None:
    (way,) = [each for each in CONTENDERS if "branch and bound" in each.name]
    low, high = way.solve(PROBLEMS[0], 60.0, 1.0)
    assert low - 1e-12 <= math.log(512) <= high + 1e-12
    assert high - low <= 1e-9


def test_one_that_gives_up_is_asked_once() -> None:
    asked = []

    def solve(problem, limit, ours):
        asked.append(problem)
        raise GaveUp("no answer within 60 s")

    contender = Contender("sloth", solve, missing=lambda: None)
    time, words = beside.measure(contender, PROBLEMS[0], (0.0, 1.0))
    assert time.startswith("> ")
    assert words == "gave up: no answer within 60 s"
    assert len(asked) == 1


def test_what_is_missing_is_said_and_skipped(monkeypatch) -> None:
    absent = Contender("absent", lambda *_: pytest.fail("asked"), missing=lambda: "absent: skipped")
    monkeypatch.setattr(beside, "CONTENDERS", (absent, absent))
    monkeypatch.setattr(beside, "PROBLEMS", PROBLEMS[:1])
    (table,) = beside.section().tables
    assert table.notes == ("absent: skipped",)
    assert [row[1] for row in table.rows] == ["gradplot"]


def test_a_find_is_held_against_the_bracket() -> None:
    truth = max_slope(PROBLEMS[0].curve())
    bracket = truth.lower, truth.upper
    assert beside.verdict((bracket[0], math.inf), bracket) == "all of it, unproven"
    assert beside.verdict((bracket[0] - math.log(100), math.inf), bracket) == "misses 2 decades"
    assert beside.verdict((-math.inf, math.inf), bracket) == "misses inf decades"
    assert beside.verdict((6.0, 6.5), bracket) == "a bracket 0.5 wide"
    for wrong in ((6.0, 6.1), (6.4, 6.5), (6.4, math.inf)):
        with pytest.raises(SystemExit, match="cannot both be right"):
            beside.verdict(wrong, bracket)
