"""Chains of activations that turn: deep and still tight; what each part of the search proves."""

from __future__ import annotations

import math
import random

import mpmath as mp
import numpy as np
import pytest

from activation_oracle import ORACLE, log_slope
from gradplot.analysis.supremum.choose import max_slope
from gradplot.analysis.supremum.turning import orbits, potentials
from gradplot.analysis.supremum.turning.cells import divided, first_cells, measured, pieces_for
from gradplot.analysis.supremum.turning.known import KnownOrbits
from gradplot.analysis.supremum.turning.newton import steepest_about
from gradplot.analysis.supremum.turning.orbits import Orbit
from gradplot.analysis.supremum.turning.program import Program
from gradplot.analysis.supremum.turning.range_maxima import largest_above, largest_within
from gradplot.functions.activations.table import ACTIVATIONS, find
from gradplot.functions.chain.chain import Chain

TURNING = sorted(name for name in ACTIVATIONS if not find(name).shape().monotone)
X_RANGE = (-1.0, 1.0)


def random_chain(name: str, depth: int, seed: int) -> Chain:
    draw = random.Random(f"{name} {depth} {seed}")
    weights = [draw.choice((1.0, -1.0)) * draw.uniform(1.0, 8.0) for _ in range(depth)]
    return Chain(name, weights, [draw.uniform(-2.0, 2.0) for _ in range(depth)])


def search_of(chain: Chain) -> tuple[list, KnownOrbits]:
    cells = first_cells(chain, X_RANGE)
    spans = [(float(low[0]), float(high[-1])) for low, high in cells]
    return cells, KnownOrbits(chain, X_RANGE, spans)


@pytest.mark.parametrize("name", TURNING)
@pytest.mark.parametrize(("weight", "bias"), [(1.0, 0.0), (2.0, 1.0), (3.0, -1.0), (8.0, 0.5)])
def test_equal_layers_are_tight_at_depth_30(name: str, weight: float, bias: float) -> None:
    found = max_slope(Chain(name, weight, bias, depth=30), X_RANGE)
    assert found.dead or found.upper - found.lower <= 1e-9


def test_cells_dropped_beside_an_orbit_leave_the_others_tight() -> None:
    """The program drops cells between those that it keeps, and no orbit goes through all rests."""
    found = max_slope(Chain("mish", 2.0, -0.5, depth=30), (-5.0, 5.0))
    assert found.upper - found.lower <= 1e-10


def test_the_steepest_double_is_in_the_x_range() -> None:
    """Where x* is at the end, the double beyond it is no answer, however steep."""
    x_range = (-34.9, -18.97297072576658)
    found = max_slope(Chain("gelu", -5.13, depth=5), x_range)
    assert x_range[0] <= found.x <= x_range[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "weight", "bias"),
    [("gelu", 3.0, -1.0), ("sin", 8.0, 0.5), ("gaussian", 8.0, 0.5), ("mish", 5.0, -2.0)],
)
def test_equal_layers_are_tight_at_depth_100(name: str, weight: float, bias: float) -> None:
    """The first one's steepest orbit stays at an unstable fixed point for 80 layers."""
    found = max_slope(Chain(name, weight, bias, depth=100), X_RANGE)
    assert found.upper - found.lower <= 1e-9


@pytest.mark.parametrize("name", ["sin", "gaussian", "silu", "mish"])
@pytest.mark.parametrize("seed", [1, 2])
def test_layers_of_their_own_are_tight_at_depth_30(name: str, seed: int) -> None:
    found = max_slope(random_chain(name, 30, seed), X_RANGE)
    # Where the slope is below 10^-1000, rounding alone takes digits.
    assert found.dead or found.upper - found.lower <= max(1e-9, 1e-12 * abs(found.upper))


