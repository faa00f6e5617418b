"""The fuzzer: its oracles against other roads, its eye for a wrong bracket, and a small run."""

from __future__ import annotations

import dataclasses
import math
import random
import re
import subprocess
import sys
from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
from flint import arb, ctx
from fuzz import activations, commands, draw, pictures, straight
from fuzz.activations import ball
from fuzz.cases import AlongCase, ChainCase, FormulaCase
from fuzz.check import check
from fuzz.search import steepest
from fuzz.tree import Apply, Binary, Literal, Name, Power

import gradplot
from activation_oracle import ORACLE
from gradplot.functions.activations.table import ACTIVATIONS

CHAINS, FORMULAS, ALONGS, PICTURES, COMMANDS = 60, 30, 20, 20, 4


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_arb_and_mpmath_know_the_same_activations(name):
    """Values and slopes at random points lie in the Arb ranges of boxes around them."""
    rng, (act, slope_of) = random.Random(name), ORACLE[name]
    ctx.prec = 160
    with mp.workdps(40):
        for _ in range(60):
            z = round(rng.uniform(-9, 9), 3)
            reach = rng.choice((0.0, 1e-9, 0.01, 1.0, 30.0))
            box = ball(arb(z - 0.3 * reach), arb(z + 0.7 * reach))
            ranges = activations.function(name).ranges(box)
            for got, truth in zip(ranges, (act(mp.mpf(z)), slope_of(mp.mpf(z))), strict=False):
                # gelu_tanh's constant is a double there and a decimal number here.
                assert (got + arb(0, 1e-15)).contains(arb(str(truth)))


def test_straight_pieces_are_the_function():
    """y by the pieces is y layer by layer, in fractions."""
    rng = random.Random(3)
    for number in range(40):
        case = draw.chain("pieces", number, straight.NAMES)
        found = straight.pieces(
            case.activation, case.numbers, case.weights, case.biases, case.x_range
        )
        assert found[0].low == Fraction(case.x_range[0])
        assert found[-1].high == Fraction(case.x_range[1])
        kinks, parts = straight.lines(case.activation, case.numbers)
        for piece in found:
            x = a = piece.low + Fraction(rng.random()) * (piece.high - piece.low)
            for weight, bias in zip(case.weights, case.biases, strict=True):
                z = Fraction(weight) * a + Fraction(bias)
                rise, lift = parts[sum(z > kink for kink in kinks)]
                a = rise * z + lift
            assert a == piece.slope * x + piece.offset


def test_branch_and_bound_finds_a_known_supremum():
    """The minefield's published maximum, from its tree and not from gradplot."""

    def unit(bias: str) -> Apply:
        inner = Binary("+", Binary("*", Literal("40"), Name("x")), Literal(bias))
        return Apply("tanh", inner)

    def five(node: Apply) -> Binary:
        return Binary("*", Literal("5"), node)

    inside = Binary("+", Binary("-", five(unit("-5")), five(unit("0"))), five(unit("5")))
    case = FormulaCase(Apply("tanh", inside), (), None, (-0.5, 0.5))
    truth = steepest(case.jet, arb(-0.5), arb(0.5), boxes=4000, seconds=60)
    assert truth.upper - truth.lower <= 1e-8
    assert math.exp(truth.lower) == pytest.approx(199.96367732919175, rel=1e-8)


def test_second_derivatives_agree_with_mpmath():
    tree = Binary(
        "/", Power(Apply("gelu", Name("x")), "3"), Binary("+", Apply("exp", Name("x")), Name("w"))
    )
    case = FormulaCase(tree, (("w", 0.75),), None, (0.0, 1.0))
    gelu = ORACLE["gelu"][0]
    ctx.prec = 160
    with mp.workdps(60):
        f = lambda x: gelu(x) ** 3 / (mp.exp(x) + mp.mpf("0.75"))  # noqa: E731
        for x in ("0.125", "0.5", "0.9375"):
            jet = case.jet(arb(x))
            for order, got in enumerate((jet.value, jet.slope, jet.bend)):
                truth = mp.diff(f, mp.mpf(x), order) if order else f(mp.mpf(x))
                assert (got + arb(0, 1e-18)).contains(arb(str(truth)))


@pytest.mark.parametrize("variable", ["weight", "bias", "input-bias"])
def test_derivatives_by_a_parameter_agree_with_mpmath(variable):
    network = ChainCase("silu", (), (1.5, -2.0), (0.25, 0.5), (-1.0, 1.0))
    case = AlongCase(network, variable, 0.75, target=0.125)
    silu = ORACLE["silu"][0]

    def loss(theta):
        y = mp.mpf("0.75")
        for number, (weight, bias) in enumerate(((1.5, 0.25), (-2.0, 0.5))):
            w = theta if variable == "weight" else mp.mpf(weight)
            shifted = variable == "bias" or (variable == "input-bias" and number == 0)
            y = silu(w * y + (theta if shifted else mp.mpf(bias)))
        return (y - mp.mpf("0.125")) ** 2

    ctx.prec = 160
    with mp.workdps(60):
        jet = case.jet(arb("0.625"))
        for order, got in enumerate((jet.value, jet.slope, jet.bend)):
            truth = mp.diff(loss, mp.mpf("0.625"), order) if order else loss(mp.mpf("0.625"))
            assert (got + arb(0, 1e-18)).contains(arb(str(truth)))


