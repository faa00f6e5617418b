"""What is said of one point: its title, its alternative text, its table, JSON and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradplot.output.report.point.data import as_data, to_csv
from gradplot.output.report.point.words import alt_text, function_of, title

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gradplot.analysis.layers.found import PointFindings
    from gradplot.spec.figure import FigureSpec

__all__ = ["alt_text", "as_data", "table", "title", "to_csv"]


def table(spec: FigureSpec, findings: PointFindings) -> RenderableType:
    """The whole report for people, as rich draws it."""
    from gradplot.output.report.point.terminal import table  # rich is slow to load

    return table(function_of(spec), findings)
