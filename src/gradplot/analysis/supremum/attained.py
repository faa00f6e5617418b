"""The slope of a chain at a given double, where float64 itself cannot tell it.

In an expanding chain the rounding of one layer is all that the later ones see. Ball arithmetic with
a few hundred bits outlasts that until the orbit of a double has left the steepest one; so it can
tell whether a double attains the supremum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from flint import arb, ctx

from gradplot.functions.activations.ball import Undecided
from gradplot.functions.activations.balls import ball

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array
    from gradplot.functions.chain.chain import Chain

BITS = 512
#: An orbit that is known no better than this is lost.
LOST = arb(2) ** -10
#: How far a layer has moved apart what x leads to it, as a logarithm, so that it tells x well.
EXPANDED = 30.0
#: More than the sums of the layers' largest slopes can be off by.
ROOM = 1e-6


@dataclass(slots=True)
class _Orbit:
    """One double's orbit as far as it has been followed, and its slope after each layer."""

    a: arb
    total: arb = field(default_factory=lambda: arb(0))
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    #: The next layer's z can no longer be told well enough.
    lost: bool = False


def known(chain: Chain) -> bool:
    """Whether the chain's activation is known in ball arithmetic."""
    try:
        ball(chain.activation, chain.parameters)
    except KeyError:
        return False
    return True


class SlopesAtDoubles:
    """Bounds of log|dy/dx| at doubles, for a chain and all its depths.

    The orbit of a double is followed once, as deep as any depth has asked for.
    """

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.kernel = ball(chain.activation, chain.parameters)
        steepest = math.log(chain.activation.sup_slope(chain.parameters))
        #: The most that the layers from each one on can add.
        self.rest = [0.0] * (chain.depth + 1)
        for k in range(chain.depth - 1, -1, -1):
            self.rest[k] = self.rest[k + 1] + math.log(abs(chain.weights[k])) + steepest
        self.orbits: dict[float, _Orbit] = {}

    def log_slope(self, x: float, depth: int, *, least: float) -> tuple[float, float]:
        """Bounds at the double ``x``; (-inf, bound) once it cannot reach ``least``."""
        orbit = self.orbits.setdefault(x, _Orbit(arb(x)))
        most = self.rest[0] - self.rest[depth] + ROOM
        with ctx.workprec(BITS):
            for k in range(depth):
                if k == len(orbit.high) and not self._follow(orbit, k):
                    return -math.inf, most
                most = orbit.high[k] + self.rest[k + 1] - self.rest[depth] + ROOM
                if most < least:
                    return -math.inf, most
        return orbit.low[depth - 1], orbit.high[depth - 1]

    def between(self, low: Array, high: Array) -> tuple[float, float] | None:
        """The doubles next to every x whose z lie in [low, high], layer by layer.

        For an increasing activation. Where a chain expands, its inverse contracts: z of a deep
        layer, known to float64, tells x much better. None where it may have no inverse.
        """
        chain, z = self.chain, 0.5 * low + 0.5 * high
        phi = chain.shape.log_slope(np, z)
        reach = np.cumsum(phi + chain.enclosures.logs[: z.size]) - phi
        far = reach >= min(EXPANDED, float(np.max(reach)))
        deepest = int(np.argmax(far))
        with ctx.workprec(BITS):
            # Both ends alone: a ball of all between them would grow in a layer that hardly expands.
            found = [self._pulled_back(arb(end[deepest]), deepest) for end in (low, high)]
            x = found[0].union(found[1])
            return (_below(x.lower()), -_below(-x.upper())) if x.is_finite() else None

    def _pulled_back(self, z: arb, layer: int) -> arb:
        """x from z before activation ``layer``; not finite where there is none."""
        assert self.kernel.inverse is not None
        for k in range(layer, 0, -1):
            z = self.kernel.inverse((z - self.chain.biases[k]) / self.chain.weights[k])
        return (z - self.chain.biases[0]) / self.chain.weights[0]

    def _follow(self, orbit: _Orbit, k: int) -> bool:
        """Take the orbit through one more layer; False where it is lost."""
        z = orbit.a * self.chain.weights[k] + self.chain.biases[k]
        try:
            if orbit.lost or not z.rad() < LOST:
                raise Undecided
            point = self.kernel.at(z)
        except Undecided:
            orbit.lost = True
            return False
        size = abs(arb(self.chain.weights[k])).log()
        slope = arb.neg_inf() if point.log_slope is None else point.log_slope
        orbit.total = orbit.total + size + slope
        orbit.a = point.value
        orbit.low.append(_ends(orbit.total)[0])
        orbit.high.append(_ends(orbit.total)[1])
        return True


def _below(number: arb) -> float:
    """The double at an exact number, or next below it."""
    found = float(number)
    return found if arb(found) <= number else math.nextafter(found, -math.inf)


def _ends(number: arb) -> tuple[float, float]:
    """Doubles below and above all of a ball."""
    if not number.is_finite():
        return -math.inf, -math.inf if number == arb.neg_inf() else math.inf
    low, high = float(number.lower()), float(number.upper())
    return math.nextafter(low, -math.inf), math.nextafter(high, math.inf)
