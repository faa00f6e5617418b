"""Guaranteed ranges of a function of one argument and of its derivatives, from values at points.

A function is monotone between the zeros of its derivative, and so is each derivative: over an
interval each is extreme at the two ends, or at such a zero inside. So an outline is the formulas of
f, f', f'' at a point, the zeros of f', f'', f''', and the kinks where one formula takes over from
another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import arb, ctx

from gradplot.functions.balls.span import WHOLE, Span, point

#: f, f', f'' at a point.
Values = tuple[arb, arb, arb]
#: Bits to which the places of extremes are known.
PLACE_BITS = 256
#: Bits of accuracy below which a ball is no point.
COARSE = 8


@dataclass(frozen=True)
class Ranges:
    """Ranges of f, of f' almost everywhere, and of f''; a slope of None is exactly 0."""

    value: Span
    slope: Span | None
    bend: Span | None


@dataclass(frozen=True)
class Piece:
    """One formula, and where f' (turns), f'' (steepest) and f''' (bends) are 0."""

    at: Callable[[arb], Values]
    turns: tuple[arb, ...] = ()
    steepest: tuple[arb, ...] = ()
    bends: tuple[arb, ...] = ()
    #: Whether it is a line; one of slope 0 is flat.
    straight: bool = False

    def over(self, low: arb, high: arb) -> Ranges:
        ends = self.at(low)
        if low is high:
            value, slope, bend = (point(end) for end in ends)
            return Ranges(value, *self._lean(slope, bend))
        rest = [ends, self.at(high)]
        inner = [
            (order, self.at(place)[order])
            for order, places in enumerate((self.turns, self.steepest, self.bends))
            for place in places
            if not (place < low or place > high)
        ]
        spans = [
            _span([values[order] for values in rest] + [y for k, y in inner if k == order])
            for order in range(3)
        ]
        return Ranges(spans[0], *self._lean(spans[1], spans[2]))

    def _lean(self, slope: Span, bend: Span) -> tuple[Span | None, Span | None]:
        if not self.straight:
            return slope, bend
        return (None if slope.flat else slope), None


def _span(values: list[arb]) -> Span:
    low = high = values[0]
    for value in values[1:]:
        if value >= high:
            high = value
        elif value <= low:
            low = value
        else:
            low, high = low.min(value), high.max(value)
    return Span(low, high)


@dataclass(frozen=True)
class Outline:
    """Pieces from left to right, and the kinks between them."""

    pieces: tuple[Piece, ...]
    kinks: tuple[arb, ...] = ()
    #: Whether f' is continuous at the kinks, and only f'' jumps.
    smooth: bool = False

    def over(self, low: arb, high: arb) -> Ranges:
        """The ranges over [low, high]; where it only touches a kink, that side alone counts."""
        if low.rel_accuracy_bits() < COARSE or high.rel_accuracy_bits() < COARSE:
            # Formulas are for points: a ball that is nothing like one is taken by its two ends.
            low, high = low.lower(), high.upper()
        if not self.kinks:
            return self.pieces[0].over(low, high)
        first = sum(1 for kink in self.kinks if low >= kink)
        last = sum(1 for kink in self.kinks if not high <= kink)
        first, last = min(first, last), max(first, last)
        if first == last:
            return self.pieces[first].over(low, high)
        found = []
        for number in range(first, last + 1):
            left = low if number == first else self.kinks[number - 1]
            right = high if number == last else self.kinks[number]
            found.append(self.pieces[number].over(left, right))
        value, slopes = found[0].value, [part.slope or ZERO_SPAN for part in found]
        for part in found[1:]:
            value = value.hull(part.value)
        bends = [part.bend or ZERO_SPAN for part in found] if self.smooth else [WHOLE]
        return Ranges(value, _hull(slopes), _hull(bends))


def _hull(spans: Sequence[Span]) -> Span:
    whole = spans[0]
    for span in spans[1:]:
        whole = whole.hull(span)
    return whole


ZERO_SPAN = point(arb(0))


def places(*texts: str) -> tuple[arb, ...]:
    """Points by their digits, or by a formula of few: each is known to its last digit."""
    before, ctx.prec = ctx.prec, PLACE_BITS
    try:
        return tuple(_place(text) for text in texts)
    finally:
        ctx.prec = before


def _place(text: str) -> arb:
    if "." not in text:
        return arb(text)
    digits = len(text.split(".")[1])
    return arb(text, arb(10) ** -digits)
