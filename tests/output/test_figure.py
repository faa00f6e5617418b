"""Does the figure say what it should, without anything covering, cropping or crowding?"""

import itertools

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex

from gradplot.analysis.curves import analyse
from gradplot.errors import InputError
from gradplot.output.picture.curves import picture
from gradplot.output.picture.look.theme import PALETTES
from gradplot.output.picture.parts.dead import NOTE
from gradplot.output.picture.parts.raised import Label, raised
from gradplot.rendering import figure, render
from gradplot.spec.figure import SIZES, FigureSpec
from gradplot.spec.functions import ChainSpec, FormulaSpec


def spec_of(function=None, *, size="slide", **options):
    width, height, dpi = SIZES[size]
    function = function or ChainSpec(activation="tanh")
    return FigureSpec(function=function, size=(width, height), dpi=dpi, **options)


def drawn(spec):
    made = figure(spec)
    canvas = FigureCanvasAgg(made)
    canvas.draw()
    return made, canvas.get_renderer()


SCENES = {
    "tanh": spec_of(),
    "relu on paper": spec_of(ChainSpec(activation="relu"), size="paper"),
    "sigmoid, dark": spec_of(
        ChainSpec(activation="sigmoid", bias=(-4.0,), input_bias=0.0), theme="dark"
    ),
    "gelu": spec_of(ChainSpec(activation="gelu")),
    "sin": spec_of(ChainSpec(activation="sin", depths=(1, 5))),
    "unreachable": spec_of(ChainSpec(activation="tanh", bias=(0.5,), depths=(1, 10, 50))),
    "twenty depths": spec_of(ChainSpec(activation="tanh", weight=(1.3,), depths=range(1, 21))),
    "twenty on paper": spec_of(
        ChainSpec(activation="relu", weight=(1.1,), depths=range(1, 21)), size="paper"
    ),
    "one": spec_of(ChainSpec(activation="tanh", weight=(0.7,), depths=(4,))),
    "value alone": spec_of(panels="value"),
    "slope alone": spec_of(ChainSpec(activation="sigmoid"), panels="slope"),
    "slope of many": spec_of(
        ChainSpec(activation="relu", depths=range(1, 31)), panels="slope", size="paper"
    ),
    "dead": spec_of(ChainSpec(activation="relu", bias=(-20.0,))),
    "vanishing": spec_of(ChainSpec(activation="sigmoid", weight=(1.0,), depths=(1, 10, 100))),
    "far away": spec_of(x_range=(1e6, 1e6 + 1e-2)),
    "long title": spec_of(title="what somebody had to say about it " * 9),
    "formulas": spec_of(
        FormulaSpec(formulas=("tanh(8*x)", "tanh(5*tanh(40*x-5) - 5*tanh(40*x) + 5*tanh(40*x+5))"))
    ),
}


@pytest.fixture(scope="module", params=SCENES, ids=list(SCENES))
def scene(request):
    return drawn(SCENES[request.param])


def test_all_text_is_on_the_page_and_none_touches_another(scene):
    made, renderer = scene
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in made.texts]
    page = made.bbox
    for words, box in boxes:
        assert page.x0 <= box.x0, words
        assert box.x1 <= page.x1, words
        assert page.y0 <= box.y0, words
        assert box.y1 <= page.y1, words
    for (one, first), (other, second) in itertools.combinations(boxes, 2):
        # A text's box has its font's full height: letters of neighbouring rows do not reach it.
        apart = (
            min(first.x1, second.x1) <= max(first.x0, second.x0) + 1
            or min(first.y1, second.y1) <= max(first.y0, second.y0) + 0.25 * first.height
        )
        assert apart, (one, other)


