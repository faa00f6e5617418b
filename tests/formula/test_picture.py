"""Formulas are drawn within a quarter of a pixel of the truth, and never across a pole."""

from __future__ import annotations

import numpy as np
import pytest

from geometry import distances
from gradplot.analysis.findings import LN10
from gradplot.analysis.supremum.choose import max_slope
from gradplot.analysis.tracing import trace as tracing
from gradplot.analysis.tracing.field import Window
from gradplot.functions.formula.formula import Formula

#: A quarter of a pixel, and what the check's own sampling can be off by.
QUARTER = 0.25 + 0.01
MINEFIELD = "tanh(5*tanh(40*x-5) - 5*tanh(40*x) + 5*tanh(40*x+5))"


def window(y: tuple[float, float]) -> Window:
    return Window(x=(-1.0, 1.0), y=y, width=200, height=90)


@pytest.mark.parametrize(
    ("text", "y"),
    [
        (MINEFIELD, (-1.1, 1.1)),
        ("8*tanh(8*x) - 7*x", (-2.0, 2.0)),
        ("exp(-x^2)*sin(20*x)", (-1.1, 1.1)),
        ("gelu(9*x)*x - mish(-5*x)", (-2.0, 3.0)),
        ("max(sin(9*x), cos(7*x)) + relu(4*x)/3", (-1.5, 2.5)),
        ("1/(3*x-1)", (-10.0, 10.0)),
        ("tan(4*x)", (-5.0, 5.0)),
        ("log(x+0.5)", (-5.0, 1.0)),
        ("1/x - x^-2", (-30.0, 5.0)),
        ("x^3-x", (-0.5, 0.5)),
        ("2", (1.0, 3.0)),
    ],
)
def test_values_are_drawn_where_they_are(text: str, y: tuple[float, float]) -> None:
    formula, panel = Formula(text), window(y)
    trace = tracing.value_trace(formula, panel)
    assert max(distances(trace.line, trace.bands, formula.value, panel)) <= QUARTER
    assert trace.evaluations <= 10_000


@pytest.mark.parametrize(
    "text", [MINEFIELD, "8*tanh(8*x) + 7*x", "gelu(9*x)*x", "x^3-x", "1/(3*x-1)", "e^(3*x)"]
)
def test_slopes_are_drawn_where_they_are(text: str) -> None:
    formula, panel = Formula(text), window((-3.0, 3.0))
    trace = tracing.slope_trace(formula, panel, max_slope(formula, (-1.0, 1.0)))
    away = distances(trace.line, trace.bands, lambda x: formula.log_slope(x)[1] / LN10, panel)
    assert max(away) <= QUARTER
    assert trace.evaluations <= 10_000


@pytest.mark.parametrize(("text", "pole"), [("1/x", 0.0), ("tan(2*x+1)", 0.2853981633974483)])
def test_no_stroke_crosses_a_pole(text: str, pole: float) -> None:
    line = tracing.value_trace(Formula(text), window((-20.0, 20.0))).line
    starts, ends = line[:-1, 0], line[1:, 0]
    assert not ((starts < pole) & (ends > pole)).any()
    assert (starts < pole).any()
    assert (ends > pole).any()


def test_undefined_stretches_are_empty() -> None:
    line = tracing.value_trace(Formula("sqrt(x)*log(1-x/2)"), window((-1.0, 1.0))).line
    assert np.nanmin(line[:, 0]) >= -1e-3


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [
        ("x^0.5", (-22.1, 37.9), (-0.1, 1.0)),
        ("sqrt(1-x^2)", (-1.1, 1.2), (-0.1, 1.1)),
        ("sqrt(sin(40*x))", (-1.0, 1.0), (-0.1, 1.1)),
    ],
)
def test_a_curve_is_drawn_up_to_where_it_ends(
    text: str, x: tuple[float, float], y: tuple[float, float]
) -> None:
    """However steep it is there: from its samples to the lines, and every vertex is on it."""
    formula, panel = Formula(text), Window(x=x, y=y, width=300, height=120)
    trace = tracing.value_trace(formula, panel)
    away, _ = distances(trace.line, trace.bands, formula.value, panel)
    assert away <= QUARTER
    vertices = trace.line[np.isfinite(trace.line[:, 0])]
    inside = vertices[vertices[:, 1] < y[1]]
    assert len(inside) > 5
    # The last one is at the end but for rounding, and may be beyond.
    sides = [formula.value(inside[:, 0] + step) for step in (-1e-14, 1e-14)]
    assert np.fmax(*sides) == pytest.approx(inside[:, 1], abs=1e-6)


@pytest.mark.parametrize(
    ("text", "y"),
    [
        ("(x-0.3)^0.2", (-0.1, 1.1)),
        ("0*sqrt(x-0.3)", (-1.0, 1.0)),
        ("5+0*log(x-0.3)", (4.0, 6.0)),
        ("tanh(1e-3*sqrt(0.3-x))", (-1.0, 1.0)),
        ("1/log(x-0.3)", (-2.0, 2.0)),
    ],
)
def test_a_curve_is_drawn_up_to_an_end_that_is_no_double(text: str, y: tuple[float, float]) -> None:
    """However flat it is there, or steep: samples crowd at the end as doubles do."""
    formula, panel = Formula(text), Window(x=(-1.0, 1.0), y=y, width=300, height=120)
    line = tracing.value_trace(formula, panel).line
    side = -1 if "0.3-x" in text else 1
    x = 0.3 + side * np.geomspace(1e-15, 0.5, 4000)
    vertices = np.column_stack(((line[:, 0] + 1.0) / panel.x_scale, panel.y_pixels(line[:, 1])))
    vertices = vertices[np.isfinite(vertices[:, 0])]
    order = np.argsort(vertices[:, 0], kind="stable")
    assert abs(vertices[order, 0] - 1.3 / panel.x_scale).min() < 1e-9
    for at, height in zip(x, panel.y_pixels(formula.value(x)), strict=True):
        if 0 <= height <= panel.height:
            assert _distance(vertices[order], (at + 1.0) / panel.x_scale, height) <= QUARTER


def _distance(vertices: np.ndarray, x: float, y: float) -> float:
    """From a point to a polyline without gaps."""
    start, along = vertices[:-1], np.diff(vertices, axis=0)
    length = (along**2).sum(axis=1)
    share = ((np.array((x, y)) - start) * along).sum(axis=1) / np.where(length > 0, length, 1)
    foot = start + np.clip(share, 0, 1)[:, None] * along
    return float(np.hypot(*(foot - (x, y)).T).min())
