"""A picture's own curves as a pgfplots figure, which LaTeX sets in its own type."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from gradplot.output.freshness import TEX_END, fingerprint
from gradplot.output.picture.parts import ticks
from gradplot.output.picture.parts.kinds import SLOPE, VALUE
from gradplot.output.picture.parts.spacing import thinned
from gradplot.output.picture.traced.latex import escaped
from gradplot.output.picture.traced.points import DIGITS
from gradplot.output.report.curves.words import axis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradplot.output.picture.parts.limits import Limits
    from gradplot.output.picture.traced.points import Traced
    from gradplot.spec.figure import FigureSpec

_HEAD = r"""% Compile it as it is, or \input it into a document that loads pgfplots.
\ifdefined\pgfplotsset\let\gradplotend\relax\else
\documentclass{article}
\usepackage{pgfplots}
\ifdefined\Umathchar\IfFileExists{fontspec.sty}{\usepackage{fontspec}}{}\fi
\pagestyle{empty}
\setlength{\parindent}{0pt}
\def\gradplotend{\end{document}}
\begin{document}
\fi
\pgfplotsset{compat=1.16}
"""
#: Ticks that have room side by side, and one over another, in a column of print.
_X_TICKS, _Y_TICKS = 5, 4
#: Letters, and blanks between labels, that fit under a panel.
_X_LETTERS = 40
#: Rows of the key that have room beside a panel.
_ROWS = 8
#: Points that a letter of the key, and what stands before it, take in type of 10 points.
_LETTER, _SWATCH = 4.7, 42
#: Letters of a tick label that pgfplots makes room for, and points beside them on the right.
_LABEL, _EDGE = 4, 8
#: Letters from which the key stands above the panels.
_LONG = 16

#: An axis that is this many times as far from 0 as it is long begins at 0 in the file.
_FAR = 100.0


def to_tex(spec: FigureSpec, traced: tuple[Traced, ...]) -> bytes:
    """A tikzpicture of pgfplots, with its data in it."""
    panels = [list(group) for _, group in groupby(traced, key=lambda each: each.panel)]
    lines = [f"% {fingerprint(spec)}\n{_HEAD}\\begin{{tikzpicture}}", *_settings(spec, panels)]
    for place, panel in enumerate(panels):
        options = [_axis("y", panel[0].limits, _y_ticks(panel))]
        if place == len(panels) - 1:
            options.append(f"xlabel={{${escaped(axis(spec).variable)}$}}")
        options.append(f"name=panel{place}")
        if place > 0:
            above = f"(panel{place - 1}.south west)"
            options.append(f"at={{{above}}}, anchor=north west, yshift=-12mm")
        value = _value(spec, panel)
        lines.append(rf"\begin{{axis}}[ylabel={{${value}$}}, {', '.join(options)}]")
        if place == 0:
            lines += [
                rf"\addlegendimage{{{_style(each, spec)}}} \addlegendentry{{{escaped(each.name)}}}"
                for each in _key(panel)
            ]
        lines += _plots(spec, panel)
        lines.append(r"\end{axis}")
    lines += [r"\end{tikzpicture}", r"\gradplotend", TEX_END]
    return "\n".join(lines).encode()


def _settings(spec: FigureSpec, panels: list[list[Traced]]) -> list[str]:
    """What all axes have: their size beside the key, the x-axis, and where the key stands."""
    longest = max(len(each.name) for each in _key(panels[0]))
    beside = longest <= _LONG
    taken = (_SWATCH + _LETTER * longest if beside else _EDGE) + _LETTER * _wider(panels)
    where = "pos=outer north east" if beside else "style={at={(0,1.08)}, anchor=south west}"
    # No library of pgfplots: \input in a figure's group would load it for that group alone.
    return [
        r"\pgfplotsset{every axis/.append style={",
        rf"  width=\linewidth-{taken:.0f}pt, height=0.42\linewidth,",
        f"  {_axis('x', spec.x_range, _x_ticks(spec))},",
        rf"  grid=major, scaled ticks=false, legend {where}, legend style={{draw=none}},",
        r"  legend cell align=left}}",
    ]


def _value(spec: FigureSpec, panel: list[Traced]) -> str:
    """What a panel's y-axis is called."""
    named = axis(spec)
    if panel[0].panel != SLOPE.name:
        return named.value
    return rf"|\mathrm{{d}}{named.value}/\mathrm{{d}}{escaped(named.variable)}|"


def _plots(spec: FigureSpec, panel: list[Traced]) -> Iterator[str]:
    """The curves of a panel, the first at the bottom."""
    start, bottom = _start(*spec.x_range), _start(*panel[0].limits)
    for each in sorted(panel, key=lambda each: each.order):
        style = f"{_style(each, spec)}, forget plot"
        for shape, _, points in each.parts():
            fill, close = (", fill", " -- cycle") if shape == "band" else ("", "")
            rows = "\n".join(f"{_number(x - start)} {_number(y - bottom)}" for x, y in points)
            yield f"\\addplot[{style}{fill}] table {{\n{rows}\n}}{close};"


def _key(panel: list[Traced]) -> list[Traced]:
    """The curves that the key names, as the picture's own does; between depths one can guess."""
    rows = sorted(panel, key=lambda each: each.place)
    if any(each.depth is None for each in rows):
        return rows
    return [rows[k] for k in thinned(len(rows), _ROWS)]


def _x_ticks(spec: FigureSpec) -> ticks.Ticks:
    """Ticks whose labels have room side by side."""
    for most in range(_X_TICKS, 1, -1):
        shown = ticks.linear(*spec.x_range, most)
        if sum(len(label) + 2 for label in shown.labels) <= _X_LETTERS:
            return shown
    return ticks.linear(*spec.x_range, 1)


def _y_ticks(panel: list[Traced]) -> ticks.Ticks:
    kind = SLOPE if panel[0].panel == SLOPE.name else VALUE
    return kind.ticks(*panel[0].limits, _Y_TICKS)


def _wider(panels: list[list[Traced]]) -> int:
    """Letters by which the labels of a y-axis are longer than pgfplots makes room for."""
    labels = [text for panel in panels for text in _y_ticks(panel).labels]
    return max(0, max(map(len, labels), default=0) - _LABEL)


def _start(low: float, high: float) -> float:
    """What is subtracted along an axis: TeX counts in five digits, too few far from 0."""
    return low if max(abs(low), abs(high)) > _FAR * (high - low) else 0.0


def _axis(which: str, limits: Limits, shown: ticks.Ticks) -> str:
    """The ends of an axis, and ticks as the picture has them, which say what was subtracted."""
    start = _start(*limits)
    low, high = (_number(end - start) for end in limits)
    places = ",".join(_number(place - start) for place in shown.places)
    labels = ",".join(f"{{{escaped(label)}}}" for label in shown.labels)
    return (
        f"{which}min={low}, {which}max={high}, "
        f"{which}tick={{{places}}}, {which}ticklabels={{{labels}}}"
    )


def _number(value: float) -> str:
    return f"{value + 0.0:.{DIGITS}g}"


def _style(each: Traced, spec: FigureSpec) -> str:
    """Its colour, and its width as a part of the figure's, however large that is set."""
    red, green, blue = (int(each.color[k : k + 2], 16) for k in (1, 3, 5))
    width = each.width / (72 * spec.size[0])
    color = f"color={{rgb,255:red,{red};green,{green};blue,{blue}}}"
    return rf"{color}, line width={width:.5f}\linewidth"
