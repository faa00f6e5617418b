"""Every kernel against mpmath: values, log-slopes, inverses, and the error bounds they declare."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activation_oracle import ORACLE
from gradplot.errors import InputError
from gradplot.functions.activations import error_function, ranges
from gradplot.functions.activations.table import ACTIVATIONS, SPELLINGS, find

mp.mp.dps = 50

POINTS = st.one_of(
    st.floats(-12, 12),
    st.floats(-700, 700),
    st.floats(-1e-6, 1e-6),
    st.sampled_from([0.0, 1.0, -1.0, 3.0, -3.0, 6.0, 1e-300, -40.0, 40.0]),
)
NAMES = sorted(ACTIVATIONS)


def inside(truth, low, high):
    return mp.mpf(float(low)) <= truth <= mp.mpf(float(high))


def test_the_oracle_knows_every_activation():
    assert set(ORACLE) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", NAMES)
@given(z=POINTS)
@settings(max_examples=150, deadline=None)
def test_value_bounds_contain_the_true_value(name, z):
    shape, at = find(name).shape(), np.array([z])
    low, high = ranges.value_range(shape, at, at)
    truth = ORACLE[name][0](mp.mpf(z))
    assert inside(truth, low[0], high[0])
    # Not so wide that they would hide a wrong kernel (the gaussian's tail carries the error of z²).
    assert high[0] - low[0] <= 1e-13 * abs(truth) * (1 + z * z) ** 1.5 + 1e-300


@pytest.mark.parametrize("name", NAMES)
@given(z=POINTS)
@settings(max_examples=150, deadline=None)
def test_log_slope_bounds_contain_the_true_log_slope(name, z):
    shape, at = find(name).shape(), np.array([z])
    if z in shape.kinks:
        return
    low, high = ranges.log_slope_range(shape, at, at)
    slope = ORACLE[name][1](mp.mpf(z))
    if slope == 0:
        assert low[0] == -math.inf
        return
    truth = mp.log(abs(slope))
    assert inside(truth, low[0], high[0])
    drawn = float(shape.log_slope(np, at)[0])
    assert low[0] <= drawn <= high[0]
    if all(abs(z - turn) > 0.1 for turn in shape.turning) and name != "sin":
        assert high[0] - low[0] < 1e-13 * (1 + abs(float(truth)))
    # The turning points themselves are doubles only up to rounding.
    if z not in shape.turning:
        assert np.sign(slope) == shape.sign(np, at)[0]


@pytest.mark.parametrize("name", [name for name in NAMES if find(name).shape().monotone])
@given(z=st.one_of(st.floats(-6, 6), st.floats(-1e-5, 1e-5), st.floats(-18, 18)))
@settings(max_examples=150, deadline=None)
def test_inverse_is_within_its_declared_error(name, z):
    shape = find(name).shape()
    y = shape.value(np, np.array([z]))
    if not shape.low < y[0] < shape.high:
        return
    back = shape.inverse(np, y)
    error = ranges.KERNEL_ERROR * (np.abs(back) + shape.slack(np, back)) + 1e-320
    act = ORACLE[name][0]
    assert act(mp.mpf(float(back[0] - error[0]))) <= mp.mpf(float(y[0]))
    assert act(mp.mpf(float(back[0] + error[0]))) >= mp.mpf(float(y[0]))


@pytest.mark.parametrize("name", NAMES)
@given(middle=st.floats(-8, 8), width=st.floats(0, 6), share=st.lists(st.floats(0, 1), max_size=6))
@settings(max_examples=100, deadline=None)
def test_interval_ranges_contain_every_point(name, middle, width, share):
    shape = find(name).shape()
    low, high = np.array([middle - width]), np.array([middle + width])
    bottom, top = ranges.value_range(shape, low, high)
    under, over = ranges.log_slope_range(shape, low, high)
    for part in (0.0, 1.0, *share):
        z = float(low[0] + part * (high[0] - low[0]))
        z = min(max(z, float(low[0])), float(high[0]))
        act, slope_of = ORACLE[name]
        assert inside(act(mp.mpf(z)), bottom[0], top[0])
        if z in shape.kinks:
            continue
        slope = slope_of(mp.mpf(z))
        if slope == 0:
            assert under[0] == -math.inf
        else:
            assert inside(mp.log(abs(slope)), under[0], over[0])


@pytest.mark.parametrize("name", NAMES)
@given(middle=st.floats(-8, 8), width=st.floats(1e-3, 3), share=st.floats(0, 1))
@settings(max_examples=100, deadline=None)
def test_rate_ranges_contain_the_rate(name, middle, width, share):
    shape = find(name).shape()
    low, high = np.array([middle - width]), np.array([middle + width])
    z = float(low[0] + share * (high[0] - low[0]))
    if any(abs(z - kink) < 1e-9 for kink in (*shape.kinks, *shape.rate_jumps)):
        return
    slope_of = ORACLE[name][1]
    if slope_of(mp.mpf(z)) == 0:
        return
    bottom, top = ranges.rate_range(shape, low, high)
    if np.isinf(bottom[0]) and np.isinf(top[0]):
        assert ranges.log_slope_range(shape, low, high)[0][0] == -math.inf  # where act may turn
        return
    truth = mp.diff(lambda t: mp.log(abs(slope_of(t))), mp.mpf(z), h=mp.mpf("1e-20"))
    assert mp.mpf(float(bottom[0])) - 1e-15 <= truth <= mp.mpf(float(top[0])) + 1e-15


@pytest.mark.parametrize("name", NAMES)
def test_the_stated_supremum_is_the_supremum(name):
    entry = find(name)
    shape = entry.shape()
    edges = np.array(sorted({-20.0, 20.0, *shape.kinks, *shape.turning}))
    _, over = ranges.log_slope_range(shape, edges[:-1], edges[1:])
    # softplus reaches its supremum only at infinity.
    slack = 1e-8 if name == "softplus" else 1e-14
    assert math.exp(over.max()) == pytest.approx(entry.sup_slope(), rel=slack)
    assert entry.critical_weight() == pytest.approx(1 / entry.sup_slope(), rel=1e-15)


@pytest.mark.parametrize("name", NAMES)
def test_turning_points_and_modes_are_where_the_slope_is_extreme(name):
    shape = find(name).shape()
    slope = ORACLE[name][1]
    for point in shape.turning:
        before, after = (
            slope(mp.mpf(point) + step) for step in (-mp.mpf("1e-15"), mp.mpf("1e-15"))
        )
        assert before * after < 0
    for mode in shape.modes:
        here = abs(slope(mp.mpf(mode)))
        for step in (-mp.mpf("1e-6"), mp.mpf("1e-6")):
            assert abs(slope(mp.mpf(mode) + step)) < here


def test_far_out_nothing_becomes_nan():
    z = np.array([-1e308, -1e200, -800.0, 800.0, 1e200, 1e308])
    for entry in ACTIVATIONS.values():
        shape = entry.shape()
        with np.errstate(all="ignore"):
            assert not np.isnan(shape.value(np, z)).any(), entry.name
            assert not np.isnan(shape.log_slope(np, z)).any(), entry.name
            assert not np.isposinf(shape.log_slope(np, z)).any(), entry.name


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("swish", "silu"),
        ("leaky-relu", "leaky_relu"),
        ("GELU", "gelu"),
        ("hard-swish", "hardswish"),
    ],
)
def test_spellings(spelling, name):
    assert find(spelling).name == name


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(InputError, match="did you mean tanh"):
        find("tahn")


def test_every_spelling_is_found():
    assert all(find(spelling).name == name for spelling, name in SPELLINGS.items())


@pytest.mark.parametrize(
    ("name", "alpha"), [("elu", 0.0), ("elu", -1.0), ("leaky_relu", -0.1), ("elu", math.inf)]
)
def test_parameters_that_do_not_suit_are_refused(name, alpha):
    with pytest.raises(InputError, match="alpha"):
        find(name).shape({"alpha": alpha})


def test_every_entry_has_its_shape():
    for entry in ACTIVATIONS.values():
        assert entry.shape().low < entry.shape().high


def test_the_error_function_of_many_numbers_is_good_to_two_eps():
    """Arrays take tables: their steps, the middles between them, tails, and what is no number."""
    steps = np.arange(-420, 421) / 64
    small = 10.0 ** np.arange(-280.0, 0.0, 2.0)
    z = np.concatenate((steps, steps + 1 / 128, steps + 0.3 / 64, small, -small, [0.0, 1e308]))
    truth = [mp.erf(mp.mpf(each)) for each in z.tolist()]
    for found, true in zip(error_function.erf(np, z).tolist(), truth, strict=True):
        assert abs(found - true) <= 2.0**-51 * abs(true)
    assert np.isnan(error_function.erf(np, np.full(1000, np.nan))).all()


def test_the_inverse_error_function_is_as_good_as_its_shape_says():
    """From the smallest numbers to the last doubles before 1, and infinite from there on."""
    tails = 1.0 - 10.0 ** np.linspace(-15.9, 0.0, 300)
    small = 10.0 ** np.arange(-280.0, 0.0, 2.0)
    y = np.concatenate((np.linspace(-0.999, 0.999, 501), tails, -tails, small, -small))
    for found, end in zip(error_function.inverse(np, y).tolist(), y.tolist(), strict=True):
        true = mp.erfinv(mp.mpf(end))
        assert abs(found - true) <= ranges.KERNEL_ERROR * (abs(true) + mp.exp(true**2))
    assert error_function.inverse(np, np.array([1.0, -1.0])).tolist() == [math.inf, -math.inf]
