"""What people type, well and badly: a right tree or one clear error, never code that runs."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gradplot.errors import InputError
from gradplot.functions.activations.table import ACTIVATIONS, SPELLINGS
from gradplot.functions.formula.parser import ELEMENTARY, check_name, constant, parse
from gradplot.functions.formula.tokens import MAX_LENGTH, PASTED
from gradplot.functions.formula.tree import Call, Variable, walk
from gradplot.functions.step import Number

X = Variable("x")


def number(value: float) -> Number:
    return Number(value, value, value)


def message(text: str, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        parse(text, **options)  # type: ignore[arg-type]
    return caught.value.message


def pointed(said: str) -> str:
    """The character that the caret of an error stands under."""
    _, window, caret = said.split("\n")
    return window[caret.index("^")]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("x", X),
        ("y = x", X),
        ("f(x) = x", X),
        ("2*x", Call("mul", (number(2.0), X))),
        ("-x^2", Call("neg", (Call("pow", (X, number(2.0))),))),
        ("x²", Call("pow", (X, number(2.0)))),
        ("2^-x", Call("pow", (number(2.0), Call("neg", (X,))))),
        ("x - x - x", Call("sub", (Call("sub", (X, X)), X))),
        ("8 × x", Call("mul", (number(8.0), X))),
        ("8·x − 1", Call("sub", (Call("mul", (number(8.0), X)), number(1.0)))),
        ("swish(x)", Call("silu", (X,))),
        ("leaky_relu(x, 0.5)", Call("leaky_relu", (X, number(0.5)))),
        ("max(x, 0)", Call("max", (X, number(0.0)))),
        ("ln(x)", Call("log", (X,))),
        ("+ - + - x", X),
        ("x - -x", Call("sub", (X, Call("neg", (X,))))),
        ("(2+3)*4/5 - 1", number(3.0)),
        ("sqrt(4)^0.5^2 - 2^0.25", None),
    ],
)
def test_reads(text: str, tree: object) -> None:
    read = parse(text)
    if tree is None:
        assert isinstance(read, Number)
        assert read.low <= 0 <= read.high
    else:
        assert read == tree


def test_constants_and_layers() -> None:
    assert parse("w*x", {"w": 8.0}) == Call("mul", (number(8.0), X))
    assert parse("w*y", {"w": 8.0}, nest=True) == Call("mul", (number(8.0), Variable("y")))


@pytest.mark.parametrize("name", [*SPELLINGS, *ELEMENTARY])
def test_every_function_can_be_called(name: str) -> None:
    arguments = ", ".join(["x"] * ELEMENTARY.get(name, 1))
    (call, *_) = walk(parse(f"{name}({arguments})"))
    assert isinstance(call, Call)
    assert call.function in ACTIVATIONS or call.function in ELEMENTARY


@pytest.mark.parametrize(
    ("text", "said", "under"),
    [
        ("tanhh(8*x)", "did you mean tanh?", "t"),
        ("2 * q", "--let q=1", "q"),
        ("tanh(8*x", "never closed", "("),
        ("tanh(8*x))", "closes nothing", ")"),
        ("__import__('os')", "means nothing here", "'"),
        ("np.tanh(x)", "write tanh(x) for np.tanh(x)", "."),
        ("|x|", "write abs(x) for |x|", "|"),
        ("x; 2*x", "each in quotes of its own", ";"),
        ("lambda: x", "means nothing here", ":"),
        ("lambda x", "unknown name", "l"),
        ("[x for x in x]", "means nothing here", "["),
        ("x if x else x", "operator is missing", "i"),
        ("'x'", "means nothing here", "'"),
        ("z = x", "means nothing here", "="),
        ("x == x", "means nothing here", "="),
        ("x := 3", "means nothing here", ":"),
        ("x // 2", "between / and /", "/"),
        ("9**9**9", "too large", "9"),
        ("x + 1e999", "too large", "1"),
        ("x + 1/0", "undefined", "1"),
        ("log(-1)", "undefined", "l"),
        ("(-8)^(1/3)", "undefined", "("),
        ("sqrt(0 - x*0 - 1) + log(0)", "undefined", "l"),
        ("tanh(x, x)", "1 argument, not 2", "t"),
        ("max(x)", "2 arguments, not 1", "m"),
        ("leaky_relu(x, x)", "must be a constant", "l"),
        ("elu(x, -1)", "does not suit elu", "e"),
        ("tanh()", "something is missing", ")"),
        ("tanh", "write tanh(x)", "t"),
        ("tanh + 1", "write tanh(x)", "t"),
        ("tanh x", "needs its argument", "x"),
        ("x(2)", "write x*(…)", "("),
        ("8x", "write 8*x", "x"),
        ("2 3", "write 2*3", "3"),
        ("x +", "missing after +", "+"),
        ("* x", "missing before *", "*"),
        ("x, x", "comma", ","),
        ("()", "something is missing", ")"),
        ("х + 1", "did you mean x?", "х"),  # Cyrillic
        ("ｘ", "did you mean x?", "ｘ"),  # full width
        ("x + ∞", "infinity", "∞"),
        ("y", "--nest", "y"),
        ("0x10", "operator is missing", "x"),
        ("1_000*x", "operator is missing", "_"),
    ],
)
def test_refuses_and_points(text: str, said: str, under: str) -> None:
    error = message(text)
    assert said in error.split("\n")[0]
    assert pointed(error) == under


@pytest.mark.parametrize("text", ["", "   ", "y =", "\n"])
def test_empty(text: str) -> None:
    assert "empty" in message(text)


def test_caps() -> None:
    """Long, deep and wide input is refused before any of it is parsed."""
    assert str(MAX_LENGTH) in message("x" * 10_000)
    assert "nesting" in message("(" * 1_000 + "x" + ")" * 1_000)
    assert "nesting" in message("x" + "**x" * 1_000)
    assert "shorten" in message("x²" * 2_000)
    deep = parse("tanh(8*" * 100 + "x" + ")" * 100)
    assert sum(1 for _ in walk(deep)) == 301
    wide = parse("+".join(["x"] * 1_200))
    assert sum(1 for _ in walk(wide)) == 2_399


def test_a_long_formula_shows_a_window() -> None:
    said = message("x+" * 500 + "q" + "+x" * 500)
    assert pointed(said) == "q"
    assert max(map(len, said.split("\n"))) < 100


def test_nest_needs_y() -> None:
    with pytest.raises(InputError, match="no y to nest"):
        parse("tanh(8*x)", nest=True)


def test_constants_keep_what_is_known_of_them() -> None:
    """0.1 is no double, and sqrt(2)² is 2 for all that is known."""
    for text, truth in (("0.1+0.2-0.3", 0.0), ("sqrt(2)^2 - 2", 0.0), ("1/3*3", 1.0)):
        folded = parse(text)
        assert isinstance(folded, Number)
        assert folded.low <= truth <= folded.high
        assert folded.high - folded.low < 1e-14


@pytest.mark.parametrize(
    ("text", "truth"), [("(-5.69)^2", 32.3761), ("(-0.1)^-3", -1000.0), ("(-0.1)^0", 1.0)]
)
def test_whole_powers_of_negative_constants(text: str, truth: float) -> None:
    """-5.69 is no double, but nobody doubts its square."""
    folded = parse(text)
    assert isinstance(folded, Number)
    assert folded.low <= truth <= folded.high
    assert folded.high - folded.low < 1e-14 * abs(truth) + 1e-11


@pytest.mark.parametrize(
    ("text", "value"),
    [("-w/2", -4.0), ("w", 8.0), ("2^-1", 0.5), ("−w×w", -64.0), (" ( w + 1 ) ", 9.0)],
)
def test_constant(text: str, value: float) -> None:
    assert constant(text, {"w": 8.0}, key="bias") == value


@pytest.mark.parametrize("text", ["tanh(w)", "x", "pi", "w.real", "", "w=1", "v", "9**9**9", "1/0"])
def test_constant_refuses(text: str) -> None:
    with pytest.raises(InputError) as caught:
        constant(text, {"w": 8.0}, key="bias")
    assert caught.value.key == "bias"


@pytest.mark.parametrize("name", ["x", "y", "e", "pi", "tanh", "swish", "max", "2w", "w-1", "if"])
def test_names_that_are_taken(name: str) -> None:
    with pytest.raises(InputError, match="let"):
        check_name(name)


PIECES = st.sampled_from(
    [
        *SPELLINGS,
        *ELEMENTARY,
        *PASTED,
        *"xyew2()()()+-*/^,., =[]{}'\"_\\\n\t#;:@!%&|<>~?`é∑𝑥",
        *("pi", "0.1", "1e308", "1e-320", ".5", "**", "1e", "0x", "9**9"),
        *("lambda", "import", "__class__", "None"),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60))
@example("((((" * 60)
@example("-" * 2_000 + "x")
@example("x" + "²" * 100)
@example("\x00")
@example("x\u2028+1")
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but a tree of finite numbers or an InputError comes out."""
    try:
        tree = parse(text, {"w": 8.0})
    except InputError as error:
        assert error.key == "formula"  # noqa: PT017
        return
    for part in walk(tree):
        if isinstance(part, Number):
            assert math.isfinite(part.value)
            assert part.low <= part.value <= part.high
