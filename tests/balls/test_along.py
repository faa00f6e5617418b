"""A chain along its weight or bias: values, slopes and suprema against mpmath and a paper."""

from __future__ import annotations

import json
import math

import mpmath as mp
import numpy as np
import pytest
from flint import arb

import gradplot
from activation_oracle import ORACLE
from gradplot import Chain
from gradplot.analysis.supremum.general.probe import log_bounds
from gradplot.analysis.supremum.general.steepest import steepest
from gradplot.errors import InputError
from gradplot.reading.figure import figure_spec
from gradplot.rendering import render


def truth(curve, theta):
    """y, or the loss, and its derivative by theta, straight from the definitions."""
    chain = curve.network
    act, slope_of = ORACLE[chain.activation.name]
    y, rate = mp.mpf(curve.along.at), mp.mpf(0)
    for layer, (weight, bias) in enumerate(zip(chain.weights, chain.biases, strict=True)):
        w = theta if curve.along.variable == "weight" else mp.mpf(weight)
        shifted = curve.along.variable == "bias" or (
            curve.along.variable == "input-bias" and not layer
        )
        b = theta if shifted else mp.mpf(bias)
        z = w * y + b
        rate = slope_of(z) * (w * rate + (y if curve.along.variable == "weight" else int(shifted)))
        y = act(z)
    if curve.along.target is None:
        return y, rate
    miss = y - mp.mpf(curve.along.target)
    return miss**2, 2 * miss * rate


@pytest.mark.parametrize("name", ORACLE)
@pytest.mark.parametrize("parameter", ["weight", "bias", "input-bias"])
@pytest.mark.parametrize("target", [None, 0.25])
def test_values_slopes_and_ranges(name, parameter, target):
    chain = Chain(name, [1.5, -2.0, 1.25, 3.0, -1.75], [0.3, -0.2, 0.7, 0.1, -0.4])
    curve = chain.along(parameter, at=0.6, target=target)
    program = curve.program()
    thetas = np.array([-1.6180, -0.4142, 0.3183, 0.5772, 1.7321, 2.2361])
    values, (signs, logs) = curve.value(thetas), curve.log_slope(thetas)
    low, high = thetas - 2.0**-9, thetas + 2.0**-9
    bottoms, tops = curve.log_slope_range(low, high)
    under, over = curve.value_range(low, high)
    for n, theta in enumerate(thetas):
        with mp.workdps(50):
            y, rate = truth(curve, mp.mpf(theta))
            jet, _ = program.balls(arb(theta), arb(theta), order=2, bits=160)
            bounds = log_bounds(jet.slope)
            assert under[n] <= y <= over[n]
            assert values[n] == pytest.approx(float(y), rel=1e-12, abs=1e-14)
            if rate == 0:
                assert bounds[0] == bottoms[n] == -math.inf
                continue
            log = mp.log(abs(rate))
            assert bounds[0] <= log <= bounds[1]
            assert bounds[1] - bounds[0] < 1e-12
            assert logs[n] == pytest.approx(float(log), abs=1e-10)
            assert signs[n] == mp.sign(rate)
            assert bottoms[n] <= log <= tops[n]


@pytest.mark.parametrize(
    ("weight", "slope", "bias"),
    [
        (5.0, 5751.09880, -2.612341359),
        (6.0, 16630337.27, -3.234756003),
        (7.0, 21512662397.5, -3.857215318),
    ],
)
def test_the_cliff_of_pascanu_mikolov_and_bengio(weight, slope, bias):
    """On the difficulty of training recurrent neural networks (2013), figure 6: its wall."""
    curve = Chain("sigmoid", weight, depth=50).along("bias", at=0.6224593312018546, target=0.7)
    found = steepest(curve.program(), (-6.0, 2.0))
    assert found.upper - found.lower <= 1e-12
    assert math.exp(found.upper) == pytest.approx(slope, rel=1e-9)
    assert found.x == pytest.approx(bias, abs=1e-9)


