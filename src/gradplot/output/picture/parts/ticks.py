"""Few, round ticks and their labels. Nothing here imports numpy or matplotlib."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gradplot.output.report.text import power_of_ten

#: Beyond these a label is a power of ten times a short number.
_PLAIN_LARGEST, _PLAIN_SMALLEST = 1e5, 1e-4
#: Steps smaller than this share of the places themselves are told from the first.
_NARROW = 1e-4
#: One number on an axis says nothing of its scale.
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Ticks:
    """Where they are, in data units, and what they say."""

    places: tuple[float, ...]
    labels: tuple[str, ...]


def linear(low: float, high: float, most: int) -> Ticks:
    """Some ``most`` multiples of 1, 2, 2.5 or 5 times a power of ten inside [low, high]."""
    step = _step(high - low, most)
    numbers = _multiples(low, high, step)
    if len(numbers) < min(most, FEWEST):
        step = _step(step, 2)
        numbers = _multiples(low, high, step)
    places = tuple(k * step for k in numbers)
    if places and step < _NARROW * max(map(abs, places)):
        return Ticks(places, _offsets(places, step))
    return Ticks(places, _labels(places, step))


def decades(low: float, high: float, most: int) -> Ticks:
    """Whole decades inside [low, high], in logarithms to the base 10."""
    step = before = 1
    while (high - low) / step > most:
        step, before = _next_step(step), step
    finer = len(_multiples(low, high, before))
    if len(_multiples(low, high, step)) < min(most, FEWEST) and finer <= most + 1:
        step = before
    exponents = [k * step for k in _multiples(low, high, step)]
    return Ticks(tuple(map(float, exponents)), tuple(map(power_of_ten, exponents)))


def wholes(last: int, most: int) -> Ticks:
    """At most ``most`` of the whole numbers from 1 to ``last``, evenly; one of them at least."""
    step = 1
    while last // step > most:
        step = _next_step(step)
    places = range(step, last + 1, step) if step <= last else [last]
    return Ticks(tuple(map(float, places)), tuple(map(str, places)))


def _multiples(low: float, high: float, step: float) -> range:
    """What multiples of the step lie inside [low, high]."""
    return range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)


def _step(span: float, most: int) -> float:
    rough = span / max(most, 1)
    power = math.floor(math.log10(rough))
    for factor in (1.0, 2.0, 2.5, 5.0):
        step = _scaled(factor, power)
        if step >= rough * (1 - 1e-9):
            return step
    return _scaled(1.0, power + 1)


def _scaled(factor: float, power: int) -> float:
    """The double nearest to factor·10^power: 0.3, not 0.30000000000000004."""
    return float(f"{factor}e{power}")


def _next_step(step: int) -> int:
    """1, 2, 5, 10, 20, 50 ..."""
    leading = int(str(step)[0])
    return step * 5 // 2 if leading == 2 else step * 2


def _offsets(places: tuple[float, ...], step: float) -> tuple[str, ...]:
    """Far from 0: the first place in full, the others as steps from it."""
    steps = _labels(tuple(k * step for k in range(len(places))), step)
    return (f"{places[0]:.15g}".replace("-", "−"), *(f"+{text}" for text in steps[1:]))


def _labels(places: tuple[float, ...], step: float) -> tuple[str, ...]:
    largest = max(map(abs, places), default=0.0)
    power = 0
    if largest >= _PLAIN_LARGEST or 0 < largest < _PLAIN_SMALLEST:
        power = math.floor(math.log10(largest) + 1e-9)
    # As many digits as tell neighbours apart; 2.5 times a power of ten needs one more.
    digits = power - math.floor(math.log10(step) + 1e-9)
    short = float(f"{step:.0e}") == float(f"{step:.3e}")
    digits = max(0, digits + (0 if short else 1))
    texts = []
    for place in places:
        mantissa = float(f"{place:.17e}".partition("e")[0]) if power else place
        if power and place:
            exponent = int(f"{place:.17e}".partition("e")[2])
            mantissa *= 10.0 ** (exponent - power)
        text = f"{mantissa:.{digits}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        text = "0" if float(text) == 0 else text.replace("-", "−")
        if power and text != "0":
            scaled = f"{text}·{power_of_ten(power)}"
            text = scaled.replace("1·", "") if text.lstrip("−") == "1" else scaled
        texts.append(text)
    return tuple(texts)
