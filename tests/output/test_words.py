"""Titles, tick labels and alt texts say what people would write."""

import math

import pytest

from gradplot.analysis.findings import Findings, Row, Supremum
from gradplot.errors import InputError
from gradplot.output.picture.parts import ticks
from gradplot.output.report.curves.words import alt_text, title
from gradplot.output.report.text import typeset
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec, FormulaSpec


def chain(activation="tanh", **options):
    return FigureSpec(function=ChainSpec(activation=activation, **options))


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (chain(depths=(1,)), "y = tanh(8·x)"),
        (chain(depths=(1, 2)), "y = tanh(8·tanh(8·x))"),
        (chain(bias=(0.5,), depths=(1,)), "y = tanh(8·x + 0.5)"),
        (chain(weight=(1.0,), depths=(1,)), "y = tanh(x)"),
        (chain(weight=(-1.0,), depths=(1,)), "y = tanh(−x)"),
        (chain(weight=(-2.5,), bias=(-3.0,), depths=(1,)), "y = tanh(−2.5·x − 3)"),
        (chain(weight=(1e308,), depths=(1,)), "y = tanh(10³⁰⁸·x)"),
        (chain(weight=(2.0, 3.0), bias=(0.0, 1.0), depths=(2,)), "y = tanh(3·tanh(2·x) + 1)"),
        (
            chain("sigmoid", bias=(-4.0,), input_bias=0.0),
            "y = sigmoid(8·sigmoid(8·sigmoid(8·x) − 4) − 4)",
        ),
        (chain(depths=(50,), bias=(0.5,)), "aₖ = tanh(8·aₖ₋₁ + 0.5), a₀ = x"),
        (
            chain(depths=(5,), bias=(0.5,), input_bias=0.0),
            "aₖ = tanh(8·aₖ₋₁ + 0.5), a₀ = x, b₁ = 0",
        ),
        (chain(weight=(1.0, 2.0, 3.0, 4.0), depths=(4,)), "aₖ = tanh(wₖ·aₖ₋₁), a₀ = x"),
        (
            chain(bias=(1.0, 2.0, 3.0, 4.0), depths=(4,)),
            "aₖ = tanh(8·aₖ₋₁ + bₖ), a₀ = x",
        ),
        (
            chain("elu", parameters=(("alpha", 0.5),), depths=(1,)),
            "y = elu(8·x), alpha = 0.5",
        ),
        (chain("elu", parameters=(("alpha", 1.0),), depths=(1,)), "y = elu(8·x)"),
        (FigureSpec(function=FormulaSpec(formulas=("tanh(8*x)",))), "y = tanh(8·x)"),
        (FigureSpec(function=FormulaSpec(formulas=("y = x**2 - 1",))), "y = x^2 − 1"),
        (FigureSpec(function=FormulaSpec(formulas=("x", "2*x"))), ""),
        (
            FigureSpec(
                function=FormulaSpec(formulas=("tanh(w*y)",), constants=(("w", 8.0),), nest=(1, 2))
            ),
            "yₖ = tanh(w·y), with y = yₖ₋₁, y₀ = x, w = 8",
        ),
    ],
)
def test_the_title_is_the_formula(spec, text):
    assert title(spec) == text


def test_numbers_are_short_and_have_true_minus_signs():
    assert [typeset(v) for v in (8.0, -0.5, 1e-9, -2.5e20)] == ["8", "−0.5", "10⁻⁹", "−2.5·10²⁰"]


