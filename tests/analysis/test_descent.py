"""Gradient descent on a chain's loss: its gradients, its path, its pictures, and bad input."""

import json
import math

import mpmath
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from gradplot.analysis.curves import analyse
from gradplot.analysis.descent import Loss, descend
from gradplot.analysis.surface import analyse as analyse_surface
from gradplot.analysis.surface import sampled
from gradplot.cli.boundary import outcome
from gradplot.errors import InputError
from gradplot.functions.chain.chain import Chain
from gradplot.output.picture import curves as curves_picture
from gradplot.output.picture import surface as surface_picture
from gradplot.reading.figure import figure_spec
from gradplot.rendering import render
from gradplot.spec.descent import Descent
from gradplot.spec.surface import SurfaceSpec

AT, TARGET = 0.6224593312018546, 0.7
LINE = {
    "activation": "sigmoid", "weight": ("5",), "along": ("bias", "-6", "2"), "at": str(AT),
    "target": "0.7", "depths": ("8",),
}  # fmt: skip
#: Pascanu, Mikolov and Bengio (2013), "On the difficulty of training recurrent neural networks".
PLANE = {
    "activation": "sigmoid", "along": ("weight", "4", "7", "bias", "-4", "0"), "at": str(AT),
    "target": "0.7", "depths": ("50",), "descend": ("5.5", "-2"), "rate": "0.05", "steps": "400",
}  # fmt: skip
ACTS = {
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
    "arctan": mpmath.atan,
}


def quiet(share: float) -> None:
    """Progress that nobody hears."""


def gradient(name: str, depth: int, weight: float, bias: float) -> tuple[float, float, float]:
    """E, dE/dw and dE/db by 60-digit differentiation of the nested formula itself."""

    def loss(w: mpmath.mpf, b: mpmath.mpf) -> mpmath.mpf:
        y = mpmath.mpf(AT)
        for _ in range(depth):
            y = ACTS[name](w * y + b)
        return (y - mpmath.mpf(TARGET)) ** 2

    with mpmath.workdps(60):
        w, b = mpmath.mpf(weight), mpmath.mpf(bias)
        across, up = (mpmath.diff(loss, (w, b), order) for order in ((1, 0), (0, 1)))
        return float(loss(w, b)), float(across), float(up)


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize(
    ("depth", "weight", "bias"), [(1, 1.5, -0.5), (3, -2.25, 0.75), (8, 3.0, -1.0)]
)
def test_gradients_are_those_of_mpmath(name: str, depth: int, weight: float, bias: float) -> None:
    chain = Chain(name, 1.0, 0.0, depth=depth)
    loss = Loss(chain, ("weight", "bias"), at=AT, target=TARGET)
    descent = Descent(start=(weight, bias), rate=1e-3, steps=1)
    first = descend(loss, descent, progress=quiet).steps[0]
    expected = gradient(name, depth, weight, bias)
    # Rounded from more bits: to the last bit or its neighbour, where mpmath's own rounding differs.
    assert (first.loss, *first.gradient) == pytest.approx(expected, rel=4e-16)

    function = SurfaceSpec(
        activation=name,
        variables=("weight", "bias"),
        ranges=((-4, 4), (-4, 4)),
        depth=depth,
        at=AT,
        target=TARGET,
    )
    found, log10 = sampled(chain, function, np.array([weight]), np.array([bias]))
    assert found[0] == pytest.approx(expected[0], rel=1e-9, abs=1e-15)
    assert log10[0] == pytest.approx(math.log10(math.hypot(*expected[1:])), abs=1e-9)


