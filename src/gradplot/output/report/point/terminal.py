"""The table of a point's layers, as rich draws it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from gradplot.output.report.fitted import FittedTable, aligned
from gradplot.output.report.network import listed
from gradplot.output.report.point.words import closing, signed, signed_power, x_text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gradplot.analysis.layers.found import Layer, PointFindings
    from gradplot.output.report.fitted import Column
    from gradplot.spec.functions import PointSpec

#: A mark is a word first; the colour only underlines it.
MARK_STYLE = {"dead": "bold", "saturated": "bold blue", "expanding": "bold red"}
#: Digits at most.
DIGITS = 6
HEADINGS = {
    "z": "z",
    "a": "a = act(z)",
    "derivative": "act'(z)",
    "factor": "w·act'(z)",
    "product": "product",
    "backwards": "backwards",
    "dy_dw": "dy/dw",
    "dy_db": "dy/db",
}
POWERS = ("product", "backwards", "dy_dw", "dy_db")
#: What a narrow terminal does without, the first to go first; JSON and CSV have everything.
SPARE = (("dy/dw", "dy/db"), ("a = act(z)",), ("backwards",), ("w·act'(z)",), ("",), ("act'(z)",))


def table(function: PointSpec, findings: PointFindings) -> RenderableType:
    """The whole report for people: the point, a line per layer, and what decides the slope."""
    steepest = " (steepest)" if function.at is None else ""
    depth = f"depth {function.depth}"
    said = ", ".join([*listed(function.chain()), depth, f"x = {x_text(findings)}{steepest}"])
    heading = Text.assemble((function.activation, "bold"), "  ", said)
    return Group(heading, _grid(findings.layers), Text(" ".join(closing(findings))))


def _grid(layers: tuple[Layer, ...]) -> FittedTable:
    """A line for each layer."""
    columns: list[Column] = [("layer", "right", [str(layer.layer) for layer in layers])]
    columns += [(heading, "left", _column(layers, name)) for name, heading in HEADINGS.items()]
    if any(layer.mark for layer in layers):
        marks = [Text(layer.mark, MARK_STYLE[layer.mark]) if layer.mark else "" for layer in layers]
        columns.append(("", "left", marks))
    return FittedTable(columns, spare=SPARE, tight=True)


def _column(layers: tuple[Layer, ...], name: str) -> list[str]:
    numbers = [getattr(layer, name) for layer in layers]
    if name in POWERS:
        return aligned([signed_power(number) for number in numbers])
    return aligned([signed(number, digits=DIGITS) for number in numbers])
