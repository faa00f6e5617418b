"""Is the drawn curve where the function is, both ways, with few points, and nowhere else?"""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from geometry import distances
from gradplot.analysis.findings import LN10
from gradplot.analysis.supremum.choose import max_slopes
from gradplot.analysis.tracing import simplify
from gradplot.analysis.tracing import trace as tracing
from gradplot.analysis.tracing.field import Window
from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.functions.build import curves
from gradplot.functions.chain.chain import Chain
from gradplot.functions.formula.formula import Formula
from gradplot.spec.functions import FormulaSpec

#: A quarter of a pixel, and what the check's own sampling can be off by.
QUARTER = 0.25 + 0.01


def chain(activation, depth, *, weight=8.0, bias=0.0):
    return Chain(activation, [weight] * depth, [bias] * depth)


def window(y, *, x=(-1.0, 1.0), width=300, height=120):
    return Window(x=x, y=y, width=width, height=height)


def value_panel(curve):
    low, high = (float(end[0]) for end in curve.value_range(np.array([-1.0]), np.array([1.0])))
    span = min(high - low, 10.0) or 1.0
    return window((low - 0.05 * span, low + 1.05 * span))


SMOOTH = sorted(set(ACTIVATIONS) - {"sin"})


@pytest.mark.parametrize("depth", [1, 2, 3, 7])
@pytest.mark.parametrize("activation", SMOOTH)
def test_value_is_drawn_where_it_is(activation, depth):
    curve = chain(activation, depth, bias=0.25)
    panel = value_panel(curve)
    trace = tracing.value_trace(curve, panel)
    assert max(distances(trace.line, trace.bands, curve.value, panel)) <= QUARTER


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("activation", SMOOTH)
def test_slope_is_drawn_where_it_is(activation, depth):
    curve = chain(activation, depth, weight=3.0, bias=0.25)
    panel = window((-3.0, 3.0))
    trace = tracing.slope_trace(curve, panel)
    drawn_from_true, true_from_drawn = distances(
        trace.line, trace.bands, lambda x: curve.log_slope(x)[1] / LN10, panel
    )
    assert drawn_from_true <= QUARTER
    assert true_from_drawn <= QUARTER


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from([n for n, a in ACTIVATIONS.items() if a.shape({}).monotone]),
    layers=st.lists(
        st.tuples(st.floats(0.3, 8.0), st.sampled_from((-1, 1)), st.floats(-2.0, 2.0)),
        min_size=1,
        max_size=6,
    ),
    left=st.floats(-3.0, 2.0),
    width=st.floats(0.01, 4.0),
    decades=st.sampled_from((2.0, 4.0, 8.0)),
)
@example(name="selu", layers=[(1.0, -1, 0.0)] * 2, left=0.0, width=1.0, decades=2.0)
@example(  # layers with one kink, at 0 after 1 - selu(selu(x)) = 0, whose jumps cancel
    name="selu",
    layers=[(1.0, -1, 0.0), (1.0, -1, 0.0), (1.0, -1, 1.0), (1.0, -1, 0.0)],
    left=0.0,
    width=1.0,
    decades=2.0,
)
def test_slopes_of_any_increasing_chain_are_drawn_where_they_are(
    name, layers, left, width, decades
):
    curve = Chain(name, [size * sign for size, sign, _ in layers], [bias for *_, bias in layers])
    x = (left, left + width)
    # What is steep or dead on a thousandth of a pixel alone is drawn, and missed by ``distances``.
    ends = curve.log_slope(left + width * np.array([1e-9, 1e-4, 1 - 1e-4, 1 - 1e-9]))[1]
    assume((np.isfinite(ends[0::2]) == np.isfinite(ends[1::2])).all())
    heights = curve.log_slope(np.linspace(*x, 400))[1] / LN10
    (steepest,) = max_slopes((curve,), x)
    assume(steepest.dead or np.isfinite(heights).any())
    top = max(heights.max(), -300.0) + 0.2  # flat: nothing is drawn
    panel = window((top - decades, top), x=x, width=400)
    trace = tracing.slope_trace(curve, panel)

    def slope(x):
        """Beside x: at a kink of several layers the point's own slope may be that of no side."""
        share = (x - left) / width
        return curve.log_slope(left + width * (1e-9 + share * (1 - 3e-9)))[1] / LN10

    assert max(distances(trace.line, trace.bands, slope, panel)) <= QUARTER


