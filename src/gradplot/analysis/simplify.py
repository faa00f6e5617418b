"""Strokes of vertices: cut off at the view's edges, and thinned out within a tolerance.

Vertices are rows of (x, y) in pixels; a row of NaN ends a stroke.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gradplot.functions.protocol import Array

#: Infinite heights, for the arithmetic of cutting; no view is as high.
_FAR = 1e15
#: Share of the largest distance that counts as being as far.
NEARLY = 0.9


def clip(vertices: Array, bottom: float, top: float) -> Array:
    """The strokes between two heights; what lies outside is cut off, not bent."""
    if len(vertices) < 2:
        return np.empty((0, 2))
    vertices = np.column_stack((vertices[:, 0], np.clip(vertices[:, 1], -_FAR, _FAR)))
    start, end = vertices[:-1], vertices[1:]
    rise = end[:, 1] - start[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        at_bottom, at_top = (bottom - start[:, 1]) / rise, (top - start[:, 1]) / rise
    level = rise == 0
    inside = (start[:, 1] >= bottom) & (start[:, 1] <= top)
    enter = np.where(level, np.where(inside, 0.0, 1.0), np.minimum(at_bottom, at_top))
    leave = np.where(level, np.where(inside, 1.0, 0.0), np.maximum(at_bottom, at_top))
    enter, leave = np.maximum(enter, 0.0), np.minimum(leave, 1.0)
    kept = enter < leave  # NaN compares false: strokes stay apart
    if not kept.any():
        return np.empty((0, 2))
    start, end, enter, leave = start[kept], end[kept], enter[kept], leave[kept]
    step = end - start
    first = np.where((enter > 0)[:, None], start + enter[:, None] * step, start)
    last = np.where((leave < 1)[:, None], start + leave[:, None] * step, end)
    # A segment goes on where the one before ended; elsewhere a stroke begins.
    goes_on = np.zeros(len(first), dtype=bool)
    goes_on[1:] = (first[1:] == last[:-1]).all(axis=1)
    pieces = np.full((len(first), 3, 2), np.nan)
    pieces[:, 1], pieces[:, 2] = first, last
    chosen = np.ones((len(first), 3), dtype=bool)
    chosen[goes_on, :2] = False
    chosen[0, 0] = False
    return pieces[chosen]


def simplify(vertices: Array, tolerance: float) -> Array:
    """As few of the vertices as Douglas and Peucker's method needs, found breadth first.

    No dropped vertex is farther than ``tolerance`` from the segment that takes its place, and so,
    strokes being connected, no point of that segment is farther from the stroke.
    """
    present = ~np.isnan(vertices[:, 0])
    if not present.any():
        return vertices[:0]
    keep = ~present
    keep[1:] |= ~present[:-1]
    keep[:-1] |= ~present[1:]
    keep[[0, -1]] = True
    inner = np.flatnonzero(~keep)
    ends = np.flatnonzero(keep)
    while len(inner):
        after = np.searchsorted(ends, inner)
        distance = _distance(vertices[inner], vertices[ends[after - 1]], vertices[ends[after]])
        starts = np.flatnonzero(np.diff(after, prepend=-1))
        worst = np.maximum.reduceat(distance, starts)
        counts = np.diff(starts, append=len(inner))
        bad = worst > tolerance
        if not bad.any():
            break
        open_ = np.repeat(bad, counts)
        # One of the farthest vertices of every open segment is kept and splits it; of many that
        # are about as far, as in an oscillation, that nearest the middle: few rounds are enough.
        far = np.flatnonzero(open_ & (distance >= NEARLY * np.repeat(worst, counts)))
        middle = (ends[after[far] - 1] + ends[after[far]]) / 2
        ranked = far[np.lexsort((np.abs(inner[far] - middle), after[far]))]
        split = ranked[np.diff(after[ranked], prepend=-1) > 0]
        keep[inner[split]] = True
        ends = np.flatnonzero(keep)
        open_[split] = False
        inner = inner[open_]
    return vertices[keep]


def _distance(points: Array, start: Array, end: Array) -> Array:
    """From each point to its segment."""
    along, offset = end - start, points - start
    length = (along * along).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = np.where(length > 0, (offset * along).sum(axis=1) / length, 0.0)
    away = offset - np.clip(at, 0.0, 1.0)[:, None] * along
    distance: Array = np.hypot(away[:, 0], away[:, 1])
    return distance
