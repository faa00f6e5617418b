"""The certified supremum: published brackets, an arbitrary-precision oracle, and hard cases."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activation_oracle import log_slope
from gradplot.analysis.supremum import attained
from gradplot.analysis.supremum.choose import max_slope, max_slopes
from gradplot.analysis.supremum.increasing import depths as increasing
from gradplot.functions.activations.table import ACTIVATIONS, find
from gradplot.functions.chain.chain import Chain

REFERENCE = json.loads((Path(__file__).parents[1] / "data" / "reference.json").read_text())
LOG10 = math.log(10)
MONOTONE = sorted(name for name in ACTIVATIONS if find(name).shape().monotone)
TURNING = sorted(set(ACTIVATIONS) - set(MONOTONE))


def chain_of(case):
    weights = [float(case["weight"])] * case["depth"]
    biases = [float(case["input_bias"])] + [float(case["bias"])] * (case["depth"] - 1)
    return Chain(case["activation"], weights, biases)


@pytest.mark.parametrize(
    "case", REFERENCE, ids=lambda c: f"{c['activation']}-{c['weight']}-{c['bias']}-{c['depth']}"
)
def test_brackets_agree_with_the_reference_and_are_tight(case):
    chain = chain_of(case)
    found = max_slope(chain, tuple(map(float, case["x_range"])))
    if case["log10_lower"] is None:
        assert found.dead
        return
    # The reference's own ends are doubles: allow them their last rounding.
    slack = 4e-16 * abs(case["log10_lower"]) + 1e-15
    assert found.lower / LOG10 <= case["log10_upper"] + slack
    assert found.upper / LOG10 >= case["log10_lower"] - slack
    assert found.upper - found.lower <= (1e-9 if chain.shape.monotone else 1e-6)


def numbers(low, high):
    nice = st.sampled_from([-4.0, -2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 3.0, 8.0])
    return st.one_of(st.floats(low, high).map(lambda v: round(v, 3)), nice)


@st.composite
def chains(draw, names, deepest):
    depth = draw(st.integers(1, deepest))
    count = depth if draw(st.booleans()) else 1
    weights = draw(st.lists(numbers(-9, 9).filter(bool), min_size=count, max_size=count))
    biases = draw(st.lists(st.one_of(st.just(0.0), numbers(-4, 4)), min_size=count, max_size=count))
    chain = Chain(draw(st.sampled_from(names)), weights, biases, depth=depth)
    low = draw(st.floats(-3, 1).map(lambda v: round(v, 3)))
    return chain, (low, low + draw(st.floats(0.1, 4).map(lambda v: round(v, 3))))


def check_against_oracle(chain, x_range, *, points):
    """No sampled slope above the bracket; and the bracket's own x reaches its lower end.

    Random doubles never fall on a kink, so what they show counts for the essential supremum.
    """
    found = max_slope(chain, x_range)
    name, weights, biases = chain.activation.name, chain.weights, chain.biases
    draw = random.Random(repr((name, weights, biases, x_range)))
    with mp.workdps(40 + 4 * chain.depth):
        near = (
            [found.x + draw.gauss(0, 1) * 10.0 ** -draw.randint(1, 14) for _ in range(points)]
            if (found.x is not None)
            else []
        )
        far = [draw.uniform(*x_range) for _ in range(points)]
        best = mp.mpf("-inf")
        for x in (*near, *far):
            if x_range[0] <= x <= x_range[1]:
                slope = log_slope(name, weights, biases, x)
                if slope is not None:
                    assert slope <= mp.mpf(found.upper)
                    best = max(best, slope)
        if found.dead or found.x is None or not math.isfinite(found.lower):
            return found
        peak = _climb(name, weights, biases, found, x_range)
        assert peak >= mp.mpf(found.lower) - mp.mpf("1e-12")
        assert peak <= mp.mpf(found.upper) + mp.mpf("1e-25")
    return found


def _climb(name, weights, biases, found, x_range):
    """The largest slope that a search in arbitrary precision finds near the bracket's x.

    Its points are odd fractions of an interval, where no kink stands; and it ends long before the
    working precision could not tell them from a kink that it closes in on.
    """
    low, high = (mp.mpf(end) for end in (found.x_low, found.x_high))
    best = mp.mpf("-inf")
    for _ in range(mp.mp.prec // 6):
        width = high - low
        places = [low + width * (k + mp.mpf("0.3717")) / 9 for k in range(9)]
        slopes = [log_slope(name, weights, biases, place) for place in places]
        values = [mp.mpf("-inf") if s is None else s for s in slopes]
        top = max(range(len(places)), key=values.__getitem__)
        best = max(best, values[top])
        low, high = (
            low if top == 0 else places[top - 1],
            high if top == 8 else places[top + 1],
        )
    return best


@given(chains(MONOTONE, 6))
@settings(max_examples=60, deadline=None)
def test_increasing_chains_against_the_oracle(case):
    chain, x_range = case
    found = check_against_oracle(chain, x_range, points=20)
    assert found.dead or found.upper - found.lower <= 1e-9


@given(chains(TURNING, 4))
@settings(max_examples=25, deadline=None)
def test_turning_chains_against_the_oracle(case):
    chain, x_range = case
    check_against_oracle(chain, x_range, points=20)


@pytest.mark.parametrize("name", MONOTONE)
@pytest.mark.parametrize(("weight", "bias"), [(8.0, 0.5), (-2.877, 3.338), (0.7, 0.0), (3.0, -1.0)])
def test_increasing_chains_stay_tight_at_depth_1000(name, weight, bias):
    found = max_slope(Chain(name, weight, bias, depth=1000), (-1.0, 1.0))
    assert found.dead or found.upper - found.lower <= 1e-9


@pytest.mark.parametrize("name", TURNING)
@pytest.mark.parametrize(("weight", "bias"), [(2.0, -0.3), (3.0, 1.0)])
def test_turning_chains_stay_tight_at_depth_10(name, weight, bias):
    found = max_slope(Chain(name, weight, bias, depth=10), (-1.0, 1.0))
    assert found.dead or found.upper - found.lower <= 1e-6


def test_the_steepest_point_between_two_doubles():
    """tanh, w = 8, b = 0.5, depth 50: 10^45.046, which no double comes near."""
    found = max_slope(Chain("tanh", 8.0, 0.5, depth=50), (-1.0, 1.0))
    assert found.lower / LOG10 == pytest.approx(45.04623240240, abs=1e-10)
    assert not found.attained
    assert found.unattained
    grid = np.linspace(-1, 1, 100_001)
    assert Chain("tanh", 8.0, 0.5, depth=50).log_slope(grid)[1].max() < 0


def test_a_double_on_an_unstable_fixed_point_attains_what_float64_arithmetic_cannot_follow():
    """sigmoid, w = 8, b = -4: x = 1/2 stays where it is, with slope 2 in every layer."""
    found = max_slope(Chain("sigmoid", 8.0, -4.0, depth=100), (-1.0, 1.0))
    assert found.attained
    assert not found.unattained
    assert found.x == 0.5


@pytest.mark.parametrize("name", MONOTONE)
@given(
    # Nearer to 0 than 90 digits tell, the oracle would not see x at all.
    x=st.floats(-1, 1).map(lambda x: round(x, 12)),
    weight=numbers(-9, 9).filter(bool),
    bias=numbers(-3, 3),
)
@settings(max_examples=30, deadline=None)
def test_slopes_at_doubles_agree_with_the_oracle(name, x, weight, bias):
    chain = Chain(name, weight, bias, depth=12)
    slopes = attained.SlopesAtDoubles(chain)
    with mp.workdps(90):
        for depth in (12, 5):
            low, high = slopes.log_slope(x, depth, least=-math.inf)
            truth = log_slope(name, chain.weights[:depth], chain.biases[:depth], x)
            if truth is None:  # dead
                # At a kink of a double's orbit, as at 1 = 3/6 + 1/2, a ball has both sides.
                assert low == -math.inf
                continue
            rounding = mp.mpf(10) ** -80  # of the oracle, where the slope is exactly 1
            assert low - rounding <= truth <= high + rounding
            assert high - low <= 1e-12 * (1 + abs(high))


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softsign"])
@pytest.mark.parametrize("weight", [30_000.0, -4e9, 3e18, 1e300])
def test_slopes_at_doubles_are_bounds_in_deep_saturation(name, weight):
    chain = Chain(name, [weight, 3.0], [0.25, -1.0])
    low, high = attained.SlopesAtDoubles(chain).log_slope(0.875, 2, least=-math.inf)
    with mp.workdps(50):
        assert mp.mpf(low) <= log_slope(name, chain.weights, chain.biases, 0.875) <= mp.mpf(high)


@pytest.mark.parametrize(
    ("name", "weight", "bias", "depth"),
    [
        ("tanh", 3.0, 0.3, 40),
        ("softsign", -2.0, 0.3, 120),
        ("sigmoid", -9.0, 4.2, 60),
        ("arctan", 5.0, -0.7, 50),
        ("erf", -1.2, 0.5, 100),
        ("softplus", -7.0, 0.945, 30),
    ],
)
def test_the_slope_turns_between_the_doubles_beside_the_steepest_point(name, weight, bias, depth):
    chain = Chain(name, weight, bias, depth=depth)
    (bracket,) = increasing.suprema(chain, (-1.0, 1.0), (depth,))
    ends = attained.SlopesAtDoubles(chain).between(*bracket.z)
    assert ends is not None
    left, right = ends
    # Hundreds of doubles in what float64 tells of x, and two next to one another here.
    assert math.nextafter(left, math.inf) >= right
    with mp.workdps(150):
        step = mp.mpf(10) ** -60
        slopes = [
            log_slope(name, chain.weights, chain.biases, x)
            for x in (left, left + step, right - step, right)
        ]
    assert slopes[0] <= slopes[1]
    assert slopes[2] >= slopes[3]


def test_vanishing_is_told_apart_from_dead():
    vanishing = max_slope(Chain("sigmoid", 1.0, depth=1000), (-3.0, 3.0))
    assert vanishing.upper / LOG10 == pytest.approx(-648.3134319719, abs=1e-9)
    dead = max_slope(Chain("relu", [-1.0, -1.0]), (-3.0, 3.0))
    assert dead.dead
    assert dead.lower == -math.inf
    assert max_slope(Chain("tanh", [8.0, 0.0, 8.0]), (-1.0, 1.0)).dead


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
@pytest.mark.parametrize("weight", [1e308, -1e308, 1e-308, 1e300])
def test_extreme_weights_give_a_bracket_and_no_warning(name, weight):
    for found in max_slopes(
        [Chain(name, weight, 0.5, depth=depth) for depth in (1, 3)], (-1.0, 1.0)
    ):
        assert found.lower <= found.upper
        assert not math.isnan(found.upper)


def test_a_turning_chain_that_is_flat_everywhere_is_dead():
    """The third layer sees nothing but z near -112, where hardswish is exactly 0."""
    weights = [1.39, -0.0027983633642764865, 209.0, -0.13434995989112525]
    weights += [0.149, -0.17360225476594635, 0.205, -0.17048572923967126]
    biases = [0.0, 0.0013991816821382432, -112.0, -0.592, 0.0, 0.634, 0.5, 0.08524286461983563]
    assert max_slope(Chain("hardswish", weights, biases), (-1.0, 1.0)).dead


def test_depths_of_one_chain_come_back_in_the_order_asked():
    chain = Chain("tanh", 8.0, depth=3)
    slopes = max_slopes([chain.at(3), chain.at(1), chain.at(2)], (-1.0, 1.0))
    assert [round(math.exp(s.upper)) for s in slopes] == [512, 8, 64]


def test_a_zero_weight_kills_only_the_depths_behind_it():
    chain = Chain("tanh", [8.0, 0.0, 8.0])
    slopes = max_slopes([chain.at(1), chain.at(2), chain.at(3)], (-1.0, 1.0))
    assert [s.dead for s in slopes] == [False, True, True]


def test_a_kink_at_which_the_drawn_slope_is_larger_does_not_count():
    """selu with b = 0, w < 0: at x = 0 every layer draws 1.758, but no point beside it does."""
    chain = Chain("selu", -1.0, depth=4)
    drawn = float(chain.log_slope(np.array([0.0]))[1][0])
    assert max_slope(chain, (-1.0, 1.0)).upper < drawn - 0.5


@pytest.mark.parametrize(
    ("name", "weight", "bias", "depth", "x"),
    [
        ("tanh", 8.0, 0.5, 1, -0.0625),
        ("tanh", 8.0, 0.0, 3, 0.0),
        ("sigmoid", 8.0, -4.0, 12, 0.5),
        ("sigmoid", 8.0, 0.0, 2, None),
        ("tanh", 8.0, 0.5, 10, None),
        ("arctan", 5.0, 0.4, 3, None),
        ("gelu", 2.0, -0.3, 3, None),
    ],
)
def test_x_is_good_to_a_few_units_in_the_last_place(name, weight, bias, depth, x):
    chain = Chain(name, weight, bias, depth=depth)
    found = max_slope(chain, (-1.0, 1.0))
    if x is None:
        with mp.workdps(60):
            rate = lambda t: mp.diff(  # noqa: E731
                lambda s: log_slope(name, chain.weights, chain.biases, s), t, h=mp.mpf("1e-25")
            )
            span = mp.mpf(found.x_high - found.x_low)
            ends = (mp.mpf(found.x_low) - span, mp.mpf(found.x_high) + span)
            assert rate(ends[0]) * rate(ends[1]) < 0
            x = float(mp.findroot(rate, ends, solver="bisect", maxsteps=200, verify=False))
    assert found.located
    assert found.x_low <= x <= found.x_high
    assert found.x == pytest.approx(x, rel=1e-14, abs=1e-16)


def test_x_is_where_the_rate_is_0_beside_a_saturated_layer():
    """A layer whose log-slope is -32607 takes no digit from the layers before it."""
    weights = (8.0, 0.4174625114198669, 180.5734159376045, -2.105652193182875, 0.6462600655362607)
    biases = (0.0, -3.610873505733628, 0.0, -0.5445034306601482, -3.0)
    found = max_slope(Chain("erf", weights, biases), (-1.0, 1.0))
    with mp.workdps(80):
        rates = [
            mp.diff(lambda s: log_slope("erf", weights, biases, s), mp.mpf(x), h=mp.mpf("1e-30"))
            for x in (found.x_low, found.x_high)
        ]
    assert rates[0] >= 0 >= rates[1]
    assert found.x_high - found.x_low <= 1e-13