def test_the_bias_is_not_the_first_layers_where_the_input_bias_is_another() -> None:
    """dE/db of both biases, by 60-digit differentiation of the nested formula."""

    def loss(first: mpmath.mpf, rest: mpmath.mpf) -> mpmath.mpf:
        y = mpmath.tanh(2 * mpmath.mpf(AT) + first)
        return (mpmath.tanh(2 * mpmath.tanh(2 * y + rest) + rest) - mpmath.mpf(TARGET)) ** 2

    with mpmath.workdps(60):
        place = mpmath.mpf(-0.5), mpmath.mpf(0.25)
        expected = [float(mpmath.diff(loss, place, order)) for order in ((1, 0), (0, 1))]
    chain = Chain("tanh", 2.0, 0.0, depth=3)
    found = descend(
        Loss(chain, ("input-bias", "bias"), at=AT, target=TARGET),
        Descent(start=(-0.5, 0.25), rate=1e-3, steps=1),
        progress=quiet,
    )
    assert found.steps[0].gradient == pytest.approx(expected, rel=4e-16)
    function = SurfaceSpec(
        activation="tanh", variables=("input-bias", "bias"), ranges=((-4, 4), (-4, 4)), depth=3,
        weight=(2.0,), at=AT, target=TARGET,
    )  # fmt: skip
    _, log10 = sampled(chain, function, np.array([-0.5]), np.array([0.25]))
    assert log10[0] == pytest.approx(math.log10(math.hypot(*expected)), abs=1e-9)


def test_the_cliff_throws_far_and_clipping_does_not() -> None:
    path = analyse_surface(figure_spec(PLANE)).findings.path
    assert path is not None
    assert len(path.steps) == 401
    assert f"{path.longest:.4g}" == "0.8417"
    clipped = analyse_surface(figure_spec({**PLANE, "clip": "1"})).findings.path
    assert clipped is not None
    assert clipped.longest <= 0.05 * (1 + 1e-9)
    again = analyse_surface(figure_spec(PLANE)).findings.path
    assert again == path


def test_steps_follow_the_rule() -> None:
    path = analyse(
        figure_spec({**LINE, "descend": "-2", "rate": "5", "clip": "0.05"})
    ).findings.path
    assert path is not None
    for before, after in zip(path.steps, path.steps[1:], strict=False):
        (slope,) = before.gradient
        hop = 5 * math.copysign(min(abs(slope), 0.05), slope)
        assert after.parameters[0] == pytest.approx(before.parameters[0] - hop, rel=1e-14)


def test_an_overflow_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    options = {
        "activation": "relu", "along": ("weight", "1", "9"), "at": "1", "target": "0",
        "depths": ("180",), "descend": "8", "rate": "1e-3", "steps": "5",
    }  # fmt: skip
    rendering = render(figure_spec(options))
    path = rendering.findings.path
    # E = w^360, and dE/dw = 360 * 8^359 at the start is known in closed form.
    assert path.steps[0].log10_norm == pytest.approx(math.log10(360) + 359 * math.log10(8))
    assert path.overflow == dict.fromkeys(("float16", "bfloat16", "float32", "float64"), 0)
    assert path.digits is None
    data = json.loads(rendering.to_json())["descent"]
    assert data["path"][0]["gradient"] is None
    assert data["path"][0]["loss"] is None
    assert data["path"][0]["log10_gradient"] == path.steps[0].log10_norm
    assert "float16's" in repr(rendering)
    assert "leaves float64" in repr(rendering)


@pytest.mark.parametrize("base", [{**LINE, "descend": "-1"}, PLANE], ids=["line", "plane"])
@pytest.mark.parametrize("rate", ["1e308", "1e12", "1e-300"])
def test_no_rate_is_too_much(base: dict[str, object], rate: str) -> None:
    rendering = render(figure_spec({**base, "rate": rate, "steps": "6"}), formats=("png",))
    data = json.loads(rendering.to_json())["descent"]
    assert data["rate"] == float(rate)
    assert repr(rendering)


