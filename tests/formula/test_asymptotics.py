"""What is called unbounded grows without end, and what is bounded is never called so."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath as mp
import pytest
from flint import ctx

import gradplot
from gradplot.functions.balls.exact.numbers import rational
from gradplot.functions.balls.series import expand, variable
from gradplot.functions.formula.asymptotics import grows

STEEP = [
    "x*sin(1/x)",
    "x*cos(1/x)",
    "sqrt(x)*sin(1/x)",
    "x^2*sin(1/x^2)",
    "x^1.5*sin(1/x)",
    "x^2*log(x)*sin(1/x)",
    "x+x*sin(1/x)",
    "3*x-sin(1/x)/log(x)",
    "x*log(abs(x))",
    "log(x)*sin(x)",
    "log(1+x)*log(x)",
    "sqrt(x)*log(x)",
    "1+sqrt(x)",
    "sin(sqrt(x))",
    "exp(sqrt(x))",
    "tanh(1+sqrt(x))",
    "1/log(x)",
    "x^2/sqrt(x^3)",
    "log(log(1+x))",
    "x^sin(x)",
]
GENTLE = [
    "x^2*sin(1/x)",
    "x^2*cos(1/x)",
    "x^3*sin(1/x^2)",
    "x*sin(log(x))",
    "x^2*log(x)",
    "x^2*log(x)^5",
    "x^1.5*log(x)",
    "x*sqrt(x)*log(x)",
    "abs(x)^1.5",
    "sqrt(x^2)",
    "sqrt(x)^2",
    "sqrt(x)*sqrt(x)+1",
    "sqrt(x)-sqrt(x)",
    "sqrt(x)*sin(sqrt(x))",
    "cos(sqrt(x))",
    "exp(-1/x)",
    "sin(x)/x",
    "x/log(x)",
    "(1-cos(x))/x^2",
    "x^(1+x)",
]


def proven(text, low=0.0, high=1e-12, nest=1):
    return grows(gradplot.Formula(text)._steps, low, high, nest)


def steepest(text, power):
    """The largest slope that a look at many points of two decades finds, by mpmath."""
    words = text.replace("^", "**").replace("abs", "fabs")
    with mp.workdps(250):
        function = eval(f"lambda x: {words}", vars(mp))
        places = [mp.mpf(10) ** (mp.mpf(n) / 100 - power) for n in range(200)]
        # Where 1/x, or its square, is a multiple of pi/2 swings are steepest.
        turns = [1 / (mp.pi / 2 * (10**power + n)) for n in range(4)]
        places += turns + [mp.sqrt(turn) for turn in turns]
        return max(abs(mp.diff(function, x, h=x * mp.mpf(10) ** -100)) for x in places)


@pytest.mark.parametrize("text", STEEP)
def test_what_is_proven_to_grow_does(text):
    assert proven(text)
    assert proven(text, -1.0, 1.0)
    sizes = [steepest(text, power) for power in (5, 10, 20, 40)]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 2 * sizes[0]


@pytest.mark.parametrize("text", GENTLE)
def test_what_stays_bounded_is_never_called_unbounded(text):
    assert not proven(text)
    assert not proven(text, -0.5, 0.5)
    sizes = [steepest(text, power) for power in (5, 10, 20, 40)]
    assert max(sizes) < 1.5 * max(sizes[0], 1)


@pytest.mark.parametrize(
    "text", ["x*sin(1/x)", "log(x)*sin(x)", "x*log(abs(x))", "1+sqrt(x)*log(x)"]
)
def test_it_is_told(text):
    found = gradplot.max_slope(gradplot.Formula(text), (-1.0, 1.0))
    assert found.lower == found.upper == math.inf
    assert abs(found.x) < 1e-12


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("(x-0.5)*log(abs(x-0.5))", 0.5),
        ("(x-0.3)*sin(1/(x-0.3))", 0.3),
        ("sqrt(1-x)*cos(x)", 1.0),
        ("(x+1)*log(x+1)^2", -1.0),
    ],
)
def test_beside_other_points_than_0(text, point):
    found = gradplot.max_slope(gradplot.Formula(text), (-1.0, 1.0))
    assert found.lower == found.upper == math.inf
    assert found.x == pytest.approx(point, abs=1e-9)
    assert not proven(text, point - 0.4, point - 0.2)


@pytest.mark.parametrize(("text", "nest"), [("sqrt(y)", 3), ("sqrt(y)", 30), ("sqrt(y)+y", 5)])
def test_nested(text, nest):
    found = gradplot.max_slope(gradplot.Formula(text, nest=nest), (0.0, 1.0))
    assert found.lower == found.upper == math.inf


def test_numbers_that_grow_with_depth_stay_short():
    """The exact square of a fraction, thirty times over, would not fit in any memory."""
    formula = gradplot.Formula("y^2+0.1", nest=30)
    assert not grows(formula._steps, -1.0, 1.0, 30)


def test_the_precision_is_its_own():
    """A search counts its points in 100,000 bits; a proof of growth needs none of them."""
    steps = gradplot.Formula("sin(1+x)*exp(x-0.3)")._steps
    with ctx.workprec(100_000):
        at = variable(rational(Fraction(1, 3)))
        *_, product = expand(steps, at, at)[0]
    for coefficient in product.coeffs():
        mantissa, _ = coefficient.mid().man_exp()
        assert int(mantissa).bit_length() <= 300
