"""The types of a manifest's values: the check of each, its words, and its JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.reading.values import STEEPEST
from gradplot.spec.along import VARIABLES
from gradplot.spec.figure import SIZES
from gradplot.spec.motion import SLIDERS, SWEPT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Kind(NamedTuple):
    """A type of value: the check, the words for it, and its JSON Schema."""

    accepts: Callable[[object], bool]
    words: str
    schema: dict[str, Any]


def _number(value: object) -> bool:
    # bool is an int to Python, and true is no number to people.
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text(value: object) -> bool:
    return isinstance(value, str)


def _filled(value: object, accepts: Callable[[object], bool]) -> bool:
    return isinstance(value, list) and bool(value) and all(map(accepts, value))


def _one_or_more(one: Kind, words: str) -> Kind:
    return Kind(
        lambda value: one.accepts(value) or _filled(value, one.accepts),
        words,
        {"anyOf": [one.schema, {"type": "array", "items": one.schema, "minItems": 1}]},
    )


def choice(choices: Iterable[str]) -> Kind:
    known = tuple(choices)
    return Kind(
        lambda value: value in known if isinstance(value, str) else False,
        f"one of {', '.join(known)}" if len(known) > 1 else f'"{known[0]}"',
        {"enum": list(known)},
    )


TEXT = Kind(_text, "text in quotes", {"type": "string"})
FLAG = Kind(lambda value: isinstance(value, bool), "true or false", {"type": "boolean"})
NUMBER = Kind(_number, "a number", {"type": "number"})
WHOLE = Kind(_whole, "a whole number", {"type": "integer"})
RANGE = Kind(
    lambda value: _filled(value, _number) and len(value) == 2,  # type: ignore[arg-type]
    "two numbers, as in [-1, 1]",
    {"type": "array", "items": NUMBER.schema, "minItems": 2, "maxItems": 2},
)
NUMBERS = _one_or_more(NUMBER, "a number, or a list of one per layer")
PLACE = _one_or_more(NUMBER, "a number, or two as in [5.5, -2]")
WHOLES = _one_or_more(WHOLE, "a whole number, or two as in [1, 50]")
TEXTS = _one_or_more(TEXT, "text in quotes, or a list of texts")
BIAS = Kind(
    lambda value: _number(value) or _text(value),
    'a number, or an expression in w as in "-w/2"',
    {"type": ["number", "string"]},
)
BIASES = _one_or_more(BIAS, 'a number, an expression in w as in "-w/2", or a list of one per layer')
DEPTHS = _one_or_more(
    Kind(
        lambda value: _whole(value) or _text(value),
        "",
        {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]},
    ),
    'whole numbers, as in [1, 2, 3], or a range, as in "1-5"',
)
PARAMETER_SCHEMA: dict[str, object] = {
    "type": "array",
    "prefixItems": [{"enum": list(VARIABLES)}, NUMBER.schema, NUMBER.schema],
    "minItems": 3,
    "maxItems": 3,
}


def _parameter(value: object) -> bool:
    """Whether this is a parameter and its two ends."""
    return (
        isinstance(value, list)
        and len(value) == 3
        and value[0] in VARIABLES
        and all(map(_number, value[1:]))
    )


ALONG = Kind(
    lambda value: (
        value == "x" or _parameter(value) or (_filled(value, _parameter) and len(value) == 2)  # type: ignore[arg-type]
    ),
    'a parameter and its range, as in ["weight", 0.5, 16], or two of these in a list',
    {
        "anyOf": [
            {"enum": ["x"]},
            PARAMETER_SCHEMA,
            {"type": "array", "items": PARAMETER_SCHEMA, "minItems": 2, "maxItems": 2},
        ]
    },
)
LET = Kind(
    lambda value: isinstance(value, dict) and all(map(_number, value.values())),
    "a table of numbers, as in { w = 8 }",
    {"type": "object", "additionalProperties": NUMBER.schema},
)
SIZE = Kind(
    _text,
    f'{", ".join(SIZES)}, or inches, as in "12.8x7.2"',
    {"anyOf": [{"enum": list(SIZES)}, {"type": "string", "pattern": r"^[0-9.]+ ?[x×] ?[0-9.]+$"}]},
)
AT = Kind(
    lambda value: _number(value) or value == STEEPEST,
    f'a number, or "{STEEPEST}"',
    {"anyOf": [NUMBER.schema, {"enum": [STEEPEST]}]},
)
ACTIVATION = Kind(
    _text,
    'the name of an activation, as in "relu"',
    {"anyOf": [{"enum": list(ACTIVATIONS)}, {"type": "string"}]},
)


SWEEP = Kind(
    lambda value: isinstance(value, list) and len(value) == 3 and _text(value[0])
    and _filled(value[1:], _number),
    'a name and two numbers, as in ["weight", 0.5, 16]',
    {
        "type": "array",
        "prefixItems": [{"enum": list(SWEPT)}, NUMBER.schema, NUMBER.schema],
        "minItems": 3,
        "maxItems": 3,
    },
)  # fmt: skip
SLIDE = Kind(
    lambda value: (
        isinstance(value, dict)
        and bool(value)
        and all(_filled(ends, _number) for ends in value.values())
    ),
    "a table of ranges, as in { weight = [0.5, 16] }",
    {
        "type": "object",
        "properties": {
            name: {"type": "array", "items": NUMBER.schema, "minItems": 2, "maxItems": 3}
            for name in SLIDERS
        },
        "additionalProperties": False,
        "minProperties": 1,
    },
)
