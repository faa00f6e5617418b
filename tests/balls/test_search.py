"""Brackets of the steepest slope by branch and bound over balls, against what is known of it."""

from __future__ import annotations

import math

import mpmath as mp
import pytest

import gradplot
from gradplot.analysis.supremum.general.steepest import steepest
from gradplot.errors import InputError
from gradplot.functions.balls.program import Program
from gradplot.functions.formula.formula import Formula

MINEFIELD = "tanh(5*tanh(40*x-5) - 5*tanh(40*x) + 5*tanh(40*x+5))"


def bracket(text, x_range=(-1.0, 1.0), **options):
    formula = Formula(text, **options)
    return steepest(Program([formula._steps] * (formula.nest or 1)), x_range, label=text)


def test_the_minefield():
    found = bracket(MINEFIELD, (-0.5, 0.5))
    assert found.lower <= math.log(199.963677329191753) <= found.upper
    assert found.upper - found.lower <= 1e-12
    assert found.x == pytest.approx(-0.124997991853636, abs=1e-15)
    assert found.x_high - found.x_low < 1e-15
    assert found.attained


@pytest.mark.parametrize(
    ("text", "slope", "x"),
    [
        ("8*tanh(8*x)", "64", 0.0),
        ("x^3-x", "2", -1.0),
        ("x/(1+x^2)", "1", 0.0),
        ("sin(50*x)*cos(30*x)", "50", 0.0),
        ("exp(exp(8*x))", "exp(exp(8)+8)*8", 1.0),
        ("x^1000", "1000", -1.0),
        ("relu(2*x+1)-2*relu(x)+relu(x-1)", "2", -0.25),
        ("abs(x)-x/2", "1.5", -0.5),
        ("max(x,-3*x)", "3", -0.5),
        ("exp(-abs(x))", "1", 0.0),
        ("2*gelu(x-30)", "2*(ncdf(-29)-29*npdf(-29))", 1.0),
        # What is removable is removed.
        ("(x^2-1)/(x-1)", "1", None),
        ("sin(x)/x", "sin(1)-cos(1)", -1.0),
        ("x/tanh(x)", "coth(1)-csch(1)**2", -1.0),
        ("(exp(2*x)-1)/x", "exp(2)+1", 1.0),
    ],
)
def test_known_suprema(text, slope, x):
    found = bracket(text)
    with mp.workdps(40):
        truth = mp.log(abs(eval(slope, {"__builtins__": {}}, vars(mp))))
        assert found.lower <= truth <= found.upper
    assert found.upper - found.lower <= 2e-12
    assert found.attained
    if x is not None:
        assert found.x == pytest.approx(x, abs=1e-7)


@pytest.mark.parametrize(
    "text",
    [
        "5*x^0",
        "x-x",
        "relu(-relu(-x))",
        "x/x",
        "relu(-1-abs(x))",
        "0/x",
        "0*sin(1/x)",
        "sqrt(-relu(x))/x",
    ],
)
def test_flat(text):
    assert bracket(text).dead


@pytest.mark.parametrize("text", ["0/x", "0*sin(1/x)", "(x-x)/x", "sqrt(-relu(x))/x"])
def test_zero_times_what_has_no_bound_is_flat(text):
    assert bracket(text).dead


@pytest.mark.parametrize(
    "text", ["sqrt(-1-x^2)", "log(-exp(x))", "sqrt(-abs(x))+x", "sqrt(-x^2)+x"]
)
def test_undefined_throughout(text):
    with pytest.raises(InputError, match="undefined on all of -1 to 1"):
        bracket(text)


@pytest.mark.parametrize(
    "text", ["sqrt(-relu(x))+x", "(-relu(x-0.3))^0.4+x", "sqrt(-relu(abs(x)-1e-20))+x"]
)
def test_a_root_of_what_stays_0_is_0(text):
    found = bracket(text)
    assert found.lower == found.upper == 0.0
    assert found.attained


@pytest.mark.parametrize("text", ["1/x", "tanh(1/x)", "log(x)", "x*sin(1/x)"])
def test_what_cannot_be_bounded_is_not(text):
    found = bracket(text)
    assert found.lower < found.upper == math.inf


