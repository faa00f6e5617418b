"""One point, layer by layer, against the definitions in 120 digits; the steepest point against the
certified bracket of the maximum slope."""

from __future__ import annotations

import itertools
import json
import math

import mpmath as mp
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from activation_oracle import ORACLE
from gradplot.analysis.layers.found import Quantity
from gradplot.errors import InputError
from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.rendering import Rendering, render
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec, PointSpec

NUMBERS = ("z", "a", "derivative", "factor", "product", "backwards", "dy_dw", "dy_db")


def floats(size: float) -> st.SearchStrategy[float]:
    """0 and numbers that 120 digits can add to others through all layers."""
    return st.floats(-size, size).filter(lambda number: number == 0 or abs(number) > 1e-6)


WEIGHT, BIAS, X = floats(9.0), floats(3.0), floats(2.0)
#: What 120 digits lose of the logarithm of a number next to 1.
SLACK = mp.mpf(10) ** -100


def explained(name: str, **options: object) -> Rendering:
    parameters = tuple(ACTIVATIONS[name].parameters.items())
    x_range = options.pop("x_range", (-1.0, 1.0))
    function = PointSpec(activation=name, parameters=parameters, **options)  # type: ignore[arg-type]
    return render(FigureSpec(function=function, x_range=x_range))  # type: ignore[arg-type]


def oracle(name: str, weights: list[float], biases: list[float], x: float) -> list[dict]:
    """Every number of every layer, straight from the definitions."""
    act, slope_of = ORACLE[name]
    a, product, rows = mp.mpf(x), mp.mpf(1), []
    for w, b in zip(weights, biases, strict=True):
        z = mp.mpf(w) * a + mp.mpf(b)
        slope = mp.mpf(slope_of(z))
        product *= w * slope
        rows.append(
            {"z": z, "derivative": slope, "factor": w * slope, "product": product, "dy_dw": a}
        )
        a = rows[-1]["a"] = mp.mpf(act(z))
    behind = mp.mpf(1)
    for row in reversed(rows):
        row["dy_db"] = row["derivative"] * behind
        row["dy_dw"] *= row["dy_db"]
        behind *= row["factor"]
        row["backwards"] = behind
    return rows


def check(found: Quantity, truth: mp.mpf, what: str) -> None:
    assert found.sign == mp.sign(truth), what
    if truth == 0:
        assert found.lower == found.upper == -math.inf
        assert found.nearest == 0
        return
    log = mp.log(abs(truth))
    assert found.lower - SLACK <= log <= found.upper + SLACK, what
    assert found.upper - found.lower <= 1e-15 * max(1, abs(log)), what
    if found.nearest is not None:
        assert found.nearest == pytest.approx(float(truth), rel=3e-16), what
    else:
        assert not 3e-308 < abs(truth) < 1e308


@pytest.mark.parametrize("name", ACTIVATIONS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(WEIGHT, BIAS), min_size=1, max_size=7), X)
def test_every_number_of_every_layer(
    name: str, layers: list[tuple[float, float]], x: float
) -> None:
    weights, biases = (list(numbers) for numbers in zip(*layers, strict=True))
    findings = explained(
        name, weight=tuple(weights), bias=tuple(biases), depth=len(layers), at=x
    ).findings
    # At its left kink the oracle's own formula takes the other side.
    assume(name != "hardswish" or not any(layer.kink for layer in findings.layers))
    with mp.workdps(120):
        for layer, row in zip(findings.layers, oracle(name, weights, biases, x), strict=True):
            for what in NUMBERS:
                check(getattr(layer, what), row[what], f"{what} of layer {layer.layer}")


@pytest.mark.parametrize("name", ["tanh", "sin", "gelu", "softsign", "hardtanh", "leaky_relu"])
def test_a_deep_chain_that_float64_loses(name: str) -> None:
    """Each layer stretches what was rounded before it: after 20 layers float64 knows nothing."""
    layers = explained(name, weight=(7.0,), bias=(0.3,), depth=60, at=0.1).findings.layers
    with mp.workdps(300):
        row = oracle(name, [7.0] * 60, [0.3] * 60, 0.1)[-1]
        for what in NUMBERS:
            check(getattr(layers[-1], what), row[what], what)