@pytest.mark.parametrize("name", ORACLE)
@pytest.mark.parametrize("parameter", ["weight", "bias"])
def test_no_point_is_steeper_than_the_bracket(name, parameter):
    curve = Chain(name, 2.0, 0.25, depth=5).along(parameter)
    found = steepest(curve.program(), (-3.0, 3.0))
    if not found.dead:
        assert found.upper - found.lower <= 1e-9
    grid = [mp.mpf(n) / 25 + mp.mpf(1) / 777 for n in range(-75, 75)]
    for theta in grid:
        _, rate = truth(curve, theta)
        assert not rate or mp.log(abs(rate)) <= found.upper + 1e-9, theta


def test_a_slope_that_only_hundreds_of_digits_reach():
    found = steepest(Chain("tanh", 8.0, depth=60).along("bias").program(), (-8.0, 8.0))
    assert found.upper - found.lower <= 1e-9
    assert found.lower > 45 * math.log(10)
    assert found.unattained


@pytest.mark.parametrize(
    ("parameter", "options"),
    [("slope", {}), ("bias", {"at": math.nan}), ("bias", {"target": math.inf})],
)
def test_what_cannot_be_drawn_is_refused(parameter, options):
    with pytest.raises(InputError):
        Chain("tanh", 2.0).along(parameter, **options)


def test_json_says_what_is_on_the_axis() -> None:
    """Its range stands where that of x would, and no fixed number beside it."""
    options = {"activation": "sigmoid", "weight": 5, "bias": 2, "at": 0.25, "depths": 2}
    for variable, gone in (
        ("weight", {"weight"}),
        ("bias", {"bias", "input_bias"}),
        ("input-bias", {"input_bias"}),
    ):
        given = {k: v for k, v in options.items() if k not in gone}
        data = json.loads(render(figure_spec({**given, "along": [variable, -3, -2]})).to_json())
        assert data["function"]["along"] == {"variable": variable, "at": 0.25, "target": None}
        assert data["x_range"] == [-3.0, -2.0]
        assert not gone & set(data["function"])
        assert {"weight", "bias", "input_bias"} - gone <= set(data["function"])


def test_a_chain_along_its_bias_is_the_formula_that_shares_it() -> None:
    """gradplot.Chain(...).along, --along and `expr --nest --start` say the same."""
    network = gradplot.Chain("sigmoid", 5.0, 0.0, depth=10)
    along = gradplot.max_slope(network.along("bias", at=0.5), (-3, -2))
    chain, formula = (
        render(figure_spec(options)).findings.rows[0].supremum
        for options in (
            {
                "activation": "sigmoid", "weight": 5, "along": ["bias", -3, -2], "at": 0.5,
                "depths": 10,
            },
            {"formula": ["sigmoid(5*y+x)"], "nest": 10, "start": 0.5, "x-range": [-3, -2]},
        )
    )  # fmt: skip
    assert (along.lower, along.upper, along.x) == (chain.lower, chain.upper, chain.x)
    assert (formula.lower, formula.upper, formula.x) == (chain.lower, chain.upper, chain.x)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "sin"])
def test_an_axis_as_wide_as_can_be(name: str) -> None:
    options = {"activation": name, "along": ["bias", -1e100, 1e100], "depths": 2}
    supremum = render(figure_spec(options)).findings.rows[0].supremum
    assert math.isfinite(supremum.upper)


def test_a_peak_far_below_the_smallest_double_is_no_hindrance():
    """z of the last four layers is 2^-100000 and less: what is left is the gaussian of the bias."""
    curve = Chain("gaussian", -304.0, 0.0, depth=5).along("bias", at=0.0)
    found = gradplot.max_slope(curve, (-1.0, 1.0))
    assert found.lower == pytest.approx(0.5 * math.log(2 / math.e), abs=1e-9)
    assert found.upper == pytest.approx(found.lower, abs=1e-9)