def test_the_steepest_of_a_deep_chain_is_reached_by_an_orbit() -> None:
    """In 400 digits an x does lead there, next to the one that is reported."""
    chain = Chain("sin", 8.0, 0.5, depth=30)
    found = max_slope(chain, X_RANGE)
    cells, known = search_of(chain)
    known.learn_about(_path(chain, cells))
    with mp.workdps(400):
        # The orbit's deepest z, pulled back through the branch of the arc sine that it is on.
        points = known.best.points.tolist()
        z = mp.mpf(points[-1])
        for point in reversed(points[:-1]):
            a = (z - mp.mpf(0.5)) / 8
            turns = mp.nint(mp.mpf(point) / mp.pi)
            z = turns * mp.pi + (-1) ** int(turns) * mp.asin(a)
        x = (z - mp.mpf(0.5)) / 8
        slope = log_slope("sin", chain.weights, chain.biases, x)
        assert mp.mpf(known.lower) <= slope <= mp.mpf(found.upper)
        assert slope >= mp.mpf(known.lower) - mp.mpf("1e-9")


def test_a_deep_orbit_s_x_is_told_within_a_double() -> None:
    """In 200 digits its z, pulled back, come from an x between the ends that are told."""
    chain = Chain("sin", -3.0, 1.0, depth=60)
    found = max_slope(chain, X_RANGE)
    assert 0.0 < found.x_high - found.x_low < 1e-14
    with mp.workdps(200):
        z = mp.mpf(found.orbit[-1])
        for point in reversed(found.orbit[:-1]):
            turns = mp.nint(mp.mpf(point) / mp.pi)
            z = turns * mp.pi + (-1) ** int(turns) * mp.asin((1 - z) / 3)
        x = (1 - z) / 3
        assert mp.mpf(found.x_low) <= x <= mp.mpf(found.x_high)
        slope = log_slope("sin", chain.weights, chain.biases, x)
        assert abs(slope - mp.mpf(found.lower)) < mp.mpf("1e-9")


@pytest.mark.parametrize(
    ("weight", "width"), [(-3.0, 1e-10), (-4.0, 1e-7), (-4.38, 1e-10)], ids=str
)
def test_the_steepest_orbit_may_go_beside_a_kink_to_an_unstable_point(
    weight: float, width: float
) -> None:
    """hardswish at -3, and from there about 0, where every layer changes the sign of z.

    In 100 digits the orbit is pulled back from its last z, and reaches the lower bound.
    """
    found = max_slope(Chain("hardswish", weight, depth=30), X_RANGE)
    assert found.upper - found.lower <= width
    with mp.workdps(100):
        z, slope = mp.mpf(found.orbit[-1]), mp.mpf(1)
        for point in reversed((None, *found.orbit[:-1])):
            slope *= weight * (2 * z + 3) / 6
            if point is not None:
                root = mp.sqrt(9 + 24 * z / weight)
                z = (root if point > -1.5 else -root) / 2 - mp.mpf(3) / 2
        assert -1 <= z / weight <= 1
        assert mp.mpf(found.lower) - mp.mpf("1e-9") <= mp.log(abs(slope)) <= mp.mpf(found.upper)


def _path(chain: Chain, cells: list) -> np.ndarray:
    program = Program(chain, cells, [])
    low, high = program.ends(program.path(0, int(np.argmax(program.after[0]))))
    return 0.5 * low + 0.5 * high


@pytest.mark.parametrize("name", TURNING)
@pytest.mark.parametrize("seed", range(4))
def test_any_potential_leaves_the_bound_a_bound(name: str, seed: int) -> None:
    """Slopes, centres and offsets drawn at random: the program must not say too little."""
    depth = 1 + seed * 2
    chain = random_chain(name, depth, seed)
    draw = np.random.default_rng(seed)
    cells, _ = search_of(chain)
    guides = [
        Orbit(
            lower=0.0,
            blur=0.0,
            ends=(0.0, 0.0),
            points=np.array([draw.uniform(low[0], high[-1]) for low, high in cells]),
            slopes=draw.normal(size=depth) * 10.0 ** draw.integers(-2, 3),
            gathered=draw.normal(size=depth),
        )
        for _ in range(3)
    ]
    program = Program(chain, cells, guides)
    slope = chain.log_slope(np.linspace(*X_RANGE, 20_001))[1].max()
    assert slope <= program.upper + 1e-12
    # The best path goes through each layer.
    for k in range(depth):
        assert program.totals(k).max() == pytest.approx(program.after[0].max(), abs=1e-9)