@pytest.mark.parametrize(
    ("name", "kink", "slope"),
    [
        ("relu", 0.0, 0.0), ("relu6", 6.0, 0.0), ("hardtanh", -1.0, 0.0), ("hardsigmoid", 3.0, 0.0),
        ("leaky_relu", 0.0, 0.01), ("selu", 0.0, 1.0507009873554805 * 1.6732632423543772),
        ("hardswish", -3.0, 0.0), ("hardswish", 3.0, 1.0),
    ],
)  # fmt: skip
def test_at_a_kink_the_slope_is_the_side_that_pytorch_takes(
    name: str, kink: float, slope: float
) -> None:
    rendering = explained(name, weight=(2.0,), depth=1, at=kink / 2)
    (layer,) = rendering.findings.layers
    assert layer.kink
    assert layer.derivative.nearest == pytest.approx(slope, rel=1e-15)
    assert "on a kink" in rendering.report.alt_text(rendering.spec, rendering.findings)


def test_a_kink_is_met_exactly_where_balls_cannot_tell() -> None:
    """softsign(2) = 2/3 is no binary number, yet 3·(2/3) - 2 is 0."""
    layers = explained("softsign", weight=(1.0, 3.0), bias=(0.0, -2.0), depth=2, at=2.0)
    assert layers.findings.layers[1].z.sign == 0
    kink = explained("hardsigmoid", weight=(1.0, 6.0), bias=(0.0, -0.1), depth=2, at=0.1)
    assert kink.findings.layers[1].kink  # 6·(0.1 + 3)/6 - 0.1 is 3


@pytest.mark.parametrize(
    ("name", "options", "marks"),
    [
        ("tanh", {"bias": (1,), "depth": 10, "at": -0.143}, 6 * ["expanding"] + 4 * ["saturated"]),
        ("relu", {"bias": (-1.0,), "depth": 3, "at": 0.12}, ["dead"] * 3),
        ("identity", {"weight": (2, 0, 0.5), "depth": 3, "at": 1.0}, ["expanding", "dead", None]),
        ("leaky_relu", {"weight": (1.0,), "depth": 1, "at": -1.0}, [None]),  # exactly a hundredth
        ("sigmoid", {"weight": (6000.0,), "depth": 1, "at": 0.001}, ["expanding"]),
    ],
)  # fmt: skip
def test_marks(name: str, options: dict, marks: list[str | None]) -> None:
    assert [layer.mark for layer in explained(name, **options).findings.layers] == marks


MONOTONE = [name for name, entry in ACTIVATIONS.items() if entry.shape().monotone]
CHAINS = [(8.0, 0.5, 3), (8.0, 0.5, 50), (-3.0, 0.2, 12), (1.5, -0.3, 30)]


def steepest(name: str, w: float, b: float, depth: int) -> tuple[Rendering, dict]:
    found = explained(name, weight=(w,), bias=(b,), depth=depth)
    chain = ChainSpec(
        activation=name,
        parameters=tuple(ACTIVATIONS[name].parameters.items()),
        weight=(w,), bias=(b,), depths=(depth,),
    )  # fmt: skip
    return found, json.loads(render(FigureSpec(function=chain)).to_json())["depths"][0]


@pytest.mark.parametrize(("w", "b", "depth"), CHAINS)
@pytest.mark.parametrize("name", MONOTONE)
def test_the_steepest_point_has_the_certified_slope(
    name: str, w: float, b: float, depth: int
) -> None:
    """Of every increasing activation, also where no double leads there."""
    found, certified = steepest(name, w, b, depth)
    data = json.loads(found.to_json())
    assert found.findings.reached
    if certified["max_slope"] == 0:
        assert data["slope"] == 0
        return
    bracket = certified["log10_max_slope"]
    assert data["log10_max_slope"] == bracket
    room = 1e-15 * abs(bracket["upper"])  # of a double
    assert bracket["lower"] - room <= data["log10_slope"] <= bracket["upper"] + room


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name not in MONOTONE])
def test_the_steepest_point_of_a_turning_activation(name: str) -> None:
    for w, b, depth in ((8.0, 0.5, 3), (-3.0, 0.2, 5)):
        found, certified = steepest(name, w, b, depth)
        slope = json.loads(found.to_json())["log10_slope"]
        assert found.findings.reached
        assert slope == pytest.approx(certified["log10_max_slope"]["lower"], abs=1e-9)


