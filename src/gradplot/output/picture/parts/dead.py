"""The words in a slope panel that is empty where the slope is exactly 0."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from gradplot.output.picture.parts.limits import dead_stretch
from gradplot.output.picture.parts.text import color, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradplot.functions.curve import Curve
    from gradplot.output.picture.parts.panel import Panel
    from gradplot.output.picture.parts.ticks import Ticks

#: Their size as a multiple of the font size.
SIZE = 0.9
NOTE = "slope exactly 0"


def why_empty(
    panel: Panel, y: Ticks, curves: Sequence[Curve], peaks: Sequence[float | None], *, font: float
) -> None:
    """Say why there is no curve, where that is so of a wide stretch; ``peaks`` are places x."""
    stretch = dead_stretch(curves, panel.x_range)
    if stretch is None:
        return
    box, limits, size = panel.box, panel.limits, SIZE * font
    x_low, x_high = panel.x_range
    left, right = ((x - x_low) / (x_high - x_low) * box.width for x in stretch)
    crossed = any(x is not None and x < stretch[1] for x in peaks)  # by leaders or by a spike
    if crossed or right - left < text_width(NOTE, size) + 2 * size:
        return
    # Between the two grid lines nearest the middle.
    gaps = itertools.pairwise([limits[0], *y.places, limits[1]])
    places = [(low + high) / 2 for low, high in gaps]
    middle = min(places, key=lambda place: abs(place - sum(limits) / 2))
    height = box.bottom + (middle - limits[0]) / (limits[1] - limits[0]) * box.height
    panel.page.write(
        box.left + (left + right) / 2,
        height - 0.36 * size,
        NOTE,
        size=size,
        color=color("axes.labelcolor"),
        align="center",
    )
