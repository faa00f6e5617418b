"""Chains of straight branches, against enumeration of all their pieces in rational numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import mpmath
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gradplot.analysis.supremum.bracket import Bracket
from gradplot.analysis.supremum.straight.exact_chain import ExactChain, ExactOrbit
from gradplot.analysis.supremum.straight.pieces import suprema
from gradplot.functions.activations import straight
from gradplot.functions.chain.chain import Chain

mpmath.mp.dps = 60
LOG_10 = math.log(10.0)


def clamp(low: int, high: int | None, slope: Fraction = Fraction(1)) -> Callable[..., Fraction]:
    """The slope of an activation that is straight between two kinks and flat outside of them."""
    return lambda z: slope if low < z and (high is None or z < high) else Fraction(0)


#: Kinks, act and act' away from kinks, all written down anew.
ORACLES: dict[str, tuple[tuple[int, ...], Callable[..., Fraction], Callable[..., Fraction]]] = {
    "identity": ((), lambda z: z, lambda z: Fraction(1)),
    "relu": ((0,), lambda z: max(z, Fraction(0)), clamp(0, None)),
    "relu6": ((0, 6), lambda z: min(max(z, Fraction(0)), Fraction(6)), clamp(0, 6)),
    "hardtanh": ((-1, 1), lambda z: min(max(z, Fraction(-1)), Fraction(1)), clamp(-1, 1)),
    "hardsigmoid": (
        (-3, 3),
        lambda z: min(max(z + 3, Fraction(0)), Fraction(6)) / 6,
        clamp(-3, 3, Fraction(1, 6)),
    ),
    "leaky_relu": (
        (0,),
        lambda z, alpha: z if z > 0 else alpha * z,
        lambda z, alpha: Fraction(1) if z > 0 else alpha,
    ),
}
Stretch = tuple[Fraction, Fraction]


def enumerated(chain: Chain, x_range: tuple[float, float]) -> list[tuple[Fraction, list[Stretch]]]:
    """For each depth the exact supremum and the open pieces of the x-range that have it."""
    kinks, value, slope = ORACLES[chain.activation.name]
    parameters = [Fraction(number) for number in chain.activation.arguments(chain.parameters)]
    cuts = [Fraction(end) for end in x_range]
    if parameters == [1]:
        kinks = ()  # leaky_relu of alpha 1 has no kink
    # z at the cuts: the chain is straight between two of them, so a kink is found by proportion.
    heights = list(cuts)
    slopes = [Fraction(1)]
    found = []
    for weight, bias in zip(chain.weights, chain.biases, strict=True):
        heights = [Fraction(weight) * height + Fraction(bias) for height in heights]
        for kink in kinks:
            for place in range(len(cuts) - 1, 0, -1):
                low, high = heights[place - 1 : place + 1]
                if min(low, high) < kink < max(low, high):
                    part = (kink - low) / (high - low)
                    cuts.insert(place, cuts[place - 1] + part * (cuts[place] - cuts[place - 1]))
                    heights.insert(place, Fraction(kink))
                    slopes.insert(place, slopes[place - 1])
        middles = [(low + high) / 2 for low, high in pairwise(heights)]
        slopes = [
            before * abs(Fraction(weight)) * slope(middle, *parameters) if before else before
            for before, middle in zip(slopes, middles, strict=True)
        ]
        heights = [value(height, *parameters) for height in heights]
        steepest = max(slopes)
        winners = [
            piece for piece, of in zip(pairwise(cuts), slopes, strict=True) if of == steepest
        ]
        found.append((steepest, winners))
    return found


def below(number: Fraction) -> float:
    nearest = float(number)
    return math.nextafter(nearest, -math.inf) if Fraction(nearest) > number else nearest


def distance(piece: Stretch) -> Fraction:
    return Fraction(0) if piece[0] <= 0 <= piece[1] else min(abs(end) for end in piece)


def check(bracket: Bracket, steepest: Fraction, winners: list[Stretch]) -> None:
    if not steepest:
        assert bracket.upper == -math.inf
        return
    log = mpmath.log(steepest.numerator) - mpmath.log(steepest.denominator)
    assert bracket.lower <= log <= bracket.upper
    assert bracket.upper - bracket.lower <= 2e-14 + 1e-15 * abs(log)
    places = {(below(left), -below(-right)): distance((left, right)) for left, right in winners}
    assert (bracket.left, bracket.right) in places
    assert places[bracket.left, bracket.right] <= min(places.values()) + Fraction(1, 2**40)


def agrees(chain: Chain, x_range: tuple[float, float]) -> None:
    depths = tuple(range(1, chain.depth + 1))
    for bracket, (steepest, winners) in zip(
        suprema(chain, x_range, depths), enumerated(chain, x_range), strict=True
    ):
        check(bracket, steepest, winners)


halves = st.integers(-16, 16).map(lambda number: number / 2)
nice = st.one_of(st.integers(-6, 6).map(float), halves, st.sampled_from([0.1, -0.3, 0.7, 1.1, 2.3]))
wild = st.floats(-20.0, 20.0)
alphas = st.one_of(
    st.sampled_from([0.0, 0.01, 0.25, 0.5, 1.0, 2.0, 3.0]),
    st.floats(0.0, 4.0, allow_subnormal=False),
)


@st.composite
def chains(draw: st.DrawFn, numbers: st.SearchStrategy[float], deepest: int) -> Chain:
    name = draw(st.sampled_from(sorted(ORACLES)))
    depth = draw(st.integers(1, deepest))
    same = draw(st.booleans())
    layers = 1 if same else depth
    weights = draw(st.lists(numbers, min_size=layers, max_size=layers)) * (depth // layers)
    biases = draw(st.lists(numbers, min_size=layers, max_size=layers)) * (depth // layers)
    parameters = {"alpha": draw(alphas)} if name == "leaky_relu" else {}
    return Chain(name, weights, biases, parameters=parameters)


def ranges(ends: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[float, float]]:
    pairs = st.tuples(ends, ends).map(lambda pair: (min(pair), max(pair)))
    return pairs.filter(lambda pair: pair[0] < pair[1])


@settings(max_examples=600, deadline=None)
@given(chain=chains(nice, 8), x_range=ranges(nice))
@example(chain=Chain("relu", -1.0, depth=2), x_range=(-3.0, 3.0))
@example(chain=Chain("leaky_relu", -2.0, 0.5, depth=8), x_range=(-3.0, 3.0))
@example(chain=Chain("hardsigmoid", 8.0, -3.0, depth=8), x_range=(-0.36, 0.47))
def test_numbers_whose_orbits_hit_kinks(chain: Chain, x_range: tuple[float, float]) -> None:
    agrees(chain, x_range)


@settings(max_examples=300, deadline=None)
@given(chain=chains(wild, 6), x_range=ranges(wild))
def test_numbers_of_all_bits(chain: Chain, x_range: tuple[float, float]) -> None:
    agrees(chain, x_range)


@settings(max_examples=200, deadline=None)
@given(
    chain=chains(st.floats(-1.5, 1.5).map(lambda w: w if abs(w) > 0.1 else 1.0), 8),
    near=st.floats(-1.0, 1.0),
    steps=st.integers(1, 3),
)
def test_ranges_of_a_few_doubles(chain: Chain, near: float, steps: int) -> None:
    far = near
    for _ in range(steps):
        far = math.nextafter(far, math.inf)
    agrees(chain, (near, far))


extreme = st.one_of(
    nice, st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([1e308, -1e308, 5e-324])
)


@settings(max_examples=200, deadline=None)
@given(chain=chains(extreme, 5), x_range=ranges(extreme))
def test_numbers_of_any_size(chain: Chain, x_range: tuple[float, float]) -> None:
    agrees(chain, x_range)


@settings(max_examples=100, deadline=None)
@given(chain=chains(st.one_of(nice, wild, extreme), 60), x_range=ranges(nice))
def test_enclosures_in_doubles_decide_as_exact_orbits_do(
    chain: Chain, x_range: tuple[float, float]
) -> None:
    depths = tuple(range(1, chain.depth + 1))
    quick = suprema(chain, x_range, depths)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ExactOrbit, "_step", step_without_knowing)
        assert repr(suprema(chain, x_range, depths)) == repr(quick)


def step_without_knowing(orbit: ExactOrbit, layers: ExactChain) -> None:
    orbit.low, orbit.high = -math.inf, math.inf
    orbit.layer += 1


def in_log10(bracket: Bracket) -> float:
    assert bracket.upper - bracket.lower <= 3e-12
    return bracket.lower / LOG_10


@pytest.mark.parametrize(
    ("name", "weight", "bias", "depth", "log10"),
    [
        ("relu", 8.0, 0.0, 1000, 903.0899869919436),
        ("leaky_relu", -2.0, 0.5, 50, 15.05149978319906),
        ("relu6", 2.0, -0.5, 30, 9.030899869919436),
        ("hardtanh", 8.0, 0.5, 30, 27.09269960975831),
        ("hardsigmoid", 4.0, -2.0, 6, -1.0565475543340876),
    ],
)
def test_known_suprema(name: str, weight: float, bias: float, depth: int, log10: float) -> None:
    [bracket] = suprema(Chain(name, weight, bias, depth=depth), (-3.0, 3.0), (depth,))
    assert in_log10(bracket) == pytest.approx(log10, rel=1e-14)


@pytest.mark.parametrize(
    ("weight", "depth", "x_range"), [(-1.0, 2, (-3.0, 3.0)), (1.0, 3, (-3.0, 0.0))]
)
def test_a_kink_alone_has_no_slope(weight: float, depth: int, x_range: tuple[float, float]) -> None:
    assert suprema(Chain("relu", weight, depth=depth), x_range, (depth,))[0].upper == -math.inf


def test_a_fixed_point_on_a_kink_stays_on_it() -> None:
    # z = -3 gives act = 0 and z = 8·0 - 3 again: the steep piece begins at x = 0, in every layer.
    found = suprema(Chain("hardsigmoid", 8.0, -3.0, depth=1000), (-0.36, 0.47), (300, 1000))
    for depth, bracket in zip((300, 1000), found, strict=True):
        assert in_log10(bracket) == pytest.approx(depth * math.log10(8 / 6), rel=1e-13)
        assert bracket.left == 0.0
    # Its end is x = 6/8 · (6/8)^999: the kink at 3, pulled back.
    end = Fraction(3, 4) ** 1000
    assert found[1].right == -below(-end)
    assert Fraction(found[1].right) >= end


def test_slopes_far_beyond_float64() -> None:
    chain = Chain("identity", 1e308, 1e308, depth=1000)
    [bracket] = suprema(chain, (-1e308, 1e308), (1000,))
    exact = 1000 * mpmath.log(mpmath.mpf(1e308))
    assert bracket.lower <= exact <= bracket.upper
    assert bracket.upper - bracket.lower <= 1e-9
    assert (bracket.left, bracket.right) == (-1e308, 1e308)


@pytest.mark.parametrize("weights", [(0.25, 4.0), (-0.5, 2.0), (1.0, -1.0)])
def test_factors_that_cancel_leave_exactly_one(weights: tuple[float, float]) -> None:
    [bracket] = suprema(Chain("identity", weights), (-1.0, 1.0), (2,))
    assert (bracket.lower, bracket.upper) == (0.0, 0.0)


def test_hardsigmoid_of_weight_six_is_exactly_steady() -> None:
    # w act' = 6 / 6, and z = 6·(z + 3)/6 - 3 is the identity on (-3, 3).
    chain = Chain("hardsigmoid", 6.0, -3.0, depth=500)
    [bracket] = suprema(chain, (-0.5, 0.5), (500,))
    assert (bracket.lower, bracket.upper) == (0.0, 0.0)
    assert (bracket.left, bracket.right) == (0.0, 0.5)


def test_the_order_of_depths_is_kept() -> None:
    chain = Chain("relu", 2.0, depth=3)
    shuffled = suprema(chain, (-1.0, 1.0), (3, 1, 2, 3))
    assert [round(in_log10(item) / math.log10(2.0)) for item in shuffled] == [3, 1, 2, 3]


def test_a_weight_of_zero_is_dead_from_its_layer_on() -> None:
    chain = Chain("leaky_relu", (2.0, 0.0, 2.0), 1.0)
    first, second, third = suprema(chain, (-1.0, 1.0), (1, 2, 3))
    assert first.upper > 0.0
    assert second.upper == third.upper == -math.inf


def test_of_two_equally_steep_stretches_the_nearer_to_zero_is_named() -> None:
    # The slope is 1/2 where one of two layers is at its less steep side, as on both sides of 0.
    chain = Chain("leaky_relu", (1.0, -1.0), (0.0, 0.0), parameters={"alpha": 0.5})
    [bracket] = suprema(chain, (1.0, 4.0), (2,))
    assert (bracket.left, bracket.right) == (1.0, 4.0)
    [bracket] = suprema(chain, (-1.0, 4.0), (2,))
    assert (bracket.left, bracket.right) == (-1.0, 0.0)


def test_more_than_two_slopes_are_refused_rather_than_misjudged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from dataclasses import replace

    import numpy as np

    entry = Chain("leaky_relu", 1.0).activation
    shape = replace(
        entry.shape(),
        value=lambda np, z: np.where(z > 1, 3 * z - 2, np.where(z > 0, z, 0.5 * z)),
        kinks={0.0: (math.log(0.5), 0.0), 1.0: (0.0, math.log(3.0))},
    )
    monkeypatch.setattr(straight, "bent", lambda alpha: shape, raising=False)
    bent = replace(entry, name="bent")
    assert shape.value(np, np.array([2.0])) == 4.0
    with pytest.raises(ValueError, match="more than two slopes"):
        suprema(Chain(bent, 1.0), (-1.0, 1.0), (1,))
