"""Cells of the x-range: intervals with what a field is known to do in them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from gradplot.analysis.tracing.field import Field
    from gradplot.functions.arrays import Array

#: Parts that a cell is divided into at once.
PARTS = 8


@dataclass(frozen=True, slots=True)
class Cells:
    """Intervals of x with the heights at their ends and their guaranteed ranges, in pixels."""

    left: Array
    right: Array
    left_y: Array
    right_y: Array
    low: Array
    high: Array
    connected: NDArray[np.bool_]
    #: Undefined throughout.
    gone: NDArray[np.bool_]
    #: To be drawn as the bar of its range; the others are chords.
    thin: NDArray[np.bool_]

    def pick(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Cells:
        return Cells(*(getattr(self, f.name)[which] for f in fields(self)))

    def ordered(self) -> Cells:
        return self.pick(np.argsort(self.left, kind="stable"))

    @staticmethod
    def join(pieces: Sequence[Cells]) -> Cells:
        return Cells(*(np.concatenate([getattr(p, f.name) for p in pieces]) for f in fields(Cells)))

    @staticmethod
    def looked_at(
        field: Field, left: Array, right: Array, left_y: Array, right_y: Array, *, thin: bool
    ) -> Cells:
        """What a field does in these cells."""
        low, high = field.ranges(left, right)
        gone = np.isnan(low) | np.isnan(high)
        connected = field.connected(left, right) & ~gone
        return Cells(
            left, right, left_y, right_y, low, high, connected, gone, np.full_like(gone, thin)
        )


def divided(
    points: Callable[[Array], Array], parts: Cells, count: int = PARTS
) -> tuple[Array, Array]:
    """Ends of equal parts of every cell, and the heights there: a row a cell."""
    share = np.linspace(0.0, 1.0, count + 1)
    edges = parts.left[:, None] + (parts.right - parts.left)[:, None] * share
    edges[:, -1] = parts.right
    heights = np.empty_like(edges)
    heights[:, 0], heights[:, -1] = parts.left_y, parts.right_y
    inside = points(edges[:, 1:-1].ravel())
    heights[:, 1:-1] = inside.reshape(len(edges), count - 1)
    return edges, heights


def marked(field: Field, cells: Cells) -> NDArray[np.bool_]:
    """Which cells hold the point that is proven to be on the graph."""
    if field.mark is None:
        return np.zeros(len(cells.left), dtype=bool)
    return (cells.left <= field.mark[0]) & (field.mark[0] <= cells.right)
