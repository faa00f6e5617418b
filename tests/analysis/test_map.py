"""Maps: their brackets against one network at a time, their words, their pictures, bad input."""

import dataclasses
import io
import json
import math

import numpy as np
import pytest

from gradplot import max_slope, max_slopes
from gradplot.analysis.map import analyse
from gradplot.errors import InputError
from gradplot.functions.chain.chain import Chain
from gradplot.output.report.map import extremes, table
from gradplot.reading.figure import figure_spec
from gradplot.rendering import render

SMALL = {"map": "tanh", "weight": (0, 4), "bias": (-2, 2), "grid": 12}


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [("tanh", 1e-6), ("sigmoid", 1e-6), ("erf", 1e-6), ("selu", 1e-6), ("softplus", 1e-6),
     ("relu", 1e-6), ("hardtanh", 1e-6), ("gelu", 1e-6), ("sin", 1e-6)],
)  # fmt: skip
def test_many_networks_at_once_are_bracketed_as_one_by_one(name, tolerance):
    rng = np.random.default_rng(4)
    weights, biases = rng.uniform(-8, 8, 24), rng.uniform(-6, 6, 24)
    lower, upper = max_slopes(name, weights, biases, depth=9, tolerance=tolerance)
    for weight, bias, low, high in zip(weights, biases, lower, upper, strict=True):
        alone = max_slope(Chain(name, float(weight), float(bias), depth=9))
        if alone.dead:
            assert high == -math.inf
            continue
        assert low <= alone.upper + 1e-12
        assert alone.lower <= high + 1e-12
        assert high - low <= 2 * tolerance


def test_a_bracket_holds_what_samples_reach():
    weights = np.linspace(-6, 6, 13)
    lower, upper = max_slopes("tanh", weights[:, None], weights[None, :] / 2, depth=6)
    x = np.linspace(-1, 1, 2001)
    for row, weight in enumerate(weights):
        for column, bias in enumerate(weights / 2):
            slopes = Chain("tanh", weight, bias, depth=6).log_slope(x)[1]
            assert slopes.max() <= upper[row, column] + 1e-12
    assert lower.shape == upper.shape == (13, 13)


def test_of_networks_as_good_as_equal_the_first_is_named():
    spec = figure_spec({"map": "tanh", "weight": (1, 9), "bias": (-2, 2), "grid": 4})
    findings = analyse(spec).findings
    steepest, flattest = extremes(findings)
    assert steepest.up < 0.0  # tanh is odd: its mirror image is as steep
    assert flattest.up < 0.0
    low, high = np.array(findings.lower), np.array(findings.upper)
    for tilt in (-0.2, 0.2):
        nudge = tilt * (high - low) * np.arange(4)[:, None]
        lower, upper = (low + nudge).tolist(), (high + nudge).tolist()
        named = extremes(dataclasses.replace(findings, lower=lower, upper=upper))
        assert [(cell.across, cell.up) for cell in named] == [
            (cell.across, cell.up) for cell in (steepest, flattest)
        ]


def test_a_weight_of_zero_is_dead():
    lower, upper = max_slopes("tanh", [0.0, 1.0], depth=3)
    assert lower[0] == upper[0] == -math.inf
    assert upper[1] == pytest.approx(0.0, abs=1e-5)


def test_a_map_over_depth_is_each_depth():
    spec = figure_spec({"map": "tanh", "weight": (1, 9), "bias": 0.5, "depth": (1, 6), "grid": 8})
    findings = analyse(spec).findings
    assert findings.axes[1].values == (1, 2, 3, 4, 5, 6)
    for row, depth in enumerate(findings.axes[1].values):
        for column, weight in enumerate(findings.axes[0].values):
            alone = max_slope(Chain("tanh", weight, 0.5, depth=int(depth)))
            assert findings.lower[row][column] <= alone.upper
            assert alone.lower <= findings.upper[row][column]


def test_parts_go_to_an_executor():
    from concurrent.futures import ThreadPoolExecutor

    spec = figure_spec({"map": "relu", "grid": 20, "depth": 3})
    with ThreadPoolExecutor(2) as executor:
        shared = analyse(spec, executor=executor).findings
    assert shared == analyse(spec).findings


