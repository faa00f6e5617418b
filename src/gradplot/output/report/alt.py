"""What a figure shows, in words written from its numbers. Nothing here imports matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradplot.output.report.digits import number_text
from gradplot.output.report.words import number, title
from gradplot.spec import ChainSpec

if TYPE_CHECKING:
    from gradplot.analysis.findings import Findings, Row
    from gradplot.spec import FigureSpec

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
    function = spec.function
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
