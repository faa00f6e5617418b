"""Ranges of functions and of their derivatives over Arb intervals contain what mpmath computes."""

from __future__ import annotations

from contextlib import contextmanager

import mpmath as mp
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

import gradplot
from activation_oracle import ORACLE
from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.functions.balls.activations import outline
from gradplot.functions.balls.rules import rule
from gradplot.functions.formula.formula import Formula

ELEMENTARY = {
    "exp": (mp.exp, mp.exp, mp.exp),
    "log": (mp.log, lambda z: 1 / z, lambda z: -1 / z**2),
    "sqrt": (mp.sqrt, lambda z: 1 / (2 * mp.sqrt(z)), lambda z: -1 / (4 * z * mp.sqrt(z))),
    "cos": (mp.cos, lambda z: -mp.sin(z), lambda z: -mp.cos(z)),
    "tan": (mp.tan, lambda z: mp.sec(z) ** 2, lambda z: 2 * mp.tan(z) * mp.sec(z) ** 2),
    "sinh": (mp.sinh, mp.cosh, mp.sinh),
    "cosh": (mp.cosh, mp.sinh, mp.cosh),
}
NAMES = [*ORACLE, *ELEMENTARY]


@contextmanager
def workprec(bits):
    before, ctx.prec = ctx.prec, bits
    yield
    ctx.prec = before


def truth(name, z):
    """f, f', f'' at z; the activations' f'' by a difference of f' in 60 digits."""
    if name in ELEMENTARY:
        return [f(z) for f in ELEMENTARY[name]]
    act, slope = ORACLE[name]
    step = mp.mpf(10) ** -25
    return [act(z), slope(z), (slope(z + step) - slope(z - step)) / (2 * step)]


def inside(span, value, slack=0):
    ends = [mp.mpf(end.mid().str(60, radius=False)) for end in (span.low, span.high)]
    radii = [mp.mpf(end.rad().str(10, radius=False)) * 2 for end in (span.low, span.high)]
    slack = slack + mp.mpf(10) ** -45 * (1 + abs(value))
    return ends[0] - radii[0] - slack <= value <= ends[1] + radii[1] + slack


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(start=st.floats(-12, 12), width=st.floats(1e-3, 6), share=st.floats(0.01, 0.99))
def test_a_range_holds_what_the_function_does_inside(name, start, width, share):
    low = abs(start) + 0.01 if name in ("log", "sqrt") else start
    with mp.workdps(60):
        with workprec(160):
            found, _ = rule(name)(arb(low), arb(low + width))
        expected = truth(name, mp.mpf(low) + share * mp.mpf(width))
        spans = [found.value, found.slope, found.bend]
        for span, value in zip(spans, expected, strict=True):
            if span is None:
                assert abs(value) < 1e-30
            elif span.low.is_finite() and span.high.is_finite():
                assert inside(span, value, slack=mp.mpf(10) ** -20)


@pytest.mark.parametrize("name", ORACLE)
def test_a_wide_range_is_no_wider_than_the_function(name):
    """Over [-4, 4] the range of act' is what a fine grid finds, to the grid's own error."""
    found, _ = rule(name)(arb(-4), arb(4))
    slope = ORACLE[name][1]
    values = [slope(mp.mpf(n) / 256 + mp.mpf(1) / 1024) for n in range(-1024, 1024)]
    if found.slope is None:
        assert not any(values)
        return
    assert float(found.slope.high) == pytest.approx(float(max(values)), abs=1e-2)
    assert float(found.slope.low) == pytest.approx(float(min(values)), abs=1e-2)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_places_of_extremes_are_zeros_of_the_next_derivative(name):
    """Taylor coefficients of mpmath vanish there to 35 digits."""
    if name == "sin":
        return  # its extremes are periodic and known
    act = ORACLE[name][0]
    with mp.workdps(100), workprec(256):
        for piece in outline(name).pieces:
            for order, places in enumerate((piece.turns, piece.steepest, piece.bends), start=1):
                for place in places:
                    at = mp.mpf(place.mid().str(60, radius=False))
                    if name == "softsign":
                        continue
                    assert abs(mp.taylor(act, at, order)[order]) < mp.mpf(10) ** -20, (name, at)
                    assert place.rad() < 1e-38


@pytest.mark.parametrize(
    ("low", "high", "slope"),
    [(-1, 0, (0, 0)), (0, 1, (1, 1)), (-1, 1, (0, 1)), (0, 0, (0, 1))],
)
def test_of_a_kink_that_is_only_touched_one_side_counts(low, high, slope):
    found, _ = rule("relu")(arb(low), arb(high))
    ends = (0, 0) if found.slope is None else (float(found.slope.low), float(found.slope.high))
    assert ends == slope


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
def test_nobody_counts_the_turns_of_a_number_that_memory_cannot_hold(name: str) -> None:
    """sinh(sinh(sinh(30))) has more digits than there are atoms."""
    formula = Formula(f"min({name}(y), sinh(y))", nest=4)
    found = gradplot.max_slope(formula, (-35.0, -27.0))
    assert found.lower <= found.upper