def test_no_label_covers_a_curve(scene):
    """All text is beside the panels, but for the note in an empty stretch."""
    made, renderer = scene
    for text in made.texts:
        box = text.get_window_extent(renderer)
        for axes in made.axes:
            if not box.overlaps(axes.bbox):
                continue
            assert text.get_text() == NOTE
            for line in axes.lines:
                if line.get_label().startswith("_") or not line.get_label():  # grid, rules, dots
                    continue
                path = line.get_transform().transform_path(line.get_path())
                assert not path.intersects_bbox(box, filled=False)


def test_pixels_are_exactly_as_many_as_asked(scene):
    made, _ = scene
    assert made.canvas.get_width_height() in {(1920, 1080), (1050, 720)}


def test_three_depths_are_pink_red_and_dark_red_and_get_wider():
    made, _ = drawn(spec_of())
    value, slope = made.axes
    for axes in (value, slope):
        curves = [line for line in axes.lines if line.get_label().startswith("depth")]
        assert [line.get_label() for line in curves] == ["depth 1", "depth 2", "depth 3"]
        assert [to_hex(line.get_color()) for line in curves] == list(PALETTES["light"].ramp)
        widths = [line.get_linewidth() for line in curves]
        assert widths == sorted(set(widths))
        orders = [line.get_zorder() for line in curves]
        assert orders == sorted(orders, reverse=True)  # the wide ones do not hide the others


def test_every_peak_is_marked_at_its_place_and_with_its_value():
    spec = spec_of(ChainSpec(activation="sigmoid"))
    findings = render(spec).findings
    made = figure(spec)
    dots = [line for line in made.axes[1].lines if line.get_marker() == "o"]
    for dot, row in zip(dots, findings.rows, strict=True):
        assert dot.get_xdata() == [row.supremum.x]
        assert 10 ** dot.get_ydata()[0] == pytest.approx(np.exp(row.supremum.lower))
    words = {text.get_text() for text in made.texts}
    assert {"2", "1.468", "0.04811"} <= words
    assert {"depth 1", "depth 2", "depth 3"} <= words


def test_a_power_of_ten_is_written_raised():
    made, _ = drawn(SCENES["unreachable"])
    words = [text.get_text() for text in made.texts]
    assert "10" in words
    assert "45.046" in words
    assert raised("unbounded") == Label("unbounded")
    assert raised("at most 10^-3.5") == Label("at most 10", "−3.5")
    assert raised("10^-6.949e+9") == Label("10", "−6.949·10⁹")


def test_panels_share_the_x_axis():
    made, _ = drawn(spec_of())
    value, slope = made.axes
    assert value.get_xlim() == slope.get_xlim() == (-1, 1)
    assert value.bbox.x0 == slope.bbox.x0
    assert value.bbox.x1 == slope.bbox.x1


def test_relu_fills_the_frame_and_deeper_networks_leave_it():
    """The article's picture: y up to 8, where depth 1 ends; depths 2 and 3 go out at the top."""
    made, _ = drawn(spec_of(ChainSpec(activation="relu")))
    value = made.axes[0]
    assert 8 <= value.get_ylim()[1] <= 9
    ends = {line.get_label(): line.get_xdata()[-1] for line in value.lines}
    assert ends["depth 1"] >= 1
    assert ends["depth 2"] == pytest.approx(1 / 8, rel=0.2)
    assert ends["depth 3"] == pytest.approx(1 / 64, rel=0.2)


def test_limits_given_are_limits_taken():
    made, _ = drawn(spec_of(x_range=(-2.0, 0.5), y_range=(-3.0, 7.0)))
    assert made.axes[0].get_xlim() == (-2.0, 0.5)
    assert made.axes[0].get_ylim() == (-3.0, 7.0)


def test_the_slope_panel_shows_the_message_and_not_the_far_tails():
    """tanh's slope falls to 10^-17 at the ends; its peaks are 10^0.9 to 10^2.7."""
    made, _ = drawn(spec_of())
    low, high = made.axes[1].get_ylim()
    assert -5 < low < 0
    assert 2.7 < high < 4


