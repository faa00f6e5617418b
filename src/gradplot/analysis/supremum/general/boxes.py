"""Intervals with bounds of log|f'| on them, and stretches of intervals that touch."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from flint import arb

from gradplot.analysis.supremum.general.probe import FINEST


class Box(NamedTuple):
    """An interval, bounds of log|f'| on it, and its end if that is where |f'| is largest."""

    top: float
    low: arb
    high: arb
    bottom: float = -math.inf
    peak: arb | None = None
    #: Its top is that of a wider interval, and higher by its own ranges.
    loose: bool = False

    def of(self, whole: Box) -> Box:
        """With what is known of a wider interval, too."""
        if self.top <= whole.top:
            return self
        return self._replace(top=whole.top, loose=self.top > whole.top + FINEST)

    @property
    def key(self) -> tuple[float, float]:
        return -self.top, float(self.low)


def joined_up(spots: Iterable[tuple[arb, arb]]) -> list[tuple[arb, arb]]:
    """Intervals that touch as one, from left to right."""
    joined: list[tuple[arb, arb]] = []
    for low, high in sorted(spots, key=_By):
        if joined and low <= joined[-1][1]:
            if high > joined[-1][1]:
                joined[-1] = (joined[-1][0], high)
        else:
            joined.append((low, high))
    return joined


class _By:
    """Order by the lower end, exactly."""

    def __init__(self, ends: tuple[arb, arb]) -> None:
        self.low = ends[0]

    def __lt__(self, other: _By) -> bool:
        return bool(self.low < other.low)
