"""How fast a chain's log-slope changes: the ranges hold the derivative that mpmath finds."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activation_oracle import ORACLE, log_slope
from gradplot import max_slope
from gradplot.functions.chain.chain import Chain
from gradplot.functions.chain.depths import depths_of

WEIGHTS = st.floats(-6.0, 6.0).filter(lambda weight: abs(weight) > 0.05)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(ORACLE)),
    layers=st.lists(st.tuples(WEIGHTS, st.floats(-2.0, 2.0)), min_size=1, max_size=5),
    left=st.floats(-1.0, 1.0),
    width=st.sampled_from((1e-9, 1e-3, 0.1, 1.0)),
    place=st.floats(0.01, 0.99),
)
def test_ranges_hold_the_derivative(
    name: str, layers: list[tuple[float, float]], left: float, width: float, place: float
) -> None:
    weights, biases = ([layer[k] for layer in layers] for k in (0, 1))
    low, high = np.array([left]), np.array([left + width])
    x = left + place * (high[0] - left)
    bottom, top = Chain(name, weights, biases).log_slope_rate_range(low, high)
    assert bottom[0] <= top[0]
    if not np.isfinite(top[0]):
        return
    with mp.workdps(60):
        step = mp.mpf(10) ** -25
        ends = [log_slope(name, weights, biases, mp.mpf(x) + side * step) for side in (-1, 1)]
        if None in ends:  # flat: there is no log-slope
            return
        rate = (ends[1] - ends[0]) / (2 * step)
        assert bottom[0] - mp.mpf(10) ** -15 * abs(rate) <= rate
        assert rate <= top[0] + mp.mpf(10) ** -15 * abs(rate)


@pytest.mark.parametrize("name", sorted(ORACLE))
def test_a_narrow_range_is_known_well(name: str) -> None:
    """Wide ranges would hold every derivative and be of no use."""
    weights, biases, x = [1.5, -2.0, 0.7], [0.3, 0.2, -0.1], 0.3
    bottom, top = Chain(name, weights, biases).log_slope_rate_range(
        np.array([x]), np.array([x + 1e-9])
    )
    with mp.workdps(60):
        slopes = [log_slope(name, weights, biases, mp.mpf(x) + k) for k in (0, mp.mpf("1e-20"))]
        if None not in slopes:
            rate = float((slopes[1] - slopes[0]) / mp.mpf("1e-20"))
            assert (bottom[0], top[0]) == pytest.approx((rate, rate), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", ["leaky_relu", "selu", "hardswish", "gelu", "sin"])
def test_a_kink_or_a_turning_point_has_no_bound(name: str) -> None:
    bottom, top = Chain(name, 8.0).log_slope_rate_range(np.array([-1.0]), np.array([1.0]))
    assert (bottom[0], top[0]) == (-np.inf, np.inf)


def test_depths_share_their_ranges() -> None:
    deepest = Chain("tanh", 3.0, 0.2, depth=6)
    x = np.linspace(-1.0, 1.0, 40)
    for curve in depths_of(deepest, (1, 3, 6)):
        alone = deepest.at(curve.depth).log_slope_rate_range(x[:-1], x[1:])
        found = curve.log_slope_rate_range(x[:-1], x[1:])
        assert all(map(np.array_equal, found, alone))


@pytest.mark.parametrize(
    ("name", "weight", "x"),
    [
        ("softsign", 1e308, 5.0),
        ("softsign", 1e308, -5.0),
        ("arctan", 1e308, 5.0),
        ("arctan", 1e200, 1.0),
        ("gaussian", 1e200, 1.5),
        ("erf", 1e200, 1.5),
        ("elu", 1e308, -5.0),
    ],
)
def test_ranges_hold_where_z_is_past_float64(name: str, weight: float, x: float) -> None:
    """Or past what kernels take: what stands for z there is no bound of its slope from below."""
    chain, ends = Chain(name, [weight], [0.0]), (np.array([x]), np.array([x + 1e-9]))
    with mp.workdps(60):
        step = mp.mpf(10) ** -15
        first, truth, last = (
            log_slope(name, [weight], [0.0], mp.mpf(x) + side * step) for side in (0, 1, 2)
        )
        rate = (last - first) / (2 * step)
    bottom, top = chain.log_slope_range(*ends)
    assert bottom[0] <= truth <= top[0]
    bottom, top = chain.log_slope_rate_range(*ends)
    assert bottom[0] <= rate <= top[0]
    found = max_slope(chain, (x - 1e-3, x + 1e-3))
    assert found.lower <= log_slope(name, [weight], [0.0], mp.mpf(x - 1e-3 if x > 0 else x + 1e-3))