def test_a_title_can_be_given_or_left_out():
    assert "mine" in [text.get_text() for text in drawn(spec_of(title="mine"))[0].texts]
    formula = "y = tanh(8·tanh(8·tanh(8·x)))"
    assert formula in [text.get_text() for text in drawn(spec_of())[0].texts]
    assert formula not in [text.get_text() for text in drawn(spec_of(title=""))[0].texts]


def test_a_title_is_never_mathematics():
    made, _ = drawn(spec_of(title="costs $5 and $_{6"))
    assert "costs $5 and $_{6" in [text.get_text() for text in made.texts]


def test_a_style_sheet_changes_the_looks():
    style = (
        "figure.facecolor: 112233\naxes.facecolor: 445566\n"
        "axes.prop_cycle: cycler('color', ['00ff00'])\n"
    )
    made, _ = drawn(spec_of(style=style))
    assert to_hex(made.get_facecolor()) == "#112233"
    assert to_hex(made.axes[0].get_facecolor()) == "#445566"
    curves = [line for line in made.axes[0].lines if line.get_label().startswith("depth")]
    assert {to_hex(line.get_color()) for line in curves} == {"#00ff00"}


@pytest.mark.parametrize(
    ("style", "fault"),
    [
        ("axes.grid False", "Missing colon"),
        ("axes.grib: True", "axes.grib"),
        ("lines.linewidth: wide", "lines.linewidth"),
        ("backend: TkAgg", "backend"),
        ("\0\1", "Missing colon"),
        ("font.size: 0", "font.size 0"),
        ("font.size: nan", "font.size nan"),
        ("grid.alpha: 2", "alpha"),
    ],
)
def test_a_malformed_style_sheet_is_the_users_mistake(style, fault):
    spec = spec_of(style=style)
    with pytest.raises(InputError, match=fault) as caught:
        figure(spec)
    assert caught.value.key == "style"
    assert "\n" not in str(caught.value)


def test_a_transparent_figure_has_no_background():
    spec = spec_of(transparent=True)
    made, _ = drawn(spec)
    pixels = np.asarray(made.canvas.buffer_rgba())
    assert pixels[0, 0, 3] == 0
    assert pixels[:, :, 3].max() == 255


@pytest.mark.parametrize("size", [(1.0, 1.0), (40.0, 1.0), (1.0, 40.0), (3.0, 9.0)])
def test_odd_sizes_are_drawn(size):
    spec = FigureSpec(function=ChainSpec(activation="tanh"), size=size, dpi=50)
    made, _ = drawn(spec)
    assert all(axes.bbox.width > 0 and axes.bbox.height > 0 for axes in made.axes)


@pytest.mark.parametrize(
    "spec",
    [
        spec_of(size="paper"),
        spec_of(ChainSpec(activation="relu"), theme="dark", transparent=True, size="paper"),
        spec_of(style="axes.facecolor: eeeeff\naxes.spines.left: True\ngrid.alpha: 0.5"),
    ],
)
def test_an_image_shows_what_the_figure_shows(spec):
    """Images are drawn without axes; to the pixel that must make no difference."""
    pixels = []
    for made in (figure(spec), picture(spec, analyse(spec), outlined=False)):
        canvas = FigureCanvasAgg(made)
        canvas.draw()
        pixels.append(np.asarray(canvas.buffer_rgba()).astype(int))
    assert np.abs(pixels[0] - pixels[1]).max() <= 1


def test_many_peaks_have_no_more_dots_than_can_be_told_apart() -> None:
    """Each dot has an edge of the background: two hundred in a column would hide one another."""
    drawn = figure("tanh", bias=0.5, depths=list(range(1, 61)))
    dots = [line for line in drawn.axes[1].lines if line.get_marker() not in ("None", None, "")]
    tops = sorted(float(max(line.get_ydata())) for line in dots)
    assert 10 <= len(dots) <= 24
    assert tops[-1] == pytest.approx(54.05, abs=0.5)
