"""Depths that share what is evaluated: the same numbers as each of them has alone."""

from __future__ import annotations

import numpy as np
import pytest

from gradplot.analysis.share import shares_above_one
from gradplot.analysis.supremum import slopes
from gradplot.analysis.supremum.choose import max_slope, max_slopes
from gradplot.analysis.supremum.increasing import depths as increasing
from gradplot.analysis.supremum.increasing.pieces import Pieces
from gradplot.analysis.supremum.increasing.search import Search
from gradplot.functions.chain import depths
from gradplot.functions.chain.chain import Chain
from gradplot.functions.chain.depths import depths_of

CHAINS = [
    ("tanh", 8.0, 0.5),
    ("sigmoid", -3.0, 1.5),
    ("softplus", 2.0, -1.0),
    ("selu", -1.5, 0.2),
    ("relu", 2.0, -0.5),
    ("sin", 2.0, 1.0),
]
WANTED = (1, 2, 3, 5, 8, 13, 14, 15, 21)


@pytest.mark.parametrize(("name", "weight", "bias"), CHAINS)
def test_a_depth_among_others_is_the_chain_itself(name: str, weight: float, bias: float) -> None:
    deepest = Chain(name, weight, bias, depth=WANTED[-1])
    x = np.linspace(-1.0, 1.0, 200)
    for curve in depths_of(deepest, WANTED):
        alone = Chain(name, weight, bias, depth=curve.depth)
        assert (curve.label, curve.chain.depth) == (alone.label, alone.depth)
        assert np.array_equal(curve.value(x), alone.value(x))
        for found, expected in (
            (curve.log_slope(x), alone.log_slope(x)),
            (curve.value_range(x[:-1], x[1:]), alone.value_range(x[:-1], x[1:])),
        ):
            assert all(map(np.array_equal, found, expected))
        low, high = curve.log_slope_range(x[:-1], x[1:])
        inside = np.linspace(x[:-1], x[1:], 9)[1:-1]
        slopes = np.stack([alone.log_slope(row)[1] for row in inside])
        assert (low <= slopes.min(axis=0)).all()
        assert (slopes.max(axis=0) <= high).all()


def test_what_is_shared_is_evaluated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    original = Chain.evaluate
    monkeypatch.setattr(Chain, "evaluate", lambda *a: asked.append(a[2]) or original(*a))
    curves = depths_of(Chain("tanh", 2.0, depth=9), (3, 6, 9))
    for curve in curves:
        curve.value(np.linspace(-1.0, 1.0, 50))
        curve.log_slope(np.linspace(-1.0, 1.0, 50))
    assert asked == [(3, 6, 9)]


def test_from_the_deepest_on_nothing_goes_deeper_than_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And whoever turns back to a deeper one gets what is its own."""
    asked = []
    original = Chain.evaluate
    monkeypatch.setattr(Chain, "evaluate", lambda *a: asked.append(a[2]) or original(*a))
    curves = depths_of(Chain("tanh", 2.0, depth=9), (3, 6, 9))
    wide, narrow = np.linspace(-1.0, 1.0, 50), np.linspace(-0.5, 0.5, 50)
    curves[2].value(wide)
    found = [curves[k].value(x).copy() for k, x in ((1, narrow), (0, narrow), (2, narrow))]
    assert asked == [(3, 6, 9), (3, 6), (3, 6, 9)]
    for values, depth in zip(found, (6, 3, 9), strict=True):
        assert np.array_equal(values, Chain("tanh", 2.0, depth=depth).value(narrow))


def test_nobody_pays_for_what_is_not_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every depth looks elsewhere, all but the first few look for themselves."""
    together = []
    original = Chain.evaluate
    monkeypatch.setattr(
        Chain, "evaluate", lambda *a: together.append(len(a[2]) > 1) or original(*a)
    )
    curves = depths_of(Chain("tanh", 2.0, depth=9), tuple(range(1, 10)))
    for number, curve in enumerate(curves):
        for turn in range(10):
            curve.value(np.full(3, 0.01 * (10 * number + turn)))
    assert sum(together) == depths.TRUST


def test_what_one_depth_does_to_its_arrays_no_other_sees() -> None:
    first, second = depths_of(Chain("tanh", 2.0, depth=2), (1, 2))
    x = np.linspace(-1.0, 1.0, 5)
    first.value(x)[:] = 7.0
    assert np.abs(first.value(x)).max() <= 1.0
    assert np.abs(second.value(x)).max() <= 1.0


@pytest.mark.parametrize(("name", "weight", "bias"), CHAINS[:5])
def test_brackets_of_many_depths_agree_with_each_alone(
    name: str, weight: float, bias: float
) -> None:
    wanted = tuple(range(1, 31))
    assert len(wanted) > increasing.MANY
    deepest = Chain(name, weight, bias, depth=wanted[-1])
    together = max_slopes(depths_of(deepest, wanted), (-1.0, 1.0))
    for depth, found in zip(wanted, together, strict=True):
        alone = max_slope(deepest.at(depth), (-1.0, 1.0))
        assert found.dead == alone.dead
        if not alone.dead:
            assert found.lower <= alone.upper
            assert alone.lower <= found.upper
            assert found.upper - found.lower <= 1e-11
            assert found.attained == alone.attained
            assert found.x == pytest.approx(alone.x, abs=1e-12)


