"""A new activation is an entry of the table and two functions of its name, and no more.

One gives its numbers to numpy, the other its outline in ball arithmetic.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gradplot

ENTRIES = """
    Activation(
        name="gudermann",
        formula="2·arctan(tanh(z/2))",
        sup_slope_of=lambda: 1.0,
        supremum_text="1 at 0",
        aliases=("gd",),
        family="increasing",
    ),
    Activation(
        name="cosine",
        formula="cos(z)",
        sup_slope_of=lambda: 1.0,
        supremum_text="1 at π/2 + kπ",
        family="turning",
    ),
"""
GUDERMANN = """

def gudermann() -> Shape:
    return Shape(
        value=lambda np, z: 2.0 * np.arctan(np.tanh(0.5 * z)),
        log_slope=lambda np, z: math.log(2.0) - np.logaddexp(z, -z),
        modes=(0.0,),
        low=-math.pi / 2,
        high=math.pi / 2,
        inverse=lambda np, y: 2.0 * np.arctanh(np.tan(0.5 * y)),
        slack=lambda np, z: np.cosh(np.clip(z, -700.0, 700.0)),
        rate=lambda np, z: -np.tanh(z),
    )
"""
COSINE = """

def cosine() -> Shape:
    return Shape(
        value=lambda np, z: np.cos(z),
        log_slope=lambda np, z: kernels.log_abs(np, np.sin(z)),
        sign=lambda np, z: -np.sign(np.sin(z)),
        turning=(0.0, math.pi),
        modes=(-math.pi / 2, math.pi / 2),
        period=2.0 * math.pi,
        rate=lambda np, z: 1.0 / np.tan(z),
        bend=lambda np, z: -np.cos(z),
        bend_rate=1.0,
        low=-1.0,
        high=1.0,
    )
"""

OUTLINES = """

def gudermann() -> Outline:
    def at(z: arb) -> Values:
        e = (-abs(z)).exp()
        slope = 2 * e / (1 + e * e)
        return 2 * (z / 2).tanh().atan(), slope, -slope * z.tanh()

    return Outline((Piece(at, (), (ZERO,), _both("0.8813735870195430252326093249797923090282")),))


def cosine() -> Outline:
    def at(z: arb) -> Values:
        value, slope = z.cos(), -z.sin()
        return value, slope, -value

    pi = places("3.1415926535897932384626433832795028841972")[0]
    turns = tuple(pi * k for k in range(-3, 4))
    middles = tuple(pi * (k + 0.5) for k in range(-4, 4))
    return Outline((Piece(at, turns, middles, turns),))
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with two activations more."""
    folder = tmp_path_factory.mktemp("house")
    package = Path(gradplot.__file__).parent
    shutil.copytree(package, folder / "gradplot", ignore=shutil.ignore_patterns("__pycache__"))
    activations = folder / "gradplot" / "functions" / "activations"
    table = activations / "table.py"
    before, mark, after = table.read_text().partition("_ENTRIES = (\n")
    table.write_text(before + mark + ENTRIES + after)
    for family, function in (("increasing", GUDERMANN), ("turning", COSINE)):
        with (activations / f"{family}.py").open("a") as module:
            module.write(function)
    with (activations.parent / "balls" / "activations.py").open("a") as module:
        module.write(OUTLINES)
    return folder


def run(house: Path, *words: str) -> str:
    command = [sys.executable, "-P", "-c", "from gradplot.__main__ import main; main()", *words]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=house,
        env={"PYTHONPATH": str(house), "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def slopes(house: Path, *words: str) -> list[tuple[float, float]]:
    """The bracket of log10 of each maximum slope."""
    found = json.loads(run(house, *words, "--no-plot", "--json"))
    brackets = [row["log10_max_slope"] for row in found["depths"]]
    return [(bracket["lower"], bracket["upper"]) for bracket in brackets]


def test_it_is_in_the_help_and_in_the_list(house: Path) -> None:
    assert "gudermann" in run(house, "--help")
    assert "cos(z)" in run(house, "activations")
    assert "2·arctan" in run(house, "gd", "--help")


@pytest.mark.parametrize(
    ("name", "x"), [("gudermann", "-1 1"), ("cosine", "-1 1"), ("gudermann", "0.25 1")]
)
def test_its_brackets_hold_the_truth(house: Path, name: str, x: str) -> None:
    """Against the first layer's closed form, |w| sup|act'(w x)| on the range."""
    ends = [8.0 * float(end) for end in x.split()]
    inside = [0.0, *ends] if ends[0] < 0 else ends
    steepest = max(1.0 / math.cosh(z) for z in inside) if name == "gudermann" else 1.0
    ((lower, upper),) = slopes(house, name, "-d", "1", "-x", *x.split())
    assert lower - 1e-12 <= math.log10(8.0 * steepest) <= upper + 1e-12
    assert upper - lower <= 1e-8


def test_its_depths_are_searched_like_any_others(house: Path) -> None:
    deep = slopes(house, "gudermann", "-d", "1", "2", "5", "30")
    for depth, (lower, upper) in zip((1, 2, 5, 30), deep, strict=True):
        assert lower <= depth * math.log10(8.0) <= upper + 1e-12
    assert all(upper - lower <= 1e-8 for lower, upper in deep)


def test_it_is_known_in_formulas(house: Path) -> None:
    ((lower, upper),) = slopes(house, "expr", "2*gudermann(3*x) + cosine(x)*0")
    assert lower <= math.log10(6.0) <= upper + 1e-12
    run(house, "expr", "cosine(3*x)*gudermann(x)", "-o", "formula.svg")
    run(house, "gudermann", "-o", "chain.svg")
    assert (house / "formula.svg").stat().st_size > 10_000
    assert (house / "chain.svg").stat().st_size > 10_000
