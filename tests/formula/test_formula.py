"""Values, slopes and ranges of formulas: at points, over intervals, at poles and at kinks."""

from __future__ import annotations

import math
import random
import re

import mpmath as mp
import numpy as np
import pytest

from formula.oracle import Sample, Undefined, sample, written
from gradplot.errors import InputError
from gradplot.functions.formula.formula import Formula, formulas
from gradplot.functions.intervals.interval import Interval
from gradplot.functions.jets.between import between
from gradplot.spec.functions import FormulaSpec

SEEDS = range(12)


def drawn(seed: int, count: int) -> list[tuple[random.Random, Sample, Formula]]:
    """Random formulas; those whose constants alone are undefined or too large are left out."""
    found = []
    for number in range(count):
        rng = random.Random(1_000 * seed + number)
        random_sample = sample(rng, rng.randint(1, 4))
        try:
            found.append((rng, random_sample, Formula(random_sample.text)))
        except InputError as error:
            if "undefined" not in error.message and "too large" not in error.message:
                raise
    return found


def around(rng: random.Random, x: float) -> tuple[np.ndarray, np.ndarray]:
    width = 10 ** rng.uniform(-16, 0)
    return np.array([x - width * rng.random()]), np.array([x + width * rng.random()])


@pytest.mark.parametrize("seed", SEEDS)
def test_ranges_hold_the_truth(seed: int) -> None:
    """Every value and log-slope of a random formula lies in its range, at any width."""
    checked = 0
    for rng, truth, formula in drawn(seed, 120):
        for _ in range(3):
            x = rng.uniform(-2, 2)
            low, high = around(rng, x)
            value = formula.value_range(low, high)
            log_slope = formula.log_slope_range(low, high)
            try:
                y, slope = truth(x)
            except Undefined:
                continue
            checked += 1
            with mp.workdps(60):
                assert value[0][0] <= y <= value[1][0], (truth.text, x)
                log = mp.log(abs(slope)) if slope else -mp.inf
                assert log_slope[0][0] <= log <= log_slope[1][0], (truth.text, x)
    assert checked > 100


@pytest.mark.parametrize("seed", SEEDS)
def test_undefined_points_are_not_called_continuous(seed: int) -> None:
    for rng, truth, formula in drawn(seed, 60):
        x = rng.uniform(-2, 2)
        continuous = formula.continuous(np.array([x - 0.1]), np.array([x + 0.1]))[0]
        for inside in (x - 0.05, x, x + 0.05):
            try:
                truth(inside)
            except Undefined:
                if np.isnan(formula.value(np.array([inside]))[0]):
                    assert not continuous


WELL_CONDITIONED = [
    "tanh(8*x)*2",
    "exp(-x^2)*sin(3*x)",
    "sigmoid(3*x-1)*(1+x^2)",
    "gelu(2*x)+mish(x)/(2+x)",
    "silu(x)^3",
    "log(2+x)*sqrt(3+x)",
    "cosh(x)/(1+softplus(x))",
    "arctan(2*x)*erf(x)",
    "x/(1+x^2)",
    "elu(x)+selu(2*x)+softsign(x)",
    "gaussian(2*x)*gelu_tanh(x)",
    "max(sin(3*x), cos(2*x))*hardswish(x)",
    "tan(x/2)+sinh(x)-leaky_relu(x)",
]


@pytest.mark.parametrize("text", WELL_CONDITIONED)
def test_points_are_good_to_a_few_ulp_per_operation(text: str) -> None:
    formula, truth = Formula(text), written(text)
    assert formula.chain is None
    rng = random.Random(text)
    unit = 4 * 2.0**-52 * text.count("(") + 4 * 2.0**-52 * len(re.findall(r"[-+*/^]", text))
    for _ in range(100):
        x = rng.uniform(-1.5, 1.5)
        y, slope = truth(x)
        assert abs(formula.value(np.array([x]))[0] - y) <= unit * (abs(y) + 0.1)
        assert abs(formula.slope(np.array([x]))[0] - slope) <= unit * (abs(slope) + 1)


def test_slopes_beyond_float64() -> None:
    """e^(exp(8x)) at 1 has slope 10^1299, and a product of 400 eights keeps its logarithm."""
    steep = Formula("exp(exp(8*x))")
    sign, log = steep.log_slope(np.array([1.0]))
    with mp.workdps(30):
        truth = mp.exp(8) + 8 + mp.log(8)
    assert sign[0] == 1
    assert log[0] == pytest.approx(float(truth), rel=1e-13)
    nested = Formula("8*y+0*x", nest=400)
    assert nested.chain is None
    assert nested.log_slope(np.array([0.3]))[1][0] == pytest.approx(400 * math.log(8), rel=1e-13)
    vanishing = Formula("sigmoid(y)+0*x", nest=1000)
    low, high = vanishing.log_slope_range(np.array([-1.0]), np.array([1.0]))
    assert low[0] <= high[0] < -600 * math.log(4)


