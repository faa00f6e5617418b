"""What every spec asks of its numbers, texts and ranges."""

from __future__ import annotations

import math
import re

from gradplot.errors import InputError

MAX_DEPTH = 10_000
#: Beyond this an axis cannot be laid out in float64.
MAX_ABS_RANGE = 1e100
#: Control characters but tab and newline, halves of surrogate pairs, and what XML rules out.
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def require_finite(key: str, number: float) -> None:
    """Raise InputError unless ``number`` is finite."""
    if not math.isfinite(number):
        raise InputError(key, f"{number} is not a number that can be drawn; give a finite one")


def check_depth(key: str, depth: int) -> None:
    """Raise InputError unless a network can be so deep."""
    if depth < 1:
        raise InputError(key, f"{depth} is not a depth; depths start at 1")
    if depth > MAX_DEPTH:
        raise InputError(key, f"{depth} is too deep; the deepest is {MAX_DEPTH}")


def check_layers(key: str, numbers: tuple[float, ...], depth: int) -> None:
    """Raise InputError unless there is one finite number, or one for each of ``depth`` layers."""
    for number in numbers:
        require_finite(key, number)
    if len(numbers) not in (1, depth):
        raise InputError(
            key, f"{len(numbers)} values for depth {depth}; give one, or one per layer ({depth})"
        )


def check_text(key: str, text: str) -> None:
    """Raise InputError for characters that no image file can hold as text."""
    odd = _NO_TEXT.search(text)
    if odd:
        raise InputError(key, f"{text!r} has the character {odd[0]!r}; leave it out")


def check_range(key: str, ends: tuple[float, float]) -> None:
    """Raise InputError unless ``ends`` is a range that an axis can show."""
    low, high = ends
    for end in ends:
        require_finite(key, end)
        if abs(end) > MAX_ABS_RANGE:
            raise InputError(key, f"{end:g} is too far out; stay within ±{MAX_ABS_RANGE:g}")
    if low == high:
        raise InputError(key, f"{low:g} to {high:g} is empty; give two different ends")
    if low > high:
        raise InputError(key, f"{low:g} to {high:g} is reversed; give the lower end first")
    if high - low < 1e-12 * max(abs(low), abs(high)) or high - low < 1e-300:
        raise InputError(key, f"{low!r} to {high!r} is too narrow for float64; widen it")
