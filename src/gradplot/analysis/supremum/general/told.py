"""What is told of a search: the bracket, where it is steepest, and whether a double is so steep."""

from __future__ import annotations

import math

from flint import arb, ctx

from gradplot.analysis.findings import Supremum
from gradplot.analysis.supremum.general.dyadic import (
    EXACT,
    GUARD_BITS,
    NEAR_BITS,
    bits_for,
    exponent_of,
    nearby,
    outward,
    power,
    simplest,
)
from gradplot.analysis.supremum.general.probe import log_bounds
from gradplot.analysis.supremum.general.search import ATTAINS, FINE, WIDE, Search
from gradplot.errors import InputError

#: Digits of a number that does not stand by chance.
FEW_DIGITS = 6
#: Powers of ten that are tried beside 0.
PLAIN_DIGITS = (9, 12, 20, 50, 100, 300)
#: Doubles that are tried one by one, and rounds of halving.
MOST_DOUBLES, HALVINGS = 64, 200


def told(search: Search, label: str) -> Supremum:
    """What a search has found out; raises InputError where the function is nowhere defined."""
    if search.pole is not None:
        return Supremum(
            lower=math.inf, upper=math.inf, x=search.pole, located=False, attained=False
        )
    if search.nowhere:
        low, high = search.x_range
        where = f"{low:g} to {high:g}"
        raise InputError("x-range", f"{label} is undefined on all of {where}; give another range")
    upper = search.upper
    if upper == -math.inf:  # flat
        return Supremum(lower=upper, upper=upper, x=None, located=False, attained=False)
    sharp = upper - search.lower <= FINE
    if not sharp:
        return Supremum(
            lower=search.lower, upper=upper, x=float(search.best), located=False, attained=False
        )
    left, right = _located(search)
    x_low, x_high = outward(left, right)
    stretch = x_high - x_low > WIDE * (search.x_range[1] - search.x_range[0])
    centre = left + (right - left) / 2
    x = 0.0 if left <= 0 <= right and not stretch else float(centre.mid())
    rounded = float(f"{x:.{FEW_DIGITS}g}")
    plain = rounded if x_low <= rounded <= x_high else x
    attaining, none = _doubles(search, plain, x, upper=upper)
    if attaining is not None:
        x = attaining
    level = stretch and attaining is not None
    return Supremum(
        lower=search.lower,
        upper=upper,
        x=x,
        located=True,
        attained=attaining is not None,
        unattained=none,
        x_low=x if level else min(x_low, x),
        x_high=x if level else max(x_high, x),
    )


def _located(search: Search) -> tuple[arb, arb]:
    """The first stretch that holds a point of that slope, narrowed down to it.

    Where none is proven to, the one about the point that is as steep as the lower bound says.
    """
    stretches = search.stretches(search.lower)
    for left, right in stretches:
        if left is right or _level(search, left, right):
            return left, right
        found = _turn(search, left, right)
        # A wide stretch may hold lower peaks, too.
        if found is not None and _steep(search, *found, within=ATTAINS):
            return found
    best = search.best
    about = (
        (left, right)
        for left, right in stretches
        if left <= best and best <= right and not _wide(search, left, right)
    )
    return next(about, (best, best))


def _wide(search: Search, left: arb, right: arb) -> bool:
    return bool(right - left > WIDE * search.span)


def _level(search: Search, left: arb, right: arb) -> bool:
    """Whether a stretch is wide, and as steep in its middle as the lower bound says."""
    return _wide(search, left, right) and _steep(search, left, right, within=0.0)


def _steep(search: Search, left: arb, right: arb, *, within: float) -> bool:
    """Whether the middle of an interval is, up to ``within``, as steep as the lower bound says."""
    there = search.at(simplest(left, right), bits_for(left, right) + NEAR_BITS)
    return there is not None and log_bounds(there.slope)[1] >= search.lower - within