@pytest.mark.parametrize(("depth", "weight"), [(1, 8.0), (2, 8.0), (3, 8.0), (3, 11.5)])
def test_oscillation_is_drawn_where_it_is(depth, weight):
    curve = chain("sin", depth, weight=weight)
    panel = window((-1.1, 1.1), width=80)
    trace = tracing.value_trace(curve, panel)
    assert max(distances(trace.line, trace.bands, curve.value, panel)) <= QUARTER


def test_oscillation_within_a_pixel_is_its_envelope():
    """sin of 4096 radians a pixel: one band from -1 to 1, of a few points."""
    curve = Chain("sin", [4096 * 150.0], [0.0])
    panel = window((-1.5, 1.5))
    trace = tracing.value_trace(curve, panel)
    assert len(trace.bands) == 1
    assert len(trace.line) + len(trace.bands[0]) < 20
    band = trace.bands[0]
    assert (band[:, 0].min(), band[:, 0].max()) == pytest.approx((-1, 1), abs=2e-3)
    assert set(np.round(band[:, 1], 2)) == {-1.0, 1.0}


def test_an_envelope_is_not_wider_than_the_truth():
    """Ranges of a sum are too wide at first order; what is drawn must not be."""

    class Sum:
        """sin(a x) + cos(a x) = sqrt(2) sin(a x + pi/4), with ranges added up term by term."""

        label, chain, operations = "sum", None, 1
        terms = (Chain("sin", [4e4], [0.0]), Chain("sin", [4e4], [math.pi / 2]))

        def value(self, x):
            return sum(term.value(x) for term in self.terms)

        def value_range(self, low, high):
            ranges = [term.value_range(low, high) for term in self.terms]
            return sum(r[0] for r in ranges), sum(r[1] for r in ranges)

        def log_slope_range(self, low, high):
            return np.full_like(low, -np.inf), np.full_like(low, np.log(8e4))

        def continuous(self, low, high):
            return np.ones(len(low), dtype=bool)

    panel = window((-2.5, 2.5))
    trace = tracing.value_trace(Sum(), panel)
    heights = np.concatenate([trace.line[:, 1], *(band[:, 1] for band in trace.bands)])
    assert np.nanmax(heights) == pytest.approx(math.sqrt(2), abs=0.25 * panel.y_scale)
    assert np.nanmin(heights) == pytest.approx(-math.sqrt(2), abs=0.25 * panel.y_scale)


@pytest.mark.parametrize("activation", [n for n, a in ACTIVATIONS.items() if a.shape({}).monotone])
@pytest.mark.parametrize("depth", [1, 3, 30])
def test_monotone_activations_need_few_vertices_and_little_work(activation, depth):
    curve = chain(activation, depth)
    value = tracing.value_trace(curve, window((-1.2, 8.0), width=1500, height=400))
    slope = tracing.slope_trace(curve, window((-3.0, 3.0), width=1500, height=400))
    for trace in (value, slope):
        assert len(trace.line) + sum(map(len, trace.bands)) <= 2000
        assert not trace.bands
    assert value.evaluations <= 1000
    assert slope.evaluations <= 1000


def test_work_is_bounded_for_any_size():
    curve = chain("sin", 12)
    panel = window((-1.1, 1.1), width=1e6, height=1e4)
    assert tracing.value_trace(curve, panel).evaluations <= 2 * tracing.MOST_CELLS


def test_a_peak_between_two_doubles_is_drawn_to_its_certified_height():
    curve = chain("tanh", 50, bias=0.5)
    (supremum,) = max_slopes([curve], (-1.0, 1.0))
    panel = window((-16.0, 47.0))
    line = tracing.slope_trace(curve, panel, supremum).line
    peak = line[np.nanargmax(line[:, 1])]
    assert peak[1] == pytest.approx(45.046, abs=0.25 * panel.y_scale)
    assert peak[0] == pytest.approx(supremum.x, abs=0.25 * panel.x_scale)


def test_dead_stretches_and_jumps_are_gaps():
    """relu's slope is exactly 0 left of 0 and 8 right of it: one stroke, no riser."""
    line = tracing.slope_trace(chain("relu", 1), window((-1.0, 2.0))).line
    assert not np.isnan(line).any()
    assert line[:, 0].min() == 0
    assert line[:, 1] == pytest.approx(math.log10(8))


