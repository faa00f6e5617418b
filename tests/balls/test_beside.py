"""Formulas whose slope is bounded beside a point where their parts' is not, against mpmath."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import mpmath as mp
import pytest
from flint import arb, ctx

from gradplot import max_slope
from gradplot.analysis.supremum.general.steepest import steepest
from gradplot.functions.formula.formula import Formula

#: Formulas that are bounded beside 0, on its right side.
GENTLE = [
    "x^2*log(x)",
    "x^2*sin(1/x)",
    "x*sin(log(x))",
    "x^3*cos(1/x^2)",
    "sqrt(x)^3*log(x)",
    "x^2*log(abs(x))^5",
    "x/log(x)",
    "x^(1+x)",
    "x^1.3*log(x)",
    "x^pi*log(x)",
    "x^2*log(log(1+x))",
    "exp(-1/x)/x^3",
    "exp(-1/(x*abs(log(x))))/x",
    "exp(-log(x)^2)",
    "sqrt(x^2+x^4*sin(1/x))",
    "x^2*exp(sin(1/x))",
    "x^2*sin(1/x)^2",
    "(1+x^2*cos(1/x))/(2-x*sin(log(x)))",
    "sqrt(x)*sin(sqrt(x))",
    "cos(sqrt(x))",
    "abs(x)^1.5*sinh(x^0.25)",
    "x*arctan(1/x)",
    "x^2*erf(1/x)",
    "x*tanh(1/x)",
    "x*softsign(1/x)",
    "tanh(-1/x)",
    "sigmoid(-1/x)/x^2",
    "gaussian(1/x)/x",
    "x^2*gelu(1/x)",
    "gelu(-1/x)/x",
    "x^2*silu(1/x)",
    "silu(-1/x)/x",
    "x^3*softplus(1/x)",
    "x^2*relu(1/x)+x^2*abs(-1/x)",
    "hardtanh(1/x)*x",
    "max(x^2*log(x),x^3*sin(1/x)-x)",
    "min(x,sqrt(x))^2*log(max(x,x))",
    "x/(1+exp(1/x))",
    "1/(x^5*(exp(1/x^2)-1))",
    "1/cosh(1/x)",
    "1/sinh(-1/x)^2",
    "x^2*max(sin(1/x),cos(1/x))",
    "x*elu(-1/x)",
    "x^2*selu(1/x)+selu(-1/x)",
    "mish(-1/x)/x",
    "x^2*mish(1/x)",
    "gelu_tanh(-1/x)/x",
    "x^2*gelu_tanh(1/x)",
]
SELU_SCALE, SELU_ALPHA = mp.mpf(1.0507009873554805), mp.mpf(1.6732632423543772)
#: mpmath's words for the formulas' own.
WORDS = {
    "arctan": mp.atan,
    "abs": abs,
    "sigmoid": lambda u: 1 / (1 + mp.exp(-u)),
    "softplus": lambda u: mp.log1p(mp.exp(u)),
    "gaussian": lambda u: mp.exp(-u * u),
    "gelu": lambda u: u * _normal(u),
    "silu": lambda u: u / (1 + mp.exp(-u)),
    "softsign": lambda u: u / (1 + abs(u)),
    "elu": lambda u, alpha=1: u if u > 0 else alpha * mp.expm1(u),
    "selu": lambda u: SELU_SCALE * (u if u > 0 else SELU_ALPHA * mp.expm1(u)),
    "mish": lambda u: u * (1 - 2 / (1 + (1 + mp.exp(u)) ** 2)),
    "gelu_tanh": lambda u: u / (1 + mp.exp(-mp.sqrt(8 / mp.pi) * (u + 44715 * u**3 / 10**6))),
    "max": max,
    "min": min,
    "relu": lambda u: max(u, mp.mpf(0)),
    "hardtanh": lambda u: min(max(u, mp.mpf(-1)), mp.mpf(1)),
}


def _normal(u):
    """mpmath's erfc is slow far out; there its asymptotic series is 1 to every digit asked for."""
    if abs(u) < 30:
        return mp.erfc(-u / mp.sqrt(2)) / 2
    tail = mp.exp(-u * u / 2) / (abs(u) * mp.sqrt(2 * mp.pi))
    return 1 - tail if u > 0 else tail


