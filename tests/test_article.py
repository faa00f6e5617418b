"""The figures of the article on exploding gradients that every picture here started from."""

from __future__ import annotations

from math import exp, log, log10, nextafter

import mpmath
import numpy as np
import pytest

from gradplot.analysis.findings import Findings
from gradplot.functions.build import curves
from gradplot.rendering import render
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec, FormulaSpec

MINEFIELD = "tanh(5*tanh(40*x-5) - 5*tanh(40*x) + 5*tanh(40*x+5))"


def found(activation: str, **options: object) -> Findings:
    return render(FigureSpec(function=ChainSpec(activation=activation, **options))).findings  # type: ignore[arg-type]


def peaks(findings: Findings) -> list[float]:
    """Maximum slopes, after making sure that each is proven to nine digits."""
    for row in findings.rows:
        assert 0 <= row.supremum.upper - row.supremum.lower <= 1e-9
    return [exp(row.supremum.lower) for row in findings.rows]


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_relu_and_tanh_steepen_eightfold_with_every_layer(activation: str) -> None:
    findings = found(activation)
    assert peaks(findings) == pytest.approx([8, 64, 512], rel=1e-9)
    assert findings.verdict == "exploding"
    assert [row.growth for row in findings.rows[1:]] == [pytest.approx((log(8), log(8)))] * 2


def test_sigmoid_without_bias_flattens() -> None:
    findings = found("sigmoid")
    assert [round(peak, 4) for peak in peaks(findings)] == [2, 1.4677, 0.0481]
    assert findings.verdict == "vanishing"


def test_sigmoid_with_a_bias_after_the_first_layer_steepens_twofold() -> None:
    findings = found("sigmoid", bias=(-4.0,), input_bias=0.0)
    assert peaks(findings) == pytest.approx([2, 4, 8], rel=1e-9)
    assert findings.verdict == "exploding"


def test_the_minefield_of_three_hidden_units() -> None:
    spec = FigureSpec(function=FormulaSpec(formulas=(MINEFIELD,)))
    supremum = render(spec).findings.rows[0].supremum
    assert exp(supremum.lower) == pytest.approx(199.96367732919175, rel=1e-9)
    assert exp(supremum.upper) == pytest.approx(199.96367732919175, rel=1e-9)
    assert supremum.x is not None
    assert abs(supremum.x) == pytest.approx(0.12499799185, abs=1e-10)

    (sign,), (logarithm,) = curves(spec.function)[0].log_slope(np.zeros(1))
    assert sign * exp(logarithm) == pytest.approx(-199.92736670762248, rel=1e-12)


def test_a_weight_of_0_7_vanishes_however_many_layers_follow() -> None:
    """The article's last sentence expects an explosion; its own network shows exactly 0.7^depth."""
    depths = (1, 10, 100, 1000)
    findings = found("tanh", weight=(0.7,), depths=depths)
    for depth, row in zip(depths, findings.rows, strict=True):
        expected = depth * log(0.7)
        slack = 1e-12 * abs(expected)
        assert row.supremum.lower - slack <= expected <= row.supremum.upper + slack
        assert row.supremum.upper - row.supremum.lower <= 1e-9
        assert row.supremum.x == 0
    assert findings.verdict == "vanishing"
    assert findings.critical_weight == 1


def test_the_peak_that_no_double_can_reach() -> None:
    (row,) = found("tanh", bias=(0.5,), depths=(50,)).rows
    assert round(row.supremum.lower * log10(exp(1)), 3) == 45.046
    assert round(row.supremum.upper * log10(exp(1)), 3) == 45.046
    assert not row.supremum.attained

    x = row.supremum.x
    assert x is not None
    beside = [x, nextafter(x, -1), nextafter(x, 1)]
    assert round(max(map(log10_slope_at_depth_50, beside)), 1) == -138.1


def log10_slope_at_depth_50(x: float) -> float:
    """The slope of that network at the very double, by an arithmetic that no rounding reaches."""
    with mpmath.workdps(400):
        a, total = mpmath.mpf(x), mpmath.mpf(0)
        for _ in range(50):
            a = mpmath.tanh(8 * a + mpmath.mpf(0.5))
            total += mpmath.log10(8 * (1 - a * a))
        return float(total)


@pytest.mark.parametrize(
    ("activation", "weight", "depth", "power"),
    [
        ("relu", 8.0, 400, 361.236),
        ("identity", 8.0, 400, 361.236),
        ("sigmoid", 1.0, 1000, -648.313),
    ],
)
def test_slopes_beyond_float64_keep_their_size(
    activation: str, weight: float, depth: int, power: float
) -> None:
    (row,) = found(activation, weight=(weight,), depths=(depth,)).rows
    assert round(row.supremum.lower * log10(exp(1)), 3) == power
    assert round(row.supremum.upper * log10(exp(1)), 3) == power
