"""Guaranteed ranges of the elementary functions that are not an activation's outline."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from flint import arb

from gradplot.functions.balls import activations
from gradplot.functions.balls.constants import ball_of_number
from gradplot.functions.balls.outline import Outline, Piece, Ranges, Values
from gradplot.functions.balls.span import INF, ONE, WHOLE, ZERO, Span, point
from gradplot.functions.step import Number

#: Ranges over [low, high], and whether the function is defined on all of it.
Rule = Callable[[arb, arb], tuple[Ranges, bool]]


class Undefined(ArithmeticError):
    """A function has no value almost everywhere on an interval."""


UNKNOWN = Ranges(WHOLE, WHOLE, WHOLE)


@lru_cache(maxsize=64)
def rule(function: str, parameters: tuple[float, ...] = ()) -> Rule:
    """The rule of an elementary function or an activation."""
    return _ELEMENTARY.get(function) or _everywhere(activations.outline(function, parameters))


def _everywhere(outline: Outline) -> Rule:
    return lambda low, high: (outline.over(low, high), True)


def _piece(
    at: Callable[[arb], Values],
    turns: tuple[arb, ...] = (),
    steepest: tuple[arb, ...] = (),
    bends: tuple[arb, ...] = (),
) -> Rule:
    return _everywhere(Outline((Piece(at, turns, steepest, bends),)))


def _positive(at: Callable[[arb], Values], limits: Callable[[], Values]) -> Rule:
    """A function of u > 0 by its formula there, monotone, and its limits at 0."""
    piece = Piece(at)

    def over(low: arb, high: arb) -> tuple[Ranges, bool]:
        if low > 0:
            return piece.over(low, high), True
        whole = bool(low >= 0)
        if high <= 0:
            zero = low.is_zero() and high.is_zero()
            if high < 0 or not limits()[0].is_finite() or (low is high and not zero):
                raise Undefined
            rate = WHOLE if zero else None  # no value but where u is 0, and stays so
            return Ranges(point(limits()[0]), rate, rate), zero
        if not high > 0:
            return UNKNOWN, False
        spans = [Span(a.min(b), a.max(b)) for a, b in zip(at(high), limits(), strict=True)]
        return Ranges(*spans), whole

    return over


def _log(z: arb) -> Values:
    slope = 1 / z
    return z.log(), slope, -slope * slope


def _sqrt(z: arb) -> Values:
    value = z.sqrt()
    slope = 1 / (2 * value)
    return value, slope, -slope / (2 * z)


def _exp(z: arb) -> Values:
    value = z.exp()
    return value, value, value


def _sinh(z: arb) -> Values:
    return z.sinh(), z.cosh(), z.sinh()


def _cosh(z: arb) -> Values:
    return z.cosh(), z.sinh(), z.cosh()


def _sine(z: arb) -> Values:
    value, slope = z.sin_cos()
    return value, slope, -value


def _cosine(z: arb) -> Values:
    minus, value = z.sin_cos()
    return value, -minus, -value


def _tangent(z: arb) -> Values:
    value = z.tan()
    slope = 1 + value * value
    return value, slope, 2 * value * slope


#: Beyond this no working precision tells one quarter of a turn from the next, and the number of
#: quarters itself would fill the memory.
COUNTABLE = arb(2) ** 20_000


def _quarters(low: arb, high: arb) -> range | None:
    """The multiples of pi/2 that may lie in an interval; None for four or more."""
    if not (abs(low) < COUNTABLE and abs(high) < COUNTABLE):
        return None
    quarter = arb.pi() / 2
    first = (low / quarter).lower().floor().unique_fmpz()
    last = (high / quarter).upper().floor().unique_fmpz()
    if first is None or last is None or last - first >= 4:
        return None
    return range(int(first) + 1, int(last) + 1)


def _wave(at: Callable[[arb], Values], cycle: tuple[tuple[int, int, int], ...]) -> Rule:
    """sin or cos, by their values at the four quarters."""
    unit = Span(-ONE, ONE)

    def over(low: arb, high: arb) -> tuple[Ranges, bool]:
        if low is high:
            return Ranges(*(point(y) for y in at(low))), True
        quarters = _quarters(low, high)
        if quarters is None:
            return Ranges(unit, unit, unit), True
        found = [at(low), at(high), *(tuple(map(arb, cycle[k % 4])) for k in quarters)]
        lows, highs = found[0], found[0]
        for values in found[1:]:
            lows = tuple(a.min(b) for a, b in zip(lows, values, strict=True))
            highs = tuple(a.max(b) for a, b in zip(highs, values, strict=True))
        return Ranges(*(Span(a, b) for a, b in zip(lows, highs, strict=True))), True

    return over


def _tan(low: arb, high: arb) -> tuple[Ranges, bool]:
    if low is high:
        return Ranges(*(point(y) for y in _tangent(low))), True
    quarters = _quarters(low, high)
    if quarters is None or any(k % 2 for k in quarters):
        return UNKNOWN, False
    ranges = _TAN.over(low, high)
    if not quarters:
        return ranges, True
    assert ranges.slope is not None
    return Ranges(ranges.value, Span(ONE, ranges.slope.high), ranges.bend), True


_TAN = Piece(_tangent)
_ELEMENTARY: dict[str, Rule] = {
    "exp": _piece(_exp),
    "log": _positive(_log, lambda: (-INF, INF, -INF)),
    "sqrt": _positive(_sqrt, lambda: (ZERO, INF, -INF)),
    "abs": _everywhere(Outline((activations.line(-1.0), activations.RISING), (ZERO,))),
    "sin": _wave(_sine, ((0, 1, 0), (1, 0, -1), (0, -1, 0), (-1, 0, 1))),
    "cos": _wave(_cosine, ((1, 0, -1), (0, -1, 0), (-1, 0, 1), (0, 1, 0))),
    "tan": _tan,
    "sinh": _piece(_sinh, steepest=(ZERO,)),
    "cosh": _piece(_cosh, turns=(ZERO,), bends=(ZERO,)),
}


@lru_cache(maxsize=64)
def power(exponent: Number) -> Rule:
    """u^p; for p >= 0 a whole number anywhere, else for u > 0 (negative whole p: see ``jets``)."""
    p = exponent.value
    if exponent.low == exponent.high and p.is_integer() and p >= 0:
        n = int(p)

        def whole(z: arb) -> Values:
            least = z ** max(n - 2, 0)
            slope = n * (least * z if n > 1 else ONE) if n else ZERO
            return z**n, slope, n * (n - 1) * least

        return _piece(whole, turns=(ZERO,), steepest=(ZERO,), bends=(ZERO,))

    def at(z: arb) -> Values:
        q, log = ball_of_number(exponent), z.log()
        return (
            (q * log).exp(),
            q * ((q - 1) * log).exp(),
            q * (q - 1) * ((q - 2) * log).exp(),
        )

    def limits() -> Values:
        q = ball_of_number(exponent)
        sizes = [_at_zero(q), _at_zero(q - 1), _at_zero(q - 2)]
        return sizes[0], q * sizes[1], q * (q - 1) * sizes[2]

    return _positive(at, limits)


def _at_zero(q: arb) -> arb:
    """u^q as u falls to 0."""
    return ZERO if q > 0 else INF if q < 0 else arb("nan")
