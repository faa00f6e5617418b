"""Decimal text of bracketed numbers that shows proven digits and no others.

A bracket is a pair of natural logarithms. Its ends are turned into decimals with 40 digits, rounded
outward, so that no rounding on the way can manufacture a digit. A number is printed with the most
digits, up to ten, to which *both* ends round: whatever the truth in the bracket is, the text is
right to half a unit of its last place. That is why [7.99999999998, 8.00000000002] prints as 8.
Zeros at the end are dropped only where all ten digits are proven: 8 says more than 8.000.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
)

#: Digits shown at most: more would not be read, and JSON has the bracket itself.
MOST_DIGITS = 10
#: With fewer proven digits than this, both ends of the bracket say more than one number.
FEWEST_DIGITS = 4
#: Numbers from 10^-6 to 10^6 are written out; beyond, they read better as powers of ten.
PLAIN = 6
#: An exponent beyond this is itself written with an exponent.
LONGEST_EXPONENT = Decimal("1e9")
#: Decimals of the exponent of a power of ten: at most, and where zeros at the end may be dropped.
EXPONENT_DECIMALS = (3, 9)

_EXACT = Context(prec=40, Emax=MAX_EMAX, Emin=MIN_EMIN)
_LOG10_E = _EXACT.divide(Decimal(1), _EXACT.ln(Decimal(10)))

Bracket = tuple[Decimal, Decimal]


def number_text(lower: float, upper: float, *, digits: int = MOST_DIGITS) -> str:
    """What is proven of the number whose natural logarithm lies in [lower, upper].

    "8", "1.467686498", "10^45.046", "1.2 to 1.31" where few digits are proven; "0" where both are
    -inf. An end that is not known is said: "at least 2", "at most 2", "unbounded". At most
    ``digits`` digits are printed, or a few more where those are proven and these lie between two
    roundings: 2.4375 is not "2.437 to 2.438".
    """
    if math.isnan(lower) or math.isnan(upper) or lower > upper:
        raise ValueError(f"[{lower}, {upper}] is no bracket")
    if upper == -math.inf:
        return "0"
    if upper == math.inf:
        known = {math.inf: "unbounded", -math.inf: "unknown"}
        return known.get(lower) or f"at least {_end_text(lower, ROUND_FLOOR)}"
    if lower == -math.inf:
        return f"at most {_end_text(upper, ROUND_CEILING)}"
    exponents = log10_bracket(lower, upper)
    if -PLAIN <= exponents[1] < PLAIN:
        low, high = decimal_bracket(lower, upper)
        fewest = max(FEWEST_DIGITS, high.adjusted() + 1)  # never a zero in place of a digit
        most = max(digits, fewest)
        counts = *range(most, fewest - 1, -1), *range(most + 1, MOST_DIGITS + 1)
        agreed = _agreed_plain(low, high, counts)
    else:
        fewest = FEWEST_DIGITS
        agreed = _agreed_exponent(*exponents)
    if agreed is not None:
        return agreed
    return f"{_end_text(lower, ROUND_FLOOR, fewest)} to {_end_text(upper, ROUND_CEILING, fewest)}"


def power_text(lower: float, upper: float) -> str:
    """As ``number_text``, but always as a power of ten: "10^0.903"; "0" where both are -inf."""
    if math.isfinite(lower) and math.isfinite(upper):
        agreed = _agreed_exponent(*log10_bracket(lower, upper))
        if agreed is not None:
            return agreed.replace("^-0.000", "^0.000")
    return number_text(lower, upper)


def share_text(low: float, high: float) -> str:
    """What is proven of a share in [low, high], as a percentage: "0%", "22.8%", "≤ 0.001%"."""
    if low > high or math.isnan(low) or math.isnan(high):
        raise ValueError(f"[{low}, {high}] is no bracket")
    ends = [max(Decimal(0), min(Decimal(100), Decimal(share) * 100)) for share in (low, high)]
    if ends[0] == ends[1] and ends[0] in (0, 100):
        return f"{ends[0]:f}%"
    for digits in (3, 2):
        agreed = {_significant(end, digits, ROUND_HALF_EVEN) for end in ends}
        shown = agreed.pop()
        if not agreed and Decimal("0.001") <= shown < 100:
            return f"{_plain(shown)}%"
    step = Decimal("0.001")
    if ends[1] < 1 and ends[0] < step:
        return f"≤ {_plain(ends[1].quantize(step, ROUND_CEILING))}%"
    if ends[0] > 99 and ends[1] > 100 - step:
        return f"≥ {_plain(ends[0].quantize(step, ROUND_FLOOR))}%"
    low_text = _plain(_significant(ends[0], 3, ROUND_FLOOR))
    return f"{low_text} to {_plain(_significant(ends[1], 3, ROUND_CEILING))}%"


def simplest(lower: float, upper: float) -> float | None:
    """The number with the fewest digits whose natural logarithm lies in [lower, upper].

    A double inside the bracket where one is; None where float64 cannot hold it: beyond its range,
    below its normal numbers, or where an end of the bracket is not known.
    """
    if upper == -math.inf:
        return 0.0
    if lower < -1e3 or upper > 1e3:
        return None
    low, high = decimal_bracket(lower, upper)
    if not (Decimal(2) ** -1022 <= low and high <= Decimal(sys.float_info.max)):
        return None
    middle = _EXACT.divide(_EXACT.add(low, high), Decimal(2))
    for digits in range(1, 17):
        shown = _significant(middle, digits, ROUND_HALF_EVEN)
        if low <= shown <= high:
            return float(shown)
    return float(middle)


def decimal_bracket(lower: float, upper: float) -> Bracket:
    """Decimals that enclose e^lower and e^upper, for finite logarithms."""
    return (
        _EXACT.next_minus(_EXACT.exp(Decimal(lower))),
        _EXACT.next_plus(_EXACT.exp(Decimal(upper))),
    )


def log10_bracket(lower: float, upper: float) -> Bracket:
    """Decimals that enclose lower and upper as logarithms to the base 10."""
    return (
        _EXACT.next_minus(_EXACT.multiply(Decimal(lower), _LOG10_E)),
        _EXACT.next_plus(_EXACT.multiply(Decimal(upper), _LOG10_E)),
    )


def outward(bracket: Bracket) -> tuple[float, float]:
    """The tightest doubles that enclose a bracket of decimals."""
    low, high = float(bracket[0]), float(bracket[1])
    if Decimal(low) > bracket[0]:
        low = math.nextafter(low, -math.inf)
    if Decimal(high) < bracket[1]:
        high = math.nextafter(high, math.inf)
    return low, high


def _significant(number: Decimal, digits: int, rounding: str) -> Decimal:
    if not number:
        return number
    return number.quantize(
        Decimal((0, (1,), number.adjusted() - digits + 1)), rounding, context=_EXACT
    )


def _plain(number: Decimal) -> str:
    """Without an exponent and without zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _agreed_plain(low: Decimal, high: Decimal, digits: Iterable[int]) -> str | None:
    for count in digits:
        shown = _agreed(low, high, count)
        if shown is not None:
            whole = shown == _agreed(low, high, MOST_DIGITS)
            return _plain(shown) if whole else f"{shown:f}"
    return None


