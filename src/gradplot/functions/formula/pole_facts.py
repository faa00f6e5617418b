"""What is known of one part of a formula over intervals of x, beside its ranges."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.formula.jets import Jet
from gradplot.functions.intervals import interval as iv
from gradplot.functions.intervals.interval import Interval
from gradplot.functions.intervals.rounding import EPS

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Mask


@dataclass(frozen=True, slots=True)
class Fact:
    """One part of a formula over intervals of x, with its values at their two ends."""

    jet: Jet
    left: Jet
    right: Jet
    #: Defined and continuous on the whole interval.
    whole: Mask
    #: Whole, 0 somewhere in the interval and not 0 somewhere else.
    zero: Mask
    blows: Mask
    steep: Mask
    #: It blows up towards +inf, towards -inf, near some point each.
    rises: Mask
    falls: Mask

    @property
    def positive(self) -> Mask:
        """Comes to 0 from above, somewhere: 0 at one place, positive at another, whole between."""
        a, b = self.left.value, self.right.value
        return self.reaches(0.0) | (
            self.zero & ((self.jet.value.low >= 0) | (a.low > 0) | (b.low > 0))
        )

    @property
    def negative(self) -> Mask:
        """Comes to 0 from below, somewhere."""
        a, b = self.left.value, self.right.value
        return self.zero & ((self.jet.value.high <= 0) | (a.high < 0) | (b.high < 0))

    @property
    def limited(self) -> Mask:
        """Whole, with bounded values."""
        return self.whole & is_bounded(self.jet.value)

    @property
    def bounded(self) -> Mask:
        """Whole, and neither its values nor its slope grow without end."""
        return self.limited & is_bounded(slope_of(self.jet))

    @property
    def apart(self) -> Mask:
        """Bounded, and bounded away from 0."""
        return self.bounded & has_no_zero(self.jet.value)

    def reaches(self, level: Array | float, *, slack: Array | float = 0.0) -> Mask:
        """Whole, at a level or below at one end, and above it at the other."""
        a, b = self.left.value, self.right.value
        low, high = level - slack, level + slack
        return self.whole & (
            ((a.high <= low) & (b.low > high)) | ((b.high <= low) & (a.low > high))
        )

    @property
    def passes_tan_pole(self) -> Mask:
        """Whole, with a pole of the tangent between the values at the two ends."""
        turns = [np.floor(end.value.middle / math.pi + 0.5) for end in (self.left, self.right)]
        level = math.pi * (np.maximum(*turns) - 0.5)
        between: Mask = turns[0] != turns[1]
        return between & self.reaches(level, slack=4 * EPS * np.abs(level))


def slope_of(jet: Jet) -> Interval:
    return iv.point(0.0) if jet.slope is None else jet.slope.interval()


def is_bounded(u: Interval) -> Mask:
    return np.isfinite(u.low) & np.isfinite(u.high)


def has_no_zero(u: Interval) -> Mask:
    return (u.low > 0) | (u.high < 0)