@pytest.mark.parametrize(
    ("low", "high", "most", "labels"),
    [
        (-1, 1, 5, ("−1", "−0.5", "0", "0.5", "1")),
        (0, 1, 6, ("0", "0.2", "0.4", "0.6", "0.8", "1")),
        (-0.4, 8.4, 5, ("0", "2", "4", "6", "8")),
        (0, 10, 4, ("0", "2.5", "5", "7.5", "10")),
        (0, 4e6, 4, ("0", "10⁶", "2·10⁶", "3·10⁶", "4·10⁶")),
        (0, 2e-7, 2, ("0", "10⁻⁷", "2·10⁻⁷")),
        (1e6, 1e6 + 0.01, 2, ("1000000", "+0.005", "+0.01")),
        (-1e300, 1e300, 2, ("−10³⁰⁰", "0", "10³⁰⁰")),
    ],
)
def test_ticks_are_round_and_few(low, high, most, labels):
    found = ticks.linear(low, high, most)
    assert found.labels == labels
    assert all(low - 1e-9 * (high - low) <= p <= high + 1e-9 * (high - low) for p in found.places)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (-2.3, 3.1, ("10⁻²", "10⁻¹", "10⁰", "10¹", "10²", "10³")),
        (-16, 47, ("10⁰", "10²⁰", "10⁴⁰")),
        (-700, 10, ("10⁻⁶⁰⁰", "10⁻⁴⁰⁰", "10⁻²⁰⁰", "10⁰")),
        (-0.4, 1.6, ("10⁰", "10¹")),
    ],
)
def test_decades_are_whole_and_few(low, high, labels):
    assert ticks.decades(low, high, 6 if high < 5 else 4).labels == labels


@pytest.mark.parametrize("most", range(1, 9))
def test_no_more_ticks_than_fit(most):
    for low, high in ((-1, 1), (0.013, 7.4), (-3e-5, 8e-5), (1234.5, 99999)):
        assert len(ticks.linear(low, high, most).places) <= most + 1
        assert len(ticks.decades(low, high, most).places) <= most + 1


def findings(*slopes, verdict=None, depths=True):
    rows = tuple(
        Row(
            label=f"depth {k}" if depths else f"f{k}",
            depth=k if depths else None,
            supremum=Supremum(
                lower=math.log(s) if s else -math.inf,
                upper=math.log(s) if s else -math.inf,
                x=0.0 if s else None,
                located=True,
                attained=True,
            ),
            growth=None,
            share_above_one=(0.0, 0.0),
        )
        for k, s in enumerate(slopes, start=1)
    )
    return Findings(
        rows=rows,
        growth_per_layer=None,
        verdict=verdict,
        critical_weight=None,
        overflow_depth={},
        underflow_depth={},
        extrapolated=frozenset(),
    )


def test_alt_text_is_written_from_the_numbers():
    assert alt_text(chain("relu"), findings(8, 64, 512, verdict="exploding")) == (
        "The value y and the slope |dy/dx| (logarithmic) of a network of one relu unit a layer with"
        " weight 8, for x from −1 to 1. Maximum slope 8 at depth 1, 64 at depth 2, 512 at depth 3."
        " The slope explodes with depth."
    )


def test_alt_text_tells_panel_bias_and_formula():
    spec = chain("sigmoid", bias=(-4.0,), input_bias=0.0)
    assert "with weight 8 and bias −4 (0 in the first layer)" in alt_text(spec, findings(2))
    value = FigureSpec(function=FormulaSpec(formulas=("tanh(8*x)",)), panels="value")
    words = alt_text(value, findings(8, depths=False))
    assert words.startswith("The value y of y = tanh(8·x), for x")
    assert "Maximum slope 8 of f1." in words
    assert "Maximum slope 0 at depth 1." in alt_text(chain("relu"), findings(0, verdict="dead"))


def test_a_long_alt_text_tells_the_ends():
    words = alt_text(chain(depths=tuple(range(1, 31))), findings(*range(1, 31)))
    assert "3 at depth 3, 24 more between, 28 at depth 28" in words
    assert len(words) < 400


def test_an_alt_text_can_be_given():
    spec = FigureSpec(function=ChainSpec(activation="relu"), alt="mine")
    assert alt_text(spec, findings(8)) == "mine"


@pytest.mark.parametrize("text", ["a\x01b", "\udcff", "\x0b", "\uffff"])
@pytest.mark.parametrize("key", ["title", "alt"])
def test_characters_that_no_file_can_hold_are_refused(key, text):
    with pytest.raises(InputError, match="leave it out") as caught:
        FigureSpec(function=ChainSpec(activation="relu"), **{key: text})
    assert caught.value.key == key
    with pytest.raises(InputError):
        FormulaSpec(formulas=("x",), labels=(text,))
