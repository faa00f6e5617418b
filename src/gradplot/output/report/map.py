"""What is said of a map: its title, its alternative text, its table, JSON and CSV."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from gradplot.analysis.findings import LN10
from gradplot.output.report.data import csv_text, log10_ends
from gradplot.output.report.digits import number_text, share_text
from gradplot.output.report.network import unusual
from gradplot.output.report.text import as_typed, one_line, typeset
from gradplot.spec.map import AXES, MapSpec

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gradplot.analysis.findings import MapFindings
    from gradplot.spec.figure import FigureSpec

SCHEMA = "gradplot-map/1"
#: Digits of a cell's slope in words.
_DIGITS = 6
#: The logarithm from which a factor is a power of ten.
MOST_PLAIN = 14.0


class Cell(NamedTuple):
    """One cell: the middles of its sides, and its bracket."""

    across: float
    up: float
    lower: float
    upper: float


def title(spec: FigureSpec) -> str:
    """The spec's own title, or what the map is of; empty for none."""
    if spec.title is not None:
        return one_line(spec.title)
    function = _function(spec)
    return ", ".join([f"{function.activation} networks", *_fixed(function)])


def alt_text(spec: FigureSpec, findings: MapFindings) -> str:
    """The spec's own alt text, or what the map shows in sentences."""
    if spec.alt is not None:
        return spec.alt
    function = _function(spec)
    first, second = findings.axes
    low, high = spec.x_range
    fixed = " and ".join(_fixed(function))
    sentences = [
        f"A map of the maximum slope |dy/dx| of networks of one {function.activation} unit a layer "
        f"with {fixed}, for x from {typeset(low)} to {typeset(high)}: {first.name} from "
        f"{typeset(first.low)} to {typeset(first.high)} across, {second.name} from "
        f"{typeset(second.low)} to {typeset(second.high)} up."
    ]
    steepest, flattest = extremes(findings)
    if steepest is not None and flattest is not None:
        sentences.append(
            f"It is steepest, {_slope(steepest)}, at {_place(findings, steepest)}, and flattest, "
            f"{_slope(flattest)}, at {_place(findings, flattest)}."
        )
    shares = ", ".join(f"{share} {word}" for word, share in _shares(findings) if share != "0%")
    sentences.append(f"Of the cells {shares}.")
    if findings.fold:
        sentences.append("A line shows the fold, where growth with depth begins.")
    return " ".join(sentences)


def table(spec: FigureSpec, findings: MapFindings) -> RenderableType:
    """The map in a few lines, as rich draws them."""
    from rich.console import Group
    from rich.text import Text

    from gradplot.output.report.fitted import FittedTable

    function = _function(spec)
    first, second = findings.axes
    ends = [f"{axis.name} {_span(getattr(function, axis.name))}" for axis in findings.axes]
    span = f"x from {_span(spec.x_range)}"
    heading = Text.assemble(
        (function.activation, "bold"), "  ", ", ".join([*ends, *_fixed(function), span])
    )
    rows = [
        (word, _slope(cell), f"{cell.across:.6g}", f"{cell.up:.6g}")
        for word, cell in zip(("steepest", "flattest"), extremes(findings), strict=True)
        if cell is not None
    ]
    headings = ("", "maximum slope", first.name, second.name)
    columns = zip(headings, zip(*rows, strict=True) if rows else [()] * 4, strict=True)
    grid = FittedTable([(name, "left", cells) for name, cells in columns])
    shares = [f"{share} {word}" for word, share in _shares(findings) if share != "0%"]
    said = [
        f"{len(first.values)} x {len(second.values)} cells: {', '.join(shares)}",
        *_brackets(findings),
        *_fold_words(function, findings),
    ]
    return Group(heading, grid, Text("; ".join(said)))


def as_data(spec: FigureSpec, findings: MapFindings, outputs: Iterable[str] = ()) -> dict[str, Any]:
    """The map as JSON's own types: rows of brackets, None for an end that is not finite."""
    function = _function(spec)
    pairs = [
        [log10_ends(*ends) for ends in zip(*rows, strict=True)]
        for rows in zip(findings.lower, findings.upper, strict=True)
    ]
    given = {name: list(getattr(function, name)) for name in AXES}
    described: dict[str, Any] = {"activation": function.activation, **given}
    if function.parameters:
        described["parameters"] = dict(function.parameters)
    return {
        "schema": SCHEMA,
        "function": described,
        "x_range": list(spec.x_range),
        "axes": [{"name": axis.name, "values": list(axis.values)} for axis in findings.axes],
        "log10_max_slope": {
            "lower": [[low for low, _ in row] for row in pairs],
            "upper": [[high for _, high in row] for row in pairs],
        },
        "critical_weight": findings.critical_weight,
        "fold": [[list(point) for point in stroke] for stroke in findings.fold],
        "outputs": list(outputs),
    }


