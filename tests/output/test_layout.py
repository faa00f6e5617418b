"""Places on the page: labels that move apart, titles that shrink, panels that fit."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradplot.functions.build import curves
from gradplot.output.picture.parts import ticks
from gradplot.output.picture.parts.layout import ELLIPSIS, fitted, panels
from gradplot.output.picture.parts.limits import dead_stretch, extent, value_limits
from gradplot.output.picture.parts.spacing import spread, thinned
from gradplot.output.picture.parts.text import text_width
from gradplot.spec.functions import ChainSpec


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30), st.floats(0.1, 20))
def test_labels_are_apart_in_order_and_inside(wanted, step):
    wanted = sorted(wanted)
    places = spread(wanted, step, 0.0, 100.0)
    room = min(step, 100 / (len(wanted) - 1)) if len(wanted) > 1 else 0
    assert all(b - a >= room - 1e-6 for a, b in itertools.pairwise(places))
    assert places[0] >= -1e-6
    assert places[-1] <= 100 + 1e-6


def test_labels_with_room_stay_where_they_are():
    assert spread([10, 50, 90], 20, 0, 100) == [10, 50, 90]


def test_labels_that_touch_share_the_way():
    assert spread([50, 50], 10, 0, 100) == [45, 55]


@pytest.mark.parametrize(("count", "room"), [(5, 9), (20, 10), (100, 7), (3, 2), (4, 1), (4, 0)])
def test_thinning_keeps_both_ends(count, room):
    found = thinned(count, room)
    assert len(found) <= max(room, 0) or count <= room
    if room >= 2:
        assert (found[0], found[-1]) == (0, count - 1)
    assert found == sorted(set(found))


def test_a_title_shrinks_and_only_then_is_cut():
    words = "y = tanh(8·x)"
    width = text_width(words, 20)
    assert fitted(words, 20, width + 1, smallest=10) == (words, 20)
    text, size = fitted(words, 20, 0.7 * width, smallest=10)
    assert text == words
    assert text_width(text, size) <= 0.701 * width
    text, size = fitted(words, 20, 0.3 * width, smallest=15)
    assert size == 15
    assert text.endswith(ELLIPSIS)
    assert text_width(text, size) <= 0.3 * width


def test_panels_fill_the_page_between_margins():
    upper, lower = panels((10, 5), 2, left=50, right=70, top=30, bottom=20, gap=10)
    assert (upper.left, upper.right, upper.top) == (50, 650, 330)
    assert lower.bottom == 20
    assert upper.bottom - lower.top == pytest.approx(10)
    assert upper.height == pytest.approx(lower.height)


def limits(activation, *, x=(-1.0, 1.0), **options):
    return value_limits(curves(ChainSpec(activation=activation, **options)), x)


def test_bounded_curves_are_shown_whole():
    low, high = limits("tanh")
    assert -1.2 < low < -1
    assert 1 < high < 1.2
    low, high = limits("sigmoid")
    assert -0.1 < low < 0
    assert 1 < high < 1.1


def test_the_shallowest_curve_fills_the_frame():
    low, high = limits("identity")
    assert (low, high) == pytest.approx((-8.8, 8.8), rel=0.02)
    low, high = limits("tanh", x=(-1e-3, 1e-3))
    assert (low, high) == pytest.approx((-0.0088, 0.0088), rel=0.02)


def test_a_curve_beyond_the_frame_is_let_in():
    """softplus, depth 3: from 5.5 up, while depth 1 ends at 8."""
    low, high = limits("softplus")
    assert low < 0
    assert 8 < high < 9
    low, high = limits("softplus", bias=(1.5,))
    lowest = extent(curves(ChainSpec(activation="softplus", bias=(1.5,)))[-1], (-1, 1))[0]
    assert high > lowest


def test_flat_curves_have_room_around_them():
    assert limits("relu", bias=(-20.0,)) == (-1.0, 1.0)
    low, high = limits("tanh", x=(50.0, 60.0))
    assert low < 0
    assert 1 < high < 2


def test_extents_find_spikes_between_samples():
    """A hump of width 1e-4 that no grid of 128 cells steps on."""
    (curve,) = curves(ChainSpec(activation="gaussian", weight=(1e4,), bias=(-1234.5,), depths=(1,)))
    low, high = extent(curve, (-1.0, 1.0))
    assert high == pytest.approx(1)
    assert low == 0


def test_dead_stretches_are_found():
    found = dead_stretch(curves(ChainSpec(activation="relu")), (-1.0, 1.0))
    assert found == pytest.approx((-1, 0), abs=0.01)
    assert dead_stretch(curves(ChainSpec(activation="tanh")), (-1.0, 1.0)) is None


def test_a_slope_that_leaves_float64_is_not_called_0():
    """gaussian(8x) is less than the least double from x = 3.5 on, but nowhere 0."""
    (curve,) = curves(ChainSpec(activation="gaussian", weight=(8.0,), depths=(2,)))
    assert np.isneginf(curve.log_slope(np.array([5.0]))[1])
    assert dead_stretch([curve], (4.0, 6.0)) is None


@pytest.mark.parametrize("ends", [(0.08, 0.92), (0.3, 0.7), (5.01, 5.99), (1e-9, 1.9e-9)])
def test_an_axis_has_two_numbers_at_least(ends: tuple[float, float]) -> None:
    for most in (2, 3, 5):
        places = ticks.linear(*ends, most).places
        assert 2 <= len(places) <= most + 1
    assert len(ticks.linear(*ends, 1).places) <= 2  # where there is no room for two


def test_so_has_one_of_powers_of_ten() -> None:
    assert ticks.decades(-1.5, 2.9, 2).labels == ("10⁰", "10²")
    assert ticks.decades(-3.2, 4.1, 3).labels == ("10⁻²", "10⁰", "10²", "10⁴")
    assert ticks.decades(-0.6, 0.6, 2).labels == ("10⁰",)
