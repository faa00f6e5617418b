"""Option values as people write them, on a command line or in a manifest, made into a figure spec.

Both front doors go through here, so neither can read a value differently. A value is the text of a
shell word or the typed value of a manifest; keys are the long option names. A key that is missing,
None or empty has its default.
"""

from __future__ import annotations

import os
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, cast

from gradplot.errors import InputError
from gradplot.functions import activations
from gradplot.spec import (
    FORMATS,
    MAX_DEPTH,
    SIZES,
    ChainSpec,
    FigureSpec,
    FormulaSpec,
    Panels,
    Theme,
    require_finite,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

#: A shell word or a manifest's value.
Word = str | int | float

_NUMBER = re.compile(
    r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(nan|inf(inity)?)", re.ASCII | re.I
)
_DEPTH = re.compile(r"(-?\d+)(?:-(-?\d+))?", re.ASCII)
_SIDES = re.compile(r"([\d.]+) ?[x×] ?([\d.]+)", re.ASCII)


def figure_spec(
    values: Mapping[str, object],
    *,
    folder: str = ".",
    read_style: Callable[[str], str] | None = None,
    proven: Callable[[FigureSpec], bool] | None = None,
) -> FigureSpec:
    """The figure that these options describe.

    ``folder`` is where a relative ``style`` path starts, and ``read_style`` what reads it, if not
    ``style``. ``proven`` may know that the figure has been drawn before, so that its formulas need
    no checking. Raises InputError with the key at fault.
    """
    given = {key: value for key, value in values.items() if value is not None and value != ()}
    chosen: dict[str, object] = {}
    if "size" in given:
        *sides, dpi = size(given["size"])
        chosen |= {"size": tuple(sides), "dpi": dpi}
    if "dpi" in given:
        chosen["dpi"] = whole("dpi", given["dpi"])
    for key in ("x-range", "y-range"):
        if key in given:
            chosen[key.replace("-", "_")] = span(key, given[key])
    if "style" in given:
        chosen["style"] = (read_style or style)(os.path.join(folder, str(given["style"])))
    for key in ("title", "alt"):
        if key in given:
            chosen[key] = str(given[key])
    if given.get("no-title"):
        if chosen.get("title"):
            raise InputError("no-title", "a title is given as well; give one or the other")
        chosen["title"] = ""
    function = _formulas(given) if "formula" in given else _chain(given)
    spec = FigureSpec(
        function=function,
        panels=cast("Panels", given.get("panels", "both")),
        theme=cast("Theme", given.get("theme", "light")),
        transparent=bool(given.get("transparent")),
        svg_text=bool(given.get("svg-text")),
        **chosen,  # type: ignore[arg-type]
    )
    if isinstance(function, FormulaSpec) and not (proven and proven(spec)):
        check_formulas(function)
    return spec


def _chain(given: Mapping[str, object]) -> ChainSpec:
    if "activation" not in given:
        raise InputError("activation", "missing; name one, as in relu")
    activation = activations.find(str(given["activation"]))
    named = {name: number(name, given[name]) for name in parameter_names() if name in given}
    weight = numbers("weight", given["weight"]) if "weight" in given else (8.0,)
    first = given.get("input-bias")
    return ChainSpec(
        activation=activation.name,
        parameters=tuple(zip(activation.parameters, activation.arguments(named), strict=True)),
        weight=weight,
        bias=biases("bias", given["bias"], weight) if "bias" in given else (0.0,),
        input_bias=None if first is None else biases("input-bias", first, weight[:1])[0],
        depths=depths("depths", given["depths"]) if "depths" in given else (1, 2, 3),
    )


def _formulas(given: Mapping[str, object]) -> FormulaSpec:
    return FormulaSpec(
        formulas=tuple(str(text) for text in words(given["formula"])),
        labels=tuple(str(text) for text in words(given.get("label", ()))),
        constants=constants(given.get("let", ())),
        nest=depths("nest", given["nest"]) if "nest" in given else (),
    )


def check_formulas(function: FormulaSpec) -> None:
    """Raise InputError for formulas that cannot be read and constants that cannot be named so."""
    from gradplot.functions.syntax import check_name, parse

    for name, _ in function.constants:
        check_name(name)
    for text in function.formulas:
        parse(text, dict(function.constants), nest=bool(function.nest))


@cache
def parameter_names() -> tuple[str, ...]:
    """The names of all activations' parameters, which are options too."""
    return tuple(
        dict.fromkeys(
            name for entry in activations.ACTIVATIONS.values() for name in entry.parameters
        )
    )


def words(value: object) -> Sequence[Word]:
    """One value or several as several."""
    if isinstance(value, list | tuple):
        return cast("Sequence[Word]", value)
    return (cast("Word", value),)


def number(key: str, value: object) -> float:
    """A finite number."""
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        raise InputError(key, f"{value!r} is not a number")
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


def numbers(key: str, value: object) -> tuple[float, ...]:
    """One finite number or several."""
    return tuple(number(key, word) for word in words(value))


def whole(key: str, value: object) -> int:
    """A whole number."""
    result = number(key, value)
    if not result.is_integer():
        raise InputError(key, f"{value} is not a whole number")
    return int(result)


def depths(key: str, value: object) -> tuple[int, ...]:
    """Depths, sorted and each once, from ``3``, ``"1,2,3"``, ``"1-5"`` or several of these."""
    found: set[int] = set()
    for word in words(value):
        for part in _depth_parts(key, word):
            found.update(_depth_range(key, part))
    return tuple(sorted(found))


def _depth_parts(key: str, word: Word) -> Iterable[str]:
    if isinstance(word, bool) or not isinstance(word, int | str):
        raise InputError(key, f"{word!r} is not a depth; depths are whole numbers from 1")
    return (part.strip() for part in str(word).split(","))


def _depth_range(key: str, part: str) -> range:
    found = _DEPTH.fullmatch(part)
    # int() refuses thousands of digits, and no depth has more than a few.
    if found is None or len(part) > 40:
        shown = part if len(part) <= 40 else part[:37] + "..."
        raise InputError(key, f"{shown!r} is not a depth; give whole numbers, as in 1 2 3 or 1-5")
    first = int(found[1])
    last = first if found[2] is None else int(found[2])
    for depth in (first, last):
        if depth < 1:
            raise InputError(key, f"{depth} is not a depth; depths start at 1")
        if depth > MAX_DEPTH:
            raise InputError(key, f"{depth} is too deep; the deepest is {MAX_DEPTH}")
    if last < first:
        raise InputError(key, f"{part} is reversed; give the shallower depth first")
    return range(first, last + 1)


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
    return tuple(
        _evaluate(key, word, own[layer]) if _is_expression(word) else number(key, word)
        for layer, word in enumerate(given)
    )


def _is_expression(word: Word) -> bool:
    return isinstance(word, str) and not _NUMBER.fullmatch(word.strip())


@lru_cache(maxsize=4096)
def _evaluate(key: str, word: Word, weight: float) -> float:
    # Imported late: the parser costs start-up time, and most biases are numbers.
    from gradplot.functions.syntax import constant

    return constant(str(word), {"w": weight}, key=key)


def span(key: str, value: object) -> tuple[float, float]:
    """The two ends of a range."""
    ends = numbers(key, value)
    if len(ends) != 2:
        raise InputError(key, f"{len(ends)} numbers are not a range; give its two ends, as in -1 1")
    return ends[0], ends[1]


def size(value: object) -> tuple[float, float, int]:
    """(inches wide, inches high, dots per inch) of ``slide``, ``paper`` or ``12.8x7.2``."""
    text = str(value).strip()
    if text in SIZES:
        return SIZES[text]
    sides = _SIDES.fullmatch(text)
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
            return file.read()
    except UnicodeDecodeError:
        raise InputError("style", f"{path} is not UTF-8 text; save it as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError("style", f"{path} cannot be read: {reason}") from None


def image_format(path: str) -> str:
    """The format that the suffix of an output path asks for."""
    suffix = os.path.splitext(path)[1][1:].lower()
    if suffix not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise InputError("output", f"{path!r} does not end in {known}; name it so")
    return suffix
