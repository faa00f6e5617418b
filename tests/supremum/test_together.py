"""Networks that turn side by side: each as proven as alone; what each part of the search proves."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activation_oracle import ORACLE, log_slope
from gradplot import max_slopes
from gradplot.analysis.map import TOLERANCE, analyse
from gradplot.analysis.supremum.turning import max_plus
from gradplot.analysis.supremum.turning.together import cells, newton, orbits, search
from gradplot.analysis.supremum.turning.together.lanes import Lanes
from gradplot.analysis.supremum.turning.together.program import Guides, Program, _keys, _steepest
from gradplot.analysis.supremum.turning.together.search import Search
from gradplot.functions.activations import edges
from gradplot.functions.activations.table import ACTIVATIONS, find
from gradplot.functions.chain.chain import Chain
from gradplot.functions.chain.networks import Networks
from gradplot.reading.figure import figure_spec

TURNING = sorted(name for name in ACTIVATIONS if not find(name).shape().monotone)
X_RANGE = (-1.0, 1.5)


def random_lanes(name: str, seed: int, *, size: int = 12, deepest: int = 8) -> Lanes:
    """Lanes with weights, biases and a depth of their own in every layer."""
    draw = np.random.default_rng(seed)
    shape = (deepest, size)
    weights = draw.choice([-1.0, 1.0], shape) * draw.uniform(0.3, 8.0, shape)
    depth = draw.integers(1, deepest + 1, size)
    depth[0] = deepest
    return Lanes(find(name).shape(), weights, draw.uniform(-4.0, 4.0, shape), depth)


def chain_of(name: str, lanes: Lanes, lane: int) -> Chain:
    depth = int(lanes.depth[lane])
    weights, biases = (each[:depth, lane].tolist() for each in (lanes.weights, lanes.biases))
    return Chain(name, weights, biases)


def steepest_sample(name: str, chain: Chain, x_range: tuple[float, float]) -> mp.mpf:
    """The steepest of many doubles, its slope in 60 digits."""
    x = np.linspace(*x_range, 2001)
    found = chain.log_slope(x)[1]
    with mp.workdps(60):
        slope = log_slope(name, chain.weights, chain.biases, float(x[np.nanargmax(found)]))
    return mp.mpf("-inf") if slope is None else slope


@st.composite
def networks(draw: st.DrawFn) -> tuple[str, Lanes, tuple[float, float], float]:
    """Some networks with numbers of their own, plain ones among them; an x-range, a tolerance."""
    name = draw(st.sampled_from(TURNING))
    size, layers = draw(st.integers(1, 4)), draw(st.integers(1, 12))
    equal = draw(st.booleans())

    def numbers(most: float) -> np.ndarray:
        one = st.one_of(st.floats(-most, most), st.integers(-3, 3).map(float))
        count = size if equal else size * layers
        drawn = draw(st.lists(one, min_size=count, max_size=count))
        return np.broadcast_to(np.reshape(drawn, (-1, size)), (layers, size)).copy()

    weights, biases = numbers(16.0), numbers(8.0)
    weights[np.abs(weights) < 1e-3] = 1.0
    depth = draw(st.lists(st.integers(1, layers), min_size=size, max_size=size))
    lanes = Lanes(find(name).shape(), weights, biases, np.array(depth))
    low = draw(st.floats(-5.0, 5.0))
    x_range = low, low + draw(st.floats(1e-3, 8.0))
    return name, lanes, x_range, draw(st.sampled_from([1e-2, 1e-6, 1e-9]))


@settings(max_examples=40, deadline=None)
@given(networks())
@np.errstate(all="ignore")  # as where the searches are called
def test_every_bracket_holds_what_samples_reach_and_meets_that_of_one_network_alone(
    drawn: tuple[str, Lanes, tuple[float, float], float],
) -> None:
    name, lanes, x_range, tolerance = drawn
    found = Search(lanes, x_range, tolerance)
    found.run()
    unfinished = found.unfinished.tolist()
    for lane, (low, high) in enumerate(zip(found.lower, found.upper, strict=True)):
        chain = chain_of(name, lanes, lane)
        assert low <= high
        assert steepest_sample(name, chain, x_range) <= mp.mpf(float(high))
        (alone,) = max_plus.suprema(chain, x_range, (chain.depth,), tolerance=1e-3)
        assert low <= alone.upper
        assert alone.lower <= high
        assert lane in unfinished or high == -math.inf or high - low <= tolerance


@pytest.mark.parametrize("name", TURNING)
def test_a_map_is_as_tight_as_it_says(name: str) -> None:
    spec = figure_spec({"map": name, "weight": (1, 9), "bias": (-5, 4), "grid": 9, "depth": 8})
    found = analyse(spec).findings
    for lower, upper in zip(found.lower, found.upper, strict=True):
        for low, high in zip(lower, upper, strict=True):
            assert high == -math.inf or high - low <= TOLERANCE


def test_a_network_that_lanes_leave_wide_is_searched_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of a wide x-range turns too often, and another's lane is closed all the same."""
    wide = Lanes(find("sin").shape(), np.full((2, 1), 40.0), np.zeros((2, 1)), np.array([2]))
    alone = Search(wide, (-100.0, 100.0), 1e-6)
    alone.run()
    assert alone.unfinished.tolist() == [0]
    lower, upper = max_slopes("sin", [40.0, 1.0], depth=2, x_range=(-100.0, 100.0))
    assert (upper - lower <= 2e-6).all()
    assert lower[0] == pytest.approx(2.0 * math.log(40.0), abs=1e-5)
    # Without rounds every lane is left to the search for one network.
    monkeypatch.setattr(search, "ROUNDS", 0)
    again = max_slopes("sin", [40.0, 1.0], depth=2, x_range=(-100.0, 100.0))
    assert (lower <= again[1]).all()
    assert (again[0] <= upper).all()