def test_the_end_of_float64_is_told() -> None:
    steep = {
        "activation": "relu", "along": ("weight", "1", "9"), "at": "1", "target": "0",
        "depths": ("3",), "descend": "8", "rate": "1e308", "steps": "3",
    }  # fmt: skip
    rendering = render(figure_spec(steep), formats=("png",))
    assert rendering.findings.path.digits is None
    assert "step 1 leaves float64" in repr(rendering)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"rate": "0"}, "rate"),
        ({"rate": "-1"}, "rate"),
        ({"rate": "nan"}, "rate"),
        ({"steps": "0"}, "steps"),
        ({"steps": "1000000"}, "steps"),
        ({"clip": "0"}, "clip"),
        ({"clip": "nan"}, "clip"),
        ({"target": None}, "descend"),
        ({"descend": ("1", "2")}, "descend"),
        ({"descend": "inf"}, "descend"),
        ({"along": None, "at": None, "target": None}, "descend"),
        ({"along": ("bias", "-4", "0", "weight", "4", "7"), "weight": None}, "descend"),
        ({"descend": None, "rate": "1"}, "rate"),
        ({"surface": "gradient"}, "surface"),
        ({"along": ("bias", "2", "-6")}, "along"),
        ({"along": ("bias", "1", "1")}, "along"),
        ({"along": ("bias", "nan", "1")}, "along"),
        ({"along": ("bias", "-inf", "1")}, "along"),
        ({"along": ("bias", "-1e308", "1e308")}, "along"),
        ({"along": ("bias",)}, "along"),
        ({"along": ("bias", "1", "2", "bias", "1", "2")}, "along"),
        ({"along": ("depth", "1", "2")}, "along"),
        ({"input-bias": "0"}, "input-bias"),
        ({"x-range": ("0", "1")}, "x-range"),
        ({"target": "nan"}, "target"),
        ({"target": "1e400"}, "target"),
        ({"at": "inf"}, "at"),
        ({"rate": "1e309"}, "rate"),
        ({"descend": "1e7"}, "descend"),
        ({"steps": "1.5"}, "steps"),
    ],
)
def test_bad_input_is_one_line(change: dict[str, object], key: str) -> None:
    with pytest.raises(InputError) as caught:
        figure_spec({**LINE, "descend": "-1", **change})
    assert caught.value.key == key
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"y-range": ("0", "1")}, "y-range"),
        ({"animate": ("weight", "1", "2")}, "animate"),
        ({"slide": ("weight", "1", "2")}, "slide"),
        ({"along": ("weight", "4", "7", "weight", "4", "7")}, "along"),
        ({"along": ("weight", "4", "7", "bias", "0", "-4")}, "along"),
        ({"target": None, "descend": None, "rate": None, "steps": None}, "along"),
        ({"surface": "hills"}, "surface"),
        ({"input-bias": "0"}, "input-bias"),
    ],
)
def test_bad_input_over_two_parameters(change: dict[str, object], key: str) -> None:
    with pytest.raises(InputError) as caught:
        figure_spec({**PLANE, **change})
    assert caught.value.key == key
    assert "\n" not in str(caught.value)


def test_a_usage_error_has_its_exit_code(capfd: pytest.CaptureFixture[str]) -> None:
    assert outcome(["relu", "--along", "weight", "1", "2", "--descend", "1"]) == 2
    assert "--target" in capfd.readouterr().err


def markers(figure: Figure, marker: str) -> list[tuple[float, float]]:
    """The places of all markers of one kind in a picture's first panel, in data units."""
    axes = figure.axes[0]
    lines = [artist for artist in axes.get_children() if isinstance(artist, Line2D)]
    return [
        (float(x), float(y))
        for line in lines
        if line.get_marker() == marker
        for x, y in np.asarray(line.get_xydata())
    ]


def test_dots_stand_at_the_steps() -> None:
    spec = figure_spec({**LINE, "descend": "-2", "rate": "0.5", "steps": "9"})
    analysed = analyse(spec)
    path = analysed.findings.path
    assert path is not None
    places = [(step.parameters[0], step.loss) for step in path.steps]
    dots = markers(curves_picture.picture(spec, analysed, axes=True), "o")
    assert len(dots) >= 5
    assert set(dots) <= set(places)
    assert places[0] in dots
    assert places[-1] in dots


