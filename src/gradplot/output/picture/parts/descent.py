"""A descent on a picture: numbered dots and hops on a loss curve, a path on a surface."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D

from gradplot.output.picture.parts.path_words import leap, named, numbers, sampled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradplot.analysis.findings import Path
    from gradplot.output.picture.look.theme import Palette
    from gradplot.output.picture.parts.panel import Panel

#: Sizes and distances as multiples of the font size.
DOT, HOP, HALO, HEAD = 0.55, 0.09, 0.2, 0.55
#: Dots nearer to one another are a smear.
SMEAR = 0.2
#: Longer paths over two parameters are a line without dots.
MOST_DOTS = 40
Point = tuple[float, float]


def on_curve(panel: Panel, path: Path, *, palette: Palette, font: float) -> None:
    """Dots at (theta, E), numbered as far as there is room, and the hops between them.

    A step that leaves the axis is a stroke to the panel's edge with an arrow head on it.
    """
    places = [(step.parameters[0], step.loss) for step in path.steps]
    strokes: list[list[Point]] = []
    for before, after in pairwise(places):
        strokes += _hop(panel, before, after, font=font, palette=palette)
    _strokes(panel, strokes, palette=palette, font=font)
    kept = _apart(panel, places, font=font)
    _dots(panel, [places[number] for number in kept], palette=palette, font=font)
    line = [point for stroke in strokes for point in sampled(panel, stroke, font=font)]
    numbers(panel, {number: places[number] for number in kept}, line, palette=palette, font=font)


def on_plane(panel: Panel, path: Path, *, palette: Palette, font: float) -> None:
    """The path itself, its start and end marked; what is outside is cut off."""
    places: list[Point] = [(step.parameters[0], step.parameters[1]) for step in path.steps]
    _strokes(panel, [places], palette=palette, font=font)
    if len(places) <= MOST_DOTS:
        _dots(panel, places[1:-1], palette=palette, font=font, size=0.6 * DOT)
    ends = {"start": places[0], "end": places[-1]}
    seen = {name: place for name, place in ends.items() if panel.shows(place)}
    for name, place in seen.items():
        _dots(panel, [place], palette=palette, font=font, hollow=name == "start", size=1.2 * DOT)
    line = sampled(panel, places, font=font)
    named(panel, seen, line, palette=palette, font=font)
    if len(places) > MOST_DOTS:
        leap(panel, places, line, palette=palette, font=font)


def _hop(
    panel: Panel, before: Point, after: Point, *, font: float, palette: Palette
) -> Iterator[list[Point]]:
    """The stroke of one step; at its own height to the edge where the step leaves the axis."""
    low, high = panel.x_range
    starts, arrives = (low <= place[0] <= high for place in (before, after))
    if starts and arrives:
        yield [before, after]
    elif starts:
        edge = high if after[0] > high else low
        yield [before, (edge, before[1])]
        _head(panel, (edge, before[1]), right=edge == high, font=font, palette=palette)
    elif arrives:
        yield [(high if before[0] > high else low, after[1]), after]


def _head(panel: Panel, tip: Point, *, right: bool, font: float, palette: Palette) -> None:
    """An arrow head whose tip is at the panel's edge."""
    low, high = panel.x_range
    back = 0.5 * HEAD * font / panel.box.width * (high - low)
    panel.add(
        Line2D(
            [tip[0] - back if right else tip[0] + back],
            [tip[1]],
            marker=">" if right else "<",
            markersize=HEAD * font,
            markerfacecolor=palette.text,
            markeredgecolor=palette.background,
            markeredgewidth=0.05 * font,
            linestyle="none",
            zorder=5.2,
        ),
        clipped=False,
    )


def _strokes(
    panel: Panel, strokes: Sequence[Sequence[Point]], *, palette: Palette, font: float
) -> None:
    """The hops as one line with gaps, over a halo of the background's colour."""
    gap = (math.nan, math.nan)
    points = [point for stroke in strokes for point in (*stroke, gap)]
    if not points:
        return
    across, up = zip(*points, strict=True)
    for order, shade, width in ((4.8, palette.background, HALO), (4.9, palette.text, HOP)):
        panel.add(
            Line2D(
                across,
                up,
                color=shade,
                linewidth=width * font,
                solid_capstyle="round",
                solid_joinstyle="round",
                snap=False,
                zorder=order,
            )
        )


def _dots(
    panel: Panel,
    places: Sequence[Point],
    *,
    palette: Palette,
    font: float,
    hollow: bool = False,
    size: float = DOT,
) -> None:
    if not places:
        return
    fill, edge = palette.text, palette.background
    across, up = zip(*places, strict=True)
    panel.add(
        Line2D(
            across,
            up,
            marker="o",
            markersize=size * font,
            markerfacecolor=edge if hollow else fill,
            markeredgecolor=fill if hollow else edge,
            markeredgewidth=(0.14 if hollow else 0.07) * font,
            linestyle="none",
            zorder=5.1,
        ),
        clipped=False,
    )


def _apart(panel: Panel, places: Sequence[Point], *, font: float) -> list[int]:
    """The dots to draw: the ends, and between them none that would only smear its neighbour."""
    kept: list[int] = []
    last = (math.inf, math.inf)
    for number, place in enumerate(places):
        if not panel.shows(place):
            continue
        here = panel.on_page(place)
        if number == len(places) - 1 or math.dist(here, last) > SMEAR * font:
            kept.append(number)
            last = here
    return kept
