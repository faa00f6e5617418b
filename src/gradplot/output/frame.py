"""A panel's empty frame: its grid, tick labels and heading, as a handful of artists.

matplotlib's own axis would make and lay out five artists a tick, which takes longer than all the
rest of a figure; here the ticks are known, so a panel's grid is one line and its labels are texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.lines import Line2D

from gradplot.output import ticks
from gradplot.output.style import in_force
from gradplot.output.text import Page, color, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gradplot.output.layout import Box
    from gradplot.output.limits import Limits
    from gradplot.output.ticks import Ticks
    from gradplot.spec import FigureSpec

#: Sizes and distances as multiples of the font size.
TICK, HEADING, PAD = 0.85, 0.9, 0.45
#: Room a tick takes along its axis, and the most there are across.
X_ROOM, Y_ROOM, MOST_X = 5.5, 1.7, 8
#: Height of figures and capitals as a share of their font size.
CAPITAL = 0.73


def y_ticks_that_fit(height: float, font: float) -> int:
    """How many tick labels stand over one another in ``height`` points."""
    return max(2, int(height / (Y_ROOM * font)))


def x_ticks(x_range: Limits, width: float, font: float) -> Ticks:
    """Ticks whose labels have room side by side in ``width`` points."""
    most = min(MOST_X, max(2, int(width / (X_ROOM * font))))
    while True:
        shown = ticks.linear(*x_range, most)
        if most == 1 or sum(_width(label, font) + font for label in shown.labels) <= width:
            return shown
        most -= 1


def widest(labels: list[str], font: float) -> float:
    """Points that the widest tick label takes."""
    return max((_width(label, font) for label in labels), default=0.0)


def frame(page: Page, spec: FigureSpec, box: Box, *, limits: Limits, x: Ticks, y: Ticks) -> Axes:
    """Axes in ``box`` with grid and y labels."""
    width, height = (72 * inches for inches in spec.size)
    axes = page.figure.add_axes(
        (box.left / width, box.bottom / height, box.width / width, box.height / height),
        autoscale_on=False,
        xlim=spec.x_range,
        ylim=limits,
    )
    axes.xaxis.set_visible(False)
    axes.yaxis.set_visible(False)
    if spec.transparent:
        axes.patch.set_visible(False)
    settings = in_force()
    font = settings["font.size"]
    if settings["axes.grid"]:
        nan = float("nan")
        upright = [(place, end) for place in x.places for end in (*limits, nan)]
        level = [(end, place) for place in y.places for end in (*spec.x_range, nan)]
        across, up = zip(*upright, *level, (nan, nan), strict=True)
        axes.add_artist(
            Line2D(
                across,
                up,
                color=settings["grid.color"],
                linestyle=settings["grid.linestyle"],
                linewidth=settings["grid.linewidth"],
                alpha=settings["grid.alpha"],
                zorder=0.5,
            )
        )
    span = limits[1] - limits[0]
    for place, label in zip(y.places, y.labels, strict=True):
        page.write(
            box.left - PAD * font,
            box.bottom + (place - limits[0]) / span * box.height - CAPITAL * TICK * font / 2,
            label,
            size=TICK * font,
            color=color("ytick.labelcolor", "ytick.color"),
            align="right",
        )
    return axes


def heading(page: Page, text: str, box: Box) -> None:
    """What the panel shows, above its left end."""
    font = in_force()["font.size"]
    shade = color("axes.labelcolor")
    page.write(box.left, box.top + 0.5 * font, text, size=HEADING * font, color=shade)


def x_labels(page: Page, x_range: Limits, x: Ticks, box: Box) -> None:
    """Labels below the lowest panel, and the name of x right of them."""
    font = in_force()["font.size"]
    baseline = box.bottom - (PAD + CAPITAL * TICK) * font
    shade = color("xtick.labelcolor", "xtick.color")
    reached = box.right
    for place, label in zip(x.places, x.labels, strict=True):
        at = box.left + (place - x_range[0]) / (x_range[1] - x_range[0]) * box.width
        reached = max(reached, at + _width(label, font) / 2)
        page.write(at, baseline, label, size=TICK * font, color=shade, align="center")
    name = color("axes.labelcolor")
    page.write(reached + 0.6 * font, baseline, "x", size=HEADING * font, color=name)


def _width(label: str, font: float) -> float:
    return text_width(label, TICK * font)
