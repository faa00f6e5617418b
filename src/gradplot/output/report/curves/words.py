"""What a figure shows, in words: title, labels, alternative text, and what its numbers say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradplot.output.report.descent import note, sentence
from gradplot.output.report.digits import number_text
from gradplot.output.report.network import described, written_out
from gradplot.output.report.text import one_line, typeset
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec, FormulaSpec
from gradplot.spec.motion import SWEPT

if TYPE_CHECKING:
    from gradplot.analysis.findings import Findings, Path, Row


#: Digits of a growth at most: it is read as a rate.
GROWTH_DIGITS = 6
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
        return one_line(spec.title)
    function = spec.curves
    if not isinstance(function, ChainSpec):
        return _formula(function)
    motion = spec.motion
    if motion is None or motion.parameter is None:
        return written_out(function)
    notes = [f"{SWEPT[key]} = {text.translate(_SIGNS)}" for key, text in motion.following]
    return written_out(function, (motion.parameter, *dict(motion.following)), notes)


def label(spec: FigureSpec, row: Row) -> str:
    """What a curve is called beside it: its own label, or its formula with people's signs."""
    function = spec.curves
    plain = isinstance(function, ChainSpec) or function.labels or function.nest
    return row.label if plain else row.label.translate(_SIGNS).replace("··", "^")


def _formula(function: FormulaSpec) -> str:
    if len(function.formulas) > 1:
        return ""  # each has its label
    text = function.formulas[0].strip().translate(_SIGNS).replace("··", "^")
    text = text.removeprefix("y").lstrip().removeprefix("=").strip() if _named(text) else text
    notes = [f"{name} = {typeset(value)}" for name, value in function.constants]
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
        f"for {signs.variable} from {typeset(low)} to {typeset(high)}.",
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
        return described(function)
    if len(function.formulas) > 1:
        return f"{len(function.formulas)} formulas"
    return title(spec) if spec.title is None else function.formulas[0]


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
