"""The steepest slope of formulas that are no chains: certified, located, in bounded work."""

from __future__ import annotations

import math
import random

import mpmath as mp
import numpy as np
import pytest

from formula.oracle import Undefined, sample
from gradplot.analysis.findings import Supremum
from gradplot.analysis.supremum.choose import max_slope
from gradplot.analysis.supremum.general.steepest import steepest
from gradplot.errors import InputError
from gradplot.functions.formula.formula import Formula

MINEFIELD = "tanh(5*tanh(40*x-5) - 5*tanh(40*x) + 5*tanh(40*x+5))"


def bracketed(text: str, x_range: tuple[float, float] = (-1.0, 1.0)) -> Supremum:
    formula = Formula(text)
    assert formula.chain is None
    return max_slope(formula, x_range)


def test_the_minefield() -> None:
    """The article's network of three hidden units, to more than its published digits."""
    supremum = bracketed(MINEFIELD)
    truth = math.log(199.963677329191753)
    assert supremum.lower <= truth <= supremum.upper
    assert supremum.upper - supremum.lower <= 1e-12
    assert supremum.x == pytest.approx(-0.124997991853636, abs=1e-15)
    assert supremum.x_low <= supremum.x <= supremum.x_high
    assert supremum.x_high - supremum.x_low < 1e-15
    assert supremum.located
    assert supremum.attained
    middle = Formula(MINEFIELD).slope(np.array([0.0]))[0]
    assert middle == pytest.approx(-199.92736670762248, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "slope", "x"),
    [
        ("8*tanh(8*x)", "64", 0.0),
        ("3*tanh(8*tanh(8*x))+0*x", "192", 0.0),
        ("x^3-x", "2", -1.0),
        ("x/(1+x^2)", "1", 0.0),
        ("exp(-x^2)*sin(100*x)", "100", 0.0),
        ("sin(50*x)*cos(30*x)", "50", 0.0),
        ("e^x", "exp(1)", 1.0),
        ("2^x", "2*log(2)", 1.0),
        ("exp(800*x)/3", "exp(800)*800/3", 1.0),
        ("exp(exp(8*x))", "exp(exp(8)+8)*8", 1.0),
        ("x^1000", "1000", -1.0),
        ("relu(2*x+1)-2*relu(x)+relu(x-1)", "2", -0.25),
        ("relu(3*x)-relu(-3*x)", "3", 0.0),
        ("abs(x)-x/2", "1.5", -0.5),
        ("max(x,-3*x)", "3", -0.5),
        ("min(x,x)*tanh(x)", "tanh(1)+1/cosh(1)**2", -1.0),
        ("softplus(-3*x)*2+x", "6/(1+exp(-3))-1", -1.0),
        ("erf(5*x)+x", "10/sqrt(pi)+1", 0.0),
        ("2*sigmoid(8*sigmoid(8*x-4)-4)", "8", 0.5),
        ("2*gelu(x-30)", "2*(ncdf(-29)-29*npdf(-29))", 1.0),
        ("hardswish(4*x)+0*x", "6", 0.75),
        ("x-x/2+tanh(0)", "0.5", None),
    ],
)
def test_known_suprema(text: str, slope: str, x: float | None) -> None:
    supremum = max_slope(Formula(text), (-1.0, 1.0))
    with mp.workdps(40):
        truth = mp.log(abs(eval(slope, {"__builtins__": {}}, vars(mp))))
        assert supremum.lower <= truth <= supremum.upper
    assert supremum.upper - supremum.lower <= 1e-9
    assert supremum.attained
    if x is not None:
        assert supremum.x == pytest.approx(x, abs=1e-7)


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("1/x", 0.0),
        ("x^-3", 0.0),
        ("1/(3*x-1)", 1 / 3),
        ("1/(3*x-1)^2", 1 / 3),
        ("1/sin(3*x)", 0.0),
        ("log(x)", 0.0),
        ("log(abs(x))", 0.0),
        ("log(tanh(x))/(2+x)", 0.0),
        ("sqrt(x)", 0.0),
        ("sqrt(1-x^2)", -1.0),
        ("x^0.3", 0.0),
        ("abs(x)^0.3", 0.0),
        ("x^-0.5", 0.0),
        ("tanh(sqrt(x-0.3))+x", 0.3),
        ("tan(2*x)", -math.pi / 4),
        ("1/x+sqrt(x+1)", 0.0),
        ("3*tanh(5*x)/(x-0.1)", 0.1),
        ("1/(x*(x-0.1))", 0.0),
        ("exp(1/x)", 0.0),
        ("relu(1/(3*x-1))", 1 / 3),
        ("softplus(-1/x)*2 + x", 0.0),
        ("max(1/x, 3)", 0.0),
        ("sqrt(1/x^2)", 0.0),
        ("log(1/abs(x))", 0.0),
        ("2-gelu(tan(2*x))", -math.pi / 4),
    ],
)
def test_poles_are_proven(text: str, x: float) -> None:
    supremum = bracketed(text)
    assert supremum.lower == supremum.upper == math.inf
    assert supremum.x == pytest.approx(x, abs=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "tanh(1/x)",
        "sin(x)/x",
        "x^2*sin(1/x)",
        "exp(log(x))",
        "1/(x^2+1e-9)",
        "x^2/x",
        "1/x-1/x/1",
        "exp(-1/x^2)",
        "relu(-1/x^2)",
        "min(1/x^2, 3)",
        "sigmoid(1/x)",
        "elu(-1/x^2)*x",
        "1/(1/x)",
        "x^0/x*x",
        "(1/x)^0*x^2*sin(1/x)",
    ],
)
def test_no_pole_is_claimed_where_there_is_none(text: str) -> None:
    """What cannot be bounded keeps an infinite upper end, and a lower end that is proven."""
    supremum = bracketed(text)
    assert supremum.lower < math.inf


