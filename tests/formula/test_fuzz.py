"""Formulas nobody would write: nothing but a clear error or a right answer, without a warning."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gradplot.analysis.supremum.general.steepest import steepest
from gradplot.errors import InputError
from gradplot.functions.formula.formula import Formula
from gradplot.functions.formula.parser import ELEMENTARY, FUNCTIONS

NUMBERS = ("0", "1", "2", "0.5", "3", "1e308", "1e-308", "5e-324", "1e16", "1000001", "pi", "w")
UNARY = [name for name in FUNCTIONS if ELEMENTARY.get(name, 1) == 1]


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(st.sampled_from(UNARY), inner).map(lambda part: f"{part[0]}({part[1]})"),
        st.tuples(inner, st.sampled_from("+-*/^"), inner).map("({0[0]}{0[1]}{0[2]})".format),
        pairs.map("max({0[0]},{0[1]})".format),
        pairs.map("min({0[0]},{0[1]})".format),
        inner.map("-{}".format),
    )


texts = st.recursive(st.sampled_from(("x", "x", "x", *NUMBERS)), _grown, max_leaves=8)
points = st.floats(-1e3, 1e3) | st.floats(-1e100, 1e100)


def made(text: str, nest: int | None = None) -> Formula | None:
    try:
        return Formula(text, {"w": 8.0}, nest=nest)
    except InputError as error:
        assert "\n" in error.message or error.key == "nest"  # noqa: PT017
        return None


def check_ranges(formula: Formula, low: float, high: float, x: float) -> None:
    """Ends in order or both NaN; a point's value and slope between them; continuity kept."""
    left, right, at = np.array([low]), np.array([high]), np.array([x])
    value, slope = formula.value_range(left, right), formula.log_slope_range(left, right)
    whole = formula.continuous(left, right)[0]
    for bottom, top in (value, slope):
        assert np.isnan(bottom[0]) == np.isnan(top[0])
        assert not bottom[0] > top[0]
    y = float(formula.value(at)[0])
    if whole and np.isnan(y):  # defined, but not known: then float64 does not tell it either
        bottom, top = formula.value_range(at, at)
        assert not top[0] - bottom[0] <= 1e-6 * abs(top[0])
    if not np.isnan(y):
        room = 1e-9 * abs(y) + 1e-300
        assert not np.isnan(value[0][0])
        assert float(value[0][0]) - room <= y <= float(value[1][0]) + room
    sign, log = formula.log_slope(at)
    assert np.isnan(sign[0]) == np.isnan(log[0])
    if sign[0] == 0:
        assert log[0] == -math.inf


@settings(max_examples=300, deadline=None)
@given(texts, points, points, st.floats(0, 1))
@example("(x^(x^(x^x)))", -1.0, 2.0, 0.5)
@example("exp(exp(exp(exp(x))))", -1e3, 1e3, 0.9)
@example("(1e308*(1e308*x))", -1.0, 1.0, 0.3)
@example("((x/1e-308)/1e-308)", -1.0, 1.0, 0.5)
@example("sin((1e308*x))", -1e100, 1e100, 0.5)
@example("tan((1e16*x))", 1.0, 1.1, 0.5)
@example("(x^1000001)", -2.0, 2.0, 0.75)
@example("gelu((1e308*(1e308*x)))", -1.0, 1.0, 0.1)
@example("max((1/x),log(x))", -1.0, 1.0, 0.5)
def test_any_formula_keeps_its_promises(text: str, a: float, b: float, share: float) -> None:
    formula = made(text)
    if formula is not None:
        low, high = min(a, b), max(a, b)
        check_ranges(formula, low, high, min(max(low + share * (high - low), low), high))


@settings(max_examples=60, deadline=None)
@given(texts, st.integers(1, 30))
def test_any_nest(text: str, nest: int) -> None:
    formula = made(text.replace("x", "y"), nest)
    if formula is not None:
        check_ranges(formula, -1.0, 1.0, 0.25)


@settings(max_examples=40, deadline=None)
@given(texts)
@example("sin((1/x))")
@example("(x^(x^x))")
def test_any_supremum_comes_in_bounded_work(text: str) -> None:
    formula = made(text)
    if formula is None:
        return
    try:
        supremum = steepest(formula.program(), (-1.0, 1.0), budget=20_000)
    except InputError as error:
        assert "undefined" in error.message  # noqa: PT017
        return
    assert supremum.lower <= supremum.upper
    assert (supremum.x is None) == supremum.dead
    if not supremum.dead:
        assert -1 <= supremum.x <= 1