def test_powers() -> None:
    """Whole and real exponents, negative bases, and a huge exponent in bounded time."""
    x = np.array([-2.0, -0.5, 0.0, 0.5, 2.0])
    for power in (0, 1, 2, 3, 5, -1, -2):
        with np.errstate(divide="ignore"):
            expected = np.where((x == 0) & (power < 0), np.nan, x ** float(power))
        np.testing.assert_allclose(Formula(f"x^{power}").value(x), expected, rtol=1e-15)
    np.testing.assert_allclose(Formula("x^2.5").value(x)[2:], x[2:] ** 2.5, rtol=1e-15)
    assert np.isnan(Formula("x^2.5").value(x)[:2]).all()
    assert Formula("x^1000000000").value(np.array([1.0]))[0] == 1.0
    log = Formula("x^1000000").log_slope(np.array([1.5]))[1][0]
    assert log == pytest.approx(math.log(1e6) + 999_999 * math.log(1.5), rel=1e-12)


def test_kinks_take_the_side_that_pytorch_takes() -> None:
    zero = np.array([0.0])
    for text, slope in {
        "relu(x)*1 + 0*x": 0.0,
        "2*relu(-x)": 0.0,
        "2*leaky_relu(x)": 0.02,
        "hardtanh(x+1)*2": 0.0,
        "2*abs(x)": 0.0,
        "max(x, 3*x)": 2.0,
    }.items():
        assert Formula(text).slope(zero)[0] == pytest.approx(slope, abs=1e-15), text


@pytest.mark.parametrize("text", ["1/x", "tan(x+pi/2)", "log(abs(x))", "1/tanh(x)", "x^-2"])
def test_poles_are_gaps(text: str) -> None:
    formula = Formula(text)
    across = np.array([-0.1]), np.array([0.1])
    assert not formula.continuous(*across)[0]
    assert np.isinf(formula.value_range(*across)).any()
    assert formula.log_slope_range(*across)[1][0] == np.inf
    assert formula.unbounded(*across)[0]
    beside = np.array([0.1]), np.array([0.2])
    assert formula.continuous(*beside)[0]
    assert np.isfinite(formula.value_range(*beside)).all()
    assert not formula.unbounded(*beside)[0]


@pytest.mark.parametrize("text", ["log(x)", "sqrt(x)", "x^0.5", "log(x)+sqrt(x)", "x^x"])
def test_undefined_stretches_are_nan(text: str) -> None:
    formula = Formula(text)
    assert np.isnan(formula.value(np.array([-1.0]))[0])
    assert np.isnan(formula.log_slope(np.array([-1.0]))).all()
    for ends in (formula.value_range, formula.log_slope_range):
        assert np.isnan(ends(np.array([-2.0]), np.array([-1.0]))).all()
        assert not np.isnan(ends(np.array([-1.0]), np.array([1.0]))).any()
    assert not formula.continuous(np.array([-1.0]), np.array([1.0]))[0]
    assert formula.continuous(np.array([0.5]), np.array([1.0]))[0]


def test_a_formula_without_x_is_flat() -> None:
    flat = Formula("2+tanh(1)")
    x = np.linspace(-1, 1, 5)
    assert flat.value(x) == pytest.approx(2 + math.tanh(1))
    assert (flat.log_slope(x)[0] == 0).all()
    assert (flat.log_slope_range(x[:-1], x[1:])[1] == -np.inf).all()


def test_exact_kinks() -> None:
    """Boxes that touch a kink at a double see one side: no slope is manufactured."""
    identity = Formula("relu(3*x)-relu(-3*x)")
    low, high = identity.log_slope_range(np.array([0.0, -0.5]), np.array([0.5, 0.0]))
    np.testing.assert_allclose([low, high], math.log(3), rtol=1e-14)
    dead = Formula("relu(-relu(-x)) + 0*x")
    assert (dead.log_slope_range(np.array([0.0, -0.5]), np.array([0.5, 0.0]))[1] == -np.inf).all()


