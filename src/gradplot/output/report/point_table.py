"""The table of a point's layers, as rich draws it: as many columns as the terminal has room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from gradplot.output.report.point_words import closing, signed, signed_power, x_text
from gradplot.output.report.table import aligned, network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType

    from gradplot.analysis.layers.found import Layer, PointFindings
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
#: Columns in which any table is laid out without being cut.
WIDEST = 10_000
#: What a narrow terminal does without, the first to go first; JSON and CSV have everything.
SPARE = (("dy_dw", "dy_db"), ("a",), ("backwards",))


def table(function: PointSpec, findings: PointFindings) -> RenderableType:
    """The whole report for people: the point, a line per layer, and what decides the slope."""
    steepest = " (steepest)" if function.at is None else ""
    depth = f"depth {function.depth}"
    said = ", ".join([*network(function.chain()), depth, f"x = {x_text(findings)}{steepest}"])
    heading = Text.assemble((function.activation, "bold"), "  ", said)
    return Group(heading, _Grid(findings.layers), Text(" ".join(closing(findings))))


class _Grid:
    """A line for each layer, in as many columns as fit."""

    def __init__(self, layers: tuple[Layer, ...]) -> None:
        self.layers = layers

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        shown = list(HEADINGS)
        grid = self._grid(shown)
        for spare in SPARE:
            if console.measure(grid, options=options.update(width=WIDEST)).maximum <= (
                options.max_width
            ):
                break
            shown = [name for name in shown if name not in spare]
            grid = self._grid(shown)
        yield grid

    def _grid(self, names: list[str]) -> Table:
        grid = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        columns: list[tuple[str, JustifyMethod, list[str | Text]]] = [
            ("layer", "right", [str(layer.layer) for layer in self.layers])
        ]
        columns += [(HEADINGS[name], "left", [*self._column(name)]) for name in names]
        marks: list[str | Text] = [
            Text(layer.mark, MARK_STYLE[layer.mark]) if layer.mark else "" for layer in self.layers
        ]
        if any(layer.mark for layer in self.layers):
            columns.append(("", "left", marks))
        for heading, justify, _ in columns:
            grid.add_column(heading, justify=justify, no_wrap=True, overflow="fold")
        for cells in zip(*(column for _, _, column in columns), strict=True):
            grid.add_row(*cells)
        return grid

    def _column(self, name: str) -> list[str]:
        numbers = [getattr(layer, name) for layer in self.layers]
        if name in POWERS:
            return aligned([signed_power(number) for number in numbers])
        return aligned([signed(number, digits=DIGITS) for number in numbers])