def _turn(search: Search, left: arb, right: arb) -> tuple[arb, arb] | None:
    """Where |f'| stops rising and begins to fall, between two points that lie so."""
    bits = bits_for(left, right) + 2 * NEAR_BITS
    ends = [_rate(search, x, bits) for x in (left, right)]
    if not (ends[0] > 0 and ends[1] < 0):
        return None
    narrow = power(min(exponent_of(search.span), 0) - 1080) if left <= 0 <= right else None
    if narrow is not None:
        # Most often it is 0 itself, which halving would take a thousand bits to reach.
        about = -narrow / 4, narrow / 4
        if left < about[0] and about[1] < right:
            sides = [_rate(search, x, bits) for x in about]
            if sides[0] > 0 and sides[1] < 0:
                return about
    for halves in range(HALVINGS):
        width = right - left
        size = max(abs(left), abs(right), key=float)
        if exponent_of(width) < exponent_of(size) - 60 or (narrow is not None and width < narrow):
            break
        ctx.prec = 64
        share = (ends[0] / (ends[0] - ends[1])).mid()
        ctx.prec = EXACT
        guess = simplest(left, right) if halves % 3 == 2 else nearby(
            left + share * width, width / 1024
        )  # fmt: skip
        if not (left < guess and guess < right):
            guess = simplest(left, right)
        rate = _rate(search, guess, bits)
        if rate > 0:
            left, ends[0] = guess, rate
        elif rate < 0:
            right, ends[1] = guess, rate
        else:
            spread = width / 2**20
            rates = [_rate(search, guess - spread, bits), _rate(search, guess + spread, bits)]
            if rates[0] > 0 and rates[1] < 0:
                left, right, ends = guess - spread, guess + spread, rates
            else:
                break
    return left, right


def _rate(search: Search, x: arb, bits: int) -> arb:
    """d log|f'| / dx at a point, 0 where its sign is not known."""
    found = search.jet(x, x, order=2, bits=bits)
    if found is None or not found[0].slope or not found[0].bend:
        return arb(0)
    slope, bend = found[0].slope, found[0].bend
    ctx.prec = 64
    rate = bend.low / slope.low
    ctx.prec = EXACT
    return rate.mid() if bend.sign() and slope.sign() else arb(0)


def _doubles(search: Search, plain: float, x: float, *, upper: float) -> tuple[float | None, bool]:
    """The double nearest to x that attains the supremum, one of few digits if there is one;
    whether none is proven to."""
    near = [plain, x]
    if x == 0.0:  # where it has no value there, a number that people write
        near += [side * 10.0**-digits for digits in PLAIN_DIGITS for side in (1, -1)]
    near += [math.nextafter(x, towards) for towards in (-math.inf, math.inf)]
    for place in near:
        if search.x_range[0] <= place <= search.x_range[1] and _reaches(search, place, upper):
            return place, False
    left = 0
    for box in search.boxes(search.lower - ATTAINS):
        low, high = outward(box.low, box.high)
        place = low
        while place <= high:
            left += 1
            if left > MOST_DOUBLES:
                return None, False
            if box.low <= place and box.high >= place and not _misses(search, place):
                return None, False
            place = math.nextafter(place, math.inf)
    return None, True


def _reaches(search: Search, place: float, upper: float) -> bool:
    """Whether the function is proven to be defined at a double and to be so steep there, or beside
    it on one side."""
    point = arb(place)
    there = search.jet(point, point, order=0)
    if there is None or not there[1]:
        return False
    jet = search.at(point, GUARD_BITS + NEAR_BITS)
    if jet is not None and log_bounds(jet.slope)[0] >= upper - ATTAINS:
        return True
    width = abs(point) if place else search.span
    sides = [side for side, end in ((-1, search.low), (1, search.high)) if point != end]
    return any(search.beside(point, width, side)[0] >= upper - ATTAINS for side in sides)


def _misses(search: Search, place: float) -> bool:
    jet = search.at(arb(place), GUARD_BITS + NEAR_BITS)
    return jet is None or log_bounds(jet.slope)[1] < search.lower - ATTAINS
