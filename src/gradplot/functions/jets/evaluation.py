"""Layers of steps, run forward over any number of intervals of x in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.intervals import scaled
from gradplot.functions.intervals.interval import Interval, point
from gradplot.functions.intervals.scaled import Scaled
from gradplot.functions.jets.jets import Jet, Pass, mapped, settled
from gradplot.functions.jets.nest import FEW, in_y_alone, nested
from gradplot.functions.jets.steps import run

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Mask
    from gradplot.functions.step import Step


#: Intervals that are carried through all steps together.
BLOCK = 4096


def evaluate(
    layers: Sequence[Sequence[Step]],
    x: Interval,
    *,
    start: float | None = None,
    order: int,
    points: bool,
) -> tuple[Jet, Mask]:
    """The jet over each interval, of ``order`` derivatives, and where it is proven continuous.

    Each layer runs with the result of the one before as y; the first y is x, or ``start`` where
    that is given. With ``points`` the intervals are points, and a kink there takes the side that
    PyTorch takes.
    """
    nest = start is None and x.low.size <= FEW and in_y_alone(layers)
    blocks = [
        _block(
            layers,
            Interval(x.low[at : at + BLOCK], x.high[at : at + BLOCK]),
            start,
            Pass(order, points, np.ones(x.low[at : at + BLOCK].shape, dtype=bool)),
            nest=nest,
        )
        for at in range(0, max(x.low.size, 1), BLOCK)
    ]
    if len(blocks) == 1:
        return blocks[0]
    jets, continuous = zip(*blocks, strict=True)
    return mapped(lambda *arrays: np.concatenate(arrays), *jets), np.concatenate(continuous)


def _block(
    layers: Sequence[Sequence[Step]],
    x: Interval,
    start: float | None,
    going: Pass,
    *,
    nest: bool,
) -> tuple[Jet, Mask]:
    with np.errstate(all="ignore"):
        variable = Jet(x, scaled.number(1.0) if going.order else None)
        if nest:
            jet = nested(layers, x, going)
        else:
            jet = variable if start is None else Jet(point(start))
            for steps in layers:
                jet = run(steps, variable, jet, going)
                jet = settled(jet) if going.points else jet
        return _filled(jet, x.low, going.order), going.continuous & ~jet.value.empty


def _filled(jet: Jet, like: Array, order: int) -> Jet:
    """The jet with arrays of the full shape, and derivatives that are 0 written out."""
    zero = scaled.number(0.0)
    slope = (jet.slope or zero) if order > 0 else None
    bend = (jet.bend or zero) if order > 1 else None
    full = mapped(lambda array: np.broadcast_to(array, like.shape), Jet(jet.value, slope, bend))
    empty = full.value.empty
    return Jet(full.value, _empty_where(empty, full.slope), _empty_where(empty, full.bend))


def _empty_where(mask: Mask, part: Scaled | None) -> Scaled | None:
    return None if part is None else Scaled(part.mantissa.empty_where(mask), part.exponent)
