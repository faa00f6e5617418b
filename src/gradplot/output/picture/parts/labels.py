"""The words around a panel: the title, its heading and its ticks' labels.

matplotlib's own axis would make and lay out five artists a tick, which takes longer than all the
rest of a figure; here the ticks are known, so a panel's grid is one line and its labels are texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradplot.output.picture.look.style import in_force
from gradplot.output.picture.parts import ticks
from gradplot.output.picture.parts.layout import fitted, panels
from gradplot.output.picture.parts.text import color, text_width

if TYPE_CHECKING:
    from gradplot.output.picture.parts.layout import Box
    from gradplot.output.picture.parts.limits import Limits
    from gradplot.output.picture.parts.panel import Panel
    from gradplot.output.picture.parts.text import Page
    from gradplot.output.picture.parts.ticks import Ticks

#: Sizes and distances as multiples of the font size.
TICK, HEADING, PAD = 0.85, 0.9, 0.45
TITLE, SMALLEST_TITLE = 1.25, 0.8
TITLE_BAND, HEADING_BAND, TICK_BAND, EDGE = 2.5, 1.6, 2.15, 0.8
#: Room a tick takes along its axis, and the most there are across.
X_ROOM, Y_ROOM, MOST_X = 5.5, 1.7, 8
#: Height of figures and capitals as a share of their font size.
CAPITAL = 0.73


def boxes(
    size: tuple[float, float],
    count: int,
    *,
    titled: bool,
    beside: float,
    column: float,
    below: float = 0.0,
    font: float,
) -> list[Box]:
    """Boxes of ``count`` panels over one another, with room for the words around them.

    In points ``beside`` is what the labels left of them take, ``column`` what stands on their
    right; ``below`` is that of what stands under the x-axis, a multiple of the font size.
    """
    return panels(
        size,
        count,
        left=beside + (EDGE + PAD) * font,
        right=column + EDGE * font,
        top=(HEADING_BAND + (TITLE_BAND if titled else 0.3)) * font,
        bottom=(TICK_BAND + below) * font,
        gap=(HEADING_BAND + 0.4) * font,
    )


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


def y_labels(panel: Panel, y: Ticks) -> None:
    """Labels left of a panel."""
    font, box, (low, high) = in_force()["font.size"], panel.box, panel.limits
    shade = color("ytick.labelcolor", "ytick.color")
    for place, label in zip(y.places, y.labels, strict=True):
        at = box.bottom + (place - low) / (high - low) * box.height - CAPITAL * TICK * font / 2
        left = box.left - PAD * font
        panel.page.write(left, at, label, size=TICK * font, color=shade, align="right")


def bar_label(page: Page, box: Box, at: float, label: str) -> None:
    """A label right of a colour bar, at the height ``at``."""
    font, shade = in_force()["font.size"], color("ytick.labelcolor", "ytick.color")
    bottom = at - CAPITAL * TICK * font / 2
    page.write(box.right + PAD * font, bottom, label, size=TICK * font, color=shade)


def heading(panel: Panel, text: str) -> None:
    """What the panel shows, above its left end."""
    font, box = in_force()["font.size"], panel.box
    shade = color("axes.labelcolor")
    panel.page.write(box.left, box.top + 0.5 * font, text, size=HEADING * font, color=shade)


def note(page: Page, box: Box, text: str) -> None:
    """A number that changes from frame to frame, above the right end of a panel."""
    font = in_force()["font.size"]
    page.write(
        box.right, box.top + 0.5 * font, text, size=font, color=color("text.color"), align="right"
    )


def x_labels(panel: Panel, x: Ticks, variable: str) -> None:
    """Labels below the lowest panel, and the name of the variable right of them."""
    font, box, (low, high) = in_force()["font.size"], panel.box, panel.x_range
    baseline = box.bottom - (PAD + CAPITAL * TICK) * font
    shade = color("xtick.labelcolor", "xtick.color")
    reached = box.right
    for place, label in zip(x.places, x.labels, strict=True):
        at = box.left + (place - low) / (high - low) * box.width
        reached = max(reached, at + _width(label, font) / 2)
        panel.page.write(at, baseline, label, size=TICK * font, color=shade, align="center")
    name = color("axes.labelcolor")
    panel.page.write(reached + 0.6 * font, baseline, variable, size=HEADING * font, color=name)


def _width(label: str, font: float) -> float:
    return text_width(label, TICK * font)


def write_title(page: Page, title: str, box: Box) -> None:
    """The title, if there is one, over the uppermost panel."""
    if not title:
        return
    font = in_force()["font.size"]
    room = 72 * page.figure.get_size_inches()[0] - box.left - EDGE * font
    text, size = fitted(title, TITLE * font, room, smallest=SMALLEST_TITLE * font)
    y = box.top + (HEADING_BAND + 0.55) * font
    page.write(box.left, y, text, size=size, color=color("axes.titlecolor"))