def function(text):
    source = re.sub(r"\d+\.?\d*", r"mpf('\g<0>')", text.replace("^", "**"))
    return eval(f"lambda x: {source}", {**vars(mp), **WORDS})


def slope(f, x):
    """By a difference over so little that neither it nor its cube shows in 50 digits."""
    h = x**3 * mp.mpf(10) ** -60
    return (f(x + h) - f(x - h)) / (2 * h)


@pytest.mark.parametrize("text", GENTLE)
@pytest.mark.parametrize("reach", [3, 12, 40, 1000])
def test_slopes_are_inside_and_bounded(text, reach):
    """From 0 to 2^-reach, at points that crowd towards 0, down to 1e-305."""
    program = Formula(text).program().within(0.0, 1.0)
    far = arb(2) ** -reach
    jet, _ = program.balls(arb(0), far, order=2, bits=128)
    assert jet.slope.bounded or reach == 3
    f = function(text)
    with mp.workdps(2600):
        top = mp.mpf(2) ** -reach
        for share in ("1", "0.731", "0.31", "1e-2", "1.7e-4", "3e-30"):
            x = top * mp.mpf(share) * (1 - mp.mpf(10) ** -9)
            assert_inside(jet.value, f(x))
            assert_inside(jet.slope, slope(f, x))


def assert_inside(span, truth):
    low, high = span.low.lower(), span.high.upper()
    slack = mp.mpf(10) ** -40 * (1 + abs(truth))  # of the difference
    assert not low.is_finite() or of(low) - slack <= truth
    assert not high.is_finite() or truth <= of(high) + slack


def of(ball):
    mantissa, exponent = ball.mid().man_exp()
    return mp.ldexp(mp.mpf(int(mantissa)), int(exponent))


ELSEWHERE = [
    (text, place, side)
    for text in GENTLE
    for place, side in (("0", -1), ("0.3", 1), ("1", -1), ("(-1/3)", 1))
    # No double is 0.3 or -1/3, so that a range begins before: there these are not bounded.
    if place in "01" or "(-1/x)" not in text
]


@pytest.mark.parametrize(("text", "place", "side"), ELSEWHERE)
def test_beside_other_points_and_on_the_other_side(text, place, side):
    """On a stretch that ends at the point, and on one that only comes near."""
    moved = re.sub(r"\bx\b", f"({side}*(x-{place}))", text)
    program = Formula(moved).program().within(*sorted((eval(place), eval(place) + side)))
    centre = Fraction(place.strip("()"))
    for near, far in ((0, 2.0**-9), (2.0**-10, 2.0**-9), (2.0**-40, 2.0**-37)):
        with ctx.workprec(300):
            ends = [(arb(centre.numerator) / centre.denominator + side * s).mid()
                    for s in (near, far)]  # fmt: skip
            low, high = sorted(ends, key=float)
        jet, _ = program.balls(low, high, order=2, bits=200)
        assert jet.slope.bounded
        with mp.workdps(400):
            for share in ("0.001", "0.4", "0.93"):
                s = near + (far - near) * mp.mpf(share)
                assert_inside(jet.value, function(text)(s))
                assert_inside(jet.slope, side * slope(function(text), s))


@pytest.mark.parametrize(
    "text", ["tanh(1/x)", "x/abs(x)", "arctan(1/x)", "exp(-1/x)", "1/(1+exp(1/x))",
             "x^2*log(abs(x))+sqrt(x^2)/x", "cos(x/abs(x)-1)", "hardtanh(1/x)",
             "elu(1/x)*x", "relu6(1/x)", "relu6(selu(1/sin(x)))"]
)  # fmt: skip
def test_what_jumps_is_not_bounded(text):
    assert supremum(text, (-1.0, 1.0)).upper == math.inf


@pytest.mark.parametrize("text", ["tanh(1/x)", "exp(-1/x)", "x^2*log(x)+arctan(1/x)"])
def test_at_an_end_nothing_jumps(text):
    assert supremum(text, (0.0, 1.0)).upper < math.inf


