"""What is told of a formula at a point is the truth, or NaN: never the middle of the unknown."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest

from geometry import distances
from gradplot.analysis.findings import LN10
from gradplot.analysis.tracing import trace as tracing
from gradplot.analysis.tracing.field import Window
from gradplot.functions.formula.formula import Formula
from gradplot.functions.jets.jets import UNDERFLOW
from gradplot.output.picture.parts.limits import extent

#: In each float64 loses all of the value or of the slope: to underflow, overflow or cancellation.
LOST = [
    ("x*x*log(x^2)", 4e-177, lambda x: x * x * mp.log(x**2)),
    ("x*log(x^2)", 4e-177, lambda x: x * mp.log(x**2)),
    ("x^2/x+x^2", 1e-200, lambda x: x + x**2),
    ("(x^2+1)-1", 1e-20, lambda x: x**2),
    ("(exp(x)-1)/x", 1e-15, lambda x: (mp.exp(x) - 1) / x),
    ("(1-cos(x))/x^2", 1e-8, lambda x: (1 - mp.cos(x)) / x**2),
    ("sinh(x)-cosh(x)", 30.0, lambda x: -mp.exp(-x)),
    ("sinh(x)-cosh(x)", 800.0, lambda x: -mp.exp(-x)),
    ("sqrt(x^2+1)-sqrt(x^2)", 1e10, lambda x: mp.sqrt(x**2 + 1) - x),
    ("1/cosh(1/x)", 1e-3, lambda x: 1 / mp.cosh(1 / x)),
    ("sin(exp(x))", 50.0, lambda x: mp.sin(mp.exp(x))),
    ("sin(exp(x))", 800.0, lambda x: mp.sin(mp.exp(x))),
    ("sin(x^200)", 100.0, lambda x: mp.sin(x**200)),
    ("1e200*x*1e200*x", 1e-5, lambda x: mp.mpf(10) ** 400 * x * x),
    ("tan(x)", math.pi / 2, mp.tan),
]


@pytest.mark.parametrize(("text", "x", "oracle"), LOST)
def test_points_that_float64_loses_are_the_truth(text, x, oracle) -> None:
    with mp.workdps(2500):
        at, step = mp.mpf(x), mp.mpf(x) * mp.mpf(10) ** -900
        truth, slope = float(oracle(at)), (oracle(at + step) - oracle(at - step)) / (2 * step)
        sign, log = float(mp.sign(slope)), float(mp.log(abs(slope)))
    formula = Formula(text)
    assert formula.value(np.array([x]))[0] == pytest.approx(truth, rel=1e-9, abs=UNDERFLOW)
    told = formula.log_slope(np.array([x]))
    assert told[0][0] == sign
    assert told[1][0] == pytest.approx(log, rel=1e-12, abs=1e-9)


def test_points_of_a_nest_that_float64_loses_are_the_truth() -> None:
    """Each layer is (1 - cos y)/y², which float64 cannot tell of a small y; then of 1/2."""
    formula, x = Formula("(1-cos(y))/y^2", nest=3), 1e-9
    with mp.workdps(60):
        y = mp.mpf(x)
        for _ in range(3):
            y = (1 - mp.cos(y)) / y**2
    assert formula.value(np.array([x]))[0] == pytest.approx(float(y), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("sqrt(x-0.3)", 0.3),  # the double is less than 3/10
        ("0*sqrt(x-0.3)+5", 0.3),
        ("log(0.3-x)*0+1/(1+exp(1e3*(x-1)))", 0.30000000000000004),
    ],
)
def test_nothing_is_told_where_a_formula_is_undefined(text: str, x: float) -> None:
    formula = Formula(text)
    assert np.isnan(formula.value(np.array([x]))[0])
    assert np.isnan(formula.log_slope(np.array([x]))[1][0])


def test_what_no_precision_tells_is_not_told() -> None:
    """exp(exp(1000)) has more digits before its point than fit any memory; its sine is anything."""
    formula, x = Formula("sin(exp(exp(x)))"), np.array([1000.0, 1.0])
    value, (sign, log) = formula.value(x), formula.log_slope(x)
    assert np.isnan([value[0], sign[0], log[0]]).all()
    assert value[1] == pytest.approx(math.sin(math.exp(math.e)))
    # The slope is 0, and only digits without end would tell.
    assert np.isnan(Formula("sin(x)^2+cos(x)^2").log_slope(np.array([0.3]))[1][0])


def test_what_is_told_does_not_depend_on_what_else_is_asked() -> None:
    formula, x = Formula("(1-cos(x))/x^2"), np.array([1e-9, 0.5, 1e-100, 2.0])
    alone = [Formula(formula.text).value(x[[i]])[0] for i in range(4)]
    formula.log_slope(x)
    assert formula.value(x).tolist() == alone


@pytest.mark.parametrize(
    ("text", "x", "true", "y"),
    [
        ("(1-cos(x))/x^2", (-1e-8, 1e-8), lambda x: np.full_like(x, 0.5), (0.0, 1.0)),
        ("sqrt(1-cos(x))/x", (1e-9, 1e-7), lambda x: x / x / math.sqrt(2), (-1.0, 1.0)),
        ("(x^2+1)-1", (-3e-8, 3e-8), lambda x: x * x, (0.0, 1e-15)),
    ],
)
def test_curves_that_float64_loses_are_drawn_where_they_are(text, x, true, y) -> None:
    formula, panel = Formula(text), Window(x=x, y=y, width=120, height=80)
    trace = tracing.value_trace(formula, panel)
    assert distances(trace.line, trace.bands, true, panel)[0] <= 0.26
    low, high = extent(formula, x)
    wanted = true(np.linspace(*x, 1001))
    assert (low, high) == pytest.approx((wanted.min(), wanted.max()), abs=1e-3 * (y[1] - y[0]))


def test_slopes_that_float64_loses_are_drawn_where_they_are() -> None:
    """1/cosh(1/x) falls below the smallest double beside 0, and its slope below any."""
    formula, panel = (
        Formula("1/cosh(1/x)"),
        Window(x=(5e-4, 5e-3), y=(-900.0, 0.0), width=150, height=90),
    )
    trace = tracing.slope_trace(formula, panel)
    true = lambda x: (-1 / x + math.log(2) - 2 * np.log(x)) / LN10  # noqa: E731
    assert max(distances(trace.line, trace.bands, true, panel)) <= 0.26


def test_what_swings_beyond_all_digits_fills_its_range() -> None:
    panel = Window(x=(5.0, 9.0), y=(-1.2, 1.2), width=60, height=60)
    trace = tracing.value_trace(Formula("sin(exp(exp(x)))"), panel)
    x, y = np.concatenate(trace.bands).T
    for left in np.arange(5.1, 7.2, panel.x_scale):
        here = y[(x >= left) & (x < left + panel.x_scale)]
        assert here.max() > 0.95
        assert here.min() < -0.95
    # From there on no point is known, and the range of the sine is all that is.
    assert np.abs(y[x > 7.6]) == pytest.approx([1.0, 1.0])
