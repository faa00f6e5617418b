"""The keys of a manifest, which are the long option names, and the type of value of each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.nearest import nearest
from gradplot.reading.figure import parameter_names
from gradplot.reading.values import STEEPEST
from gradplot.spec.along import VARIABLES
from gradplot.spec.figure import SIZES, Panels, Theme
from gradplot.spec.motion import SLIDERS, SWEPT
from gradplot.spec.surface import SHOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: The keys that name what a figure shows: each figure has one of them. A default that names it
#: counts in this order.
FUNCTIONS = ("formula", "explain", "map", "activation")
CHAIN, FORMULA, POINT, MAP = ("activation",), ("formula",), ("explain",), ("map",)
#: A chain and its points, what is drawn as curves, and all that have an activation.
NETWORK, CURVES, NETWORKS = CHAIN + POINT, CHAIN + FORMULA, CHAIN + POINT + MAP


class Kind(NamedTuple):
    """A type of value: the check, the words for it, and its JSON Schema."""

    accepts: Callable[[object], bool]
    words: str
    schema: dict[str, Any]


class Key(NamedTuple):
    """One key of a figure: the kind of its value and what it is for.

    ``functions`` are those of ``FUNCTIONS`` that the key means something for, and ``field`` is the
    specs' field that it fills, where that has another name.
    """

    kind: Kind
    purpose: str
    functions: tuple[str, ...] = FUNCTIONS
    field: str | None = None


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


def _choice(choices: Iterable[str]) -> Kind:
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


@cache
def figure_keys() -> dict[str, Key]:
    """Every key of a figure, but for ``matrix``."""
    return {
        "activation": Key(ACTIVATION, "the activation of every layer", CHAIN),
        **{
            name: Key(NUMBER, f"the parameter {name} of the activation", NETWORKS, "parameters")
            for name in parameter_names()
        },
        "weight": Key(NUMBERS, "the weight w: one, or one per layer; of a map its ends", NETWORKS),
        "bias": Key(BIASES, "the bias b: one, or one per layer; of a map its ends", NETWORKS),
        "input-bias": Key(BIAS, "the bias of the first layer alone", NETWORK),
        "depths": Key(DEPTHS, "the depths drawn over one another", CHAIN),
        "along": Key(ALONG, "the parameter on the axis, and its range", CHAIN),
        "explain": Key(
            ACTIVATION,
            "the activation of a network, one point of which is explained",
            POINT,
            field="activation",
        ),
        "map": Key(ACTIVATION, "the activation of a map's networks", MAP, "activation"),
        "depth": Key(WHOLES, "how many layers there are; of a map its ends", POINT + MAP),
        "grid": Key(WHOLE, "cells along an axis of a map", MAP),
        "at": Key(AT, "the point x or the steepest one; with along, the input", (*CHAIN, *POINT)),
        "target": Key(NUMBER, "plot the loss (y - target)^2, with along", CHAIN, "along"),
        "descend": Key(PLACE, "where a descent down the loss starts", CHAIN, "descent"),
        "rate": Key(NUMBER, "the descent's learning rate", CHAIN, "descent"),
        "steps": Key(WHOLE, "the descent's steps", CHAIN, "descent"),
        "clip": Key(NUMBER, "the norm to which gradients are shortened", CHAIN, "descent"),
        "surface": Key(_choice(SHOWN), "what contours over two parameters show", CHAIN, "along"),
        "formula": Key(TEXTS, "one formula in x, or several", FORMULA, "formulas"),
        "label": Key(TEXTS, "a name for each formula", FORMULA, "labels"),
        "let": Key(LET, "named constants of the formulas", FORMULA, "constants"),
        "nest": Key(DEPTHS, "read each formula as a layer in y, nested so many times", FORMULA),
        "start": Key(NUMBER, "what the innermost y is, with nest", FORMULA),
        "animate": Key(SWEEP, "the parameter swept, from where to where", CHAIN, field="motion"),
        "slide": Key(
            SLIDE, "a page's sliders: two ends, or those and the places", CHAIN, field="page"
        ),
        "fps": Key(NUMBER, "frames a second of what moves", CURVES, field="motion"),
        "seconds": Key(NUMBER, "how long it moves, with its rest at the end", CURVES, "motion"),
        "loop": Key(FLAG, "play again and again, not once", CURVES, field="motion"),
        "frame": Key(_choice(("last",)), "the last frame alone, as a still", CURVES, "motion"),
        "output": Key(TEXTS, "the image's path; its suffix decides the format", field=""),
        "x-range": Key(RANGE, "the ends of the range of x"),
        "y-range": Key(RANGE, "the ends of the value panel's y axis", CURVES),
        "panels": Key(_choice(get_args(Panels)), "which panels to draw", CURVES),
        "theme": Key(
            _choice(get_args(Theme)),
            "colours for a light or a dark page; auto is an SVG that follows its page",
        ),
        "transparent": Key(FLAG, "leave the background clear"),
        "size": Key(SIZE, "the size of the picture"),
        "dpi": Key(WHOLE, "dots per inch"),
        "title": Key(TEXT, "the title, instead of the formula"),
        "no-title": Key(FLAG, "draw no title", field="title"),
        "alt": Key(TEXT, "the alternative text, instead of the automatic one"),
        "style": Key(TEXT, "a matplotlib style sheet, relative to the manifest"),
        "svg-text": Key(FLAG, "keep text in SVG as text"),
    }


def cure(word: str, known: Iterable[str]) -> str:
    """The cure for a word that is not known: the nearest one, or all where none is near."""
    choices = list(known)
    near = nearest(word, choices)
    return f"did you mean {near}?" if near else f"known: {', '.join(choices)}"
