"""Strokes of vertices: cut off at the view's edges, and thinned out within a tolerance.

Vertices are rows of (x, y) in pixels; a row of NaN ends a stroke.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradplot.functions.arrays import Array

#: Infinite heights, for the arithmetic of cutting; no view is as high.
_FAR = 1e15
#: Share of the largest distance that counts as being as far.
NEARLY = 0.9
#: From so many vertices on two passes are faster: over pieces, with a share of the tolerance first.
MANY, PIECE, FIRST_SHARE = 400, 24, 0.6
_TINY = 1e-300


def clip(vertices: Array, bottom: float, top: float) -> Array:
    """The strokes between two heights; what lies outside is cut off, not bent."""
    if len(vertices) < 2:
        return np.empty((0, 2))
    if ((vertices[:, 1] >= bottom) & (vertices[:, 1] <= top)).all():  # NaN compares false
        return vertices
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
    ends = ~present
    ends[1:] |= ~present[:-1]
    ends[:-1] |= ~present[1:]
    ends[[0, -1]] = True
    if len(vertices) < MANY:
        return vertices[_kept(vertices, ends, tolerance)]
    # Short pieces of many vertices first: fewer rounds, and then few vertices are left.
    pieces = ends.copy()
    pieces[::PIECE] = True
    first = _kept(vertices, pieces, FIRST_SHARE * tolerance)
    fewer = vertices[first]
    return fewer[_kept(fewer, ends[first], (1 - FIRST_SHARE) * tolerance)]


def _kept(vertices: Array, ends: NDArray[np.bool_], tolerance: float) -> NDArray[np.intp]:
    """Which vertices stay: ``ends``, and those between them that the tolerance asks for."""
    points = vertices[:, 0] + 1j * vertices[:, 1]
    kept = np.flatnonzero(ends)
    inner = np.flatnonzero(~ends)
    while len(inner):
        after = np.searchsorted(kept, inner)
        start, end = kept[after - 1], kept[after]
        distance = _distance(points[inner], points[start], points[end])
        new = np.empty(len(after), dtype=bool)  # a segment's first vertex
        new[0] = True
        np.not_equal(after[1:], after[:-1], out=new[1:])
        worst = np.maximum.reduceat(distance, np.flatnonzero(new))
        if worst.max() <= tolerance:
            break
        worst = worst[np.cumsum(new) - 1]
        open_ = worst > tolerance
        # One of the farthest vertices of every open segment is kept and splits it; of many that
        # are about as far, as in an oscillation, that nearest the middle: few rounds are enough.
        far = np.flatnonzero(open_ & (distance >= NEARLY * worst))
        aside = np.abs(2 * inner[far] - start[far] - end[far])
        ranked = far[np.lexsort((aside, after[far]))]
        segment = after[ranked]
        first = np.ones(len(ranked), dtype=bool)
        np.not_equal(segment[1:], segment[:-1], out=first[1:])
        split = ranked[first]
        kept = np.sort(np.concatenate((kept, inner[split])))
        open_[split] = False
        inner = inner[open_]
    return kept


def _distance(
    points: NDArray[np.complex128], start: NDArray[np.complex128], end: NDArray[np.complex128]
) -> Array:
    """From each point to its segment, in the complex plane."""
    along, offset = end - start, points - start
    length = along.real**2 + along.imag**2
    at = (offset * along.conj()).real / np.maximum(length, _TINY)
    distance: Array = np.abs(offset - np.minimum(np.maximum(at, 0.0), 1.0) * along)
    return distance