def test_a_stretch_that_no_orbit_goes_through_has_the_potential_of_the_nearest() -> None:
    """One on the left and one on the right, and cells dropped beside each of them."""
    chain = Chain("tanh", 2.0, depth=2)
    cells = first_cells(chain, (-2.0, 2.0))
    low, high = cells[1]
    kept = np.arange(low.size) % 8 != 7
    layer = measured(chain, [cells[0], (low[kept], high[kept])])[1]
    guides = [
        Orbit(
            lower=0.0,
            blur=0.0,
            ends=(0.0, 0.0),
            points=np.array([0.0, place]),
            slopes=np.array([0.0, slope]),
            gathered=np.zeros(2),
        )
        for place, slope in ((-1.0, 0.3), (1.0, -0.2))
    ]
    left, right = potentials.runs(layer, guides, 1)
    assert (left.slope, left.centre, right.slope, right.centre) == (0.3, -1.0, -0.2, 1.0)
    assert (left.start, left.stop, right.stop) == (0, right.start, layer.size)
    # They meet at a gap, about as far from one as from the other.
    assert layer.high[left.stop - 1] < layer.low[right.start]
    assert abs(layer.low[right.start]) < 0.3


@pytest.mark.parametrize("name", TURNING)
def test_the_largest_psi_of_a_cell_is_a_bound_in_spite_of_rounding(name: str) -> None:
    """Two large potentials cancel; what their rounding leaves must be counted."""
    chain = Chain(name, [1.0, 3.0], [0.0, 0.5])
    cells = first_cells(chain, X_RANGE)
    layer = measured(chain, cells)[0]
    value, slope = ORACLE[name]
    inside = np.flatnonzero(np.isfinite(layer.phi[0]) & (layer.low < layer.high))[::5]
    draw = random.Random(name)
    with mp.workdps(60):
        for cell in inside.tolist():
            z = mp.mpf(draw.choice([layer.low[cell], layer.high[cell]]))
            image = 3 * value(z) + mp.mpf(0.5)
            ahead = 10.0 ** draw.uniform(0.0, 5.0)
            # The own potential is set against the next one, so that psi is about phi.
            run = potentials.Run(0, 1, ahead, draw.uniform(-1.0, 1.0), draw.uniform(-1.0, 1.0))
            own = ahead * float(image) / float(z) if z else 0.0
            here = tuple(np.full(layer.size, number) for number in (own, 0.1, 0.7))
            bound, _ = potentials.largest(layer, here, run)
            psi = mp.log(abs(slope(z))) + mp.mpf(ahead) * (image - mp.mpf(run.centre))
            psi += mp.mpf(run.offset) - mp.mpf(own) * (z - mp.mpf(0.1)) - mp.mpf(0.7)
            assert psi <= mp.mpf(float(bound[cell]))
            # One potential alone, so steep that psi is largest at the cell's lower end.
            z, own = mp.mpf(layer.low[cell]), 10.0 ** draw.uniform(4.0, 6.0)
            here = tuple(np.full(layer.size, number) for number in (own, 0.1, 0.7))
            bound, _ = potentials.largest(layer, here, potentials.Run(0, 1))
            psi = mp.log(abs(slope(z))) - mp.mpf(own) * (z - mp.mpf(0.1)) - mp.mpf(0.7)
            assert psi <= mp.mpf(float(bound[cell]))