@pytest.mark.parametrize("weight", [8.0, 7.3, -3.7])
@pytest.mark.parametrize("activation", ["relu6", "hardtanh", "hardsigmoid", "leaky_relu"])
def test_steps_of_a_slope_have_no_risers(activation, weight):
    """Wherever kinks fall, on a cell's end or inside, no stroke of these slopes goes up or down."""
    curve = chain(activation, 2, weight=weight, bias=0.31)
    panel = window((-6.0, 3.0), width=900)
    line = tracing.slope_trace(curve, panel).line
    steps = np.abs(np.diff(line[:, 1])) / panel.y_scale
    assert len(line)
    assert np.nanmax(steps) < 0.25


@pytest.mark.parametrize("place", ["0.3", "1/3", "0.25"])
def test_a_jump_is_a_gap_beside_another_at_an_end(place):
    """One jump is where the curve has no value at a cell's end, which is looked at the closest."""
    curve = Formula(f"abs(x)/x * abs(x-{place})/(x-{place})")
    panel = window((-2.0, 2.0), x=(-1.0, 1.0))
    line = tracing.value_trace(curve, panel).line
    assert np.isfinite(line).all(axis=1).sum() >= 6
    assert np.nanmax(np.abs(np.diff(line[:, 1]))) < panel.y_scale


@pytest.mark.parametrize("text", ["log(abs(x-1/3)) + abs(x)/x", "arctan(1/(x-0.1)) + abs(x)/x"])
def test_a_jump_a_hair_off_a_cells_end_has_no_riser(text):
    """Where abs(x)/x is nearly 0/0 its range is endless in every cell that can be cut."""
    panel = window((-4.0, 4.0), x=(-0.8, 1.1), height=200)
    line = tracing.value_trace(Formula(text), panel).line
    near = line[np.abs(line[:, 0]) < 3 * panel.x_scale]
    left, right = (Formula(text).value(np.array([x]))[0] for x in (-1e-9, 1e-9))
    off = np.minimum(np.abs(near[:, 1] - left), np.abs(near[:, 1] - right))
    assert len(near) >= 2
    assert off.max() < panel.y_scale


def test_a_jump_from_where_terms_cancel_is_a_gap():
    """float64 knows no value left of it, where 1 - 1 is all but 0."""
    curve = Formula("abs(x-0.1)/(x-0.1) + tanh(1/(x-0.7001))")
    panel = window((-4.0, 4.0), x=(-1.0, 1.0), width=777, height=200)
    line = tracing.value_trace(curve, panel).line
    steps = np.abs(np.diff(line[:, 1]))
    assert np.isnan(steps).sum() == 4
    assert np.nanmax(steps) < 1.0  # each jump is 2


def test_what_is_steep_beside_a_jump_is_drawn():
    """The curve falls by a pixel within the cell that holds the jump."""
    curve = Chain("selu", [-5.714, 2.213, -0.319, -1.369], [-1.497, -0.871, -0.453, -1.405])
    x = (-1.2852231990328988, 0.19054182126870844)
    panel = window((-0.7294730888454233, 1.2705269111545767), x=x, width=200, height=200)
    trace = tracing.slope_trace(curve, panel)
    true = distances(trace.line, trace.bands, lambda x: curve.log_slope(x)[1] / LN10, panel)
    assert max(true) <= QUARTER


def test_a_zero_of_the_slope_reaches_the_floor():
    panel = window((-2.0, 2.0))
    line = tracing.slope_trace(chain("gaussian", 1), panel).line
    near = np.abs(line[:, 0]) < panel.x_scale
    assert line[near, 1].min() <= panel.y[0]


class Reciprocal:
    """1/x: a pole at 0, where it must not be joined."""

    label, chain, operations = "1/x", None, 1

    def value(self, x):
        with np.errstate(divide="ignore"):
            return np.where(x == 0, np.nan, 1 / x)

    def log_slope(self, x):
        with np.errstate(divide="ignore"):
            return -np.ones_like(x), np.where(x == 0, np.nan, -2 * np.log(np.abs(x)))

    def value_range(self, low, high):
        with np.errstate(divide="ignore"):
            across = (low <= 0) & (high >= 0)
            return np.where(across, -np.inf, 1 / high), np.where(across, np.inf, 1 / low)

    def log_slope_range(self, low, high):
        with np.errstate(divide="ignore"):
            ends = -2 * np.log(np.abs(np.stack((low, high))))
        across = (low <= 0) & (high >= 0)
        return ends.min(axis=0), np.where(across, np.inf, ends.max(axis=0))

    def continuous(self, low, high):
        return (low > 0) | (high < 0)


