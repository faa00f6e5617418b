"""What a figure shows, in words: title, labels, alternative text, and what its numbers say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.output.report.digits import number_text
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec, FormulaSpec

if TYPE_CHECKING:
    from gradplot.analysis.findings import Findings, Row
    from gradplot.spec.figure import FigureSpec


#: Digits of a growth at most: it is read as a rate.
GROWTH_DIGITS = 6
#: Deeper networks are written as a recursion.
DEEPEST_NESTED = 3
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SIGNS = str.maketrans("*-", "·−")


def title(spec: FigureSpec) -> str:
    """The spec's own title, or the formula of its deepest network; empty for none."""
    if spec.title is not None:
        return " ".join(spec.title.split())
    function = spec.curves
    return _chain(function) if isinstance(function, ChainSpec) else _formula(function)


def label(spec: FigureSpec, row: Row) -> str:
    """What a curve is called beside it: its own label, or its formula with people's signs."""
    function = spec.curves
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


def unusual(activation: str, parameters: Mapping[str, float]) -> dict[str, float]:
    """The parameters that differ from the activation's defaults."""
    usual = ACTIVATIONS[activation].parameters
    return {name: value for name, value in parameters.items() if usual[name] != value}


def _chain(function: ChainSpec) -> str:
    weights, biases = function.layers()
    given = unusual(function.activation, dict(function.parameters))
    notes = [f"{name} = {number(value)}" for name, value in given.items()]
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


#: Of more curves only the first and last few are told: an alt text is listened to.
MOST_TOLD, TOLD_AT_EACH_END = 8, 3
_SHOWN = {
    "both": "The value y and the slope |dy/dx| (logarithmic)",
    "value": "The value y",
    "slope": "The slope |dy/dx| (logarithmic)",
}
_VERDICTS = {
    "exploding": "The slope explodes with depth.",
    "vanishing": "The slope vanishes with depth.",
    "steady": "The slope stays steady with depth.",
    "dead": "The slope is exactly 0.",
}


def alt_text(spec: FigureSpec, findings: Findings) -> str:
    """The spec's own alt text, or what is drawn and how steep each curve gets, in sentences."""
    if spec.alt is not None:
        return spec.alt
    low, high = spec.x_range
    sentences = [
        f"{_SHOWN[spec.panels]} of {_subject(spec)}, for x from {number(low)} to {number(high)}."
    ]
    told = [_steepest(row) for row in findings.rows]
    if len(told) > MOST_TOLD:
        ends = TOLD_AT_EACH_END
        told = [*told[:ends], f"{len(told) - 2 * ends} more between", *told[-ends:]]
    sentences.append(f"Maximum slope {', '.join(told)}.")
    if findings.verdict is not None:
        sentences.append(_VERDICTS[findings.verdict])
    return " ".join(sentences)


def _subject(spec: FigureSpec) -> str:
    function = spec.curves
    if isinstance(function, ChainSpec):
        weights = ", ".join(map(number, _short(function.weight)))
        biases = ", ".join(map(number, _short(function.bias)))
        text = f"a network of one {function.activation} unit a layer with weight {weights}"
        text += f" and bias {biases}" if any(function.bias) else ""
        if function.input_bias is not None and (function.input_bias,) != function.bias[:1]:
            text += f" ({number(function.input_bias)} in the first layer)"
        return text
    if len(function.formulas) > 1:
        return f"{len(function.formulas)} formulas"
    return title(spec) if spec.title is None else function.formulas[0]


def _short(numbers: tuple[float, ...]) -> tuple[float, ...]:
    """The first few of a number a layer."""
    return numbers[:MOST_TOLD]


def _steepest(row: Row) -> str:
    where = f"at {row.label}" if row.depth is not None else f"of {row.label}"
    return f"{number_text(row.supremum.lower, row.supremum.upper)} {where}"


def message(findings: Findings, *, activation: str | None = None) -> str:
    """What the numbers say, in one line without the verdict; empty where there is none."""
    parts = []
    if findings.verdict == "dead":
        parts.append("every slope is exactly 0")
    elif findings.growth_per_layer is not None:
        parts.append(f"×{number_text(*findings.growth_per_layer, digits=GROWTH_DIGITS)} per layer")
    decides = _what_decides(findings, activation)
    if parts and decides:
        parts[0] += f" ({decides})"
    for word, depths in (
        ("overflows", findings.overflow_depth),
        ("underflows", findings.underflow_depth),
    ):
        reached = _depth_words(depths, findings.extrapolated)
        if reached:
            parts.append(f"{word} {reached}")
    return "; ".join(parts)


def _what_decides(findings: Findings, activation: str | None) -> str:
    """What tells exploding from vanishing at this weight: the fold, or the critical weight."""
    if findings.fold is not None:
        low, high = (f"{end:.6g}" for end in findings.fold)
        return f"explodes between the folds at b = {low} and {high}"
    if findings.critical_weight is not None:
        return f"critical weight of {activation}: {findings.critical_weight:.6g}"
    return ""


def _depth_words(depths: dict[str, int | None], extrapolated: frozenset[str]) -> str:
    """ "float16 at depth 6, bfloat16 and float32 at ≈ 43" """
    formats: dict[tuple[int, bool], list[str]] = {}
    for name, depth in depths.items():
        if depth is not None:
            formats.setdefault((depth, name in extrapolated), []).append(name)
    phrases: list[str] = []
    for (depth, guessed), names in formats.items():
        number = f"≈ {depth}" if guessed else f"{depth}"
        listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        phrases.append(f"{listed} at {'' if phrases else 'depth '}{number}")
    return ", ".join(phrases)
