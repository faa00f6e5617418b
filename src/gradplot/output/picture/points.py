"""The points of a picture's own curves: as CSV, and as a pgfplots figure for LaTeX."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from gradplot.output.freshness import CSV_END, TEX_END, fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gradplot.analysis.tracing.trace import Trace
    from gradplot.functions.arrays import Array
    from gradplot.output.picture.limits import Limits
    from gradplot.spec.figure import FigureSpec

COLUMNS = ("panel", "curve", "depth", "kind", "part", "x", "y")
#: Digits of a point: far more than a printed page can show.
DIGITS = 10
_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip
_TEX_HEAD = r"""% Compile it as it is, or \input it into a document that loads pgfplots.
\ifdefined\pgfplotsset\let\gradplotend\relax\else
\documentclass{article}
\usepackage{pgfplots}
\pagestyle{empty}
\def\gradplotend{\end{document}}
\begin{document}
\fi
\usepgfplotslibrary{groupplots}
\pgfplotsset{compat=1.16}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """One curve of one panel, and how it is drawn; slopes are log10|dy/dx|."""

    panel: str
    limits: Limits
    curve: str
    depth: int | None
    trace: Trace
    color: str
    width: float
    #: Higher lies on top.
    order: float

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
    text.write(f"# {fingerprint(spec)}\n# y of the slope panel is log10|dy/dx|\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in traced:
        for kind, number, points in each.parts():
            named = (each.panel, each.curve, "" if each.depth is None else each.depth, kind, number)
            writer.writerows((*named, *_written(point)) for point in points)
    return (text.getvalue() + CSV_END).encode()


def to_tex(spec: FigureSpec, traced: tuple[Traced, ...]) -> bytes:
    """A tikzpicture of pgfplots, with its data in it."""
    panels = [list(group) for _, group in groupby(traced, key=lambda each: each.panel)]
    low, high = map(_number, spec.x_range)
    lines = [
        f"% {fingerprint(spec)}\n{_TEX_HEAD}\\begin{{tikzpicture}}",
        rf"\begin{{groupplot}}[group style={{group size=1 by {len(panels)}, vertical sep=12mm}},",
        rf"  xmin={low}, xmax={high}, width=0.8\linewidth, height=0.42\linewidth, grid=major,",
        r"  legend pos=outer north east, legend style={draw=none}, legend cell align=left]",
    ]
    for number, panel in enumerate(panels):
        bottom, top = map(_number, panel[0].limits)
        slope = panel[0].panel == "slope"
        label = r"$|\mathrm{d}y/\mathrm{d}x|$" if slope else "$y$"
        ticks = r", yticklabel={$10^{\pgfmathprintnumber{\tick}}$}" if slope else ""
        below = ", xlabel={$x$}" if number == len(panels) - 1 else ""
        lines.append(
            rf"\nextgroupplot[ylabel={{{label}}}, ymin={bottom}, ymax={top}{ticks}{below}]"
        )
        if number == 0:
            for each in panel:
                style = f"{_color(each)}, line width={each.width:.2f}pt"
                lines.append(
                    rf"\addlegendimage{{{style}}} \addlegendentry{{{_escaped(each.curve)}}}"
                )
        for each in sorted(panel, key=lambda each: each.order):
            style = f"{_color(each)}, line width={each.width:.2f}pt, forget plot"
            for kind, _, points in each.parts():
                fill, close = (", fill", " -- cycle") if kind == "band" else ("", "")
                rows = "\n".join(" ".join(_written(point)) for point in points)
                lines.append(f"\\addplot[{style}{fill}] table {{\n{rows}\n}}{close};")
    lines += [r"\end{groupplot}", r"\end{tikzpicture}", r"\gradplotend", TEX_END]
    return "\n".join(lines).encode()


WRITERS: dict[str, Callable[[FigureSpec, tuple[Traced, ...]], bytes]] = {
    "csv": to_csv,
    "tex": to_tex,
}


def _written(point: Array) -> tuple[str, str]:
    return _number(float(point[0])), _number(float(point[1]))


def _number(value: float) -> str:
    return f"{value + 0.0:.{DIGITS}g}"


def _color(each: Traced) -> str:
    red, green, blue = (int(each.color[k : k + 2], 16) for k in (1, 3, 5))
    return f"color={{rgb,255:red,{red};green,{green};blue,{blue}}}"


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in text)
