"""The slope of a layer beside a point where its parts have no derivative, or none that is bounded,
and what the layer makes of them has: as x² log x and x² sin(1/x) at 0."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from flint import arb

from gradplot.functions.balls.beside.growth import Stretch
from gradplot.functions.balls.beside.one_sided import OneSided, joined
from gradplot.functions.balls.exact.numbers import Exact
from gradplot.functions.balls.jets import Jet
from gradplot.functions.balls.places import likely, named
from gradplot.functions.balls.rules import Undefined
from gradplot.functions.balls.series_rules import Unknown
from gradplot.functions.balls.span import ZERO
from gradplot.functions.step import Step

#: Stretches end here: their logarithms have one sign.
FARTHEST = arb(0.5)
#: How often a point is tried before it is given up, and points in all.
PATIENCE, MOST_TRIED = 20, 64
#: An interval beside a point is looked at that is at least this share of its distance wide.
WIDE = 1 / 16


class Beside:
    """What is known of such points of one layer, a function of one variable.

    What lies beyond the ends of ``within`` does not count.
    """

    def __init__(self, steps: Sequence[Step], within: tuple[arb, arb] | None) -> None:
        self.steps = tuple(steps)
        self.within = within
        #: Evaluations by way of such points; who reads it sets it to 0 again.
        self.looks = 0
        self._known: dict[Exact, None] = {}
        self._failed: dict[Exact, int] = {}
        self._sides: dict[tuple[Exact, int], OneSided] = {}

    @cached_property
    def _named(self) -> list[Exact]:
        return named(self.steps)

    def better(self, jet: Jet, low: arb, high: arb) -> Jet:
        """The jet over [low, high], and what is known by way of the points about."""
        if jet.slope is None:
            return jet
        places = [p for p in self._known if _wide(p.ball(), low, high)]
        if not jet.slope.bounded:
            places += likely(self._named, low, high)
        for place in dict.fromkeys(places):
            if place in self._known or self._hopeful(place):
                found = self._about(place, low, high)
                jet = jet if found is None else jet.meet(found)
        return jet

    def _hopeful(self, place: Exact) -> bool:
        return self._failed.get(place, 0) < PATIENCE and len(self._failed) < MOST_TRIED

    def _about(self, place: Exact, low: arb, high: arb) -> Jet | None:
        """The jet by way of one point; None where nothing is known, or not that it is bounded."""
        p = place.ball()
        sides = {
            1: ((low - p).lower().max(ZERO), (high - p).upper()),
            -1: ((p - high).lower().max(ZERO), (p - low).upper()),
        }
        sides = {side: ends for side, ends in sides.items() if ends[1] > 0}
        # The point itself has no side.
        if not sides or not all(ends[1] <= FARTHEST for ends in sides.values()):
            return None
        try:
            if place not in self._known and not self._joined(place, p, sides):
                raise Unknown
            found = [self._on(place, side, Stretch(*ends)) for side, ends in sides.items()]
        except Unknown:
            self._failed[place] = self._failed.get(place, 0) + (place not in self._known)
            return None
        jets = [jet for jet in found if jet is not None]
        if not jets:
            return None
        self._known[place] = None
        whole = jets[0]
        for jet in jets[1:]:
            whole = whole.hull(jet)
        return whole

    def _joined(self, place: Exact, p: arb, sides: dict[int, tuple[arb, arb]]) -> bool:
        """Whether the layer does not jump at a point."""
        far = max((ends[1] for ends in sides.values()), key=float)
        about = self.within
        if about is not None and (p <= about[0] or p >= about[1]):
            return True
        stretch = Stretch(ZERO, far)
        try:
            return joined(*(self._side(place, side).parts(stretch) for side in (1, -1)))
        except Undefined:
            return True

    def _on(self, place: Exact, side: int, stretch: Stretch) -> Jet | None:
        self.looks += 1
        try:
            jet = self._side(place, side).jet(stretch)
        except Undefined:
            return None
        if jet.slope is not None and not jet.slope.bounded:
            raise Unknown
        return jet

    def _side(self, place: Exact, side: int) -> OneSided:
        key = place, side
        if key not in self._sides:
            self._sides[key] = OneSided(self.steps, place, side)
        return self._sides[key]


def _wide(p: arb, low: arb, high: arb) -> bool:
    return not (high - low < WIDE * (low - p).max(p - high))
