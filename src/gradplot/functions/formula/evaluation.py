"""A formula's steps run over any number of intervals, block by block, in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.formula.jets import Jet, Pass
from gradplot.functions.formula.program import Step, run
from gradplot.functions.intervals import scaled
from gradplot.functions.intervals.interval import Interval
from gradplot.functions.intervals.scaled import Scaled

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Mask

#: Intervals that are carried through all steps together.
BLOCK = 4096


def sweep(
    steps: Sequence[Step], x: Interval, *, nest: int, order: int, points: bool
) -> tuple[Jet, Mask]:
    """The jet over each interval, of ``order`` derivatives, and where it is proven continuous.

    The steps run ``nest`` times, each time with the result before as y. With ``points`` the
    intervals are points, and a kink there takes the side that PyTorch takes.
    """
    blocks = [
        _block(
            steps,
            Interval(x.low[start : start + BLOCK], x.high[start : start + BLOCK]),
            nest,
            Pass(order, points, np.ones(x.low[start : start + BLOCK].shape, dtype=bool)),
        )
        for start in range(0, max(x.low.size, 1), BLOCK)
    ]
    jets = [jet for jet, _ in blocks]
    return (
        Jet(
            _joined([jet.value for jet in jets]),
            _joined_scaled([jet.slope for jet in jets]),
            _joined_scaled([jet.bend for jet in jets]),
        ),
        np.concatenate([continuous for _, continuous in blocks]),
    )


def _block(steps: Sequence[Step], x: Interval, nest: int, going: Pass) -> tuple[Jet, Mask]:
    with np.errstate(all="ignore"):
        jet = start = Jet(x, scaled.number(1.0) if going.order else None)
        for _ in range(nest):
            jet = run(steps, start, jet, going)
        return _filled(jet, x.low, going.order), going.continuous & ~jet.value.empty


def _filled(jet: Jet, like: Array, order: int) -> Jet:
    """The jet with arrays of the full shape, and derivatives that are 0 written out."""
    value = _full(jet.value, like)
    zero = scaled.number(0.0)
    slope = _full_scaled(jet.slope or zero, value) if order > 0 else None
    bend = _full_scaled(jet.bend or zero, value) if order > 1 else None
    return Jet(value, slope, bend)


def _full(interval: Interval, like: Array) -> Interval:
    low, high = (np.broadcast_to(end, like.shape) for end in (interval.low, interval.high))
    return Interval(low, high)


def _full_scaled(part: Scaled, value: Interval) -> Scaled:
    return Scaled(
        _full(part.mantissa, value.low).empty_where(value.empty),
        np.broadcast_to(part.exponent, value.low.shape),
    )


def _joined(parts: list[Interval]) -> Interval:
    if len(parts) == 1:
        return parts[0]
    return Interval(
        np.concatenate([part.low for part in parts]), np.concatenate([part.high for part in parts])
    )


def _joined_scaled(parts: list[Scaled | None]) -> Scaled | None:
    present = [part for part in parts if part is not None]
    if not present:
        return None
    return Scaled(
        _joined([part.mantissa for part in present]),
        np.concatenate([part.exponent for part in present]),
    )
