"""The diverging scale of a map: slope 1 in its middle, a ramp to either side. No matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

#: Steps of one half that people can tell apart.
STEPS = 32
#: Decades that a half spans at least, if it spans any.
LEAST = 0.1


@dataclass(frozen=True, slots=True)
class Scale:
    """From ``low`` <= 0 to ``high`` >= 0, logarithms to the base 10; each half is linear."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Where slope 1 stands, from 0 at the bottom to 1 at the top."""
        if self.low == 0.0:
            return 0.0
        return 0.5 if self.high > 0.0 else 1.0

    def place(self, log10: float) -> float:
        """Where a slope stands, from 0 to 1."""
        if log10 >= 0.0:
            share = log10 / self.high if self.high else 0.0
            return self.middle + share * (1.0 - self.middle)
        return self.middle - log10 / self.low * self.middle

    def step(self, log10: Array) -> Array:
        """The step of the scale around each slope."""
        return np.where(log10 < 0.0, -self.low, self.high) / STEPS

    def colors(self, log10: Array, *, ramp: Sequence[str]) -> Array:
        """Red, green and blue of each slope, 0 to 255; beyond an end that end's."""
        with np.errstate(invalid="ignore", divide="ignore"):
            tint = np.where(log10 < 0.0, log10 / -self.low, log10 / self.high)
        tint = np.clip(np.nan_to_num(tint), -1.0, 1.0)
        return mixed(0.5 + 0.5 * tint, ramp)

    def bar(self, count: int, *, ramp: Sequence[str]) -> Array:
        """The colours of ``count`` equal parts of the scale, from the bottom."""
        place = (np.arange(count) + 0.5) / count
        below = place / self.middle - 1.0 if self.middle else place
        above = (place - self.middle) / (1.0 - self.middle) if self.middle < 1.0 else place
        return mixed(0.5 + 0.5 * np.where(place < self.middle, below, above), ramp)


def scale_of(log10: Array) -> Scale:
    """The scale that reaches from the flattest to the steepest of these slopes."""
    low = float(min(0.0, log10.min(initial=0.0)))
    high = float(max(0.0, log10.max(initial=0.0)))
    return Scale(min(low, -LEAST) if low or not high else 0.0, max(high, LEAST) if high else 0.0)


def rgb(color: str) -> Array:
    """#rrggbb as three numbers from 0 to 255."""
    return np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)], dtype=np.float64)


def mixed(place: Array, ramp: Sequence[str]) -> Array:
    """The ramp's colours at places from 0 to 1."""
    shades = np.array([rgb(anchor) for anchor in ramp])
    anchors = np.linspace(0.0, 1.0, len(shades))
    return np.stack([np.interp(place, anchors, channel) for channel in shades.T], axis=-1)