@pytest.mark.parametrize("x", [(-1.0, 1.0), (-1.0, 0.7), (-1e-3, 1.0)])
def test_a_pole_is_never_crossed(x):
    panel = window((-20.0, 20.0), x=x)
    line = tracing.value_trace(Reciprocal(), panel).line
    assert not ((line[:-1, 0] < 0) & (line[1:, 0] > 0)).any()
    assert max(distances(line, (), Reciprocal().value, panel)) <= QUARTER
    # The slope goes up on both sides: there its strokes may meet.
    line = tracing.slope_trace(Reciprocal(), panel).line
    true = lambda x: Reciprocal().log_slope(x)[1] / LN10  # noqa: E731
    assert distances(line, (), true, panel)[0] <= QUARTER


@pytest.mark.parametrize(
    ("text", "x"),
    [("tan(x^2)", (9.0, 150.0)), ("tan(1/x)", (-0.01, 0.01)), ("sqrt(sin(x^2))", (50.0, 150.0))],
)
def test_where_breaks_are_closer_than_pixels_the_curve_is_there(text, x):
    """A gap for each of them would leave nothing."""
    (curve,) = curves(FormulaSpec(formulas=(text,)))
    for make in (tracing.value_trace, tracing.slope_trace):
        panel = window((-5.0, 30.0), x=x)
        drawn = make(curve, panel)
        empty = np.ones(panel.width + 1, dtype=bool)
        for points in (drawn.line, *drawn.bands):
            columns = (points[:, 0] - panel.x[0]) / panel.x_scale
            for start, end in itertools.pairwise(columns):
                if start == start and end == end:
                    empty[int(min(start, end)) : int(max(start, end)) + 1] = False
        assert not empty.any()


@pytest.mark.parametrize(
    "text", ["mish(min((2*x)^2, 1))", "tanh(max(x^2, 0.25))", "abs(x^3-0.125)"]
)
def test_an_end_on_the_far_side_of_a_kink_is_not_believed(text):
    """Cells end at x = 1/2, where such a formula's slope is that of one side, or of neither."""
    (curve,) = curves(FormulaSpec(formulas=(text,)))
    panel = window((-1.0, 1.0), width=1600)

    def true(x):
        return np.where(np.abs(x) == 0.5, np.nan, curve.log_slope(x)[1] / LN10)

    assert distances(tracing.slope_trace(curve, panel).line, (), true, panel)[0] <= QUARTER


def test_a_slope_that_crosses_the_picture_within_less_than_a_cell_is_no_jump():
    """Without kinks a slope goes through all heights between: here within 1e-5 pixels."""
    curve = Chain("tanh", [-375.9, 0.03], [0.0, 0.0])
    height = curve.log_slope(np.array([0.5]))[1][0] / LN10
    panel = window((height - 1e-3, height + 1e-3), x=(-267.5, 0.6), width=150)
    line = tracing.slope_trace(curve, panel).line
    seen = line[np.isfinite(line[:, 0]), 0]
    assert np.min(np.abs(seen - 0.5)) < 1e-3
    assert np.min(np.abs(seen + 0.5)) < 1e-3


def test_an_end_whose_slope_nobody_knows_is_an_end_of_the_curve():
    """min(x, sqrt(x)) is x from 0 on; at 0 itself the slope is that of either."""
    (curve,) = curves(FormulaSpec(formulas=("min(x, sqrt(x))",)))
    assert np.isnan(curve.log_slope(np.array([0.0]))[1])
    line = tracing.slope_trace(curve, window((-1.0, 1.0), x=(0.0, 1.0))).line
    assert line[0].tolist() == pytest.approx([0.0, 0.0], abs=1e-6)


def test_undefined_stretches_are_gaps():
    class Root:
        label, chain, operations = "sqrt(x)", None, 1

        def value(self, x):
            return np.where(x < 0, np.nan, np.sqrt(np.abs(x)))

        def value_range(self, low, high):
            gone = high < 0
            ends = np.sqrt(np.maximum(low, 0)), np.sqrt(np.maximum(high, 0))
            return tuple(np.where(gone, np.nan, end) for end in ends)

        def log_slope_range(self, low, high):
            with np.errstate(divide="ignore"):
                return np.zeros_like(low), -np.log(2 * np.sqrt(np.maximum(low, 0)))

        def continuous(self, low, high):
            return low >= 0

    panel = window((-0.1, 1.1))
    line = tracing.value_trace(Root(), panel).line
    assert np.nanmin(line[:, 0]) == pytest.approx(0, abs=0.25 * panel.x_scale)
    assert max(distances(line, (), Root().value, panel)) <= QUARTER + 0.1


