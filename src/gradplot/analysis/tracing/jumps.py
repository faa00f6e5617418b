"""Where a field jumps inside a cell too narrow to be cut further, or its domain ends there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.tracing.cells import Cells, divided, marked

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gradplot.analysis.tracing.field import Field
    from gradplot.functions.arrays import Array

#: A step is a jump when this share of it stays in one part of eight, ``JUMP_ROUNDS`` times over.
JUMP_SHARE = 0.9
JUMP_ROUNDS = 4
#: Beside a pole the curve rises as well: half of all steps is over it, however near one looks.
POLE_SHARE = 0.45
#: Rounds in which an end of the domain is found to the last digit of x.
END_ROUNDS = 14
#: Cells with points that take long, at most: where there are more, none of them is cut at a jump.
MOST_DEAR = 64
#: Cells between whose ends every point takes long, at most: more are a dense stretch.
FEW_DENSE = 4
#: How far below the picture, in heights of it, what is undefined counts as.
BENEATH = 16.0


def cut_at_jumps(field: Field, cells: Cells, bottom: float, top: float, tolerance: float) -> Cells:
    """The cells with a gap at each jump: what is steep beside it is there all the same."""
    which, gaps = _jumps(field, cells, bottom, top, tolerance)
    if not len(which):
        return cells
    hit = cells.pick(which)
    left = np.concatenate((hit.left, gaps.right))
    right = np.concatenate((gaps.left, hit.right))
    heights = (
        np.concatenate((hit.left_y, gaps.right_y)),
        np.concatenate((gaps.left_y, hit.right_y)),
    )
    beside = Cells.looked_at(field, left, right, *heights, thin=True)
    gaps.gone[:], gaps.thin[:] = True, False
    whole = np.ones(len(cells.left), dtype=bool)
    whole[which] = False
    return Cells.join((cells.pick(whole), beside.pick(left < right), gaps)).ordered()


def _jumps(
    field: Field, cells: Cells, bottom: float, top: float, tolerance: float
) -> tuple[NDArray[np.intp], Cells]:
    """Which thin cells hold a jump, a step that no cutting spreads out, or an end of the domain,
    and where it is."""
    # What is undefined counts as far below, so that the field jumps at an end of its domain.
    below = bottom - BENEATH * (top - bottom)

    def placed(heights: Array) -> Array:
        return np.where(np.isnan(heights), below, np.clip(heights, bottom, top))

    step = np.abs(placed(cells.left_y) - placed(cells.right_y))
    may = cells.thin & ((field.jumps and not field.sharp) | ~cells.connected)
    which = np.flatnonzero(may & (step > tolerance) & ~marked(field, cells))
    parts = cells.pick(which)
    found = []
    for round_ in range(END_ROUNDS):
        if round_ >= JUMP_ROUNDS:
            # Only ends of the domain are looked at closer: beside a jump every point takes long.
            ends = np.isnan(parts.left_y) | np.isnan(parts.right_y)
            found.append((which[~ends], parts.pick(~ends)))
            which, parts = which[ends], parts.pick(ends)
        if not len(which):
            break
        stays, parts = _closer(field, parts, step[which], placed)
        which = which[stays]
    found.append((which, parts))
    return np.concatenate([each[0] for each in found]), Cells.join([each[1] for each in found])


def _closer(
    field: Field, parts: Cells, step: Array, placed: Callable[[Array], Array]
) -> tuple[NDArray[np.bool_], Cells]:
    """Which parts hold nearly all of their cell's step in one eighth, and those eighths."""
    edges, heights = divided(field.hasty, parts)
    unknown = np.isnan(heights)
    # Both ends are defined, and between them every point takes long: many such are too dense to
    # tell, and a few may be where terms cancel on one side of a jump.
    dense = unknown[:, 1:-1].all(axis=1) & ~unknown[:, [0, -1]].any(axis=1)
    dense &= np.count_nonzero(dense) > FEW_DENSE
    rest = np.flatnonzero(unknown.any(axis=1) & ~dense)
    if len(rest) > MOST_DEAR:
        dense = dense | unknown.any(axis=1)
        rest = rest[:0]
    heights[rest] = divided(field.points, parts.pick(rest))[1]
    steps = np.abs(np.diff(placed(heights), axis=1))
    largest = np.argmax(steps, axis=1)
    row = np.arange(len(largest))
    share = np.where(parts.connected, JUMP_SHARE, POLE_SHARE)
    stays = steps[row, largest] >= share * np.maximum(step, steps.sum(axis=1))
    stays &= ~dense
    row, largest = row[stays], largest[stays]
    return stays, Cells(
        edges[row, largest],
        edges[row, largest + 1],
        heights[row, largest],
        heights[row, largest + 1],
        *(getattr(parts, name)[stays] for name in ("low", "high", "connected", "gone", "thin")),
    )