@pytest.mark.parametrize(("name", "weight", "bias"), CHAINS)
def test_slopes_beside_other_lanes_are_those_of_each_alone(
    name: str, weight: float, bias: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lanes of any depth, in blocks through as many layers as the deepest in it."""
    chain = Chain(name, weight, bias, depth=40)
    depth = np.array([3, 40, 1, 7, 7, 25, 2])
    low, high = chain.enclosures.layers(np.linspace(-1.0, 1.0, 7), np.linspace(-0.99, 1.01, 7))
    monkeypatch.setattr(slopes, "BLOCK", 80)
    together = slopes.slopes(chain, low, high, depth)
    monkeypatch.undo()
    for lane, layers in enumerate(depth.tolist()):
        here = (slice(layers), slice(lane, lane + 1))
        alone = slopes.slopes(chain.at(layers), low[here], high[here], depth[lane : lane + 1])
        for bound in ("low", "high", "rate_low", "rate_high", "reach"):
            one, other = getattr(together, bound)[lane], getattr(alone, bound)[0]
            assert one == pytest.approx(other, rel=1e-12, abs=1e-12, nan_ok=True), bound


@pytest.mark.parametrize(("weight", "bias"), [(-3.0, 0.4), (-1.5, 1.0), (2.0, -0.7)])
def test_pieces_left_out_are_not_the_steepest(weight: float, bias: float) -> None:
    wanted = tuple(range(1, 25))
    pieces = Pieces(Chain("selu", weight, bias, depth=wanted[-1]), (-1.0, 1.0))
    left_out = 0
    for depth, likely in zip(wanted, pieces.likely(wanted), strict=True):
        every = np.ones_like(likely)
        (found,) = increasing.narrowed(pieces, (depth,), [likely])
        (expected,) = increasing.narrowed(pieces, (depth,), [every])
        assert (found.lower, found.upper) == pytest.approx((expected.lower, expected.upper))
        assert found.left == pytest.approx(expected.left, abs=1e-9)
        left_out += int((~likely).sum())
    assert left_out


@pytest.mark.parametrize(
    ("name", "weight", "bias", "most"), [("tanh", 8.0, 0.5, 3), ("tanh", 0.7, 0.2, 6)]
)
def test_the_deepest_orbit_leads_the_others(
    monkeypatch: pytest.MonkeyPatch, name: str, weight: float, bias: float, most: int
) -> None:
    """Exploding networks are alike from their ends on, vanishing ones from x on."""
    lanes = []
    step = Search.step
    monkeypatch.setattr(Search, "step", lambda self: lanes.append(self.group.size) or step(self))
    increasing.suprema(Chain(name, weight, bias, depth=80), (-3.0, 3.0), tuple(range(1, 81)))
    assert len(lanes) <= 20
    assert sum(size > 70 for size in lanes) <= most


def test_a_stretch_in_a_wide_box_is_located() -> None:
    """The bound of a whole box may be tight long before x is known: the steep part of it is."""
    weights = (-2.5, -3.7, -0.3, 3.6, 0.7, 1.0, -2.4, 0.6, -6.0)
    biases = (-2.3, 1.4, 2.8, -2.9, 1.0, -0.5, -3.0, 1.0, 2.8)
    deepest = Chain("elu", weights, biases, depth=9)
    found = max_slopes(depths_of(deepest, range(1, 10)), (-3.0, 3.1))
    assert all(supremum.attained and supremum.located for supremum in found)
    # Both of the first two layers are on their straight branch, between these two inputs.
    assert found[1].upper == pytest.approx(np.log(weights[0] * weights[1]))
    assert (biases[1] / -weights[1] - biases[0]) / weights[0] < found[1].x
    assert found[1].x < -biases[0] / weights[0]


@pytest.mark.parametrize(("name", "weight", "bias"), CHAINS)
def test_shares_of_depths_agree_with_each_alone(name: str, weight: float, bias: float) -> None:
    curves = depths_of(Chain(name, weight, bias, depth=WANTED[-1]), WANTED)
    suprema = max_slopes(curves, (-1.0, 1.0))
    together = shares_above_one(curves, (-1.0, 1.0), suprema)
    for curve, supremum, share in zip(curves, suprema, together, strict=True):
        (alone,) = shares_above_one([curve.chain], (-1.0, 1.0), [supremum])
        assert share == pytest.approx(alone, abs=1e-12)
        grid = np.linspace(-1.0, 1.0, 20_001)
        sampled = float(np.mean(curve.chain.log_slope(grid)[1] > 0.0))
        assert share[0] - 2e-3 <= sampled <= share[1] + 2e-3
