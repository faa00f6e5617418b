"""The steep orbits that a search has found: its lower bound, and the guides of its program."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.turning import orbits
from gradplot.analysis.supremum.turning.cells import lap_ends
from gradplot.functions.chain.chain import Chain

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

#: Orbits that are kept.
MOST = 12
#: Larger multipliers are of no use: they are those of an orbit that is far from the steepest.
LARGEST_MULTIPLIER = 1e6
#: Orbits that differ by less than this in every layer, relative to z, are one.
SAME = 1e-9


class KnownOrbits:
    """Proven orbits, the steepest first; ``spans`` is what each layer can see."""

    def __init__(
        self, chain: Chain, x_range: tuple[float, float], spans: list[tuple[float, float]]
    ) -> None:
        self.chain = chain
        self.x_range = x_range
        self.spans = spans
        self.lap_ends = [lap_ends(chain.shape, *span) for span in spans]
        self.steepest: list[orbits.Orbit] = []

    @property
    def best(self) -> orbits.Orbit | None:
        return self.steepest[0] if self.steepest else None

    @property
    def lower(self) -> float:
        """A lower bound of the logarithm of the slope."""
        return self.steepest[0].lower if self.steepest else -math.inf

    @property
    def blur(self) -> float:
        """What rounding leaves open at the best orbit."""
        return self.steepest[0].blur if self.steepest else 0.0

    def guides(self, gap: float) -> list[orbits.Orbit]:
        """The orbits that can guide a program: those that are less than ``gap`` below the best."""
        return [
            orbit
            for orbit in self.steepest
            if orbit.lower >= self.lower - gap and np.abs(orbit.slopes).max() <= LARGEST_MULTIPLIER
        ]

    def pass_through(self, low: Array, high: Array) -> bool:
        """Whether one of them has z between these ends in every layer."""
        return any(
            bool(((low <= orbit.points) & (orbit.points <= high)).all()) for orbit in self.steepest
        )

    def sample(self, x: Array) -> None:
        """Learn from the steepest of some doubles."""
        if x.size:
            x = np.clip(x, *self.x_range)
            known = np.nan_to_num(self.chain.hasty_log_slope(x), nan=-np.inf)
            steepest = int(np.argmax(known))
            # To prove the slope of one that is no steeper would teach nothing.
            if known[steepest] > self.lower:
                self.learn_from(float(x[steepest]))

    def learn_from(self, x: float) -> None:
        """Learn the orbit of a double, if it is the steepest yet, and the steepest one about it."""
        orbit = orbits.from_input(self.chain, x)
        if orbit.lower > self.lower:
            self._learn(orbit)
            self.learn_about(orbit.points)

    def learn_about(self, points: Array) -> None:
        """Learn the steepest orbit about some points, one per layer."""
        laps = np.array([self._lap(k, point) for k, point in enumerate(points.tolist())]).T
        self._learn(orbits.steepest_near(self.chain, self.x_range, points, (laps[0], laps[1])))

    def _learn(self, orbit: orbits.Orbit) -> None:
        if orbit.lower == -math.inf:
            return
        near = [
            other
            for other in self.steepest
            if np.allclose(orbit.points, other.points, rtol=SAME, atol=SAME)
        ]
        if any(other.lower >= orbit.lower for other in near):
            return
        kept = [other for other in self.steepest if all(other is not one for one in near)]
        self.steepest = sorted([*kept, orbit], key=lambda other: -other.lower)[:MOST]

    def _lap(self, k: int, z: float) -> tuple[float, float]:
        """The part of what layer ``k`` sees about z in which act neither turns nor has a kink."""
        low, high = self.spans[k]
        ends = self.lap_ends[k]
        if ends is None:
            return low, high
        place = int(np.searchsorted(ends, z))
        return (
            float(ends[place - 1]) if place else low,
            float(ends[place]) if place < ends.size else high,
        )