@pytest.mark.parametrize(
    ("text", "constants", "nest", "name", "weights", "biases"),
    [
        ("tanh(8*x)", {}, None, "tanh", (8.0,), (0.0,)),
        ("tanh(8*tanh(8*x))", {}, None, "tanh", (8.0, 8.0), (0.0, 0.0)),
        ("tanh(w*y+b)", {"w": 8.0, "b": 1.0}, 3, "tanh", (8.0,) * 3, (1.0,) * 3),
        ("relu(1 - 2*relu(x/4 + 3))", {}, None, "relu", (0.25, -2.0), (3.0, 1.0)),
        ("swish(-(x - 1)*2)", {}, None, "silu", (-2.0,), (2.0,)),
        ("leaky_relu(x, 0.2)", {}, None, "leaky_relu", (1.0,), (0.0,)),
        ("elu(2*elu(y))", {}, 2, "elu", (1.0, 2.0, 1.0, 2.0), (0.0,) * 4),
        ("3*(x + 1) - 5", {}, None, "identity", (3.0,), (-2.0,)),
        ("tanh(0.7*y)", {}, 2, "tanh", (0.7, 0.7), (0.0, 0.0)),
        ("sin(pi*x)", {}, None, "sin", (math.pi,), (0.0,)),
    ],
)
def test_chains_are_recognised(
    text: str,
    constants: dict[str, float],
    nest: int | None,
    name: str,
    weights: tuple[float, ...],
    biases: tuple[float, ...],
) -> None:
    formula = Formula(text, constants, nest=nest)
    chain = formula.chain
    assert chain is not None
    assert chain.activation.name == name
    assert (chain.weights, chain.biases) == (weights, biases)
    x = np.linspace(-1, 1, 7)
    twin = Formula(f"({text}) + 0*x", constants, nest=nest)
    assert twin.chain is None
    np.testing.assert_allclose(formula.value(x), twin.value(x), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(formula.slope(x), twin.slope(x), rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize(
    ("text", "nest"),
    [
        ("tanh(8*sigmoid(x))", None),
        ("tanh(x*x)", None),
        ("2*tanh(x)", None),
        ("tanh(8*y + x)", 2),
        ("tanh(8*x + x)", None),
        ("tanh((sqrt(2)^2 - 2)*x)", None),
        ("5", None),
        ("leaky_relu(leaky_relu(x, 0.1), 0.2)", None),
    ],
)
def test_what_is_no_chain(text: str, nest: int | None) -> None:
    assert Formula(text, nest=nest).chain is None


def test_deep_nests_need_no_deep_stack() -> None:
    deep = Formula("tanh(8*y+1)", nest=5_000)
    assert deep.chain is not None
    assert deep.chain.depth == 5_000
    other = Formula("tanh(0.5*y+0.1*x)", nest=1_000)
    assert abs(other.value(np.array([0.5]))[0]) < 1


def test_many_points_in_bounded_memory() -> None:
    """A formula of 100 terms at 20,000 points works in blocks, and in the input's own shape."""
    wide = Formula("+".join(f"tanh({k}*x)" for k in range(1, 101)))
    x = np.linspace(-1, 1, 20_000)
    assert wide.value(x).shape == x.shape
    assert wide.value(np.zeros((2, 3))).shape == (2, 3)
    assert wide.value(np.zeros(0)).shape == (0,)


def test_bounds_between_two_ends_are_those_of_a_zigzag() -> None:
    """A function as steep as its bound all the way up, and down, attains the bound between."""
    zero, rate = Interval(np.zeros(1), np.zeros(1)), Interval(np.array([-3.0]), np.array([1.0]))
    found = between(zero, zero, rate, np.array([2.0]))
    assert 1.5 <= found.high[0] <= 1.5 + 1e-14  # up by 1 for 1.5, down by 3 for 0.5
    assert -1.5 - 1e-14 <= found.low[0] <= -1.5
    rising = between(zero, zero + Interval(np.ones(1), np.ones(1)), rate, np.array([2.0]))
    assert rising.high[0] == pytest.approx(1.75)
    assert rising.low[0] == pytest.approx(-0.75)


def test_formulas_of_a_spec() -> None:
    spec = FormulaSpec(formulas=("tanh(w*y)", "y/2+x"), constants=(("w", 2.0),), nest=(1, 3))
    labels = [curve.label for curve in formulas(spec)]
    assert labels == [
        "tanh(w*y), depth 1",
        "tanh(w*y), depth 3",
        "y/2+x, depth 1",
        "y/2+x, depth 3",
    ]
    named = FormulaSpec(formulas=("x", "2*x"), labels=("one", "two"))
    assert [curve.label for curve in formulas(named)] == ["one", "two"]


@pytest.mark.parametrize(
    ("arguments", "named", "key"),
    [
        (("q*x",), {}, "formula"),
        (("w*x", {"w": math.inf}), {}, "let w"),
        (("x", {"tanh": 1.0}), {}, "let"),
        (("8*y",), {"nest": 0}, "nest"),
        (("8*x",), {"nest": 2}, "nest"),
        (("y+tanh(y)",), {"nest": 9_999}, "nest"),
    ],
)
def test_python_users_get_clear_errors(
    arguments: tuple[object, ...], named: dict[str, int], key: str
) -> None:
    with pytest.raises(InputError) as caught:
        Formula(*arguments, **named)  # type: ignore[arg-type]
    assert caught.value.key == key
