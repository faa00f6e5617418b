"""Random cases. Number k of a seed is the same on every machine, whatever else is drawn."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import get_args

from fuzz.cases import AlongCase, Case, ChainCase, FormulaCase
from fuzz.tree import OPERATORS, Apply, Binary, Literal, Name, Negative, Node, Power
from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.spec.along import Variable

ELEMENTARY = ("exp", "log", "sqrt", "abs", "cos", "tan", "sinh", "cosh")
DIGITS = ("0.5", "2", "3", "8", "0.1", "7.25", "1", "-1.5", "0.3", "40")
EXPONENTS = ("2", "2", "3", "4", "-1", "-2", "0.5", "1.5")
DEEPEST, MOST_ALONG = 8, 5
#: Letters from which a formula is long.
LONG = 190


def chain(seed: str, number: int, activations: Sequence[str] = ()) -> ChainCase:
    """Weights from 1e-3 to 1e3 of both signs, biases up to |w|, x-ranges 1e-6 to 1e3 wide."""
    rng = random.Random(f"chain {seed} {number}")
    name = rng.choice(activations or sorted(ACTIVATIONS))
    depth = rng.randint(1, DEEPEST)
    spread = rng.choice((3.0, 1.0, 0.5))
    count = depth if rng.random() < 0.7 else 1
    weights = [_weight(rng, spread) for _ in range(count)]
    bias = rng.choice((_any_bias, _any_bias, _small_bias, _half_bias, _no_bias))
    biases = [bias(rng, weight) for weight in weights]
    if count == 1:
        weights, biases = weights * depth, biases * depth
    parameters = {
        parameter: default if rng.random() < 0.7 else _short(rng, 10.0 ** rng.uniform(-2, 1))
        for parameter, default in ACTIVATIONS[name].parameters.items()
    }
    return ChainCase(name, tuple(parameters.items()), tuple(weights), tuple(biases), _ends(rng))


def along(seed: str, number: int) -> AlongCase:
    """A chain of up to five layers over its weight, bias or input bias; half are losses."""
    rng = random.Random(f"along {seed} {number}")
    network = chain(f"along {seed}", number)
    layers = min(len(network.weights), MOST_ALONG)
    network = replace(network, weights=network.weights[:layers], biases=network.biases[:layers])
    at = rng.choice((0.5, 0.0, 1.0, _short(rng, rng.uniform(-3, 3))))
    target = _short(rng, rng.uniform(-1, 1)) if rng.random() < 0.5 else None
    return AlongCase(network, rng.choice(get_args(Variable)), at, target)


def picture(seed: str, number: int) -> Case:
    """A chain, a formula, or a chain along a parameter, to be drawn."""
    kinds: tuple[Callable[[str, int], Case], ...] = (chain, formula, along)
    return kinds[number % len(kinds)](f"picture {seed}", number)


def _short(rng: random.Random, number: float) -> float:
    """As people type it, or with every digit."""
    return float(f"{number:.3g}") if rng.random() < 0.6 else number


def _weight(rng: random.Random, spread: float) -> float:
    return _short(rng, 10.0 ** rng.uniform(-spread, spread)) * rng.choice((-1, 1))


def _any_bias(rng: random.Random, weight: float) -> float:
    return _short(rng, abs(weight) * rng.uniform(-1, 1))


def _small_bias(rng: random.Random, weight: float) -> float:
    return _short(rng, min(abs(weight), 1.0) * rng.uniform(-1, 1))


def _half_bias(rng: random.Random, weight: float) -> float:
    return -weight / 2


def _no_bias(rng: random.Random, weight: float) -> float:
    return 0.0


def _ends(rng: random.Random) -> tuple[float, float]:
    if rng.random() < 0.3:
        return -1.0, 1.0
    width = 10.0 ** rng.uniform(-6, 3)
    low = rng.choice((0.0, -width, -0.5 * width, rng.uniform(-1, 1), rng.uniform(-5, 5) * width))
    low = _short(rng, low)
    high = low + _short(rng, width)
    return low, high


# --- formulas ------------------------------------------------------------------------------------


def formula(seed: str, number: int) -> FormulaCase:
    """A formula of up to four levels, few far deeper; every fifth is a layer in y, nested."""
    rng = random.Random(f"formula {seed} {number}")
    nest = rng.randint(1, 4) if rng.random() < 0.2 else None
    constants = (("w", _short(rng, rng.uniform(-9, 9))),) if rng.random() < 0.5 else ()
    leaves = ["y" if nest else "x"] * 4 + [name for name, _ in constants]
    if nest and rng.random() < 0.3:
        leaves.append("x")
    while True:
        kind = rng.random()
        if kind < 0.15:
            tree = _beside(rng, leaves)
        elif kind < 0.17 and nest is None:
            tree = _repeated(rng)
        else:
            tree = _tree(rng, leaves, rng.randint(1, 3 if nest else 4))
        if leaves[0] in tree.text().replace("exp", "").replace("max", ""):
            return FormulaCase(tree, constants, nest, _ends(rng))


def _repeated(rng: random.Random) -> Node:
    """A part put into itself until the formula is long: what takes the most time."""
    name = rng.choice(("sin", "tan", "cos", "sinh", "sqrt", "abs"))
    inside = rng.choice(("1/y", "y", "x+y", "3*y"))
    outside = rng.choice(("y", "y", "y/x"))
    x: Node = Name("x")
    tree = x
    while len(tree.text()) < LONG:
        part: Node = tree
        if inside == "1/y":
            part = Binary("/", Literal("1"), tree)
        elif inside == "x+y":
            part = Binary("+", x, tree)
        elif inside == "3*y":
            part = Binary("*", Literal("3"), tree)
        tree = Apply(name, part)
        if outside == "y/x":
            tree = Binary("/", tree, x)
    return tree


def _beside(rng: random.Random, leaves: Sequence[str]) -> Node:
    """What is 0/0 at one point, or bends or swings without end beside it, or only seems to."""
    u: Node = Name(leaves[0])
    if rng.random() < 0.4:
        u = Binary("-", u, Literal(rng.choice(DIGITS)))
    if rng.random() < 0.3:
        u = Binary("*", Literal(rng.choice(DIGITS)), u)
    if rng.random() < 0.2:
        return _difference(rng, u)
    top = _zero(rng, u)
    for _ in range(rng.randint(0, 2)):
        top = Binary("*", top, _zero(rng, u))
    if rng.random() < 0.5:
        top = Binary("*", top, _tree(rng, leaves, 2))
    if rng.random() < 0.7:
        whole = Binary("/", top, _zero(rng, u))
    else:
        whole = Binary("*", top, _endless(rng, u))
    if rng.random() < 0.3:
        return Apply(rng.choice(("exp", "tanh", "sin", "gelu", "relu")), whole)
    return whole


def _difference(rng: random.Random, u: Node) -> Node:
    """(f(u) - f(c))/(u - c), for a c that is often no fraction."""
    c: Node = Literal(rng.choice(("2", "3", "0.5", "1")))
    if rng.random() < 0.6:
        c = Apply(rng.choice(("sqrt", "exp", "log", "tanh")), c)

    def f(part: Node) -> Node:
        return Power(part, kind) if kind in EXPONENTS else Apply(kind, part)

    kind = rng.choice(("2", "3", "-1", "0.5", "exp", "log", "sin", "tanh", "sigmoid", "arctan"))
    return Binary("/", Binary("-", f(u), f(c)), Binary("-", u, c))


def _endless(rng: random.Random, u: Node) -> Node:
    """A part that grows or swings without end where u is 0, or falls away faster than a power."""
    log: Node = Apply("log", Apply("abs", u))
    pole: Node = Power(u, rng.choice(("-1", "-2", "-0.5")))
    kind = rng.random()
    if kind < 0.25:
        return log if rng.random() < 0.5 else Power(log, rng.choice(("2", "3", "-1")))
    if kind < 0.7:
        return Apply(rng.choice(("sin", "cos")), pole if rng.random() < 0.8 else log)
    if kind < 0.8:
        return Apply("exp", Negative(Apply("abs", pole)))
    name = rng.choice(("tanh", "arctan", "erf", "sigmoid", "gaussian", "gelu", "silu", "softsign"))
    return Apply(name, pole)


def _zero(rng: random.Random, u: Node) -> Node:
    """A part that is 0 where u is."""
    kind = rng.random()
    if kind < 0.3:
        return u
    if kind < 0.5:
        return Power(u, rng.choice(("2", "3", "1.5")))
    if kind < 0.6:
        return Binary("-", Apply("exp", u), Literal("1"))
    if kind < 0.7:
        return Binary("-", Literal("1"), Apply("cos", u))
    return Apply(rng.choice(("sin", "tan", "tanh", "sinh", "arctan", "erf")), u)


def _tree(rng: random.Random, leaves: Sequence[str], depth: int) -> Node:
    if depth == 0 or rng.random() < 0.08:
        return Name(rng.choice(leaves)) if rng.random() < 0.75 else Literal(rng.choice(DIGITS))
    kind = rng.random()
    if kind < 0.5:
        name = rng.choice(sorted(ACTIVATIONS) + list(ELEMENTARY))
        inner = _tree(rng, leaves, depth - 1)
        parameters: tuple[float, ...] = ()
        if name in ("leaky_relu", "elu") and rng.random() < 0.3:
            parameters = (0.25,)
        return Apply(name, inner, parameters)
    if kind < 0.58:
        return Power(_tree(rng, leaves, depth - 1), rng.choice(EXPONENTS))
    if kind < 0.62:
        return Negative(_tree(rng, leaves, depth - 1))
    sides = (_tree(rng, leaves, depth - 1) for _ in range(2))
    return Binary(rng.choice(OPERATORS), *sides)
