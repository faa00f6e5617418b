"""Printed digits are proven: whatever the truth in the bracket is, the text is right about it."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import mpmath
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gradplot.output.report.digits import (
    log10_bracket,
    number_text,
    outward,
    share_text,
    shortest,
    simplest,
)

TIGHT = 1e-14
INF = math.inf

logs = st.floats(-3000, 3000)
widths = st.floats(0, 12).map(lambda digits: 10.0**-digits)


def around(value: float, width: float = TIGHT) -> tuple[float, float]:
    return math.log(value) - width, math.log(value) + width


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (8, "8"),
        (64, "64"),
        (512, "512"),
        (199.96367732919175, "199.9636773"),
        (0.7, "0.7"),
        (1.4676864981, "1.467686498"),
        (8**10, "10^9.031"),
        (1e6, "10^6"),
        (1e-7, "10^-7"),
        (0.0000123, "0.0000123"),
    ],
)
def test_a_tight_bracket_prints_the_number_itself(value: float, text: str) -> None:
    assert number_text(*around(value)) == text


def test_far_beyond_float64() -> None:
    log8 = math.log(8)
    assert number_text(400 * log8 - 1e-9, 400 * log8 + 1e-9) == "10^361.236"
    assert number_text(-1492.7968487 - 1e-9, -1492.7968487) == "10^-648.313"


def test_few_digits_that_lie_between_two_roundings_are_a_few_more():
    assert number_text(*around(2.4375), digits=4) == "2.4375"
    assert number_text(*around(0.40625), digits=4) == "0.40625"
    assert number_text(*around(2.4375, 1e-5), digits=4) == "2.4375"
    assert number_text(*around(2.4375, 1e-3), digits=4) == "2.435 to 2.44"


def test_fewer_proven_digits_keep_their_zeros_so_that_8_is_not_taken_for_exact() -> None:
    assert number_text(*around(8, 1e-10)) == "8.00000000"
    assert number_text(*around(8, 1e-5)) == "8.000"
    assert number_text(*around(1e9, 1e-5)) == "10^9.000"


def test_a_wide_bracket_is_printed_as_one_rounded_outward() -> None:
    assert number_text(math.log(1.234567), math.log(1.345678)) == "1.234 to 1.346"
    assert number_text(math.log(1.1e40), math.log(2e42)) == "10^40.041 to 10^42.302"


def test_no_zero_stands_for_an_unproven_digit_of_a_whole_number() -> None:
    assert number_text(*around(262144, 1e-5)) == "262141 to 262147"


def test_ends_that_are_not_known_are_said() -> None:
    assert number_text(-INF, -INF) == "0"
    assert number_text(INF, INF) == "unbounded"
    assert number_text(-INF, INF) == "unknown"
    assert number_text(math.log(2), INF).startswith("at least 1.999")
    assert number_text(-INF, math.log(2)).startswith("at most 2")


@pytest.mark.parametrize("bracket", [(1.0, 0.0), (math.nan, 1.0), (0.0, math.nan)])
def test_what_is_no_bracket_is_refused(bracket: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="no bracket"):
        number_text(*bracket)


@given(
    lower=logs | st.floats(-1.7e308, 1.7e308),
    width=widths | st.floats(0, 1e4) | st.floats(0, 1e307),
    place=st.floats(0, 1),
)
@example(lower=-4e292, width=4e292, place=1.0)
@example(lower=0.0, width=1e-4, place=1.0)
@example(lower=-1.7e308, width=0.0, place=0.0)
def test_the_text_holds_for_any_truth_in_the_bracket(
    lower: float, width: float, place: float
) -> None:
    upper = lower + width
    truth = min(max(lower + place * width, lower), upper)
    with mpmath.workdps(350):
        exponent = mpmath.mpf(truth) / mpmath.log(10)
        text = number_text(lower, upper)
        if " to " in text:
            low, high = text.split(" to ")
            assert _exponent(low) <= exponent <= _exponent(high)
        elif text.startswith("10^"):
            assert abs(mpmath.mpf(text[3:]) - exponent) <= _half_a_unit(text[3:])
        else:
            assert abs(mpmath.mpf(text) - 10**exponent) <= _half_a_unit(text)


def _exponent(text: str) -> mpmath.mpf:
    return mpmath.mpf(text[3:]) if text.startswith("10^") else mpmath.log10(mpmath.mpf(text))


def _half_a_unit(text: str) -> mpmath.mpf:
    digits, _, exponent = text.partition("e")
    decimals = len(digits.partition(".")[2])
    return mpmath.mpf(10) ** (int(exponent or 0) - decimals) / 2


@given(lower=st.floats(-700, 700), width=widths)
def test_the_simplest_number_lies_in_the_bracket(lower: float, width: float) -> None:
    upper = lower + width
    found = simplest(lower, upper)
    assert found is not None
    with mpmath.workdps(60):
        spacing = mpmath.mpf(math.ulp(found))
        assert mpmath.e ** mpmath.mpf(lower) - spacing <= found
        assert found <= mpmath.e ** mpmath.mpf(upper) + spacing


def test_the_simplest_number_has_few_digits() -> None:
    assert simplest(*around(8)) == 8.0
    assert simplest(*around(0.7)) == 0.7
    assert simplest(-INF, -INF) == 0.0


@pytest.mark.parametrize(
    "bracket", [(710.0, 710.0), (-720.0, -720.0), (1e308, 1e308), (0.0, INF), (-INF, 0.0)]
)
def test_what_float64_cannot_hold_is_none(bracket: tuple[float, float]) -> None:
    assert simplest(*bracket) is None


@given(number=st.floats(allow_nan=False, allow_infinity=False), width=st.floats(0, 1e-3))
def test_the_shortest_text_names_a_point_of_the_bracket(number: float, width: float) -> None:
    low, high = number - width * abs(number), number + width * abs(number)
    assume(math.isfinite(low) and math.isfinite(high))
    text = shortest(number, low, high)
    assert low <= float(text) <= high
    assert float(shortest(number, number, number)) == number


def test_the_shortest_text_is_short() -> None:
    assert shortest(-0.0625, -0.0625, -0.0625) == "-0.0625"
    assert shortest(0.30000000000000004, 0.29999, 0.30001) == "0.3"
    assert shortest(0.1 + 0.2, 0.1 + 0.2, 0.1 + 0.2) == "0.30000000000000004"


@given(lower=logs, width=widths)
def test_log10_ends_are_rounded_outward_and_tight(lower: float, width: float) -> None:
    low, high = outward(log10_bracket(lower, lower + width))
    with mpmath.workdps(60):
        true_low = mpmath.mpf(lower) / mpmath.log(10)
        true_high = mpmath.mpf(lower + width) / mpmath.log(10)
        assert low <= true_low
        assert high >= true_high
        assert true_low - low <= 2 * math.ulp(low or 1e-300)
        assert high - true_high <= 2 * math.ulp(high or 1e-300)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        ((0, 0), "0%"),
        ((1, 1), "100%"),
        ((0.228, 0.22801), "22.8%"),
        ((0.5, 0.5), "50%"),
        ((0, 1e-9), "≤ 0.001%"),
        ((0.9999999, 1), "≥ 99.999%"),
        ((0.25, 0.75), "25 to 75%"),
        ((0, 1), "0 to 100%"),
    ],
)
def test_shares_read_as_percentages(share: tuple[float, float], text: str) -> None:
    assert share_text(*share) == text


@given(low=st.floats(0, 1), width=st.floats(0, 1), place=st.floats(0, 1))
def test_a_share_text_holds_for_any_truth(low: float, width: float, place: float) -> None:
    high = min(1.0, low + width)
    assume(low <= high)
    truth = 100 * (Decimal(low) + Decimal(place) * (Decimal(high) - Decimal(low)))
    text = share_text(low, high)
    numbers = [Decimal(number) for number in re.findall(r"[\d.]+", text)]
    if "≤" in text:
        assert truth <= numbers[0]
    elif "≥" in text:
        assert truth >= numbers[0]
    elif "to" in text:
        assert numbers[0] <= truth <= numbers[1]
    else:
        last = Decimal(1).scaleb(int(numbers[0].as_tuple().exponent))
        assert abs(truth - numbers[0]) <= last / 2
