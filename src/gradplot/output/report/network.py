"""A network in words: as a title, in a sentence, and above a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.output.report.text import as_typed, typeset
from gradplot.spec.functions import ChainSpec, PointSpec
from gradplot.spec.motion import SWEPT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Deeper networks are written as a recursion.
DEEPEST_NESTED = 3
#: Of a number a layer a sentence tells the first few, and a table fewer.
MOST_DESCRIBED, MOST_LISTED = 8, 4


def written_out(function: ChainSpec, letters: Sequence[str] = (), notes: Sequence[str] = ()) -> str:
    """The network written out, or as a recursion where it is deep.

    ``letters`` are the options that change from picture to picture: each stands as a letter, so
    that the words stand still.
    """
    along, start, notes = function.along, "x", list(notes)
    if along is not None:
        letters, start = (*letters, along.variable), typeset(along.at)
        if along.target is not None:
            notes.append(loss(along.target))
    weights, biases = _signs(function, letters)
    given = unusual(function.activation, dict(function.parameters))
    notes += [f"{name} = {typeset(value)}" for name, value in given.items()]
    if len(weights) <= DEEPEST_NESTED:
        text = start
        for weight, bias in zip(weights, biases, strict=True):
            text = f"{function.activation}({_affine(weight, bias, text)})"
        return ", ".join([f"y = {text}", *notes])
    weight = weights[0] if len(set(weights)) == 1 else "wₖ"
    bias = biases[1] if len(set(biases[1:])) == 1 else "bₖ"
    if bias != "bₖ" and biases[0] != biases[1] and biases[0] != "b₁":
        notes.insert(0, f"b₁ = {biases[0]}")
    text = f"aₖ = {function.activation}({_affine(weight, bias, 'aₖ₋₁')})"
    return ", ".join([text, f"a₀ = {start}", *notes])


def loss(target: float) -> str:
    """The loss towards a target, written out."""
    return f"E = (y − {typeset(target)})²".replace("− −", "+ ")


def described(function: ChainSpec) -> str:
    """A chain in words: its activation, weights and biases, and what is on the axis."""
    told = (numbers[:MOST_DESCRIBED] for numbers in (function.weight, function.bias))
    weights, biases = (", ".join(map(typeset, numbers)) for numbers in told)
    text = f"a network of one {function.activation} unit a layer"
    variable = None if function.along is None else function.along.variable
    parts = [f"weight {weights}"] if variable != "weight" else []
    parts += [f"bias {biases}"] if variable != "bias" and any(function.bias) else []
    text += f" with {' and '.join(parts)}" if parts else ""
    if function.input_bias is not None and (function.input_bias,) != function.bias[:1]:
        text += f" ({typeset(function.input_bias)} in the first layer)"
    if function.along is not None:
        text += f", from the input {typeset(function.along.at)}"
        if function.along.target is not None:
            text += f" towards the target {typeset(function.along.target)}"
    return text


def listed(function: ChainSpec | PointSpec) -> list[str]:
    """What a chain is made of, its activation and depth aside, as it is typed."""
    shown = {"weight": f"w = {_first(function.weight)}", "bias": f"b = {_first(function.bias)}"}
    if function.input_bias is not None:
        shown["input-bias"] = f"input bias {as_typed(function.input_bias)}"
    along = function.along if isinstance(function, ChainSpec) else None
    if along is not None:
        shown.pop(along.variable, None)
        shown["at"] = f"input {as_typed(along.at)}"
        if along.target is not None:
            shown["target"] = f"target {as_typed(along.target)}"
    given = (f"{name} = {as_typed(value)}" for name, value in function.parameters)
    return [*shown.values(), *given]


def unusual(activation: str, parameters: Mapping[str, float]) -> dict[str, float]:
    """The parameters that differ from the activation's defaults."""
    usual = ACTIVATIONS[activation].parameters
    return {name: value for name, value in parameters.items() if usual[name] != value}


def _signs(function: ChainSpec, letters: Sequence[str]) -> tuple[list[str], list[str]]:
    """Weights and biases of every layer in signs, with a letter for what changes."""
    weights, biases = (list(map(typeset, layers)) for layers in function.layers())
    if "weight" in letters:
        weights = [SWEPT["weight"]] * len(weights)
    if "bias" in letters:
        fixed = [] if function.input_bias is None else biases[:1]
        biases = [*fixed, *[SWEPT["bias"]] * (len(biases) - len(fixed))]
    if "input-bias" in letters:
        biases[0] = SWEPT["input-bias"]
    return weights, biases


def _affine(weight: str, bias: str, inner: str) -> str:
    scaled = {"1": inner, "−1": f"−{inner}"}.get(weight, f"{weight}·{inner}")
    if bias in ("0", "−0"):
        return scaled
    return f"{scaled} {'−' if bias.startswith('−') else '+'} {bias.removeprefix('−')}"


def _first(numbers: tuple[float, ...]) -> str:
    """The first few of one parameter a layer, and its last."""
    shown = " ".join(map(as_typed, numbers[:MOST_LISTED]))
    return f"{shown} … {as_typed(numbers[-1])}" if len(numbers) > MOST_LISTED else shown
