"""Single option values as people write them, made into numbers, depths, ranges and sizes.

A value is the text of a shell word, the typed value of a manifest, or several of these.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from gradplot.errors import InputError
from gradplot.spec.checks import check_depth, require_finite
from gradplot.spec.figure import SIZES

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A shell word or a manifest's value.
Word = str | int | float

#: The point of a chain that nobody needs to know beforehand.
STEEPEST = "steepest"
#: Letters; there are a few hundred settings.
MAX_STYLE = 1_000_000

# Compiled on first use: a manifest's typed values need none of them.
_NUMBER = r"[+−-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|(?i:nan|inf(inity)?))"
_DEPTH = r"([−-]?\d+)(?:(?:[-−–]|\.\.)([−-]?\d+))?"
_SIDES = r"([\d.]+) ?[x×] ?([\d.]+)"


def _reads_as(pattern: str, text: str) -> re.Match[str] | None:
    return re.fullmatch(pattern, text.strip(), re.ASCII)


def words(value: object) -> Sequence[Word]:
    """One value or several as several."""
    if isinstance(value, list | tuple):
        return cast("Sequence[Word]", value)
    return (cast("Word", value),)


def number(key: str, value: object) -> float:
    """A finite number."""
    if isinstance(value, str):
        if not _reads_as(_NUMBER, value):
            raise InputError(key, f"{value!r} is not a number; {_cure(value)}")
        value = value.replace("−", "-")  # as a page sets it, from which it was copied
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InputError(key, f"{value!r} is not a number")
    try:
        result = float(value)
    except OverflowError:
        raise InputError(key, "a number beyond float64 cannot be drawn; give a smaller") from None
    if isinstance(value, str) and not abs(result) < float("inf"):
        raise InputError(key, f"{value} is not a number that can be drawn; give a finite one")
    require_finite(key, result)
    return result


def _cure(text: str) -> str:
    """What to write in place of what is no number."""
    parts = text.split(",")
    if len(parts) < 2 or not all(_reads_as(_NUMBER, part) for part in parts):
        return "give one, as in 0.5"
    if len(parts) > 2:
        return f"for several, write {' '.join(parts)}"
    return f"for a decimal, write {'.'.join(parts)}; for two, {' '.join(parts)}"


def point(key: str, value: object) -> float:
    """A point x that is named by its number."""
    if isinstance(value, str) and not _reads_as(_NUMBER, value):
        raise InputError(key, f"{value!r} is not a number; give one, or {STEEPEST}")
    return number(key, value)


def numbers(key: str, value: object) -> tuple[float, ...]:
    """One finite number or several."""
    return tuple(number(key, word) for word in words(value))


def whole(key: str, value: object) -> int:
    """A whole number."""
    if isinstance(value, str) and not _reads_as(_NUMBER, value):
        raise InputError(key, f"{value!r} is not a whole number; give one, as in 60")
    result = number(key, value)
    if not result.is_integer():
        raise InputError(key, f"{value} is not a whole number; give one, as in 60")
    return int(result)


def depths(key: str, value: object) -> tuple[int, ...]:
    """Depths, sorted and each once, from ``3``, ``"1,2,3"``, ``"1-5"``, ``"1..5"`` or several."""
    found: set[int] = set()
    for word in words(value):
        if isinstance(word, str):
            for part in word.split(","):
                found.update(_depth_range(key, part.strip()))
        elif isinstance(word, int) and not isinstance(word, bool):
            found.add(_depth(key, word))
        else:
            raise InputError(key, f"{word!r} is not a depth; depths are whole numbers from 1")
    return tuple(sorted(found))


def _depth_range(key: str, part: str) -> range:
    found = _reads_as(_DEPTH, part)
    # int() refuses thousands of digits, and no depth has more than a few.
    if found is None or len(part) > 40:
        shown = part if len(part) <= 40 else part[:37] + "..."
        raise InputError(key, f"{shown!r} is not a depth; give whole numbers, as in 1 2 3 or 1-5")
    first = _depth(key, int(found[1].replace("−", "-")))
    last = first if found[2] is None else _depth(key, int(found[2].replace("−", "-")))
    if last < first:
        raise InputError(key, f"{part} is reversed; give the shallower depth first")
    return range(first, last + 1)


def _depth(key: str, depth: int) -> int:
    check_depth(key, depth)
    return depth


def biases(key: str, value: object, weights: Sequence[float]) -> tuple[float, ...]:
    """Biases from numbers or expressions in w, the weight of the bias's own layer.

    One expression for several weights gives as many biases.
    """
    given = tuple(words(value))
    if len(given) == 1 and _is_expression(given[0]):
        given *= len(weights)
    own = tuple(weights) * len(given) if len(weights) == 1 else tuple(weights)
    if len(own) != len(given) and any(map(_is_expression, given)):
        raise InputError(
            key, f"{len(given)} values for {len(own)} weights; give one, or one per layer"
        )
    for word in given:
        if isinstance(word, str) and "," in word and "(" not in word:
            number(key, word)  # no function's arguments: it knows what is meant
    return tuple(
        _evaluate(key, word, own[layer]) if _is_expression(word) else number(key, word)
        for layer, word in enumerate(given)
    )


def _is_expression(word: Word) -> bool:
    return isinstance(word, str) and not _reads_as(_NUMBER, word)


@lru_cache(maxsize=4096)
def _evaluate(key: str, word: Word, weight: float) -> float:
    # Imported late: the parser costs start-up time, and most biases are numbers.
    from gradplot.functions.formula.parser import constant

    return constant(str(word), {"w": weight}, key=key)


def span(key: str, value: object) -> tuple[float, float]:
    """The two ends of a range, which a comma or dots may join: ``"-5,5"``, ``"-5..5"``."""
    # Not so of weights: in half of the world 1,5 is one number.
    given = words(value)
    joined = given[0] if len(given) == 1 else None
    ends = numbers(key, re.split(r",|\.\.", joined) if isinstance(joined, str) else given)
    if len(ends) != 2:
        raise InputError(key, f"{len(ends)} given for a range; give its two ends, as in -1 1")
    return ends[0], ends[1]


def size(value: object) -> tuple[float, float, int]:
    """(inches wide, inches high, dots per inch) of ``slide``, ``paper`` or ``12.8x7.2``."""
    text = str(value).strip()
    if text in SIZES:
        return SIZES[text]
    sides = _reads_as(_SIDES, text)
    if sides is None:
        known = ", ".join(SIZES)
        raise InputError(
            "size", f"{text!r} is not a size; give {known} or inches wide x high, as in 12.8x7.2"
        )
    return number("size", sides[1]), number("size", sides[2]), SIZES["slide"][2]


def constants(value: object) -> tuple[tuple[str, float], ...]:
    """Named constants from ``w=8`` (one or several), or from a table of names and numbers."""
    if isinstance(value, dict):
        return tuple((name, number(f"let {name}", given)) for name, given in value.items())
    found: dict[str, float] = {}
    for word in words(value):
        name, equals, text = str(word).partition("=")
        name = name.strip()
        if not equals or not name:
            raise InputError("let", f"{word!r} names no constant; write it as in w=8")
        if name in found:
            raise InputError("let", f"{name} is given twice; give it once")
        found[name] = number(f"let {name}", text.strip())
    return tuple(found.items())


def style(path: str) -> str:
    """The text of a matplotlib style sheet."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(MAX_STYLE + 1)
    except UnicodeDecodeError:
        raise InputError("style", f"{path} is not UTF-8 text; save it as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError("style", f"{path} cannot be read: {reason}") from None
    if len(text) > MAX_STYLE:
        raise InputError(
            "style", f"{path} is too long for a style sheet; {MAX_STYLE} letters at most"
        )
    return text
