"""What a figure shows, in words: title, labels, alternative text, and what its numbers say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.output.report.descent import note, sentence
from gradplot.output.report.digits import number_text
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec, FormulaSpec
from gradplot.spec.motion import SWEPT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradplot.analysis.findings import Findings, Path, Row


#: Digits of a growth at most: it is read as a rate.
GROWTH_DIGITS = 6
#: Deeper networks are written as a recursion.
DEEPEST_NESTED = 3
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SIGNS = str.maketrans("*-", "·−")


class Axis(NamedTuple):
    """What the axes of a figure are called: the variable, the value, the size of the slope."""

    variable: str
    value: str
    slope: str
    #: The value in a word.
    kind: str


def axis(spec: FigureSpec) -> Axis:
    """The signs for what ``spec`` has on its axes."""
    along = spec.along
    variable = "x" if along is None else SWEPT[along.variable]
    value = "y" if along is None or along.target is None else "E"
    return Axis(variable, value, f"|d{value}/d{variable}|", "value" if value == "y" else "loss")


def title(spec: FigureSpec) -> str:
    """The spec's own title, or the formula of its deepest network; empty for none."""
    if spec.title is not None:
        return own_title(spec.title)
    function = spec.curves
    if not isinstance(function, ChainSpec):
        return _formula(function)
    motion = spec.motion
    if motion is None or motion.parameter is None:
        return chain_title(function)
    notes = [f"{SWEPT[key]} = {text.translate(_SIGNS)}" for key, text in motion.following]
    return chain_title(function, (motion.parameter, *dict(motion.following)), notes)


def own_title(text: str) -> str:
    """A title as it was given, on one line."""
    return " ".join(text.split())


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


def chain_title(function: ChainSpec, letters: Sequence[str] = (), notes: Sequence[str] = ()) -> str:
    """The network written out, or as a recursion where it is deep.

    ``letters`` are the options that change from picture to picture: each stands as a letter, so
    that the words stand still.
    """
    along, start, notes = function.along, "x", list(notes)
    if along is not None:
        letters, start = (*letters, along.variable), number(along.at)
        if along.target is not None:
            notes.append(f"E = (y − {number(along.target)})²".replace("− −", "+ "))
    weights, biases = _signs(function, letters)
    given = unusual(function.activation, dict(function.parameters))
    notes += [f"{name} = {number(value)}" for name, value in given.items()]
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


def _signs(function: ChainSpec, letters: Sequence[str]) -> tuple[list[str], list[str]]:
    """Weights and biases of every layer in signs, with a letter for what changes."""
    weights, biases = (list(map(number, layers)) for layers in function.layers())
    if "weight" in letters:
        weights = [SWEPT["weight"]] * len(weights)
    if "bias" in letters:
        fixed = [] if function.input_bias is None else biases[:1]
        biases = [*fixed, *[SWEPT["bias"]] * (len(biases) - len(fixed))]
    if "input-bias" in letters:
        biases[0] = SWEPT["input-bias"]
    return weights, biases


def unusual(activation: str, parameters: Mapping[str, float]) -> dict[str, float]:
    """The parameters that differ from the activation's defaults."""
    usual = ACTIVATIONS[activation].parameters
    return {name: value for name, value in parameters.items() if usual[name] != value}


def _affine(weight: str, bias: str, inner: str) -> str:
    scaled = {"1": inner, "−1": f"−{inner}"}.get(weight, f"{weight}·{inner}")
    if bias in ("0", "−0"):
        return scaled
    return f"{scaled} {'−' if bias.startswith('−') else '+'} {bias.removeprefix('−')}"


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
    "both": "The {0.kind} {0.value} and the slope {0.slope} (logarithmic)",
    "value": "The {0.kind} {0.value}",
    "slope": "The slope {0.slope} (logarithmic)",
}
VERDICTS = {
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
    signs = axis(spec)
    sentences = [
        f"{_SHOWN[spec.panels].format(signs)} of {_subject(spec)}, "
        f"for {signs.variable} from {number(low)} to {number(high)}.",
        steepest(findings),
    ]
    if spec.descent is not None and findings.path is not None:
        ranges, names = (spec.x_range,), (signs.variable,)
        sentences.append(sentence(spec.descent, findings.path, ranges=ranges, names=names))
    return " ".join(sentences)


def descent_note(spec: FigureSpec, path: Path) -> str:
    """What is said of a descent over one parameter below its picture."""
    assert spec.descent is not None
    return note(spec.descent, path, ranges=(spec.x_range,))


def steepest(findings: Findings) -> str:
    """How steep each curve gets, and where that leads, in sentences."""
    told = [_steepest(row) for row in findings.rows]
    if len(told) > MOST_TOLD:
        ends = TOLD_AT_EACH_END
        told = [*told[:ends], f"{len(told) - 2 * ends} more between", *told[-ends:]]
    sentences = [f"Maximum slope {', '.join(told)}."]
    if findings.verdict is not None:
        sentences.append(VERDICTS[findings.verdict])
    return " ".join(sentences)


def _subject(spec: FigureSpec) -> str:
    function = spec.curves
    if isinstance(function, ChainSpec):
        return network(function)
    if len(function.formulas) > 1:
        return f"{len(function.formulas)} formulas"
    return title(spec) if spec.title is None else function.formulas[0]


def network(function: ChainSpec) -> str:
    """A chain in words: its activation, weights and biases, and what is on the axis."""
    weights = ", ".join(map(number, _short(function.weight)))
    biases = ", ".join(map(number, _short(function.bias)))
    text = f"a network of one {function.activation} unit a layer"
    variable = None if function.along is None else function.along.variable
    parts = [f"weight {weights}"] if variable != "weight" else []
    parts += [f"bias {biases}"] if variable != "bias" and any(function.bias) else []
    text += f" with {' and '.join(parts)}" if parts else ""
    if function.input_bias is not None and (function.input_bias,) != function.bias[:1]:
        text += f" ({number(function.input_bias)} in the first layer)"
    if function.along is not None:
        text += f", from the input {number(function.along.at)}"
        if function.along.target is not None:
            text += f" towards the target {number(function.along.target)}"
    return text


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
