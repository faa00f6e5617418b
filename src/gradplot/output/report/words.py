"""A figure's function in words and signs: its title. Nothing here imports numpy or matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.spec import ChainSpec, FigureSpec, FormulaSpec

if TYPE_CHECKING:
    from gradplot.analysis.findings import Row

#: Deeper networks are written as a recursion.
DEEPEST_NESTED = 3
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SIGNS = str.maketrans("*-", "·−")


def title(spec: FigureSpec) -> str:
    """The spec's own title, or the formula of its deepest network; empty for none."""
    if spec.title is not None:
        return " ".join(spec.title.split())
    function = spec.function
    return _chain(function) if isinstance(function, ChainSpec) else _formula(function)


def label(spec: FigureSpec, row: Row) -> str:
    """What a curve is called beside it: its own label, or its formula with people's signs."""
    function = spec.function
    plain = isinstance(function, ChainSpec) or function.labels or function.nest
    return row.label if plain else row.label.translate(_SIGNS).replace("··", "^")


def power_of_ten(exponent: int) -> str:
    """10³, with the exponent raised."""
    return f"10{str(exponent).translate(_SUPERSCRIPT)}"


def number(value: float) -> str:
    """A parameter as people write it, with a true minus sign."""
    text = f"{value:.6g}"
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        power = power_of_ten(int(exponent))
        text = power if mantissa == "1" else f"{mantissa}·{power}"
    return text.replace("-", "−")


def _chain(function: ChainSpec) -> str:
    weights, biases = function.layers()
    given = dict(function.parameters)
    unusual = {
        k: v for k, v in given.items() if ACTIVATIONS[function.activation].parameters[k] != v
    }
    notes = [f"{name} = {number(value)}" for name, value in unusual.items()]
    if len(weights) <= DEEPEST_NESTED:
        text = "x"
        for weight, bias in zip(weights, biases, strict=True):
            text = f"{function.activation}({_affine(number(weight), bias, text)})"
        return ", ".join([f"y = {text}", *notes])
    same_weight, same_bias = len(set(weights)) == 1, len(set(biases[1:])) == 1
    inside = _affine(number(weights[0]) if same_weight else "wₖ", biases[1], "aₖ₋₁")
    if not same_bias:
        inside = _affine(number(weights[0]) if same_weight else "wₖ", 0.0, "aₖ₋₁") + " + bₖ"
    elif biases[0] != biases[1]:
        notes.insert(0, f"b₁ = {number(biases[0])}")
    return ", ".join([f"aₖ = {function.activation}({inside})", "a₀ = x", *notes])


def _affine(weight: str, bias: float, inner: str) -> str:
    scaled = {"1": inner, "−1": f"−{inner}"}.get(weight, f"{weight}·{inner}")
    if bias == 0:
        return scaled
    return f"{scaled} {'−' if bias < 0 else '+'} {number(abs(bias))}"


def _formula(function: FormulaSpec) -> str:
    if len(function.formulas) > 1:
        return ""  # each has its label
    text = function.formulas[0].strip().translate(_SIGNS).replace("··", "^")
    text = text.removeprefix("y").lstrip().removeprefix("=").strip() if _named(text) else text
    notes = [f"{name} = {number(value)}" for name, value in function.constants]
    if function.nest:
        return ", ".join([f"yₖ = {text}, with y = yₖ₋₁", "y₀ = x", *notes])
    return ", ".join([f"y = {text}", *notes])


def _named(text: str) -> bool:
    return text.startswith("y") and text[1:].lstrip().startswith("=")