def test_a_step_that_leaves_the_axis_ends_in_an_arrow() -> None:
    spec = figure_spec({**LINE, "descend": "-1", "rate": "100", "steps": "9"})
    rendering = render(spec)
    assert "thrown out: step 2 leaves the axis" in repr(rendering)
    assert "step 2 leaves the axis" in rendering.report.alt_text(spec, rendering.findings)
    figure = curves_picture.picture(spec, analyse(spec), axes=True)
    (head,) = markers(figure, "<")
    assert head[1] == rendering.findings.path.steps[1].loss
    assert -6 < head[0] < -5.8
    assert not markers(figure, ">")


@pytest.mark.parametrize("shown", ["loss", "gradient"])
def test_a_path_on_a_surface_starts_and_ends_where_it_does(shown: str) -> None:
    spec = figure_spec({**PLANE, "surface": shown, "steps": "50"})
    analysed = analyse_surface(spec)
    path = analysed.findings.path
    assert path is not None
    dots = markers(surface_picture.picture(spec, analysed, axes=True), "o")
    assert dots == [path.steps[0].parameters, path.steps[-1].parameters]


def test_contours_hold_the_points_of_their_band() -> None:
    spec = figure_spec(PLANE)
    analysed = analyse_surface(spec)
    heights, found = surface_picture.heights(spec, analysed.findings), analysed.findings
    axes = surface_picture.picture(spec, analysed, axes=True).axes[0]
    bands = [
        patch.get_path() for patch in axes.patches if np.shape(patch.get_path().vertices)[0] > 5
    ]
    points = [(i, j) for i in range(10, 200, 37) for j in range(10, 200, 41)]
    for i, j in points:
        place = float(found.across[j]), float(found.up[i])
        holding = sum(band.contains_point(place) for band in bands)
        expected = np.searchsorted(heights.edges[1:-1], heights.values[i, j], side="right")
        assert abs(holding - 1 - expected) <= 1  # the lowest band is a rectangle, or a shape


@pytest.mark.parametrize("format", ["png", "svg", "pdf"])
def test_pictures_have_the_same_bytes_each_time(format: str) -> None:
    spec = figure_spec({**PLANE, "steps": "20", "size": "6.4x3.6"})
    first, second = (render(spec, formats=(format,)).images[format] for _ in range(2))
    assert first == second


def test_a_surface_in_json_and_csv() -> None:
    rendering = render(figure_spec({**PLANE, "steps": "20", "clip": "1"}))
    data = json.loads(
        rendering.to_json(), parse_constant=lambda word: pytest.fail(f"{word} is not JSON")
    )
    assert data["schema"] == "gradplot-surface/1"
    assert len(data["loss"]) == len(data["axes"][1]["values"]) == 201
    assert data["descent"]["path"][0]["parameter"] == [5.5, -2.0]
    assert data["descent"]["clip"] == 1.0
    lines = rendering.report.to_csv(rendering.findings).splitlines()
    assert len(lines) == 22
    assert lines[1].startswith("0,5.5,-2.0,")
    bare = render(figure_spec({k: v for k, v in PLANE.items() if k not in STEPS}))
    grid = bare.report.to_csv(bare.findings).splitlines()
    assert len(grid) == 201 * 201 + 1
    assert "descent" not in json.loads(bare.to_json())


STEPS = ("descend", "rate", "steps")


