"""A quantity beside a point with its derivative; of what exponentials are in also the derivative
over the quantity itself, which is known where the size of both has no bound."""

from __future__ import annotations

from typing import NamedTuple

from gradplot.functions.balls.beside.graded import Graded, flat
from gradplot.functions.balls.span import ONE, ZERO, point


class Part(NamedTuple):
    """A quantity and its derivative; None for one that is 0 throughout."""

    value: Graded
    slope: Graded | None
    #: slope/value; None where it is not carried on.
    rate: Graded | None = None

    def scaled(self, by: Graded) -> Part:
        """Times a constant."""
        return Part(self.value * by, times(self.slope, by), self.rate)

    @property
    def plain(self) -> Part:
        """With a bounded slope, where the rate has one."""
        if self.rate is None or self.slope is None or self.slope.plain.bounded:
            return self
        slope = self.value * self.rate
        return self._replace(slope=slope) if slope.plain.bounded else self


def times(a: Graded | None, b: Graded | None) -> Graded | None:
    return None if a is None or b is None else a * b


def plus(a: Graded | None, b: Graded | None) -> Graded | None:
    return b if a is None else a if b is None else a + b


def minus(a: Graded | None) -> Graded | None:
    return None if a is None else -a


def _rates(a: Part, b: Part) -> tuple[Graded, Graded] | None:
    """Of two quantities, if one carries it on."""
    if a.rate is None and b.rate is None:
        return None
    return _rate(a), _rate(b)


def _rate(u: Part) -> Graded:
    if u.rate is not None:
        return u.rate
    if u.slope is None:
        return flat(u.value.stretch, point(ZERO))
    return u.slope * u.value.inverse()


def rate_of_product(a: Part, b: Part) -> Graded | None:
    rates = _rates(a, b)
    return None if rates is None else rates[0] + rates[1]


def rate_of_quotient(a: Part, b: Part) -> Graded | None:
    rates = _rates(a, b)
    return None if rates is None else rates[0] + -rates[1]


def rate_of_sum(a: Part, b: Part) -> Graded | None:
    """The mean of both by their shares: 1/(1 + q) of the larger one, with q the smaller over it."""
    if a.value.growth.rank < b.value.growth.rank:
        a, b = b, a
    rates = _rates(a, b)
    if rates is None:
        return None
    one = flat(a.value.stretch, point(ONE))
    share = (one + b.value * a.value.inverse()).inverse()
    return rates[0] * share + rates[1] * (one + -share)