def test_a_peak_between_doubles_is_reached():
    """The slope at the proven place, by mpmath in 200 digits, is the one in the bracket."""
    found = bracket("tanh(8*y+b)+x/2", constants={"b": 0.3}, nest=30)
    assert found.upper - found.lower <= 1e-12
    assert found.unattained
    assert not found.attained

    def log_slope(x):
        y, slope = x, mp.mpf(1)
        for _ in range(30):
            value = mp.tanh(8 * y + mp.mpf(0.3))
            y, slope = value + x / 2, (1 - value**2) * 8 * slope + mp.mpf(1) / 2
        return mp.log(slope)

    with mp.workdps(200):
        low, high = mp.mpf(found.x_low), mp.mpf(found.x_high)
        # Each layer narrows the place down: the slope's logarithm is steep on either side of it.
        steps = 64
        best = max(low + (high - low) * n / steps for n in range(steps + 1))
        for _ in range(32):
            width = (high - low) / steps
            best = max((low + width * n for n in range(steps + 1)), key=log_slope)
            low, high = best - 4 * width, best + 4 * width
        assert log_slope(best) == pytest.approx(found.upper, abs=1e-9)


def test_work_is_bounded_and_repeatable():
    first, again = (bracket("sin(1/x)+sin(1/(x-0.3))") for _ in range(2))
    assert first == again


def test_a_decimal_constant_is_the_fraction_that_it_says() -> None:
    """0.1 is no double; what a hundred layers make of the difference must not widen the bracket."""
    formula = gradplot.Formula("tanh(3*y+0.1)+0.1*sin(y)", nest=60)
    found = gradplot.max_slope(formula)
    assert found.upper - found.lower <= 1e-9
    with mp.workdps(120):
        tenth = mp.mpf(1) / 10

        def log_slope(x: mp.mpf) -> mp.mpf:
            total, y = mp.mpf(0), x
            for _ in range(60):
                total += mp.log(abs(3 * mp.sech(3 * y + tenth) ** 2 + tenth * mp.cos(y)))
                y = mp.tanh(3 * y + tenth) + tenth * mp.sin(y)
            return total

        low, high = mp.mpf(found.x_low), mp.mpf(found.x_high)
        for _ in range(400):  # one maximum there: golden sections would do as well
            third = (high - low) / 3
            if log_slope(low + third) < log_slope(high - third):
                low += third
            else:
                high -= third
        assert mp.mpf(found.lower) <= log_slope(low) + mp.mpf("1e-20")
        assert log_slope(low) <= mp.mpf(found.upper)


def test_constants_are_folded_as_fractions() -> None:
    """0.1 + 0.2 - 0.3 is 0, and a third of 3 is 1, however many bits are asked for."""
    for text, slope in (("(0.1+0.2-0.3)*x + 2*x", 2.0), ("x/3*3 + 0*x", 1.0)):
        found = gradplot.max_slope(gradplot.Formula(text))
        assert found.lower <= math.log(slope) <= found.upper
        assert found.upper - found.lower <= 1e-12


@pytest.mark.parametrize(
    "text",
    ["sin(1/x)", "cos(1/x)", "sin(log(x))", "x*log(x)", "log(x)*x", "2*x*log(2*x)", "x^x"],
)
@pytest.mark.parametrize("x_range", [(0.0, 1.0), (-2.0, 2.0)])
def test_what_swings_or_bends_without_end_is_unbounded(text, x_range):
    """Beside the proof: nearer and nearer to 0 there are larger and larger slopes."""
    found = gradplot.max_slope(gradplot.Formula(text), x_range)
    assert found.upper == found.lower == math.inf
    power_of_ten = (mp.mpf(10) ** -k for k in (4, 8, 16))
    f, points = {
        "sin(1/x)": (lambda x: mp.sin(1 / x), [1 / (mp.pi * 10**k) for k in (2, 4, 8)]),
        "cos(1/x)": (lambda x: mp.cos(1 / x), [1 / (mp.pi * (10**k + 0.5)) for k in (2, 4, 8)]),
        "sin(log(x))": (lambda x: mp.sin(mp.log(x)), [mp.exp(-k * mp.pi) for k in (2, 4, 8)]),
        "2*x*log(2*x)": (lambda x: 2 * x * mp.log(2 * x), power_of_ten),
        "x^x": (lambda x: x**x, power_of_ten),
    }.get(text, (lambda x: x * mp.log(x), power_of_ten))
    with mp.workdps(60):
        slopes = [abs(mp.diff(f, x, h=x / mp.mpf(10) ** 12)) for x in points]
        assert slopes[0] * 1.5 < slopes[1]
        assert slopes[1] * 1.5 < slopes[2]