def test_depths_of_their_own_are_those_of_one_depth_each() -> None:
    depth = np.array([5, 1, 12, 3, 5])
    weight, bias = np.full(5, -3.0), np.full(5, 0.5)
    many = Networks(find("silu"), {}, weight, bias, depth)
    lower, upper = search.suprema(many, X_RANGE, tolerance=1e-6)
    for number, layers in enumerate(depth.tolist()):
        one = Networks(find("silu"), {}, weight[:1], bias[:1], np.array([layers]))
        low, high = search.suprema(one, X_RANGE, tolerance=1e-6)
        assert max(low[0], lower[number]) <= min(high[0], upper[number])
    assert lower[0] == lower[4]


@pytest.mark.parametrize("name", TURNING)
@pytest.mark.parametrize("seed", [1, 2])
def test_any_potential_leaves_the_bound_a_bound(name: str, seed: int) -> None:
    """Slopes and centres drawn at random: the program must not say too little in any lane."""
    lanes = random_lanes(name, seed)
    draw = np.random.default_rng(seed)
    span = cells.spans(lanes, X_RANGE)
    centres = draw.uniform(*span)
    slopes = draw.normal(size=centres.shape) * 10.0 ** draw.integers(-2, 3, centres.shape)
    slopes[0] = 0.0
    cut = cells.first_cells(lanes, span)
    for guides in (None, Guides(centres, slopes)):
        program = Program(lanes, cut, guides)
        upper, _ = program.upper()
        totals = program.totals()
        for lane in range(lanes.size):
            sample = steepest_sample(name, chain_of(name, lanes, lane), X_RANGE)
            assert sample <= mp.mpf(float(upper[lane]))
            # The best path goes through each layer.
            for k in range(int(lanes.depth[lane])):
                mine = program.cells.segment == k * lanes.size + lane
                best = program.after[program.cells.segment == lane].max()
                assert totals[mine].max() == pytest.approx(best, abs=1e-8)


@pytest.mark.parametrize("name", TURNING)
def test_cells_cover_what_layers_see_and_all_turns_are_edges(name: str) -> None:
    lanes = random_lanes(name, 7)
    span = cells.spans(lanes, X_RANGE)
    first = cells.first_cells(lanes, span)
    draw = np.random.default_rng(1)
    for cut in (first, cells.divided(first, draw.integers(1, 5, first.size))):
        assert (cut.low <= cut.high).all()
        assert (np.diff(cut.segment) >= 0).all()
        joined = np.diff(cut.segment) == 0
        assert (cut.low[1:][joined] == cut.high[:-1][joined]).all()
        ends = cut.start[:-1], cut.start[1:]
        for segment in np.flatnonzero(lanes.used.ravel()).tolist():
            assert cut.low[ends[0][segment]] == span[0].ravel()[segment]
            assert cut.high[ends[1][segment] - 1] == span[1].ravel()[segment]
    shape = lanes.shape
    middle = 0.5 * first.low + 0.5 * first.high
    sign = shape.sign(np, middle)
    inner = 0.01 * (first.high - first.low)
    assert (shape.sign(np, first.low + inner) == sign).all()
    assert (shape.sign(np, first.high - inner) == sign).all()