def test_a_curve_outside_the_view_leaves_no_trace():
    trace = tracing.value_trace(chain("sigmoid", 1), window((5.0, 6.0)))
    assert len(trace.line) == 0
    assert not trace.bands


def test_overflowing_values_leave_the_view():
    """8^400 is no double: the curve goes up at 0 and is not seen again."""
    line = tracing.value_trace(chain("relu", 400), window((-0.5, 8.0))).line
    assert np.nanmax(line[:, 1]) > 8
    assert np.nanmax(line[:, 0]) < 0.01


def test_simplifying_keeps_within_its_tolerance():
    random = np.random.default_rng(5)
    points = np.column_stack((np.arange(3000.0), np.cumsum(random.normal(size=3000))))
    points[1000] = np.nan
    for tolerance in (0.1, 3.0, 50.0):
        fewer = simplify.simplify(points, tolerance)
        assert len(fewer) < len(points)
        starts, ends = fewer[:-1], fewer[1:]
        for low, high in zip(starts, ends, strict=True):
            if np.isnan(low[0]) or np.isnan(high[0]):
                continue
            inside = points[(points[:, 0] >= low[0]) & (points[:, 0] <= high[0])]
            along = (high - low) / np.hypot(*(high - low))
            offset = inside - low
            away = np.abs(offset[:, 0] * along[1] - offset[:, 1] * along[0])
            assert away.max() <= tolerance + 1e-9


def test_clipping_cuts_strokes_without_bending_them():
    points = np.array([[0.0, -5.0], [1.0, 5.0], [2.0, -5.0], [3.0, -6.0], [4.0, math.inf]])
    clipped = simplify.clip(points, -1.0, 1.0)
    expected = [[0.4, -1], [0.6, 1], [math.nan] * 2, [1.4, 1], [1.6, -1], [math.nan] * 2]
    assert clipped[:6] == pytest.approx(np.array(expected), nan_ok=True)
    assert clipped[6:, 0] == pytest.approx(3.0, abs=1e-9)


MINEFIELD = "tanh(5*tanh(40*x-5) - 5*tanh(40*x) + 5*tanh(40*x+5))"


@pytest.mark.parametrize(
    ("formula", "y"),
    [(MINEFIELD, (-1.1, 1.1)), ("x*sin(20*x)", (-1, 1)), ("1/x", (-9, 9)), ("sqrt(x)", (-1, 2))],
)
def test_formulas_are_drawn_where_they_are(formula, y):
    (curve,) = curves(FormulaSpec(formulas=(formula,)))
    panel = window(y)
    value = tracing.value_trace(curve, panel)
    assert distances(value.line, value.bands, curve.value, panel)[1] <= QUARTER
    if formula != "sqrt(x)":  # whose vertical tangent at 0 no sampling of the truth can follow
        assert distances(value.line, value.bands, curve.value, panel)[0] <= QUARTER
    slope = tracing.slope_trace(curve, window((-2.0, 3.0)))
    for trace in (value, slope):
        assert trace.evaluations <= 10_000


def test_a_kink_of_a_formula_is_no_zero_of_its_slope():
    """|dy/dx| of |sin(10x)| is 10 on both sides of 0, and 0 at its tops only."""
    (curve,) = curves(FormulaSpec(formulas=("abs(sin(10*x))",)))
    panel = window((-1.0, 1.5))
    line = tracing.slope_trace(curve, panel).line
    near = np.abs(line[:, 0]) < 0.1
    assert near.any()
    assert np.nanmin(line[near, 1]) > 0.5
    assert np.nanmin(line[:, 1]) < -0.9


def test_a_kink_of_a_formula_is_no_peak_of_its_slope():
    """Where a kink is in several parts, ranges that hold it stay too wide however they are cut."""
    (curve,) = curves(FormulaSpec(formulas=("tanh(exp(-x^2)+abs(x))-x^2-2*abs(x)",)))
    panel = window((0.1, 0.6), x=(-0.246, 0.094), width=200, height=100)
    trace = tracing.slope_trace(curve, panel)
    drawn = distances(trace.line, trace.bands, lambda x: curve.log_slope(x)[1] / LN10, panel)
    assert max(drawn) <= QUARTER