def test_oscillation_beyond_every_bound_ends() -> None:
    supremum = bracketed("sin(1/x)")
    assert supremum.lower > 50
    assert supremum.upper == math.inf


@pytest.mark.parametrize("text", ["5", "x-x", "2+0*x", "x/x", "relu(-1-abs(x))", "tanh(1)*pi"])
def test_flat(text: str) -> None:
    supremum = max_slope(Formula(text), (-1.0, 1.0))
    assert supremum.dead
    assert supremum.x is None


@pytest.mark.parametrize("text", ["sqrt(-1-x^2)", "sqrt(-x^2)", "log(-exp(x))", "1/sin(0)+x"])
def test_undefined_throughout(text: str) -> None:
    with pytest.raises(InputError, match="undefined on all of -1 to 1"):
        bracketed(text)


def test_a_kink_between_doubles_leaves_an_honest_bracket() -> None:
    """Two kinks meet at 1/3: the identity, but no interval of doubles can tell."""
    supremum = bracketed("relu(3*x-1)-relu(1-3*x)")
    assert supremum.lower <= math.log(3) <= supremum.upper
    assert supremum.upper <= math.log(6) + 1e-9


def test_work_is_bounded_and_repeatable() -> None:
    formula = Formula("sin(x)^2+cos(x)^2")
    first, again = (steepest(formula.program(), (-1.0, 1.0), budget=60_000) for _ in range(2))
    assert first == again
    assert first.lower == -math.inf
    assert first.upper < -3


@pytest.mark.parametrize("x_range", [(-1e100, 1e100), (-1e-200, 1e-200), (1.0, 1.0 + 1e-11)])
def test_extreme_ranges(x_range: tuple[float, float]) -> None:
    supremum = bracketed("x/2+tanh(x)/3", x_range)
    assert supremum.lower <= supremum.upper
    truth = math.log(0.5 + 1 / 3 if x_range[0] < 0 else 0.5 + (1 - math.tanh(1) ** 2) / 3)
    assert supremum.lower - 1e-9 <= truth <= supremum.upper + 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_random_formulas(seed: int) -> None:
    """No point of a random formula is steeper than its bracket allows; most brackets are sharp."""
    sharp = tried = 0
    for number in range(16):
        rng = random.Random(100 * seed + number)
        truth = sample(rng, rng.randint(2, 3))
        try:
            supremum = max_slope(Formula(truth.text), (-1.0, 1.5))
        except InputError:
            continue
        assert supremum.lower <= supremum.upper
        if supremum.upper < math.inf and not supremum.dead:
            tried += 1
            sharp += supremum.upper - supremum.lower <= 1e-9
        near = [] if supremum.x is None else [supremum.x + d for d in (-1e-6, -1e-9, 1e-9, 1e-6)]
        for x in [rng.uniform(-1, 1.5) for _ in range(10)] + near:
            try:
                _, slope = truth(min(max(x, -1.0), 1.5))
            except Undefined:
                continue
            with mp.workdps(30):
                assert not slope or mp.log(abs(slope)) <= supremum.upper, truth.text
    assert sharp >= 0.9 * tried


@pytest.mark.parametrize(
    ("text", "nest", "most"),
    [
        ("x+5*relu(x)+(relu(x)-1.0001*relu(x))^1.5", None, 0.0),  # undefined for x > 0
        ("5*x+(x-sinh(x))^1.5", None, -math.inf),
    ],
)
def test_no_slope_is_told_of_where_there_is_no_function(
    text: str, nest: int | None, most: float
) -> None:
    """Ranges are not proven to be empty there, but what they say of a slope is no proof of one."""
    supremum = max_slope(Formula(text, nest=nest), (0.0 if most < 0 else -1.0, 1.0))
    assert supremum.lower <= most <= supremum.upper


def test_what_is_defined_at_the_ends_alone_is_refused() -> None:
    """x^1.5 - x is below 0 between 0 and 1, where the second layer has no value."""
    with pytest.raises(InputError, match="undefined on all of 0 to 1"):
        max_slope(Formula("y^1.5-relu(y)", nest=2), (0.0, 1.0))