def _agreed(low: Decimal, high: Decimal, digits: int) -> Decimal | None:
    """What both ends round to with so many digits, if it is one number."""
    return _agreed_at(low, high, high.adjusted() - digits + 1)


def _agreed_exponent(low: Decimal, high: Decimal) -> str | None:
    if abs(high) >= LONGEST_EXPONENT:
        shown = _agreed(low, high, FEWEST_DIGITS)
        return None if shown is None else f"10^{shown.normalize():e}"
    most, sure = EXPONENT_DECIMALS
    for decimals in range(most, 0, -1):
        shown = _agreed_at(low, high, -decimals)
        if shown is not None:
            whole = _agreed_at(low, high, -sure) == shown
            return f"10^{_plain(shown) if whole else format(shown, 'f')}"
    return None


def _agreed_at(low: Decimal, high: Decimal, place: int) -> Decimal | None:
    """What both ends round to at a decimal place, if it is one number."""
    if max(low.adjusted(), high.adjusted()) - place >= _EXACT.prec:
        return None  # one end is out of the other's sight
    unit = Decimal((0, (1,), place))
    shown = high.quantize(unit, ROUND_HALF_EVEN, context=_EXACT)
    return shown if shown == low.quantize(unit, ROUND_HALF_EVEN, context=_EXACT) else None


def _end_text(log: float, rounding: str, digits: int = FEWEST_DIGITS) -> str:
    """One end of a bracket, rounded away from the truth."""
    side = 0 if rounding == ROUND_FLOOR else 1
    exponent = log10_bracket(log, log)[side]
    if -PLAIN <= exponent < PLAIN:
        return _plain(_significant(decimal_bracket(log, log)[side], digits, rounding))
    if abs(exponent) >= LONGEST_EXPONENT:
        return f"10^{_significant(exponent, FEWEST_DIGITS, rounding):e}"
    return f"10^{exponent.quantize(Decimal('0.001'), rounding, context=_EXACT):f}"


def shortest(number: float, low: float, high: float) -> str:
    """``number`` with as few digits as still name a point of [low, high], which contains it."""
    for digits in range(1, 17):
        text = f"{number:.{digits}g}"
        if low <= float(text) <= high:
            return text
    return f"{number:.17g}" if float(f"{number:.16g}") != number else f"{number:.16g}"