@pytest.mark.parametrize("name", TURNING)
def test_potentials_of_the_steepest_orbit_make_the_bound_quadratic(name: str) -> None:
    """Halving the cells then quarters what a cell near the orbit loses, and no longer halves it."""
    chain = Chain(name, 2.5, 0.3, depth=6)
    _, known = search_of(chain)
    known.sample(np.linspace(*X_RANGE, 4001))
    orbit = known.best
    gaps = []
    for width in (1e-3, 1e-4):
        about = [
            (np.array([z - width, z]), np.array([z, z + width])) for z in orbit.points.tolist()
        ]
        gaps.append(Program(chain, about, [orbit]).upper - orbit.lower)
        plain = Program(chain, about, []).upper - orbit.lower
        assert gaps[-1] <= max(0.5 * plain, 1e-11)
    assert gaps[1] <= max(gaps[0] / 30.0, 1e-11)


@pytest.mark.parametrize("name", TURNING)
@pytest.mark.parametrize(("weight", "bias"), [(3.0, -1.0), (2.5, 0.3), (8.0, 0.5)])
def test_enclosures_hold_an_orbit(name: str, weight: float, bias: float) -> None:
    """Each interval before the pivot is mapped over the next one, each after it into the next."""
    chain = Chain(name, weight, bias, depth=12)
    cells, known = search_of(chain)
    laps = np.array([known._lap(k, z) for k, z in enumerate(_path(chain, cells).tolist())]).T
    points = steepest_about(chain, _path(chain, cells), (laps[0], laps[1]))
    enclosure = orbits._enclosed(chain, points)
    assert enclosure is not None
    low, high = (ends.tolist() for ends in enclosure)
    start = int(np.argmin(np.array(high) - np.array(low)))
    assert low[start] == high[start]
    value = ORACLE[name][0]
    with mp.workdps(40):
        for k in range(11):
            weight, bias = mp.mpf(chain.weights[k + 1]), mp.mpf(chain.biases[k + 1])
            ends = sorted(weight * value(mp.mpf(end)) + bias for end in (low[k], high[k]))
            if k < start:
                assert ends[0] <= low[k + 1] <= high[k + 1] <= ends[1]
            else:
                assert low[k + 1] <= ends[0] <= ends[1] <= high[k + 1]


def test_cut_cells_leave_nothing_out() -> None:
    draw = np.random.default_rng(3)
    edges = np.sort(np.concatenate((draw.normal(size=40), 1.0 + 2e-16 * np.arange(8))))
    edges = np.unique(edges)
    low, high = np.delete(edges[:-1], 20), np.delete(edges[1:], 20)
    pieces = pieces_for(draw.exponential(size=low.size), 0.1, most=16)
    (left, right), cell = divided(low, high, pieces)
    assert cell.size > low.size
    assert ((low[cell] <= left) & (right <= high[cell])).all()
    assert pieces.max() == 16
    assert left.size <= pieces.sum()
    joined = np.flatnonzero(left[1:] != right[:-1])
    assert joined.tolist() == [int(np.searchsorted(right, high[19]))], "the one gap there was"
    assert (left[0], right[-1]) == (low[0], high[-1])
    assert (left <= right).all()
    assert (np.diff(left) >= 0).all()


def test_range_maxima_are_those_of_a_loop() -> None:
    draw = np.random.default_rng(5)
    values = draw.normal(size=50)
    first = draw.integers(0, 50, size=200)
    stop = np.minimum(first + draw.integers(0, 30, size=200), 50)
    expected = [max(values[a:b], default=-math.inf) for a, b in zip(first, stop, strict=True)]
    assert largest_within(values, first, stop).tolist() == expected
    weights = draw.normal(size=200)
    above = largest_above(weights, first, stop, 50)
    for place in range(50):
        over = weights[(first <= place) & (place < stop)]
        assert above[place] == max(over, default=-math.inf)


def test_a_place_outside_the_range_is_not_told():
    """Its slope falls from the range's very end on, and the double before that is as steep."""
    weights = [-1.4, -1.3087831682385103, 0.4158598283845534, -0.712, 0.569, 1.24]
    found = max_slope(Chain("gelu", weights, [-weight / 2 for weight in weights]), (533.0, 658.0))
    assert found.x == 533.0
