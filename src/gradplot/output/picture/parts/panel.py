"""A panel: where artists in data units go, with or without matplotlib's axes around them.

Axes are for people who go on working with a figure. They cost a third of its time, and in an image
nobody can tell, so there a panel is a background, a transform and a clip box.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Bbox, BboxTransformFrom, BboxTransformTo, TransformedBbox

from gradplot.output.picture.look.style import in_force

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.transforms import Transform

    from gradplot.analysis.tracing.trace import Trace
    from gradplot.functions.arrays import Array
    from gradplot.output.picture.parts.layout import Box
    from gradplot.output.picture.parts.limits import Limits
    from gradplot.output.picture.parts.text import Page


#: Strokes that leave a panel more steeply need no drawing on: reach over the last segment's width.
STEEPEST = 50.0


class Panel:
    """The part ``x_range`` x ``limits`` of the plane, drawn in ``box`` on ``page``."""

    def __init__(
        self, page: Page, box: Box, *, x_range: Limits, limits: Limits, filled: bool, axes: bool
    ) -> None:
        self.page, self.box, self.x_range, self.limits = page, box, x_range, limits
        corners = Bbox.from_bounds(box.left, box.bottom, box.width, box.height)
        self._place = TransformedBbox(corners, page.points)
        self._axes = None
        if axes:
            place = self._place.transformed(page.figure.transFigure.inverted())
            self._axes = page.figure.add_axes(
                place.bounds, autoscale_on=False, xlim=x_range, ylim=limits
            )
            self._axes.xaxis.set_visible(False)
            self._axes.yaxis.set_visible(False)
            for spine in self._axes.spines.values():
                spine.set_visible(False)
            self._axes.patch.set_visible(filled)
            self.data: Transform = self._axes.transData
            return
        shown = Bbox.from_extents(x_range[0], limits[0], x_range[1], limits[1])
        self.data = BboxTransformFrom(shown) + BboxTransformTo(self._place)
        face = in_force()["axes.facecolor"]
        if filled and face != in_force()["figure.facecolor"]:
            page.figure.add_artist(
                Rectangle(
                    (box.left, box.bottom),
                    box.width,
                    box.height,
                    transform=page.points,
                    facecolor=face,
                    linewidth=0,
                    zorder=0,
                )
            )

    def shows(self, place: tuple[float, float]) -> bool:
        """Whether a place is inside."""
        (left, right), (low, high) = self.x_range, self.limits
        return left <= place[0] <= right and low <= place[1] <= high

    def on_page(self, place: tuple[float, float]) -> tuple[float, float]:
        """A place in points on the page."""
        box, (left, right), (low, high) = self.box, self.x_range, self.limits
        return (
            box.left + (place[0] - left) / (right - left) * box.width,
            box.bottom + (place[1] - low) / (high - low) * box.height,
        )

    def add(self, artist: Artist, *, clipped: bool = True) -> None:
        """Draw an artist, in data units unless it has its own transform."""
        if not artist.is_transform_set():
            artist.set_transform(self.data)
        if self._axes is not None:
            artist.set_clip_on(clipped)
            self._axes.add_artist(artist)
            return
        if clipped:
            artist.set_clip_box(self._place)
        self.page.figure.add_artist(artist)

    def grid(self, x: Sequence[float], y: Sequence[float]) -> None:
        """All lines of the grid, at these places."""
        settings = in_force()
        if not settings["axes.grid"]:
            return
        gap = float("nan")
        upright = [(place, end) for place in x for end in (*self.limits, gap)]
        level = [(end, place) for place in y for end in (*self.x_range, gap)]
        across, up = zip(*upright, *level, (gap, gap), strict=True)
        self.add(
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

    def rules(self) -> None:
        """The lines that the eye measures by: 0, the floor, and the style sheet's own spines."""
        (left, right), (floor, top) = self.x_range, self.limits
        spines = {
            "left": ((left, left), (floor, top)),
            "right": ((right, right), (floor, top)),
            "top": ((left, right), (top, top)),
        }
        ends = [((left, right), (floor, floor), 2.4)]
        ends += [(*spines[s], 2.4) for s in spines if in_force()[f"axes.spines.{s}"]]
        if floor < 0 < top:
            ends.append(((left, right), (0.0, 0.0), 1.6))
        for across, up, order in ends:
            line = Line2D(
                across,
                up,
                color=in_force()["axes.edgecolor"],
                linewidth=in_force()["axes.linewidth"],
                solid_capstyle="butt",
                zorder=order,
            )
            self.add(line, clipped=False)

    def curve(self, trace: Trace, *, label: str, color: str, width: float, order: float) -> None:
        """A traced curve: its strokes, and its bands as one shape."""
        if len(trace.line):
            self.add(
                Line2D(
                    *self._through_the_edges(trace.line, 2 * width).T,
                    color=color,
                    linewidth=width,
                    solid_capstyle="butt",
                    solid_joinstyle="round",
                    snap=False,
                    zorder=order,
                    label=label,
                )
            )
        if trace.bands:
            outlines = (Path(band, closed=False) for band in trace.bands)
            self.add(
                PathPatch(
                    Path.make_compound_path(*outlines),
                    facecolor=color,
                    edgecolor=color,
                    linewidth=width,
                    joinstyle="round",
                    snap=False,
                    zorder=order,
                )
            )

    def _through_the_edges(self, line: Array, reach: float) -> Array:
        """The strokes with those that end at the panel's sides drawn on, by ``reach`` points.

        A wide slanting stroke cut off square would leave a corner of the panel bare.
        """
        low, high = self.x_range
        step = reach * (high - low) / self.box.width
        for at, inner, edge, side in ((0, 1, low, -step), (-1, -2, high, step)):
            (x, y), (before, below) = line[at], line[inner]
            if x == edge and abs(x - before) * STEEPEST > abs(side):
                beyond = [[x + side, y + side / (x - before) * (y - below)]]
                line = np.concatenate((beyond, line) if at == 0 else (line, beyond))
        return line

    def dots(self, x: Sequence[float], y: float, *, color: str, edge: str, size: float) -> None:
        """Dots of ``size`` points at one height, on top of the curves and of the panel's edge."""
        line = Line2D(
            x,
            [y] * len(x),
            marker="o",
            markersize=size,
            markerfacecolor=color,
            markeredgecolor=edge,
            markeredgewidth=0.15 * size,
            linestyle="none",
            zorder=5,
        )
        self.add(line, clipped=False)
