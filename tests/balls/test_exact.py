"""Exact numbers: what is called 0 is 0, what is known of constants is true to any digit."""

from __future__ import annotations

import re
from contextlib import suppress
from fractions import Fraction

import mpmath as mp
import pytest
from flint import ctx
from hypothesis import given
from hypothesis import strategies as st

from gradplot.analysis.supremum.general.steepest import steepest
from gradplot.errors import InputError
from gradplot.functions.balls.constants import ball_of_number
from gradplot.functions.balls.exact.functions import values
from gradplot.functions.balls.exact.numbers import Exact, Unclear, rational
from gradplot.functions.balls.exact.vanishing import orders
from gradplot.functions.formula.compile import compile_tree
from gradplot.functions.formula.formula import Formula
from gradplot.functions.formula.parser import parse
from gradplot.functions.step import Number

ZEROS = [
    "sqrt(2)^2-2",
    "exp(1)-e",
    "sqrt(8)-2*sqrt(2)",
    "sqrt(6)-sqrt(2)*sqrt(3)",
    "sqrt(0.5)-sqrt(2)/2",
    "1/sqrt(2)-sqrt(2)/2",
    "8^(1/3)-2",
    "2^0.5-sqrt(2)",
    "2^1.5-sqrt(8)",
    "(1+sqrt(2))^2-3-2*sqrt(2)",
    "sqrt(1+sqrt(2))^2-1-sqrt(2)",
    "1/(1+pi)-(1+pi)^(-1)",
    "exp(2)/e-e",
    "exp(0.5)^2-e",
    "exp(1+pi)-e*exp(pi)",
    "log(e)-1",
    "log(6)-log(2)-log(3)",
    "log(sqrt(2)*e)-log(2)/2-1",
    "exp(log(3)/2)-sqrt(3)",
    "3^pi-exp(pi*log(3))",
    "sin(pi)",
    "cos(pi/2)",
    "cos(2*pi)-1",
    "sin(1.5*pi)+1",
    "tan(pi)",
    "tanh(-1)+tanh(1)",
    "cos(-2)-cos(2)",
    "abs(-pi)-pi",
    "abs(1-sqrt(2))+1-sqrt(2)",
    "erf(sqrt(2))-erf(2/sqrt(2))",
]
NEARLY = [
    "pi-3.141592653589793",
    "e-2.718281828459045",
    "sqrt(2)-1.4142135623730951",
    "sqrt(2)+sqrt(3)-3.1462643699419723",
    "sin(3.141592653589793)",
    "exp(pi*sqrt(163))-262537412640768744",
    "log(2)-0.6931471805599453",
    "sqrt(2)^2+2",
    "tanh(20)-1",
]


def exact(text):
    return values(compile_tree(parse(text)), None)[-1]


@pytest.mark.parametrize("text", ZEROS)
def test_what_is_0_is_proven_to_be(text):
    assert exact(text) == Exact()


@pytest.mark.parametrize("text", NEARLY)
def test_what_is_nearly_0_is_not(text):
    assert exact(text) != Exact()


def test_where_there_is_no_number_none_is_given():
    for text in ("log(sin(pi))", "sqrt(sin(pi)-1)", "1/sin(pi)", "tan(pi/2)", "sin(pi)^(-1)"):
        assert exact(text) is None


NUMBERS = st.sampled_from(["2", "3", "0.5", "12", "pi", "e", "(1/3)"])
TEXTS = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]}{t[1]}{t[2]})"),
        st.tuples(inner, st.sampled_from(["2", "0.5", "(-1)", "(1/3)"])).map(
            lambda t: f"abs({t[0]})^{t[1]}"
        ),
        st.tuples(st.sampled_from(["sqrt", "log"]), inner).map(lambda t: f"{t[0]}(abs({t[1]}))"),
        st.tuples(st.sampled_from(["exp", "sin", "cos", "tanh"]), inner).map(
            lambda t: f"{t[0]}({t[1]})"
        ),
    ),
    max_leaves=6,
)


@given(TEXTS)
def test_the_normal_form_is_the_number(text):
    """Of random constants, to 30 digits: mpmath's 0 is not exact, and roots of it are less so."""
    found = None
    with suppress(InputError):  # too large, or undefined
        found = exact(text)
    if found is None:
        return
    with mp.workdps(1000):
        source = text.replace("^", "**").replace("abs", "fabs")
        source = re.sub(r"[\d.]+", r"mpf('\g<0>')", source)  # a quotient of ints would be a float
        with ctx.workprec(400):
            assert_near(found.ball(), eval(source, dict(vars(mp))), digits=30)


def assert_near(ball, truth, digits=80):
    size = mp.mpf(10) ** -digits * (1 + abs(truth))
    assert abs(mp.mpf(ball.str(90, radius=False)) - truth) < size