def test_json_has_a_row_for_each_value_of_the_second_axis_and_null_for_dead():
    spec = figure_spec({"map": "relu", "grid": 10, "depth": 4})
    data = json.loads(render(spec).to_json())
    assert data["schema"] == "gradplot-map/1"
    assert [axis["name"] for axis in data["axes"]] == ["weight", "bias"]
    lower = data["log10_max_slope"]["lower"]
    assert len(lower) == len(data["axes"][1]["values"]) == 10
    assert lower[0][0] is None  # bias -7.2 at a small weight: relu is flat
    assert data["log10_max_slope"]["upper"][0][0] is None


def test_csv_has_a_line_for_each_cell():
    rendering = render(figure_spec(SMALL))
    lines = rendering.report.to_csv(rendering.findings).splitlines()
    assert lines[0] == "weight,bias,log10_max_slope_lower,log10_max_slope_upper"
    assert len(lines) == 1 + 12 * 12


def test_the_picture_is_the_same_every_time_and_small():
    spec = figure_spec({**SMALL, "grid": 96, "weight": (0, 16), "bias": (-8, 8)})
    one, other = (render(spec, formats=("svg", "png", "pdf")).images for _ in range(2))
    assert one == other
    assert len(one["svg"]) < 100_000


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_cells_have_the_colour_of_their_slope(theme):
    from matplotlib.image import imread

    spec = figure_spec({"map": "identity", "weight": (0, 2), "grid": 2, "theme": theme})
    pixels = imread(io.BytesIO(render(spec, formats=("png",)).images["png"]))
    height, width = pixels.shape[:2]
    flat, steep = pixels[height // 2, width // 4], pixels[height // 2, int(width * 0.7)]
    assert flat[2] > flat[0]  # weight 0.5 vanishes: blue
    assert steep[0] > steep[2]  # weight 1.5 explodes: red


@pytest.mark.parametrize(
    ("options", "key"),
    [({"grid": 1}, "grid"), ({"grid": 3163}, "grid"), ({"weight": (4, 1)}, "weight"),
     ({"weight": (1, 1)}, "weight"), ({"weight": ("inf", 3)}, "weight"),
     ({"bias": ("nan",)}, "bias"), ({"depth": (9, 2)}, "depth"), ({"weight": (1, 2, 3)}, "weight"),
     ({"weight": 3, "bias": 1}, "weight"), ({"depth": (1, 5), "weight": (1, 2), "bias": (1, 2)},
     "depth"), ({"depth": 1.5}, "depth"), ({"depth": 0}, "depth"), ({"alpha": 2}, "alpha"),
     ({"grid": 1000, "depth": 10000}, "grid")],
)  # fmt: skip
def test_what_cannot_be_a_map_is_refused(options, key):
    with pytest.raises(InputError) as caught:
        figure_spec({"map": "tanh", **options})
    assert caught.value.key == key


@pytest.mark.parametrize("wrong", [{"depth": 0}, {"tolerance": 0.0}, {"x_range": (1.0, 1.0)}])
def test_max_slopes_refuses(wrong):
    with pytest.raises(InputError):
        max_slopes("tanh", [1.0, 2.0], **{"depth": 2, **wrong})
    with pytest.raises(InputError):
        max_slopes("tanh", [1.0, math.nan], depth=2)


@pytest.mark.parametrize(("weights", "strokes"), [((0, 4), 1), ((2, 4), 2), ((-4, 4), 2)])
def test_the_fold_is_joined_only_where_it_begins(weights, strokes):
    fold = analyse(figure_spec({**SMALL, "weight": weights})).findings.fold
    assert len(fold) == strokes
    for weight, bias in fold[0]:
        z = math.acosh(math.sqrt(abs(weight)))
        assert abs(bias) == pytest.approx(abs(z - weight * math.tanh(z)), abs=1e-11)


@pytest.mark.parametrize(
    ("widths", "said"),
    [
        ((0.0, 0.0), "brackets within a factor of 1;"),
        ((1e-9, 0.0), "brackets within a factor of 1.000000001;"),
        ((0.0, 57.1), "brackets within a factor of 10^25;"),
        ((0.0, math.inf), "brackets within a factor of 1; 1 cell with one bound alone;"),
    ],
)
def test_the_table_says_how_wide_brackets_are(widths, said):
    spec = figure_spec({"map": "tanh", "grid": 2, "depth": 1})
    found = analyse(spec).findings
    rows = tuple((1.0, 1.0 - width) for width in widths)
    findings = dataclasses.replace(found, lower=rows, upper=((1.0, 1.0), (1.0, 1.0)))
    assert said in str(table(spec, findings).renderables[-1])