def test_the_known_unreachable_peak() -> None:
    """NUMERICS: 10^45.046, where the best double has 10^-138."""
    rendering = explained("tanh", bias=(0.5,), depth=50)
    findings = rendering.findings
    assert not findings.exact
    data = json.loads(rendering.to_json())
    assert data["log10_slope"] == pytest.approx(45.046, abs=5e-4)
    # The same orbit, forwards in 200 digits from the x that pulling back gives.
    with mp.workdps(200):
        log = sum(mp.mpf(layer.factor.lower) for layer in findings.layers)
        assert log == pytest.approx(float(findings.slope.lower), rel=1e-13)
        for before, after in zip(findings.layers, findings.layers[1:], strict=False):
            assert after.z.nearest == pytest.approx(8 * before.a.nearest + 0.5, rel=1e-12)
    nearest = explained("tanh", bias=(0.5,), depth=50, at=data["x"])
    assert json.loads(nearest.to_json())["log10_slope"] < -100


def test_where_pytorchs_slope_is_none_of_any_side_it_is_not_taken_for_the_steepest() -> None:
    """selu at 0 with w < 0: left of the first kink is right of the second."""
    found, certified = steepest("selu", -8.0, 0.0, 2)
    assert found.findings.reached
    slope = json.loads(found.to_json())["log10_slope"]
    assert certified["log10_max_slope"]["lower"] - 1e-12 <= slope
    assert slope <= certified["log10_max_slope"]["upper"] + 1e-12


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_extremes_are_strict_json(name: str) -> None:
    for x, w in ((1e308, 1e308), (-1e308, 1e308), (5e-324, 1e-300), (0.0, 0.0)):
        text = explained(name, weight=(w,), depth=4, at=x).to_json()
        data = json.loads(text, parse_constant=pytest.fail)
        assert len(data["layers"]) == 4


def test_csv_has_the_columns_of_json() -> None:
    rendering = explained("tanh", bias=(0.5,), depth=12)
    header, *lines = rendering.report.to_csv(rendering.findings).splitlines()
    rows = json.loads(rendering.to_json())["layers"]
    assert header.split(",") == list(rows[0])
    assert len(lines) == len(rows) == 12
    assert float(lines[3].split(",")[1]) == rows[3]["z"]


def test_bad_specs() -> None:
    with pytest.raises(InputError, match="0 is not a depth"):
        PointSpec(activation="tanh", depth=0)
    with pytest.raises(InputError, match="inf"):
        PointSpec(activation="tanh", at=math.inf)
    with pytest.raises(InputError, match="2 values for depth 3"):
        PointSpec(activation="tanh", weight=(1.0, 2.0))


@pytest.mark.parametrize("name", ["sin", "gelu", "gaussian", "mish", "hardswish"])
def test_the_steepest_orbit_of_an_activation_that_turns(name: str) -> None:
    """So deep that the doubles beside it have long left it: each layer follows from the last."""
    found, certified = steepest(name, 5.0, -1.0, 40)
    bracket = certified["log10_max_slope"]
    slope = found.findings.slope
    assert bracket["lower"] - 1e-9 <= slope.lower / math.log(10)
    assert slope.upper / math.log(10) <= bracket["upper"] + 1e-9
    for layer, following in itertools.pairwise(found.findings.layers):
        z = 5.0 * layer.a.nearest - 1.0
        assert z == pytest.approx(following.z.nearest, rel=1e-12, abs=1e-12)
