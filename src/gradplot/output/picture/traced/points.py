"""The points of a picture's own curves, and the CSV of them."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.output.freshness import CSV_END, fingerprint
from gradplot.output.report.curves.words import axis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradplot.analysis.tracing.trace import Trace
    from gradplot.functions.arrays import Array
    from gradplot.output.picture.parts.limits import Limits
    from gradplot.spec.figure import FigureSpec

COLUMNS = ("panel", "curve", "depth", "kind", "part", "x", "y")
#: Digits of how far points are from one another: far more than a printed page can show.
DIGITS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """One curve of one panel, and how it is drawn; slopes are log10|dy/dx|."""

    panel: str
    limits: Limits
    curve: str
    #: The curve in the picture's key.
    name: str
    depth: int | None
    trace: Trace
    color: str
    width: float
    #: Higher lies on top.
    order: float
    #: Its row in the key.
    place: int

    def parts(self) -> Iterator[tuple[str, int, Array]]:
        """The kind, the number and the points of every stroke and of every band's outline."""
        line = self.trace.line
        gaps = np.flatnonzero(np.isnan(line[:, 0]))
        for number, stroke in enumerate(np.split(line, gaps), 1):
            stroke = stroke[~np.isnan(stroke[:, 0])]
            if len(stroke):
                yield "line", number, stroke
        for number, band in enumerate(self.trace.bands, 1):
            yield "band", number, band


def to_csv(spec: FigureSpec, traced: tuple[Traced, ...]) -> bytes:
    """A row a point; lines of comment hold the fingerprint and what y is."""
    text = io.StringIO()
    named = axis(spec)
    text.write(f"# {fingerprint(spec)}\n# y of the slope panel is log10{named.slope}\n")
    if (named.variable, named.value) != ("x", "y"):
        text.write(f"# x is {named.variable}, y of the value panel is {named.value}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in traced:
        for kind, number, points in each.parts():
            said = (each.panel, each.curve, "" if each.depth is None else each.depth, kind, number)
            x, y = written(points[:, 0]), written(points[:, 1])
            writer.writerows((*said, *point) for point in zip(x, y, strict=True))
    return (text.getvalue() + CSV_END).encode()


def written(values: Array | tuple[float, ...]) -> list[str]:
    """Coordinates along one axis: told from one another also where they are close together."""
    at = np.asarray(values, dtype=float)
    largest, span = float(np.max(np.abs(at), initial=0.0)), float(np.ptp(at)) if len(at) else 0.0
    closer = math.ceil(math.log10(largest / span)) if 0.0 < span < largest else 0
    return [f"{value + 0.0:.{min(DIGITS + closer, 17)}g}" for value in at]