# --- an eye for what is wrong --------------------------------------------------------------------

SIMPLE = ChainCase("tanh", (), (8.0, 8.0), (0.5, 0.5), (-1.0, 1.0))
STRAIGHT = ChainCase("relu6", (), (3.0, 2.0), (0.5, -1.0), (-1.0, 1.0))


@pytest.mark.parametrize("case", [SIMPLE, STRAIGHT])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: {"upper": s.lower - 1e-8, "lower": s.lower - 1e-7}, "upper = |misses"),
        (lambda s: {"lower": s.upper + 1e-8, "upper": s.upper + 1e-7}, "lower = |misses"),
        (lambda s: {"lower": -math.inf, "upper": -math.inf, "x": None, "attained": False}, "upper"),
        (lambda s: {"attained": False, "unattained": True}, "at no double"),
        (lambda s: {"x": -0.9, "x_low": -0.9, "x_high": -0.9}, "at no double about|said to lie"),
        (lambda s: {"x": 7.0}, "outside"),
    ],
)
def test_a_wrong_bracket_is_seen(monkeypatch, case, change, said):
    assert not check(case).wrong
    true = gradplot.max_slope(case.subject(), case.x_range)
    false = dataclasses.replace(true, **change(true))
    monkeypatch.setattr(gradplot, "max_slope", lambda *_: false)
    wrong = check(case).wrong
    assert wrong
    assert re.search(said, " ".join(wrong))


def test_a_crash_is_reported_with_its_traceback(monkeypatch):
    def broken(*_: object) -> None:
        raise IndexError("no such cell")

    monkeypatch.setattr(gradplot, "max_slope", broken)
    assert "no such cell" in check(SIMPLE).crash


def test_a_reproducer_can_be_pasted():
    for case in (draw.chain("paste", 4), draw.formula("paste", 2)):
        assert repr(eval(case.source(), {"gradplot": gradplot})) == repr(
            gradplot.max_slope(case.subject(), case.x_range)
        )


def test_every_option_is_drawn():
    """A new option of a figure command is one that random command lines should have too."""
    known: set[str] = set()
    for command in ("leaky_relu", "expr"):
        done = subprocess.run(
            [sys.executable, "-m", "gradplot", command, "--help"],
            capture_output=True,
            text=True,
            check=True,
        )
        known |= set(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", done.stdout, re.MULTILINE))
    assert known - {"--help"} == commands.DRAWN


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda line, pixel: line + np.array([0.0, 0.6 * pixel]), "misses .* by 0.6"),
        (lambda line, pixel: line[line[:, 0] < 0.25], "misses"),
        (lambda line, pixel: np.vstack((line, [[1.0, 0.5 * line[-1, 1]]])), "from all there is"),
    ],
    ids=["moved", "cut short", "a stroke too many"],
)
def test_a_wrong_curve_is_seen(monkeypatch, change, said):
    flat = ChainCase("tanh", (), (0.5,), (0.0,), (-1.0, 1.0))
    assert not pictures.check(flat).wrong
    true = pictures.value_trace

    def false(curve, window):
        drawn = true(curve, window)
        return dataclasses.replace(drawn, line=change(drawn.line, window.y_scale))

    monkeypatch.setattr(pictures, "value_trace", false)
    (wrong, *_) = pictures.check(flat).wrong
    assert re.search(said, wrong)


# --- a small run ---------------------------------------------------------------------------------


def portions(count, size):
    return [range(start, start + size) for start in range(0, count, size)]


@pytest.mark.parametrize(
    ("hold", "drawn", "numbers", "least"),
    [
        *((check, draw.chain, numbers, 15) for numbers in portions(CHAINS, 20)),
        *((check, draw.formula, numbers, 0) for numbers in portions(FORMULAS, 10)),
        *((check, draw.along, numbers, 7) for numbers in portions(ALONGS, 10)),
        *((pictures.check, draw.picture, numbers, 0) for numbers in portions(PICTURES, 10)),
    ],
)
def test_random_cases(hold, drawn, numbers, least):
    """Nothing is wrong, and the oracle closes its own bracket of ``least`` of them."""
    verdicts = [hold(drawn("suite", number)) for number in numbers]
    assert not [v for v in verdicts if v.wrong or v.crash]
    assert sum(v.converged for v in verdicts) >= least


@pytest.mark.parametrize("number", range(COMMANDS))
def test_commands(number):
    verdict = commands.check(commands.draw("suite", number))
    assert not verdict.wrong
    assert not verdict.crash
