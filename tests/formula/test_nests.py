"""Nests that are no chain: values, slopes and ranges of deep ones, held to mpmath."""

from __future__ import annotations

import random
import re

import mpmath as mp
import numpy as np
import pytest

from formula.oracle import Dual, Number, Sample, Undefined, sample, written
from gradplot.analysis.tracing.field import Window
from gradplot.errors import InputError
from gradplot.functions.formula.formula import Formula
from gradplot.functions.jets import evaluation, ranged

#: A layer whose slope stays below 1, though its two parts apart move y by more than 1.
CONTRACTING = "sigmoid(5*x-2) - 0.3*x"

#: Beyond this mpmath takes long over what the next layers make of it.
FAR = 1e6


def nest(layer: Sample, depth: int) -> tuple[Formula, Sample]:
    """Layers of a formula written in x, and the same for mpmath."""

    def at(x: Dual) -> Dual:
        for _ in range(depth):
            x = layer.at(x)
            if not abs(x.value) < FAR:
                raise Undefined
        return x

    formula = Formula(re.sub(r"\bx\b", "y", layer.text), nest=depth)
    return formula, Sample(f"{layer.text}, {depth} times", at)


def log_of(slope: Number) -> Number:
    return mp.log(abs(slope)) if slope else -mp.inf


@pytest.mark.parametrize("few", [evaluation.FEW, 0], ids=["all layers at once", "one by one"])
@pytest.mark.parametrize("seed", range(4))
def test_ranges_hold_the_truth(seed: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of random layers, nested up to 40 deep, over cells of any width, some with many others."""
    monkeypatch.setattr(evaluation, "FEW", few)
    rng, checked = random.Random(seed), 0
    for _ in range(60):
        layer = sample(rng, rng.randint(1, 3))
        depth, width = rng.choice((2, 3, 7, 40)), 10 ** rng.uniform(-16, 0)
        x = np.array([rng.uniform(-2, 2) for _ in range(3)])
        try:
            formula, truth = nest(layer, depth)
        except InputError:
            continue
        low, high = x - width * rng.random(), x + width * rng.random()
        values, slopes = formula.value_range(low, high), formula.log_slope_range(low, high)
        for lane in range(3):
            try:
                y, slope = truth(float(x[lane]))
            except Undefined:
                continue
            checked += 1
            with mp.workdps(60):
                assert values[0][lane] <= y <= values[1][lane], (truth.text, x[lane])
                assert slopes[0][lane] <= log_of(slope) <= slopes[1][lane], (truth.text, x[lane])
    assert checked > 30


@pytest.mark.parametrize("depth", [10, 100, 300])
def test_points_of_a_contracting_nest(depth: int) -> None:
    """The width of a point's range would grow by half with every layer."""
    formula, truth = nest(written(CONTRACTING), depth)
    for x in (-0.7, 0.3, 0.9):
        y, slope = truth(x)
        assert formula.value(np.array([x]))[0] == pytest.approx(float(y), rel=1e-13)
        log = formula.log_slope(np.array([x]))[1][0]
        assert log == pytest.approx(float(log_of(slope)), rel=1e-12)


def test_points_of_layers_that_share_x() -> None:
    depth, x = 120, 0.3
    formula = Formula("sigmoid(5*y-2) - 0.3*y + 0.1*x", nest=depth)
    y, slope, layer = mp.mpf(x), mp.mpf(1), written("sigmoid(5*x-2) - 0.3*x")
    for _ in range(depth):
        own = layer.at(Dual(y, mp.mpf(1)))
        y, slope = own.value + x / mp.mpf(10), own.slope * slope + mp.mpf("0.1")
    assert formula.value(np.array([x]))[0] == pytest.approx(float(y), rel=1e-13)
    assert formula.log_slope(np.array([x]))[1][0] == pytest.approx(float(log_of(slope)), rel=1e-12)


def test_ranges_of_a_contracting_nest_contract() -> None:
    """300 layers bring all of [-1, 1] to one point, and the ranges know it."""
    formula, truth = nest(written(CONTRACTING), 300)
    low, high = formula.value_range(np.array([-1.0, 0.3]), np.array([1.0, 0.31]))
    point = float(truth(0.3)[0])
    assert (low <= point).all()
    assert (point <= high).all()
    assert (high - low < 1e-9).all()
    low, high = formula.log_slope_range(np.array([0.3]), np.array([0.3 + 1e-9]))
    assert high[0] - low[0] < 1e-4


def test_a_pole_inside_a_nest_is_not_passed_over() -> None:
    formula = Formula("1/y + 0.1*y", nest=8)
    low, high = np.array([-0.1, 0.5]), np.array([0.1, 0.5001])
    assert formula.continuous(low, high).tolist() == [False, True]
    values = formula.value_range(low, high)
    assert np.isinf(values[0][0])
    assert np.isinf(values[1][0])


def test_what_is_known_is_not_evaluated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    original = ranged.evaluate

    def counted(*arguments: object, **options: object) -> object:
        asked.append(options["order"])
        return original(*arguments, **options)

    monkeypatch.setattr(ranged, "evaluate", counted)
    formula = Formula("sin(x)/x")
    x = np.linspace(-1.0, 1.0, 50)
    first = formula.value_range(x[:-1], x[1:])
    before = len(asked)
    assert formula.continuous(x[:-1], x[1:]).sum() == 48
    assert len(asked) == before
    first[0][:] = 7.0
    assert formula.value_range(x[:-1], x[1:])[0].max() <= 1.0
    assert len(asked) == before


@pytest.mark.parametrize("x_range", [(-1.0, 1.0), (-0.3, 0.7), (1e-9, 1e5)])
def test_first_cells_are_those_of_the_limits(x_range: tuple[float, float]) -> None:
    """To the last bit, however wide the panel: else nothing would be shared."""
    rng = random.Random(1)
    for _ in range(200):
        width = rng.uniform(50, 4000)
        window = Window(x=x_range, y=(0.0, 1.0), width=width, height=100.0)
        edges = window.x_even(np.linspace(0.0, width, 129))
        assert np.array_equal(edges, np.linspace(*x_range, 129))