@pytest.mark.parametrize("name", TURNING)
def test_edges_bound_a_whole_cell(name: str) -> None:
    """phi, phi' and the next layer's z at inner points, in 60 digits, lie within the bounds."""
    lanes = random_lanes(name, 3, size=4, deepest=3)
    cut = cells.first_cells(lanes, cells.spans(lanes, X_RANGE))
    layer = cells.measured(lanes, cut)
    plain = cells.plain(lanes, cut)
    weight, bias = (each.ravel()[cut.segment] for each in lanes.following)
    draw = np.random.default_rng(2)
    act, slope_of = ORACLE[name]
    with mp.workdps(60):
        for cell in draw.choice(cut.size, 60, replace=False).tolist():
            share = mp.mpf(float(draw.uniform(0.05, 0.95)))
            z = mp.mpf(float(cut.low[cell])) * (1 - share) + mp.mpf(float(cut.high[cell])) * share
            slope = abs(slope_of(z))
            image = mp.mpf(float(weight[cell])) * act(z) + mp.mpf(float(bias[cell]))
            for next_ in (layer.next_, plain.next_):
                assert next_[0][cell] <= image <= next_[1][cell]
            if slope == 0:
                continue
            phi = mp.log(slope)
            for known in (layer.phi, plain.phi):
                assert known[0][cell] <= phi <= known[1][cell]
            step = mp.mpf(10) ** -25
            rate = (mp.log(abs(slope_of(z + step))) - mp.log(abs(slope_of(z - step)))) / (2 * step)
            slack = mp.mpf(10) ** -20
            assert layer.rate[0][cell] - slack <= rate <= layer.rate[1][cell] + slack


def test_a_point_that_is_cut_stays_a_point() -> None:
    one = cells.Cells(np.array([2.0]), np.array([2.0]), np.array([0]), 1)
    cut = cells.divided(one, np.array([4]))
    assert (cut.low.tolist(), cut.high.tolist()) == ([2.0], [2.0])


def test_a_kink_has_two_sides() -> None:
    shape = find("hardswish").shape()
    z = np.array([-3.0, 3.0, 0.0])
    right, left = edges.log_slopes(shape, z)
    assert right[1] == pytest.approx([math.log(0.5), 0.0, math.log(0.5)])
    assert left[1] == pytest.approx([-math.inf, math.log(1.5), math.log(0.5)])
    right, left = edges.rates(shape, z)
    assert (right[1][1], left[1][1]) == pytest.approx((0.0, 2.0 / 9.0), abs=1e-12)


@pytest.mark.parametrize("name", TURNING)
def test_a_proven_orbit_is_one(name: str) -> None:
    """Each interval before the pivot is mapped over the next one, each after it into the next."""
    lanes = random_lanes(name, 5)
    span = cells.spans(lanes, X_RANGE)
    start = orbits.steepest_of(lanes, np.linspace(*X_RANGE, 65)[:, None]).points
    points = newton.steepest_about(lanes, start, newton.laps_about(lanes.shape, span, start))
    low, high, good = orbits._enclosed(lanes, points)
    assert good.sum() >= 0.5 * lanes.size
    act = ORACLE[name][0]
    with mp.workdps(40):
        for lane in np.flatnonzero(good).tolist():
            pivot = int(newton.pivots(lanes, points)[lane])
            assert low[pivot, lane] == high[pivot, lane]
            for k in range(int(lanes.depth[lane]) - 1):
                weight, bias = (mp.mpf(float(each[k, lane])) for each in lanes.following)
                ends = sorted(weight * act(mp.mpf(float(z[k, lane]))) + bias for z in (low, high))
                if k < pivot:
                    assert ends[0] <= low[k + 1, lane] <= high[k + 1, lane] <= ends[1]
                else:
                    assert low[k + 1, lane] <= ends[0] <= ends[1] <= high[k + 1, lane]


FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(st.integers(0, 20_000), FLOATS), min_size=2, max_size=20))
def test_keys_are_in_the_order_of_what_they_stand_for(pairs: list[tuple[int, float]]) -> None:
    pairs = sorted(pairs)
    segment, z = (np.array(each) for each in zip(*pairs, strict=True))
    keys = _keys(segment.astype(int), z.astype(float))
    assert (np.diff(keys) >= 0).all()
    assert (np.diff(keys)[np.diff(segment) > 0] > 0).all()


def test_the_steepest_of_a_run_is_that_of_a_loop() -> None:
    draw = np.random.default_rng(5)
    values = draw.normal(size=50)
    values[draw.integers(0, 50, 25)] = -math.inf
    first = draw.integers(0, 50, size=200)
    stop = np.minimum(first + draw.integers(-3, 9, size=200), 50)
    found = _steepest(values, first, stop)
    for place, a, b in zip(found.tolist(), first.tolist(), stop.tolist(), strict=True):
        part = values[a : max(a, b)]
        best = part.max(initial=-math.inf)
        assert place == (-1 if best == -math.inf else a + int(np.argmax(part)))
