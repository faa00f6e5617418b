"""Interval arithmetic held to mpmath: what is true lies inside, and not much else does."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.functions.intervals import interval as iv
from gradplot.functions.intervals import scaled
from gradplot.functions.intervals.interval import Interval
from gradplot.functions.jets.rules import rule

finite = st.floats(allow_nan=False, allow_infinity=False)
ends = st.tuples(finite, finite).map(sorted)


@pytest.fixture(autouse=True)
def quiet() -> object:
    with np.errstate(all="ignore"):
        yield


def interval(low: float, high: float) -> Interval:
    return Interval(np.array([low]), np.array([high]))


def holds(found: Interval, truth: mp.mpf) -> bool:
    low, high = float(found.low[0]), float(found.high[0])
    assert low < math.inf
    assert high > -math.inf
    return mp.mpf(low) <= truth <= mp.mpf(high)


@given(ends, ends, st.integers(0, 3))
def test_arithmetic(a: list[float], b: list[float], corner: int) -> None:
    """Sums, products and quotients hold the exact result at every corner."""
    p, q = mp.mpf(a[corner % 2]), mp.mpf(b[corner // 2])
    u, v = interval(*a), interval(*b)
    with mp.workprec(3000):
        assert holds(u + v, p + q)
        assert holds(u - v, p - q)
        assert holds(u * v, p * q)
        if q != 0 and b != [0.0, 0.0]:
            assert holds(u / v, p / q)


ordinary = st.floats(1e-100, 1e100).flatmap(lambda size: st.sampled_from((size, -size)))


@given(ordinary, ordinary)
def test_points_are_tight(a: float, b: float) -> None:
    """A sum or product of doubles is a double or lies between two neighbours."""
    for found in (interval(a, a) + interval(b, b), interval(a, a) * interval(b, b)):
        assert found.high[0] <= np.nextafter(found.low[0], np.inf)


@pytest.mark.parametrize(("a", "b"), [(3.0, 1 / 3), (0.1, 0.2), (8.0, 0.125), (1e200, 1e200)])
def test_exact_results_have_no_width(a: float, b: float) -> None:
    with mp.workprec(3000):
        for found, truth in (
            (interval(a, a) + interval(b, b), mp.mpf(a) + mp.mpf(b)),
            (interval(a, a) * interval(b, b), mp.mpf(a) * mp.mpf(b)),
        ):
            exact = abs(truth) < 1e308 and mp.mpf(float(truth)) == truth
            assert (found.low[0] == found.high[0]) == exact


def test_division_by_an_interval_with_0() -> None:
    one = interval(1.0, 1.0)
    assert np.isnan((one / interval(0.0, 0.0)).low[0])
    right = one / interval(0.0, 2.0)
    assert right.low[0] == pytest.approx(0.5)
    assert right.high[0] == np.inf
    both = one / interval(-1.0, 2.0)
    assert (both.low[0], both.high[0]) == (-np.inf, np.inf)


FUNCTIONS: dict[str, tuple[Callable[[Interval], Interval], Callable[[mp.mpf], mp.mpf], float]] = {
    "exp": (iv.exp, mp.exp, 700.0),
    "log": (iv.log, mp.log, 1e300),
    "sqrt": (iv.sqrt, mp.sqrt, 1e300),
    "sin": (iv.sin, mp.sin, 1e5),
    "cos": (iv.cos, mp.cos, 1e5),
    "tan": (iv.tan, mp.tan, 1e5),
    "sinh": (iv.sinh, mp.sinh, 700.0),
    "cosh": (iv.cosh, mp.cosh, 700.0),
    "cube": (lambda u: iv.power(u, 3), lambda z: z**3, 1e90),
    "fourth": (lambda u: iv.power(u, 4), lambda z: z**4, 1e70),
    "root": (lambda u: iv.real_power(u, iv.point(0.3)), lambda z: z ** mp.mpf(0.3), 1e300),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    """Points and random intervals, on both sides of 0 where the function goes there."""
    found, truth, reach = FUNCTIONS[name]
    rng = random.Random(name)
    positive = name in ("log", "sqrt", "root")
    for _ in range(1_500):
        z = math.exp(rng.uniform(-30.0, math.log(reach))) * (1 if positive else rng.choice((-1, 1)))
        wide = abs(z) * 10 ** rng.uniform(-16, 0.5)
        low = max(z - wide * rng.random(), 0.0 if positive else -math.inf)
        with mp.workdps(60):
            exact = truth(mp.mpf(z))
            point = found(interval(z, z))
            assert holds(point, exact)
            width = mp.mpf(float(point.high[0])) - mp.mpf(float(point.low[0]))
            assert width <= 16 * 2.0**-52 * abs(exact)
            assert holds(found(interval(low, z + wide * rng.random())), exact)


@given(ends, st.floats(0, 1))
def test_waves_anywhere(u: list[float], share: float) -> None:
    """Sines of huge arguments, whole turns inside or not."""
    z = min(max(u[0] + share * (u[1] / 2 - u[0] / 2) * 2, u[0]), u[1])
    with mp.workprec(1200):
        assert holds(iv.sin(interval(*u)), mp.sin(mp.mpf(z)))
        assert holds(iv.cos(interval(*u)), mp.cos(mp.mpf(z)))


logs = st.floats(-1e9, 1e9)


@given(logs, logs)
def test_scaled_numbers_go_beyond_float64(a: float, b: float) -> None:
    """Products and sums of e^a and e^b keep their logarithms."""
    left, right = (scaled.exponential(np.array([end]), np.array([end])) for end in (a, b))
    with mp.workdps(40):
        for found, truth in (
            (left * right, mp.mpf(a) + mp.mpf(b)),
            (left / right, mp.mpf(a) - mp.mpf(b)),
            (left + right, max(a, b) + mp.log1p(mp.exp(-abs(mp.mpf(a) - mp.mpf(b))))),
        ):
            low, high = found.log_magnitude()
            assert low[0] <= truth <= high[0]
            assert high[0] - low[0] <= 1e-13 + 1e-14 * (abs(a) + abs(b))


@given(finite)
def test_scaled_keeps_doubles(a: float) -> None:
    back = scaled.of(interval(a, a)).interval()
    assert back.low[0] <= a <= back.high[0]
    if abs(a) >= 2.0**-1022 or a == 0:
        assert back.low[0] == back.high[0]


def test_difference_of_unequal_sizes() -> None:
    """A tiny part does not vanish without trace: the interval stays on both sides of its truth."""
    big = scaled.exponential(np.array([1e4]), np.array([1e4]))
    small = scaled.exponential(np.array([-1e4]), np.array([-1e4]))
    difference = (big + small) - big
    assert difference.mantissa.low[0] <= 0 <= difference.mantissa.high[0]
    assert difference.mantissa.high[0] > 0
    mirrored = (big - small) - big
    assert mirrored.mantissa.low[0] < 0
    shifted = scaled.exponential(np.array([-1e4]), np.array([-1e4])).interval()
    assert shifted.low[0] == 0
    assert (-scaled.exponential(np.array([-1e4]), np.array([-1e4]))).interval().low[0] < 0


SECOND = {
    "gaussian": lambda z: mp.exp(-z * z),
    "gelu": lambda z: z * mp.ncdf(z),
    "gelu_tanh": lambda z: (
        z / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (z + mp.mpf(0.044715) * z**3)))
    ),
    "silu": lambda z: z / (1 + mp.exp(-z)),
    "mish": lambda z: z * mp.tanh(mp.log1p(mp.exp(z))),
}


@pytest.mark.parametrize("name", SECOND)
def test_bounds_of_the_third_derivative(name: str) -> None:
    """The bend's middle value, and the constant that bounds how fast the bend changes."""
    shape = ACTIVATIONS[name].shape()
    with mp.workdps(30):
        for k in range(-240, 241, 3):
            z = mp.mpf(k) / 40
            assert abs(mp.diff(SECOND[name], z, 3)) <= shape.bend_rate
            bend = float(shape.bend(np, np.float64(z)))
            assert abs(mp.diff(SECOND[name], z, 2) - mp.mpf(bend)) < 1e-13


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "hardtanh", "abs", "hardswish", "selu"])
def test_kinks_touched_from_one_side(name: str) -> None:
    """An interval that begins or ends at a kink sees that side's slope alone."""
    shape = rule(name)
    left, right = (shape.slope(interval(*u)).interval() for u in ((-0.5, 0.0), (0.0, 0.5)))
    both = shape.slope(interval(-0.5, 0.5)).interval()
    for side in (left, right):
        assert both.low[0] <= side.low[0]
        assert side.high[0] <= both.high[0]
    if name in ("relu", "abs"):
        assert (right.low[0], right.high[0]) == (1.0, 1.0)
        assert left.low[0] == left.high[0]
        bend = shape.bend(interval(-0.5, 0.5)).interval()
        assert (bend.low[0], bend.high[0]) == (-np.inf, np.inf)
