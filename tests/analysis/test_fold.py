"""The fold against closed forms, and against growth per layer on both sides of it."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from gradplot.analysis.fold import fold, known
from gradplot.analysis.supremum.choose import max_slopes
from gradplot.functions.activations.table import ACTIVATIONS, find
from gradplot.functions.chain.chain import Chain

UNIT = (-1.0, 1.0)


def ends(name, weight, x_range=UNIT, **options):
    found = fold(find(name).shape(), np.array([float(weight)]), x_range, **options)
    return tuple(float(end[0]) for end in found)


def per_layer(name, weight, bias, depth=400):
    chain = Chain(name, float(weight), float(bias), depth=depth)
    half, whole = max_slopes([chain.at(depth // 2), chain], UNIT)
    return math.exp((whole.lower - half.upper) / (depth - depth // 2))


@pytest.mark.parametrize("weight", [1.001, 2.0, 8.0, 1e6, -1.5, -2.0, -30.0])
def test_the_fold_of_tanh_is_its_closed_form(weight):
    z = math.acosh(math.sqrt(abs(weight)))  # act'(z) = sech² z = 1/|w|
    bias = abs(z - weight * math.tanh(z))
    assert ends("tanh", weight) == pytest.approx((-bias, bias), abs=1e-12 * (1 + abs(weight)))


@pytest.mark.parametrize("weight", [4.001, 5.0, 8.0, 100.0, -5.0, -8.0])
def test_the_fold_of_sigmoid_is_its_closed_form(weight):
    s = 0.5 * (1.0 + math.sqrt(1.0 - 4.0 / abs(weight)))  # act' = s(1 - s) = 1/|w|
    z = math.log(s / (1.0 - s))
    places = sorted((z - weight * s, -z - weight * (1.0 - s)))
    assert ends("sigmoid", weight) == pytest.approx(places, abs=1e-12 * (1 + abs(weight)))


@pytest.mark.parametrize(("name", "cusp"), [("sigmoid", (4.0, -2.0)), ("tanh", (1.0, 0.0))])
def test_the_branches_meet_in_the_cusp(name, cusp):
    weight, bias = cusp
    assert ends(name, weight * (1 + 1e-9)) == pytest.approx((bias, bias), abs=1e-8)
    assert all(map(math.isnan, ends(name, weight * (1 - 1e-9))))


@pytest.mark.parametrize(
    ("name", "weight", "biases"),
    [("hardtanh", 3, (-2, 2)), ("hardsigmoid", 8, (-5, -3)), ("hardtanh", -3, (-4, 4)),
     ("relu6", 2, (-1, 0)), ("relu6", -2, (0, 3))],
)  # fmt: skip
def test_straight_activations_fold_at_their_kinks_or_where_the_x_range_ends(name, weight, biases):
    assert ends(name, weight) == pytest.approx(biases, abs=1e-14)


def test_an_x_range_that_reaches_no_repelling_point_never_explodes():
    assert all(map(math.isnan, ends("tanh", 2.0, (5.0, 6.0))))
    assert ends("arctan", 4.0)[1] == pytest.approx(4.0 - math.tan(1.0), abs=1e-12)


@pytest.mark.parametrize(
    ("name", "weight", "bias", "growth"),
    [("sigmoid", 5, -2.67, 0.4684), ("sigmoid", 5, -2.65, 1.0688),
     ("tanh", 2, 0.52, 1.1955), ("tanh", 2, -0.54, 0.0517)],
)  # fmt: skip
def test_growth_on_both_sides(name, weight, bias, growth):
    assert per_layer(name, weight, bias) == pytest.approx(growth, abs=1e-3)


@pytest.mark.parametrize("name", [name for name, a in ACTIVATIONS.items() if known(a.shape())])
@pytest.mark.parametrize("times", [2.5, -2.5])
def test_slopes_grow_inside_and_vanish_outside(name, times):
    weight = times * find(name).critical_weight()
    low, high = ends(name, weight)
    for inside, outside in ((low + 0.05, low - 0.05), (high - 0.05, high + 0.05)):
        assert per_layer(name, weight, inside) > 1.0
        beyond = max_slopes([Chain(name, weight, outside, depth=400)], UNIT)[0]
        assert beyond.upper < -1.0


def test_unbounded_and_turning_activations_are_not_spoken_of():
    said = {name for name, entry in ACTIVATIONS.items() if known(entry.shape())}
    assert said == {
        "relu6", "hardtanh", "hardsigmoid", "softsign", "sigmoid", "tanh", "arctan", "erf",
    }  # fmt: skip


def test_the_page_on_proofs_names_those_that_are_spoken_of():
    """docs/proof.md: which statement holds for which activations, and the numbers it gives."""
    page = (Path(__file__).parents[2] / "docs" / "proof.md").read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if "the increasing and bounded ones" in line]
    named = set(re.findall(r"\w+", row)) & set(ACTIVATIONS)
    assert named == {name for name, entry in ACTIVATIONS.items() if known(entry.shape())}
    for weight, told in ((-8, "b = -0.59 and 8.59"), (8, "-5.07 and -2.93")):
        assert told in page
        assert [f"{end:.2f}" for end in ends("sigmoid", weight)] == re.findall(r"-?\d\.\d+", told)


@pytest.mark.parametrize(
    ("name", "weight", "biases"),
    [("sigmoid", 5, (-2.6556, -2.3444)), ("tanh", 2, (-0.53284, 0.53284)),
     ("sigmoid", 8, (-5.06568, -2.93432)), ("sigmoid", -5, (0.41954, 4.58046))],
)  # fmt: skip
def test_folds_that_are_known(name, weight, biases):
    assert ends(name, weight) == pytest.approx(biases, abs=5e-5)
