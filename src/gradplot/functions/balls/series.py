"""Taylor series of the parts of a formula: at a point, exact wherever a coefficient is a fraction;
over an interval, a ball about each coefficient that its points may have.

A quotient whose two parts are 0 at one point p has a series, too, once (x - p)^m is divided out of
both. At p that shows by coefficients that are exactly 0. Over an interval about p it is a shift:
with a(x) = (x - p)^m A(x), A^(j)/j! is a mean of a^(m+j)/(m+j)! between p and x (Taylor's theorem,
integral form of the remainder), so that the balls of a from the m-th on hold for A.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flint import arb, arb_series, ctx, fmpq, fmpq_series

from gradplot.functions.balls.exact.numbers import Exact
from gradplot.functions.balls.exact.vanishing import orders
from gradplot.functions.balls.series_rules import Series, Unknown, balls, take
from gradplot.functions.step import Step

#: Coefficients that are computed, and how many of them a quotient may lose.
TERMS, MOST_SHIFT = 24, 16
#: Precision of coefficients that are no fractions, and bits of exact ones at most.
BITS, MOST_BITS = 256, 1024


def variable(place: Exact, side: int = 1) -> Series:
    """place + side·s."""
    point = place.fraction
    if point is not None:
        return fmpq_series([fmpq(point.numerator, point.denominator), fmpq(side)], prec=TERMS)
    with ctx.workprec(BITS):
        return arb_series([place.ball(), arb(side)], prec=TERMS)


def expand(
    steps: Sequence[Step], x: Series, y: Series | None, zeros: Sequence[int] = ()
) -> tuple[list[Series | None], dict[int, int]]:
    """The series of every step in s, for those of x and y; and by how much the parts of each
    quotient were shifted, where both are 0 at the point. None for a part without a series.

    Of each step so many leading coefficients are known to be 0.
    """
    shifts: dict[int, int] = {}
    with ctx.workprec(BITS):
        return _run(steps, x, y, TERMS, shifts, seek=True, zeros=zeros), shifts


def about(steps: Sequence[Step], place: Exact) -> dict[int, int]:
    """The shifts of quotients about a point, in one variable."""
    at = variable(place)
    return expand(steps, at, at, orders(steps, place))[1]


def over(
    steps: Sequence[Step], low: arb, high: arb, shifts: Mapping[int, int], order: int
) -> dict[int, tuple[arb, ...]]:
    """Of every quotient that is shifted the coefficients 0 to ``order`` at the points of
    [low, high]; none of a part that has no series on all of it."""
    terms = order + 1 + sum(shifts.values())
    results = ranged(steps[: max(shifts) + 1], low.union(high), shifts, terms)
    return {
        number: _padded(balls(series).coeffs(), order + 1)
        for number in shifts
        if (series := results[number]) is not None
    }


def ranged(
    steps: Sequence[Step], within: arb, shifts: Mapping[int, int], terms: int, *, side: int = 1
) -> list[Series | None]:
    """The series of every step in side·(x - p) about all p of a ball, with the known shifts."""
    t = arb_series([within, arb(side)], prec=terms)
    return _run(steps, t, t, terms, dict(shifts), seek=False)


def _padded(coefficients: Sequence[arb], length: int) -> tuple[arb, ...]:
    return (*coefficients[:length], *[arb(0)] * (length - len(coefficients)))


def order_of(series: Series | None) -> int | None:
    """The number of leading coefficients that are 0, proven like the next one, which is not."""
    for order, coefficient in enumerate([] if series is None else series.coeffs()):
        if sign_of(coefficient):
            return order
        if not is_zero(coefficient):
            return None
    return None


def sign_of(coefficient: object) -> int:
    """Of a ball, 0 where it is not proven."""
    if isinstance(coefficient, arb):
        return int(coefficient > 0) - int(coefficient < 0)
    assert isinstance(coefficient, fmpq)
    return int(coefficient > 0) - int(coefficient < 0)


def _run(
    steps: Sequence[Step],
    x: Series,
    y: Series | None,
    terms: int,
    shifts: dict[int, int],
    *,
    seek: bool,
    zeros: Sequence[int] = (),
) -> list[Series | None]:
    before, ctx.cap = ctx.cap, terms
    results: list[Series | None] = []
    try:
        for number, step in enumerate(steps):
            try:
                if step.function in ("x", "y"):
                    results.append(x if step.function == "x" else y)
                    continue
                parts = [_known(results[source]) for source in step.sources]
                if step.function == "div" and (seek or number in shifts):
                    if seek:
                        shifts |= _common_zero(number, *parts)
                    parts = [shifted(part, shifts.get(number, 0)) for part in parts]
                series = _usable(take(step, parts, terms))
                results.append(_cleared(series, zeros[number]) if zeros else series)
            except (Unknown, ValueError, ArithmeticError):
                results.append(None)
    finally:
        ctx.cap = before
    return results


def _cleared(series: Series, zeros: int) -> Series:
    """With leading coefficients of 0, where the series' own have not told."""
    if not zeros or isinstance(series, fmpq_series):
        return series
    rest = series.coeffs()[zeros:]
    return arb_series([arb(0)] * min(zeros, series.prec) + rest, prec=series.prec)


def _common_zero(number: int, above: Series, below: Series) -> dict[int, int]:
    m = order_of(below)
    if not m or m > MOST_SHIFT:
        return {}
    vanishing = above.coeffs()[:m]
    return {number: m} if all(map(is_zero, vanishing)) else {}


def shifted(series: Series, by: int) -> Series:
    """The series without its first coefficients."""
    if isinstance(series, arb_series):
        return arb_series(series.coeffs()[by:], prec=series.prec - by)
    return fmpq_series(series.coeffs()[by:], prec=series.prec - by)


def _known(series: Series | None) -> Series:
    if series is None:
        raise Unknown
    return series


def _usable(series: Series) -> Series:
    """The series, as balls where its fractions get long; Unknown where it is not finite."""
    if isinstance(series, fmpq_series):
        sizes = (max(c.p.height_bits(), c.q.height_bits()) for c in series.coeffs())
        return series if max(sizes, default=0) < MOST_BITS else balls(series)
    if not all(c.is_finite() for c in series.coeffs()):
        raise Unknown
    return series


def is_zero(coefficient: object) -> bool:
    return coefficient.is_zero() if isinstance(coefficient, arb) else coefficient == fmpq(0)
