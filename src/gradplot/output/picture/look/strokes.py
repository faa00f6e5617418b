"""How wide each curve is drawn, and which lies on top.

Deeper is wider and underneath, so that where curves run together each still shows. But where a
curve swings to and fro, a wide stroke fills whole blocks; then deeper is thinner and on top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.output.picture.look.theme import widths

if TYPE_CHECKING:
    from gradplot.analysis.tracing.field import Window
    from gradplot.analysis.tracing.trace import Trace
    from gradplot.functions.arrays import Array

#: Widths of the calmest and the fastest curve where one swings, as shares of the font size.
CALMEST, FASTEST, ALONE = 0.26, 0.07, 0.1
#: Strokes nearer to one another than this many times their width are a block to the eye, and
#: those nearer than their width are one on the page.
CROWDED, SOLID = 1.5, 1.0
#: The share of a panel's width that may be crowded.
MOST = 0.15
#: The z-order of the curves.
MIDDLE = 3.0


@dataclass(frozen=True, slots=True)
class Strokes:
    """A width in points and a z-order for each curve."""

    widths: list[float]
    orders: list[float]


def plain(count: int, font: float) -> Strokes:
    """Deeper is wider and underneath."""
    return Strokes(widths(count, font), [MIDDLE - k / count for k in range(count)])


def strokes(
    panels: Sequence[tuple[Window, Sequence[Trace]]],
    count: int,
    *,
    font: float,
    dpi: int,
    deeper: bool,
) -> Strokes:
    """The strokes of ``count`` curves that are traced so in the panels.

    ``deeper`` says that each is deeper than the one before it, and not another formula.
    """
    usual, pixels = plain(count, font), dpi / 72

    def covered(k: int, width: float, gap: float) -> float:
        return max(crowded(traces[k], window, width * pixels, gap) for window, traces in panels)

    shares = [covered(k, width, CROWDED) for k, width in enumerate(usual.widths)]
    if max(shares) <= MOST:
        return usual
    if count == 1:
        return Strokes([ALONE * font], usual.orders)
    fine, orders = [0.0] * count, [0.0] * count
    fastest_last = range(count) if deeper else sorted(range(count), key=lambda k: (shares[k], k))
    for rank, k in enumerate(fastest_last):
        fine[k] = font * CALMEST * (FASTEST / CALMEST) ** (rank / (count - 1))
        # What is a block all the same would hide the others.
        below = covered(k, fine[k], SOLID) > MOST
        orders[k] = MIDDLE - rank / count if below else MIDDLE + rank / count
    return Strokes(fine, orders)


def crowded(trace: Trace, window: Window, width: float, gap: float) -> float:
    """The share of the window's width where strokes are nearer than ``gap`` times their width."""
    taken = sum(float(np.ptp(band[:, 0])) for band in trace.bands) / window.x_scale
    x = (trace.line[:, 0] - window.x[0]) / window.x_scale
    y = trace.line[:, 1] / window.y_scale
    places = _swings(x, y, 2 * width)
    apart = np.diff(places)
    return float(taken + apart[apart < gap * width].sum()) / window.width


def _swings(x: Array, y: Array, least: float) -> Array:
    """Where the line goes up or down by ``least`` at least before it turns, in the middle each."""
    rise = np.sign(np.diff(y))
    steps = np.flatnonzero(rise != 0)  # a break's sign is NaN, and no NaN is like another
    if not len(steps):
        return np.empty(0)
    turns = np.flatnonzero(np.diff(rise[steps]) != 0)
    first = steps[np.concatenate(([0], turns + 1))]
    last = steps[np.concatenate((turns, [len(steps) - 1]))] + 1
    middles, heights = (x[first] + x[last]) / 2, np.abs(y[last] - y[first])
    return middles[heights >= least]  # NaN never is
