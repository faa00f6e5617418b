"""Quantities beside a point, by how they grow: s^a |log s|^b times a range, so that what grows and
what falls away cancel exactly in a product, down to s = 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from gradplot.functions.balls.beside.growth import FLAT, INVERSE, Growth, Stretch
from gradplot.functions.balls.span import ONE, ZERO, Span, point


class Wave(NamedTuple):
    """sine·sin(nu) + cosine·cos(nu), for the result u of a step that grows without end."""

    #: The step, and n.
    angle: tuple[int, int]
    sine: Span
    cosine: Span

    def times(self, other: Span) -> Wave:
        return Wave(self.angle, self.sine * other, self.cosine * other)

    def with_double(self, other: Wave) -> tuple[Span, Wave]:
        """The product of two of one angle: a part without a wave, and one of twice the angle."""
        a, b, c, d = self.sine, self.cosine, other.sine, other.cosine
        step, times = self.angle
        wave = Wave((step, 2 * times), a * d + b * c, b * d - a * c)
        return (a * c + b * d) * HALF, wave.times(HALF)

    @property
    def span(self) -> Span:
        """Whatever u is, within the square root of sine² + cosine² (Cauchy and Schwarz)."""
        a, b = (part.low.abs_upper().max(part.high.abs_upper()) for part in self[1:])
        size = (a * a + b * b).sqrt() if not (a.is_zero() or b.is_zero()) else a.max(b)
        return Span(-size, size)


@dataclass(frozen=True, slots=True)
class Graded:
    """growth·(rest + wave) at the distances of a stretch."""

    stretch: Stretch
    growth: Growth
    rest: Span
    wave: Wave | None = None

    @property
    def factor(self) -> Span:
        """What the growth is multiplied by."""
        return self.rest if self.wave is None else self.rest + self.wave.span

    @property
    def plain(self) -> Span:
        """Its range."""
        if self.zero:
            return point(ZERO)
        return self.factor * self.stretch.range(self.growth)

    @property
    def zero(self) -> bool:
        """Whether it is exactly 0."""
        return self.wave is None and self.rest.flat

    def like(self, growth: Growth, rest: Span) -> Graded:
        return Graded(self.stretch, growth, rest)

    def at(self, growth: Growth) -> Graded:
        """The same quantity by another growth."""
        if growth == self.growth:
            return self
        return Graded(self.stretch, growth, *self._times(
            self.stretch.range(self.growth.times(growth.raised(INVERSE)))
        ))  # fmt: skip

    def _times(self, by: Span) -> tuple[Span, Wave | None]:
        return self.rest * by, None if self.wave is None else self.wave.times(by)

    def __neg__(self) -> Graded:
        return Graded(self.stretch, self.growth, *self._times(MINUS))

    def _alike(self, other: Graded) -> tuple[Growth, Graded, Graded]:
        """Both by the larger growth of the two."""
        growths = [part.growth for part in (self, other) if not part.zero] or [self.growth]
        growth = max(growths, key=lambda growth: growth.rank)
        return growth, self.at(growth), other.at(growth)

    def hull(self, other: Graded) -> Graded:
        """One or the other."""
        growth, a, b = self._alike(other)
        return self.like(growth, a.factor.hull(b.factor))

    def larger(self, other: Graded) -> Graded:
        """The larger one."""
        growth, a, b = self._alike(other)
        a_factor, b_factor = a.factor, b.factor
        ends = a_factor.low.max(b_factor.low), a_factor.high.max(b_factor.high)
        return self.like(growth, Span(*ends))

    def __add__(self, other: Graded) -> Graded:
        if self.zero or other.zero:
            return other if self.zero else self
        growth, a, b = self._alike(other)
        if a.wave is None or b.wave is None:
            return Graded(self.stretch, growth, a.rest + b.rest, a.wave or b.wave)
        if a.wave.angle != b.wave.angle:
            return Graded(self.stretch, growth, a.rest + b.factor, a.wave)
        wave = Wave(a.wave.angle, a.wave.sine + b.wave.sine, a.wave.cosine + b.wave.cosine)
        return Graded(self.stretch, growth, a.rest + b.rest, wave)

    def __mul__(self, other: Graded) -> Graded:
        growth = self.growth.times(other.growth)
        a, b = (self, other) if other.wave is None else (other, self)
        if a.wave and b.wave and a.wave.angle == b.wave.angle and a.rest.flat and b.rest.flat:
            return Graded(self.stretch, growth, *a.wave.with_double(b.wave))
        return Graded(self.stretch, growth, *a._times(b.factor))

    def inverse(self) -> Graded:
        return self.like(self.growth.raised(INVERSE), self.factor.inverse())


def flat(stretch: Stretch, span: Span) -> Graded:
    return Graded(stretch, FLAT, span)


MINUS, HALF = point(-ONE), point(ONE / 2)
