"""s^a |log s|^b: how a part of a formula grows beside a point, at a distance s from it."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from flint import arb

from gradplot.functions.balls.constants import ball_of
from gradplot.functions.balls.span import INF, ONE, ZERO, Span, point


class Growth(NamedTuple):
    """s^power |log s|^logs; in the order of size: the smaller, the larger as s falls to 0."""

    power: Fraction
    logs: Fraction

    @property
    def rank(self) -> tuple[Fraction, Fraction]:
        """Larger for what is larger near p; that of a constant is (0, 0)."""
        return -self.power, self.logs

    @property
    def endless(self) -> bool:
        return self.rank > FLAT.rank

    @property
    def vanishing(self) -> bool:
        return self.rank < FLAT.rank

    def times(self, other: Growth) -> Growth:
        return Growth(self.power + other.power, self.logs + other.logs)

    def raised(self, exponent: Fraction) -> Growth:
        return Growth(exponent * self.power, exponent * self.logs)


FLAT = Growth(Fraction(0), Fraction(0))
LOG = Growth(Fraction(0), Fraction(1))
INVERSE = Fraction(-1)


class Stretch:
    """The distances s from ``near`` to ``far`` < 1, of which ``near`` may be 0."""

    def __init__(self, near: arb, far: arb) -> None:
        self.near, self.far = near, far
        #: |log s|.
        self.logs = Span(-far.log(), -near.log() if near > 0 else INF)
        self._known: dict[Growth, Span] = {}

    def range(self, growth: Growth) -> Span:
        """Of s^a |log s|^b."""
        if growth not in self._known:
            self._known[growth] = self._range(growth)
        return self._known[growth]

    def _range(self, growth: Growth) -> Span:
        """With l = |log s| it is e^-al l^b: monotone but for l = b/a."""
        power, logs = growth
        if growth == FLAT:
            return point(ONE)
        if power < 0:
            return self._range(growth.raised(INVERSE)).inverse()
        low, high = self.logs.low, self.logs.high
        ends = [_size(growth, low), _size(growth, high)]
        if power and logs > 0:
            peak = ball_of(logs / power)
            if not (peak < low or peak > high):
                ends.append(_size(growth, peak))
        least, most = ends[0], ends[0]
        for end in ends[1:]:
            least, most = least.min(end), most.max(end)
        return Span(least, most)

    def log_of_log(self) -> Span:
        """Of log l / l, which rises up to l = e."""
        low, high = self.logs.low, self.logs.high
        e = ONE.exp()
        ends = [low.log() / low, high.log() / high if high.is_finite() else ZERO]
        if not (e < low or e > high):
            ends.append(1 / e)
        most = ends[0].max(ends[1]).max(ends[-1])
        return Span(ends[0].min(ends[1]), most)


def _size(growth: Growth, log: arb) -> arb:
    """For a power of at least 0."""
    if not log.is_finite():
        return ZERO if growth.power or growth.logs < 0 else INF
    return (ball_of(growth.logs) * log.log() - ball_of(growth.power) * log).exp()
