"""Programs of steps, run forward over any number of intervals of x in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.intervals import scaled
from gradplot.functions.intervals.interval import Interval, point
from gradplot.functions.intervals.scaled import Scaled
from gradplot.functions.jets.jets import BINARY, Jet, Pass, compose, negate, power
from gradplot.functions.jets.rules import rule
from gradplot.functions.step import Step

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Mask


def run(steps: Sequence[Step], x: Jet, y: Jet, going: Pass) -> Jet:
    """The jet of the last step."""
    results: list[Jet | None] = []
    for step in steps:
        inputs = [results[source] for source in step.sources]
        results.append(take(step, [jet for jet in inputs if jet is not None], x, y, going))
        for source in step.spent:
            results[source] = None
    result = results[-1]
    assert result is not None
    return result


def take(step: Step, inputs: list[Jet], x: Jet, y: Jet, going: Pass) -> Jet:
    if step.function == "x":
        return x
    if step.function == "y":
        return y
    if step.function == "number":
        (number,) = step.constants
        return Jet(Interval(np.array([number.low]), np.array([number.high])))
    if len(inputs) == 2:
        return BINARY[step.function](inputs[0], inputs[1], going)
    if step.function == "neg":
        return negate(inputs[0])
    if step.function == "pow":
        return power(inputs[0], step.constants[0], going)
    parameters = [constant.value for constant in step.constants]
    return compose(rule(step.function, parameters), inputs[0], going)


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
    blocks = [
        _block(
            layers,
            Interval(x.low[at : at + BLOCK], x.high[at : at + BLOCK]),
            start,
            Pass(order, points, np.ones(x.low[at : at + BLOCK].shape, dtype=bool)),
        )
        for at in range(0, max(x.low.size, 1), BLOCK)
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


def _block(
    layers: Sequence[Sequence[Step]], x: Interval, start: float | None, going: Pass
) -> tuple[Jet, Mask]:
    with np.errstate(all="ignore"):
        variable = Jet(x, scaled.number(1.0) if going.order else None)
        jet = variable if start is None else Jet(point(start))
        for steps in layers:
            jet = run(steps, variable, jet, going)
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