@pytest.mark.parametrize("text", ["x^2*log(x)", "x^2*sin(1/x)", "sin(1/(x^2+0.001))", "x*log(1+x)"])
def test_what_only_looks_so_is_not_called_unbounded(text):
    found = gradplot.max_slope(gradplot.Formula(text), (0.0, 1.0))
    assert found.lower < 30.0


def test_where_two_parts_meet_at_an_end_only_the_larger_one_beside_it_counts():
    """max(-x, y - x) is 0 for x >= 0 in the first layer; at x = 0 itself -x is as large."""
    found = gradplot.max_slope(gradplot.Formula("exp(max(-x, y - x))", nest=4), (0.0, 4.6e-5))
    x = 1e-300
    slope, y = 0.0, 1.0  # of the first layer, beside 0
    for _ in range(3):
        y, slope = math.exp(y - x), math.exp(y - x) * (slope - 1.0)
    assert found.lower <= math.log(abs(slope)) + 1e-9
    assert found.lower <= found.upper
    assert found.upper >= math.log(abs(slope)) - 1e-9


def test_a_stretch_that_is_only_not_ruled_out_is_not_told_for_the_place():
    """The slope is largest towards the kink at 6; just before it a loose bound is as large."""
    formula = gradplot.Formula("min(x, relu6(x)) * arctan(min(40, x))")
    found = gradplot.max_slope(formula, (-0.703, 161.1793458986705))
    assert found.x == pytest.approx(6.0, abs=1e-9)
    assert found.x_low <= 6.0 <= math.nextafter(found.x_high, 7.0)


def test_a_wide_stretch_that_is_only_not_ruled_out_is_not_told_either():
    """The slope rises up to the right end; a stretch well before it has a loose bound."""
    formula = gradplot.Formula("((exp(x) - 1) * (1 - cos(x))) / x^3")
    low, high = -0.013544999407802773, -0.007571752494437643
    found = gradplot.max_slope(formula, (low, high))
    with mp.workdps(60):
        slopes = [
            mp.log(abs(mp.diff(lambda x: (mp.exp(x) - 1) * (1 - mp.cos(x)) / x**3, x)))
            for x in (mp.mpf(found.x_low), mp.mpf(found.x_high), mp.mpf(high))
        ]
    assert found.lower <= max(slopes[:2])
    assert found.lower <= slopes[2] <= found.upper


@pytest.mark.parametrize(
    "text", ["(1-cos(x))/x", "sin(x)/x*x", "exp(-x^2)*x+0*log(abs(x))", "tanh(x)^3/tanh(x)^2"]
)
def test_no_slope_is_attained_where_the_formula_is_undefined(text):
    """Its limit from beside 0 is the maximum slope, and at 0 there is nothing."""
    found = bracket(text)
    assert found.upper - found.lower <= 1e-9
    assert not (found.attained and found.x == 0)
    assert abs(found.x) <= 1e-9
    # Of the doubles that do, one that people write.
    assert not found.attained or len(repr(found.x).lstrip("-")) <= 6
    assert found.attained == (found.x != 0)


@pytest.mark.parametrize("text", ["x^1.5-2*x", "2*relu(x)-x^2", "(x-x^2)/(1+x)"])
def test_a_slope_is_attained_at_an_end_where_the_formula_is_defined(text):
    found = bracket(text, (0.0, 1.0))
    assert found.attained
    assert found.x == 0


def test_a_lower_peak_in_a_stretch_that_may_hold_the_highest_is_not_told() -> None:
    """40x exp(-1/|40x|) has more slope the farther out, and its sine a peak on every half turn."""
    found = bracket("sin(40*x*exp(-abs(1/(40*x))))", (-113.72754446199666, 0.27))

    def y(x):
        return mp.sin(40 * x * mp.exp(-abs(1 / (40 * x))))

    with mp.workdps(40):
        assert mp.log(abs(mp.diff(y, mp.mpf(found.x)))) >= found.lower - 1e-9
