"""What is said of curves: their title, their alternative text, their table, JSON and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradplot.output.report.curves.data import as_data, to_csv
from gradplot.output.report.curves.words import alt_text, title

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gradplot.analysis.findings import Findings
    from gradplot.spec.figure import FigureSpec

__all__ = ["alt_text", "as_data", "table", "title", "to_csv"]


def table(spec: FigureSpec, findings: Findings) -> RenderableType:
    """The whole report for people, as rich draws it."""
    from gradplot.output.report.curves.terminal import table  # rich is slow to load

    return table(spec, findings)
