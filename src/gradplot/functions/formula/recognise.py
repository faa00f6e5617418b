"""Tells a formula that is a chain, so that it gets the chain's sharp bracket at any depth."""

from __future__ import annotations

import math
from typing import NamedTuple

from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.functions.formula.constants import fold
from gradplot.functions.formula.tree import Call, Node, Variable
from gradplot.functions.step import Number, exactly


class Layers(NamedTuple):
    """A chain's activation and its layers, the first layer first."""

    activation: str
    parameters: dict[str, float]
    weights: tuple[float, ...]
    biases: tuple[float, ...]


class Affine(NamedTuple):
    """weight·core + bias."""

    weight: Number
    bias: Number
    core: Node


def layers(tree: Node, variable: str) -> Layers | None:
    """The layers of act(w·act(w·x + b) + b), for one activation throughout; None if it is not one.

    Weights and biases are float64 numbers: constants such as pi or 1/3 are rounded to the nearest.
    """
    found: list[tuple[str, tuple[Node, ...], Affine]] = []
    node = tree
    while isinstance(node, Call) and node.function in ACTIVATIONS:
        inner = affine(node.arguments[0])
        if inner is None:
            return None
        found.append((node.function, node.arguments[1:], inner))
        node = inner.core
    if not found:
        inner = affine(tree)
        if inner is None:
            return None
        found, node = [("identity", (), inner)], inner.core
    if node != Variable(variable) or len({(name, rest) for name, rest, _ in found}) > 1:
        return None
    name, rest, _ = found[0]
    given = [argument.value for argument in rest if isinstance(argument, Number)]
    parameters = dict(zip(ACTIVATIONS[name].parameters, given, strict=False))
    steps = [step for _, _, step in reversed(found)]
    return Layers(
        name,
        parameters,
        tuple(step.weight.value for step in steps),
        tuple(step.bias.value for step in steps),
    )


def affine(node: Node) -> Affine | None:
    """The node as weight·core + bias, with a core that is neither a sum nor a multiple."""
    pending: list[tuple[str, Number | None, bool]] = []
    while isinstance(node, Call) and node.function in ("add", "sub", "mul", "div", "neg"):
        if node.function == "neg":
            pending.append(("neg", None, False))
            node = node.arguments[0]
            continue
        left, right = node.arguments
        if isinstance(right, Number):
            pending.append((node.function, right, False))
            node = left
        elif isinstance(left, Number) and node.function != "div":
            pending.append((node.function, left, True))
            node = right
        else:
            return None
    if isinstance(node, Number):
        return None
    try:
        result = _unwound(node, pending)
    except (ArithmeticError, ValueError):
        return None
    return result if _sharp(result.weight) and _sharp(result.bias) else None


def _unwound(core: Node, operations: list[tuple[str, Number | None, bool]]) -> Affine:
    weight, bias = exactly(1.0), exactly(0.0)
    for function, number, on_the_left in reversed(operations):
        if number is None or (function == "sub" and on_the_left):
            weight, bias = _fold("neg", weight), _fold("neg", bias)
        if number is None:
            continue
        if function in ("mul", "div"):
            weight, bias = _fold(function, weight, number), _fold(function, bias, number)
        else:
            bias = _fold("add" if on_the_left else function, bias, number)
    return Affine(weight, bias, core)


def _fold(function: str, *numbers: Number) -> Number:
    result = fold(function, numbers)
    assert result is not None
    return result


def _sharp(number: Number) -> bool:
    """Whether rounding to float64 is all that separates the double from the real number."""
    return number.high - number.low <= 8 * math.ulp(number.value)