def to_csv(findings: MapFindings) -> str:
    """A line for each cell, and a header; nothing between the commas for an end not finite."""
    names = [axis.name for axis in findings.axes]
    rows = ((cell.across, cell.up, *log10_ends(cell.lower, cell.upper)) for cell in cells(findings))
    return csv_text([(*names, "log10_max_slope_lower", "log10_max_slope_upper"), *rows])


def cells(findings: MapFindings) -> Iterator[Cell]:
    """Every cell, row by row."""
    first, second = findings.axes
    for up, lower, upper in zip(second.values, findings.lower, findings.upper, strict=True):
        for bracket in zip(first.values, lower, upper, strict=True):
            yield Cell(bracket[0], up, *bracket[1:])


def extremes(findings: MapFindings) -> tuple[Cell | None, Cell | None]:
    """The steepest cell and the flattest that is not dead; the first of those as good as equal."""
    alive = [cell for cell in cells(findings) if math.isfinite(cell.lower + cell.upper)]
    if not alive:
        return None, None
    top, bottom = max(alive, key=lambda cell: cell.lower), min(alive, key=lambda cell: cell.upper)
    # Symmetric networks have one slope, and rounding should not say which of them is named.
    steepest = next(cell for cell in alive if cell.lower >= top.lower - (top.upper - top.lower))
    slack = bottom.upper - bottom.lower
    return steepest, next(cell for cell in alive if cell.upper <= bottom.upper + slack)


def _function(spec: FigureSpec) -> MapSpec:
    assert isinstance(spec.function, MapSpec)
    return spec.function


def _fixed(function: MapSpec) -> list[str]:
    """What all cells share: the third of weight, bias and depth, and unusual parameters."""
    third = next(name for name in AXES if name not in function.axes)
    given = unusual(function.activation, dict(function.parameters))
    fixed = {third: function.values(third)[0], **given}
    return [f"{name} {typeset(value)}" for name, value in fixed.items()]


def _span(ends: Iterable[float]) -> str:
    return " to ".join(map(as_typed, ends))


def _shares(findings: MapFindings) -> Iterator[tuple[str, str]]:
    """How many of the cells are steeper than 1, flatter, undecided, and dead."""
    counts = {"above 1": 0, "below 1": 0, "either side of 1": 0, "dead": 0}
    for cell in cells(findings):
        if cell.upper == -math.inf:
            counts["dead"] += 1
        elif cell.lower > 0.0:
            counts["above 1"] += 1
        else:
            counts["below 1" if cell.upper < 0.0 else "either side of 1"] += 1
    total = sum(counts.values())
    for word, count in counts.items():
        yield word, share_text(count / total, count / total)


def _slope(cell: Cell) -> str:
    return number_text(cell.lower, cell.upper, digits=_DIGITS)


def _place(findings: MapFindings, cell: Cell) -> str:
    first, second = findings.axes
    return f"{first.name} {typeset(cell.across)} and {second.name} {typeset(cell.up)}"


def _brackets(findings: MapFindings) -> list[str]:
    """How far apart the bounds of a cell are at most, and how many cells lack one."""
    widths = [cell.upper - cell.lower for cell in cells(findings) if cell.upper > -math.inf]
    known = [width for width in widths if math.isfinite(width)]
    said = [f"brackets within a factor of {_factor(max(known, default=0.0))}"]
    if len(known) < len(widths):
        count = len(widths) - len(known)
        said.append(f"{count} cell{'' if count == 1 else 's'} with one bound alone")
    return said


def _factor(width: float) -> str:
    """e^width, rounded up."""
    if width >= MOST_PLAIN:
        return f"10^{math.ceil(width / LN10)}"
    factor = math.exp(width)
    decimals = max(0, min(12, 1 - math.floor(math.log10(factor - 1.0)))) if factor > 1.0 else 0
    step = 10.0**-decimals
    text = f"{math.ceil(factor / step) * step:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fold_words(function: MapSpec, findings: MapFindings) -> list[str]:
    if not findings.fold:
        return []
    if function.axes == ("weight", "bias"):
        return ["the line is the fold, where growth with depth begins"]
    places = sorted({stroke[0][0] for stroke in findings.fold})
    return [f"fold at {function.axes[0]} {' and '.join(f'{place:.6g}' for place in places)}"]
