"""What a layer makes of intervals of its y: by its steps, or by its ends and its slope too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.intervals import scaled
from gradplot.functions.intervals.interval import Interval, magnitude, up
from gradplot.functions.jets.between import narrowed
from gradplot.functions.jets.jets import Jet, Pass, settled
from gradplot.functions.jets.steps import run

if TYPE_CHECKING:
    from gradplot.functions.arrays import Mask
    from gradplot.functions.intervals.scaled import Scaled
    from gradplot.functions.step import Step

#: How much wider than their slopes let them be ranges are worth the work of sharper ones; of their
#: size, and at least, what may be rounding.
WIDER, NOISE, LEAST = 1.5, 1e-12, 1e-300


def natural(steps: Sequence[Step], y: Interval, going: Pass) -> Interval:
    """By the steps: exact up to rounding where y is in one place."""
    plain = Pass(0, going.points, going.continuous)
    value = run(steps, Jet(y), Jet(y), plain).value
    going.continuous = plain.continuous
    return value


def middle(steps: Sequence[Step], y: Interval, going: Pass) -> Interval:
    """The middle of a point's range, whose width would grow in the layers that follow."""
    return settled(Jet(natural(steps, y, going))).value


def sharp(steps: Sequence[Step], y: Interval, going: Pass) -> Interval:
    """By the steps, by the values at both ends of y, and by the slope between them."""
    own, once = Jet(y, scaled.number(1.0)), Pass(1, False, np.ones(y.low.shape, dtype=bool))
    jet = run(steps, own, own, once)
    going.continuous = going.continuous & once.continuous
    if jet.slope is None:
        return jet.value
    left, right = (natural(steps, Interval(end, end), going) for end in (y.low, y.high))
    slope = jet.slope.interval()
    usable = once.continuous & np.isfinite(slope.low) & np.isfinite(slope.high)
    return narrowed(jet.value, (left, right), slope, up(y.high - y.low), usable)


def loose(steps: Sequence[Step]) -> bool:
    """Whether y is in several places of a layer, so that its ``natural`` range may be too wide."""
    places = {number for number, step in enumerate(steps) if step.function in ("x", "y")}
    return sum(source in places for step in steps for source in step.sources) > 1


def too_wide(values: Sequence[Interval], slope: Scaled) -> Mask:
    """Where the last of ranges that follow one another is wider than it need be.

    ``slope`` has a row for each layer between two of them.
    """
    steepest = magnitude(slope.interval()).high
    width = values[0].high - values[0].low
    for value, most in zip(values[1:], steepest, strict=True):
        size = magnitude(value).high
        width = np.fmin(value.high - value.low, most * width + NOISE * size + LEAST)
    last = values[-1]
    found: Mask = last.high - last.low > WIDER * width
    return found
