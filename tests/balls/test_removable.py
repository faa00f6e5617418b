"""Quotients of two parts that are 0 at one point, against mpmath and against what cancels."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath as mp
import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from gradplot.analysis.supremum.general.steepest import steepest
from gradplot.functions.balls.places import simplest_fraction
from gradplot.functions.formula.formula import Formula

#: A quotient in x and mpmath's words for it, the point, and the exact |slope| there.
QUOTIENTS = [
    ("(1-cos(x))/x^2", "(1-cos(x))/x**2", 0, 0),
    ("x^2/(1-cos(x))", "x**2/(1-cos(x))", 0, 0),
    ("(exp(x)-1-x)/x^2", "(exp(x)-1-x)/x**2", 0, 1 / 6),
    ("(x-sin(x))/x^3", "(x-sin(x))/x**3", 0, 0),
    ("sin(x)^2/x", "sin(x)**2/x", 0, 1),
    ("(sqrt(4+x)-2)/x", "(sqrt(4+x)-2)/x", 0, 1 / 64),
    ("log(1+x)/x", "log(1+x)/x", 0, 1 / 2),
    ("tanh(8*x)/x", "tanh(8*x)/x", 0, 0),
    ("mish(x)/x", "tanh(log(1+exp(x)))", 0, 8 / 25),
    ("gelu(x)/x", "ncdf(x)", 0, 1 / math.sqrt(2 * math.pi)),
    ("(2^x-1)/x", "(2**x-1)/x", 0, math.log(2) ** 2 / 2),
    ("(sin(x)/x-1)/x^2", "(sin(x)/x-1)/x**2", 0, 0),
    ("sin(x-0.3)/(x-0.3)", "sin(x-mpf(3)/10)/(x-mpf(3)/10)", Fraction(3, 10), 0),
    ("(exp(x-1/3)-1)/(x-1/3)", "(exp(x-mpf(1)/3)-1)/(x-mpf(1)/3)", Fraction(1, 3), 1 / 2),
    ("(exp(2*x-1)-1)/(2*x-1)", "(exp(2*x-1)-1)/(2*x-1)", Fraction(1, 2), 1),
    ("(x^2-1)/(x-1)", "x+1", 1, 1),
]


def jet(text, low, high, order=2):
    program = Formula(text).program()
    found, whole = program.balls(low, high, order=order, bits=200)
    assert whole
    return found


def supremum(formula, x_range=(-1.0, 1.0)):
    return steepest(formula.program(), x_range, label=formula.label)


def exactly(fraction):
    return arb(fraction.numerator) / fraction.denominator


@pytest.mark.parametrize(("text", "words", "point", "slope"), QUOTIENTS)
@pytest.mark.parametrize("reach", [2.0**-4, 2.0**-20, 2.0**-60])
def test_values_and_both_derivatives_are_inside(text, words, point, slope, reach):
    """About the point and beside it, at eleven places of the interval each."""
    function = eval(f"lambda x: {words}", vars(mp))
    for shift in (-0.5, 0.5, 2.0):
        ctx.prec = 200
        low = (exactly(Fraction(point)) + (shift - 1) * reach).mid()
        high = (exactly(Fraction(point)) + (shift + 1) * reach).mid()
        found = jet(text, low, high)
        ctx.prec = 53
        spans = [found.value, found.slope, found.bend]
        with mp.workdps(150):
            centre = mp.mpf(Fraction(point).numerator) / Fraction(point).denominator
            for part in range(11):
                x = centre + (mp.mpf(shift) - 1 + mp.mpf(2 * part + 1) / 11) * mp.mpf(reach)
                series = mp.taylor(function, x, 2)
                for order, span in enumerate(spans):
                    truth = series[order] * math.factorial(order)
                    low_end, high_end = (mp.mpf(0), mp.mpf(0)) if span is None else ends_of(span)
                    slack = mp.mpf(10) ** -30  # of mpmath's differences
                    assert low_end - slack <= truth <= high_end + slack
        if reach < 1e-15 and shift < 1:
            low_end, high_end = ends_of(found.slope)
            assert high_end - low_end < 1e-12
            assert abs(float(low_end)) == pytest.approx(slope, abs=1e-12)


def ends_of(span):
    with mp.workdps(80):
        return mp.mpf(span.low.lower().str(70, radius=False)), mp.mpf(
            span.high.upper().str(70, radius=False)
        )


@given(
    root=st.fractions(-1, 1, max_denominator=50),
    order=st.integers(1, 6),
    a=st.integers(-5, 5),
    b=st.integers(1, 5),
)
def test_what_cancels(root, order, a, b):
    """((x-p)^m (a + bx)) / (x-p)^m is a + bx: its slope is b throughout."""
    p = f"({root.numerator}/{root.denominator})"
    text = f"((x-{p})^{order}*({a}+{b}*x))/(x-{p})^{order}"
    row = supremum(Formula(text), x_range=(-1.5, 1.5))
    assert row.lower <= math.log(b) <= row.upper
    assert row.upper - row.lower < 1e-9


@pytest.mark.parametrize("nest", [2, 3])
def test_in_every_layer(nest):
    """exp(sin(y)/y - 1) nested comes to 0 nowhere, but its first layer's quotient does."""
    row = supremum(Formula("3*sin(y)/y-1", nest=nest))
    with mp.workdps(40):

        def inner(x):
            return 3 * mp.sinc(x) - 1

        def slope(x):
            size = mp.mpf(1)
            for _ in range(nest):
                size *= mp.diff(inner, x)
                x = inner(x)
            return abs(size)

        most = max(slope(mp.mpf(n) / 400) for n in range(1, 401))
    assert math.log(most) <= row.upper + 1e-12
    assert row.upper - row.lower < 1e-9


@pytest.mark.parametrize(
    ("text", "finite"),
    [
        ("sin(x)/(x*(x-0.5))", False),  # one zero cancels, the other does not
        ("(x^3-0.027)/(x^2-0.09)", False),
        ("x/x^2", False),
        ("(1-cos(x))/x^3", False),
        ("(x+1e-30)/x", False),
        ("sin(x)/(x+2)", True),
        ("(exp(7*x-2)-1)/(7*x-2)", True),
    ],
)
def test_a_pole_stays_a_pole(text, finite):
    row = supremum(Formula(text), x_range=(-1, 1))
    assert math.isfinite(row.upper) is finite


@given(st.fractions(-3, 3, max_denominator=200), st.fractions(0, 1, max_denominator=10**6))
def test_the_simplest_fraction(low, width):
    high = low + width
    found = simplest_fraction(low, high)
    assert low <= found <= high
    smaller = range(1, found.denominator)
    assert not any(
        math.ceil(low * q) <= math.floor(high * q) for q in smaller
    )  # no fraction of a smaller denominator lies between


def test_the_simplest_fraction_of_ends_with_thousands_of_bits():
    low = Fraction(3**4000, 2**6400)
    high = low + Fraction(1, 2**8000)
    assert low <= simplest_fraction(low, high) <= high
