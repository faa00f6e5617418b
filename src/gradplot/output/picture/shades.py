"""The diverging scale of a map: slope 1 in its middle, a ramp to either side. No matplotlib."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

#: From the flattest to slope 1 to the steepest, evenly; blue and red are told apart by everyone,
#: and in each half lightness runs one way.
RAMPS = {
    "light": ("#0a2756", "#2a69b3", "#9cc3e6", "#f5f4f1", "#f6a6b8", "#d3152b", "#560512"),
    "dark": ("#d6e8ff", "#5c9ae6", "#264a78", "#1f222a", "#7c2438", "#ec4b66", "#ffd9e1"),
}
#: Exactly flat: a grey that is in neither ramp.
DEAD = {"light": "#bdbdc3", "dark": "#565a64"}
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

    def colors(self, log10: Array, *, theme: str) -> Array:
        """Red, green and blue of each slope, 0 to 255; beyond an end that end's."""
        with np.errstate(invalid="ignore", divide="ignore"):
            tint = np.where(log10 < 0.0, log10 / -self.low, log10 / self.high)
        tint = np.clip(np.nan_to_num(tint), -1.0, 1.0)
        return _mixed(0.5 + 0.5 * tint, theme)

    def bar(self, count: int, *, theme: str) -> Array:
        """The colours of ``count`` equal parts of the scale, from the bottom."""
        place = (np.arange(count) + 0.5) / count
        below = place / self.middle - 1.0 if self.middle else place
        above = (place - self.middle) / (1.0 - self.middle) if self.middle < 1.0 else place
        return _mixed(0.5 + 0.5 * np.where(place < self.middle, below, above), theme)


def scale_of(log10: Array) -> Scale:
    """The scale that reaches from the flattest to the steepest of these slopes."""
    low = float(min(0.0, log10.min(initial=0.0)))
    high = float(max(0.0, log10.max(initial=0.0)))
    return Scale(min(low, -LEAST) if low or not high else 0.0, max(high, LEAST) if high else 0.0)


def rgb(color: str) -> Array:
    """#rrggbb as three numbers from 0 to 255."""
    return np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)], dtype=np.float64)


def _mixed(place: Array, theme: str) -> Array:
    ramp = np.array([rgb(anchor) for anchor in RAMPS[theme]])
    anchors = np.linspace(0.0, 1.0, len(ramp))
    return np.stack([np.interp(place, anchors, channel) for channel in ramp.T], axis=-1)
