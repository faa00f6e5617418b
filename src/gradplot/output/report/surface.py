"""What is said of a loss surface: its title, its alternative text, its table, JSON and CSV."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gradplot.output.report.data import csv_text, finite
from gradplot.output.report.descent import descent_data, descent_table, note, sentence
from gradplot.output.report.network import loss, unusual
from gradplot.output.report.text import as_typed, one_line, typeset
from gradplot.spec.motion import SWEPT
from gradplot.spec.surface import SurfaceSpec

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gradplot.analysis.surface import SurfaceFindings
    from gradplot.functions.arrays import Array
    from gradplot.spec.figure import FigureSpec

SCHEMA = "gradplot-surface/1"


def title(spec: FigureSpec) -> str:
    """The spec's own title, or what the surface is of; empty for none."""
    if spec.title is not None:
        return one_line(spec.title)
    function = function_of(spec)
    what = f"{function.activation}, depth {function.depth}"
    return ", ".join([what, *_fixed(function), loss(function.target)])


def heading(function: SurfaceSpec) -> str:
    """What the colours stand for."""
    return "loss E" if function.shows == "loss" else "|grad E|"


def names(function: SurfaceSpec) -> tuple[str, str]:
    """The signs of what runs across and of what runs up."""
    first, second = (SWEPT[variable] for variable in function.variables)
    return first, second


def sampled_on(findings: SurfaceFindings) -> str:
    """How many points the picture is made of: what lies between two is not seen."""
    return f"sampled on {len(findings.across)} × {len(findings.up)} points"


def notes(spec: FigureSpec, findings: SurfaceFindings) -> list[str]:
    """What is said below the picture."""
    function, path = function_of(spec), findings.path
    said = [sampled_on(findings)]
    if function.descent is not None and path is not None:
        said.append(note(function.descent, path, ranges=function.ranges))
    return said


def alt_text(spec: FigureSpec, findings: SurfaceFindings) -> str:
    """The spec's own alt text, or what the surface shows in sentences."""
    if spec.alt is not None:
        return spec.alt
    function, (first, second) = function_of(spec), names(function_of(spec))
    (left, right), (low, high) = function.ranges
    what = "The loss E" if function.shows == "loss" else "The size of the gradient of the loss E"
    fixed = ", ".join([f"depth {function.depth}", *_fixed(function)])
    sentences = [
        f"{what} of a network of one {function.activation} unit a layer ({fixed}) from the input "
        f"{typeset(function.at)} towards the target {typeset(function.target)}, as contours: "
        f"{first} from {typeset(left)} to {typeset(right)} across, {second} from {typeset(low)} to "
        f"{typeset(high)} up, {sampled_on(findings)}."
    ]
    ends = _ends(findings.loss)
    if ends is not None:
        sentences.append(f"E is between {typeset(ends[0])} and {typeset(ends[1])} there.")
    if function.descent is not None and findings.path is not None:
        sentences.append(
            sentence(function.descent, findings.path, ranges=function.ranges, names=(first, second))
        )
    return " ".join(sentences)


def table(spec: FigureSpec, findings: SurfaceFindings) -> RenderableType:
    """What the grid saw and the descent, as rich draws them."""
    from rich.console import Group
    from rich.text import Text

    function = function_of(spec)
    signs = names(function)
    ends = [
        f"{sign} from {as_typed(low)} to {as_typed(high)}"
        for sign, (low, high) in zip(signs, function.ranges, strict=True)
    ]
    parts = [f"depth {function.depth}", *_fixed(function), f"input {as_typed(function.at)}"]
    parts += [f"target {as_typed(function.target)}", *ends]
    lines: list[RenderableType] = [
        Text.assemble((function.activation, "bold"), "  ", ", ".join(parts)),
        Text("; ".join([sampled_on(findings), *_seen(findings)])),
    ]
    if function.descent is not None and findings.path is not None:
        lines.append(Text(""))
        lines.append(
            descent_table(function.descent, findings.path, ranges=function.ranges, names=signs)
        )
    return Group(*lines)