def test_a_flat_surface_and_one_beyond_float64_are_drawn() -> None:
    for weight, activation in ((("-4", "-1"), "relu"), (("1", "1e6"), "relu")):
        options = {
            "activation": activation, "along": ("weight", *weight, "bias", "-3", "-1"),
            "at": "1", "target": "0.5", "depths": ("60",),
        }  # fmt: skip
        for shown in ("loss", "gradient"):
            rendering = render(figure_spec({**options, "surface": shown}), formats=("png",))
            json.loads(rendering.to_json())
            assert rendering.images["png"].startswith(b"\x89PNG")


def written(figure: Figure) -> list[str]:
    """The words on a picture that keeps its text as text."""
    return [text.get_text() for text in figure.findobj(Text)]


@pytest.mark.parametrize(
    ("shown", "target", "weight", "grey"),
    [
        ("gradient", 1, 2, "grey: exactly 0"),
        ("loss", 0, 2, "grey: exactly 0"),
        ("loss", 0, 1e30, "grey: exactly 0 or beyond float64"),
        ("loss", 1, 1, None),
    ],
)
def test_what_has_no_colour_is_told(
    shown: str, target: int, weight: float, grey: str | None
) -> None:
    spec = figure_spec({
        "activation": "relu", "along": ("weight", -1, weight, "bias", -2, 2), "depths": 12,
        "target": target, "surface": shown,
    })  # fmt: skip
    texts = written(surface_picture.picture(spec, analyse_surface(spec), axes=True))
    (said,) = [text for text in texts if "sampled" in text]
    assert said.partition("sampled")[0] == (f"{grey}; " if grey else "")


def test_there_is_no_scale_where_nothing_has_a_colour() -> None:
    spec = figure_spec({
        "activation": "relu", "along": ("weight", 1e5, 1e6, "bias", 1, 2), "depths": 99,
        "target": 1,
    })  # fmt: skip
    rendering = render(spec)
    assert "E is beyond float64" in repr(rendering)
    words = written(surface_picture.picture(spec, analyse_surface(spec), axes=True))
    assert "grey: beyond float64; sampled on 201 × 201 points" in words
    assert "loss E" not in words


def test_a_leap_is_called_one_step_and_a_walk_is_not() -> None:
    for options, leaps in ((PLANE, True), ({**PLANE, "clip": "1"}, False)):
        spec = figure_spec(options)
        words = written(surface_picture.picture(spec, analyse_surface(spec), axes=True))
        assert ("one step" in words) is leaps
        assert {"start", "end"} <= set(words)


@pytest.mark.parametrize(
    ("options", "note"),
    [
        (
            {**LINE, "descend": "-2", "rate": "0.5", "steps": "9"},
            "rate 0.5, 9 steps; 15 digits of the end mean anything",
        ),
        (
            {**PLANE, "clip": "1"},
            "sampled on 201 × 201 points; rate 0.05, 400 steps, gradient clipped at 1; "
            "2 digits of the end mean anything",
        ),
        (
            {**LINE, "descend": "-1", "rate": "100", "steps": "2"},
            "rate 100, 2 steps; thrown out: step 2 leaves the axis; "
            "15 digits of the end mean anything",
        ),
    ],
    ids=["line", "plane", "thrown out"],
)
def test_the_picture_says_what_its_end_is_worth(options: dict[str, object], note: str) -> None:
    spec = figure_spec(options)
    if isinstance(spec.function, SurfaceSpec):
        figure = surface_picture.picture(spec, analyse_surface(spec), axes=True)
    else:
        figure = curves_picture.picture(spec, analyse(spec), axes=True)
    assert note in written(figure)


def test_who_walks_over_the_edge_is_not_thrown_out() -> None:
    rendering = render(figure_spec({**LINE, "along": ("bias", "1", "2"), "descend": "1"}))
    assert "step 1 leaves the axis" in repr(rendering)
    assert "thrown out" not in repr(rendering)


def test_the_longest_step_is_in_the_alternative_text() -> None:
    spec = figure_spec(PLANE)
    rendering = render(spec)
    assert "its longest step is 0.8417." in rendering.report.alt_text(spec, rendering.findings)