@pytest.mark.parametrize(
    "text",
    ["pi", "e", "sqrt(2)", "pi/3+sqrt(2)^0.3", "log(pi)*exp(-e)", "-pi^3", "max(pi, 3)",
     "abs(1-pi)/e", "2^pi", "min(e, sqrt(7))"],
)  # fmt: skip
def test_a_constant_has_any_number_of_digits(text):
    number = parse(text)
    assert isinstance(number, Number)
    with mp.workdps(120):
        with ctx.workprec(400):
            ball = ball_of_number(number)
            assert ball.rel_accuracy_bits() > 330
        source = text.replace("^", "**").replace("0.3", "(mpf(3)/10)").replace("abs", "fabs")
        assert_near(ball, eval(source, {**vars(mp), "max": max, "min": min}))


@pytest.mark.parametrize(
    ("text", "place", "order"),
    [
        ("x^2-2", "sqrt(2)", 1),
        ("(x^2-2)^3*(x-sqrt(2))", "sqrt(2)", 4),
        ("sin(pi*x)^2*(x-1)", "1", 3),
        ("tanh(x)-tanh(1)", "1", 1),
        ("exp(x)-e+sin(pi*x)*(x-1)", "1", 1),
        ("(x-pi)*sin(x)/(2+x)", "pi", 2),
        ("x-3.14159", "pi", 0),
        ("tanh(sin(x)^2)", "pi", 2),
        ("sin(pi*x)/(x-1)", "1", 0),
        ("5*x-5*x", "pi", 1),
    ],
)
def test_orders_of_zeros(text, place, order):
    """Proven, and the function's own by mpmath's derivatives are at least these."""
    found = orders(compile_tree(parse(text)), exact(place))[-1]
    assert found == order
    source = text.replace("^", "**").replace("3.14159", "mpf('3.14159')")
    with mp.workdps(60):
        if "/(x-1)" not in text:
            function = eval(f"lambda x: {source}", dict(vars(mp)))
            series = mp.taylor(function, eval(place, dict(vars(mp))), order)
            assert all(abs(term) < mp.mpf(10) ** -30 for term in series[:order])


def test_an_exact_number_is_a_fraction_where_it_is_one():
    assert exact("sqrt(2)*sqrt(8)").fraction == 4
    assert exact("pi/pi-1/3").fraction == Fraction(2, 3)
    assert exact("pi").fraction is None
    assert rational(Fraction(0)) == Exact()


#: Quotients, a range, and the exact maximum of |dy/dx| on it.
QUOTIENTS = [
    ("(x^2-2)/(x-sqrt(2))", 0, 2, "1"),
    ("(x^3-pi^3)/(x-pi)", 3, 4, "8+pi"),
    ("(exp(x)-e)/(x-1)", 0, 2, "e"),
    ("(log(x)-1)/(x-e)", 2, 3, "((e-2)/2-1+log(2))/(e-2)**2"),
    ("(x-2)/(sqrt(x)-sqrt(2))", 1, 3, "0.5"),
    ("(x^2-2)/(x-2^0.5)*(x-1)", 0, 2, "3+sqrt(2)"),
    ("sin(x)/(x-pi)", 3, 3.5, None),
    ("sin(pi*x)/(x-1)", 0, 2, None),
    ("sin(pi*x)^2/(x-1)^2", 0, 2, None),
    ("(tanh(x)-tanh(1))/(x-1)", 0, 2, None),
    ("(sigmoid(x)-sigmoid(sqrt(3)))/(x-sqrt(3))", 1, 2, None),
]


@pytest.mark.parametrize(("text", "low", "high", "truth"), QUOTIENTS)
def test_quotients_that_are_0_over_0_at_a_point_with_a_name(text, low, high, truth):
    found = steepest(Formula(text).program(), (float(low), float(high)), label=text)
    assert found.upper - found.lower < 1e-9
    with mp.workdps(40):
        if truth is None:
            source = text.replace("^", "**").replace("sigmoid", "S")
            names = {**vars(mp), "S": lambda u: 1 / (1 + mp.exp(-u))}
            function = eval(f"lambda x: {source}", names)
            places = [low + (high - low) * (n + mp.mpf("0.37")) / 500 for n in range(500)]
            sizes = [abs(mp.diff(function, x)) for x in places]
            assert mp.log(max(sizes)) <= found.upper
            assert found.lower <= mp.log(max(sizes)) + mp.mpf("0.005")
        else:
            size = mp.log(eval(truth, dict(vars(mp))))
            assert found.lower - 1e-12 <= size <= found.upper + 1e-12


@pytest.mark.parametrize(
    "text",
    ["(x^2-2)/(x-1.4142135623730951)", "(exp(x)-2.718281828459045)/(x-1)", "sin(3.14159*x)/(x-1)"],
)
def test_what_is_nearly_0_over_0_has_a_pole(text):
    found = steepest(Formula(text).program(), (0.0, 2.0), label=text)
    assert found.upper == mp.inf


def test_fractions_without_end_are_let_go() -> None:
    """Python does not write numbers of more than 4300 digits, and they would take for ever."""
    long = Fraction(3**5000, 7)
    assert (rational(long) + rational(-long)).sign() == 0
    with pytest.raises(Unclear):
        rational(long) * rational(long)
    program = Formula("arctan(y)*y*y*gaussian(1/40)/(exp(y)-1)", nest=3).program()
    assert steepest(program, (-82.0, -57.0), label="three layers").lower > -12000