def _seen(findings: SurfaceFindings) -> list[str]:
    said = []
    loss, log10 = _ends(findings.loss), _ends(findings.log10_gradient)
    said.append("E from {:.4g} to {:.4g}".format(*loss) if loss else "E is beyond float64")
    if log10 is not None:
        said.append(f"|grad E| from {_power(log10[0])} to {_power(log10[1])}")
    return said


def _power(log10: float) -> str:
    """A number whose logarithm is known, also where float64 does not hold it."""
    exponent = math.floor(log10)
    if -5 < exponent < 4:  # as E is written
        return f"{10**log10:.4g}"
    return f"{10 ** (log10 - exponent):.4g}e{exponent:+03d}"


def as_data(
    spec: FigureSpec, findings: SurfaceFindings, outputs: Iterable[str] = ()
) -> dict[str, Any]:
    """The surface as JSON's own types: rows of samples, None for what is not finite."""
    function = function_of(spec)
    fixed = {"weight": list(function.weight), "bias": list(function.bias)}
    described: dict[str, Any] = {
        "activation": function.activation,
        "depth": function.depth,
        **{name: values for name, values in fixed.items() if name not in function.variables},
        "at": function.at,
        "target": function.target,
    }
    if function.parameters:
        described["parameters"] = dict(function.parameters)
    walked = {}
    if function.descent is not None and findings.path is not None:
        walked["descent"] = descent_data(function.descent, findings.path)
    axes = zip(function.variables, (findings.across, findings.up), strict=True)
    return {
        "schema": SCHEMA,
        "function": described,
        "axes": [{"name": name, "values": values.tolist()} for name, values in axes],
        "loss": _rows(findings.loss),
        "log10_gradient": _rows(findings.log10_gradient),
        **walked,
        "outputs": list(outputs),
    }


def to_csv(findings: SurfaceFindings) -> str:
    """A line for each step of the descent, or without one for each point of the grid."""
    if findings.path is not None:
        gradient = ("gradient_first", "gradient_second", "log10_gradient")
        steps = (
            (*step.parameters, step.loss, *step.gradient, step.log10_norm)
            for step in findings.path.steps
        )
        rows = ((count, *map(finite, step)) for count, step in enumerate(steps))
        return csv_text([("step", "first", "second", "loss", *gradient), *rows])
    across, up = findings.across.tolist(), findings.up.tolist()
    sampled = zip(up, _rows(findings.loss), _rows(findings.log10_gradient), strict=True)
    points = (
        (first, second, *seen)
        for second, losses, gradients in sampled
        for first, *seen in zip(across, losses, gradients, strict=True)
    )
    return csv_text([("first", "second", "loss", "log10_gradient"), *points])


def function_of(spec: FigureSpec) -> SurfaceSpec:
    """The surface that a figure is of."""
    assert isinstance(spec.function, SurfaceSpec)
    return spec.function


def _rows(values: Array) -> list[list[float | None]]:
    return [list(map(finite, row)) for row in values.tolist()]


def _ends(values: Array) -> tuple[float, float] | None:
    """The least and the greatest finite one."""
    finite = [value for row in values.tolist() for value in row if math.isfinite(value)]
    return (min(finite), max(finite)) if finite else None


def _fixed(function: SurfaceSpec) -> list[str]:
    """What is on no axis: a weight or biases, and unusual parameters."""
    said = []
    for name, values in (("weight", function.weight), ("bias", function.bias)):
        if name not in function.variables and (name == "weight" or any(values)):
            shown = ", ".join(map(typeset, values[:4])) + (" …" if len(values) > 4 else "")
            said.append(f"{SWEPT[name]} = {shown}")
    given = unusual(function.activation, dict(function.parameters))
    return said + [f"{name} = {typeset(value)}" for name, value in given.items()]