#: Formulas, a range, and the exact maximum of |dy/dx| on it, in mpmath's words.
SUPREMA = [
    ("x^2*log(x)", 0.0, 1.0, "1"),
    ("x^2*log(abs(x))", -0.5, 0.5, "2*exp(-1.5)"),
    ("x*sin(log(x))", 0.0, 1.0, "sqrt(2)"),
    ("x*log(x)^2*x", 0.0, 0.5, "2*exp(-1.5-sqrt(5)/2)*(2+sqrt(5))"),
    ("exp(-1/x)", 0.0, 1.0, "4*exp(-2)"),
    ("exp(-1/x^2)", -1.0, 1.0, "2*sqrt(1.5)**3*exp(-1.5)"),
    ("tanh(1/x)*x^2", -1.0, 1.0, "2*tanh(1)-sech(1)**2"),
    ("x*arctan(1/x)", -1.0, 1.0, "pi/2"),
    # On the right 0 of what has no bound on the left.
    ("x*arctan(1/x-1/abs(x))", -1.0, 1.0, "pi/2"),
    ("x^2*erf(1/x)", -1.0, 1.0, "2*erf(1)-2*exp(-1)/sqrt(pi)"),
    ("x^(1+x)", 0.0, 1.0, "2"),
    ("x+x^2*log(x)", 0.0, 0.1, "1"),
    ("cos(sqrt(x))", 0.0, 1.0, "0.5"),
    ("(x-0.3)^2*log(abs(x-0.3))", -0.5, 1.0, "2*exp(-1.5)"),
    ("x^3*sin(1/x)", -1.0, 1.0, "3*sin(1)-cos(1)"),
]


@pytest.mark.parametrize(("text", "low", "high", "words"), SUPREMA)
def test_the_bracket_is_the_one_that_the_function_has(text, low, high, words):
    found = supremum(text, (low, high))
    with mp.workdps(40):
        truth = mp.log(eval(words, {"__builtins__": {}}, vars(mp)))
        assert found.lower - 1e-30 <= truth <= found.upper + 1e-30
    assert found.upper - found.lower < 1e-9


@pytest.mark.parametrize(
    ("text", "reach"),
    [("x^2*sin(1/x)", 1e-6), ("(x^2-3*x^3)*sin(1/x)", 1e-3), ("x^2*sin(1/x)^2", 0.1)],
)
def test_swings_without_end(text, reach):
    """The largest slope at many points of the steepest swings is in the bracket."""
    found = supremum(text, (0.0, reach))
    with mp.workdps(200):
        turns = [
            1 / (mp.pi / 4 * (mp.floor(4 / (mp.pi * mp.mpf(reach))) + n)) for n in range(1, 60)
        ]
        most = mp.log(max(abs(slope(function(text), x)) for x in turns))
        assert most <= found.upper
    # Where the supremum is only approached, the search has to come upon a swing that nears it.
    assert found.upper - found.lower < 1e-6


def supremum(text, x_range):
    return steepest(Formula(text).program(), x_range, label=text)


def test_a_point_alone_has_no_side():
    """The second layer is looked at for y that is exactly 0."""
    formula = Formula("selu(y^1.5)*(7.25-gelu_tanh(y))", nest=2)
    found = steepest(formula.program(), (-106.63146427718006, 69.36853572281994))
    assert found.upper - found.lower <= 1e-9


@pytest.mark.parametrize(
    ("text", "nest", "slope"),
    [("arctan(y)-y^1.5-silu(elu(y))", 2, 0.25), ("2*relu(y)-y^1.5", 3, 8.0)],
)
def test_layers_of_what_comes_to_the_point_and_no_further(text, nest, slope):
    """At 0 each layer is asked for beside 0 with no room on either side."""
    found = max_slope(Formula(text, nest=nest), (-1.0, 1.0))
    assert found.lower == pytest.approx(math.log(slope), abs=1e-9)
    assert found.upper == pytest.approx(math.log(slope), abs=1e-9)


@pytest.mark.parametrize(
    ("text", "steepest_at"),
    [
        ("tanh(1/x^2)", 1.0),
        ("sigmoid(-1/abs(x))", 0.4167782798004824),
        ("elu(-1/x^2,0.5)", math.sqrt(2 / 3)),
        ("x^2/(1+exp(1/x))", -1.0),
    ],
)
def test_both_sides_come_to_one_value(text, steepest_at):
    """What goes far out the same way on both sides does not jump."""
    found = max_slope(Formula(text), (-1.0, 1.0))
    with mp.workdps(200):
        truth = mp.log(abs(slope(function(text), mp.mpf(steepest_at))))
    assert found.lower - 1e-9 <= truth <= found.upper + 1e-9
    assert found.upper - found.lower < 1e-9
