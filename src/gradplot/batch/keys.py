"""The keys of a manifest, which are the long option names, and the type of value of each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.reading.figure import parameter_names
from gradplot.spec.figure import SIZES, Panels, Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Kind(NamedTuple):
    """A type of value: the check, the words for it, and its JSON Schema."""

    accepts: Callable[[object], bool]
    words: str
    schema: dict[str, Any]


class Key(NamedTuple):
    """One key of a figure: the kind of its value and what it is for.

    ``function`` is "activation", "formula" or "map", or several, where the key means something for
    these only, and ``field`` the specs' field that it fills, where that has another name.
    """

    kind: Kind
    purpose: str
    function: str | tuple[str, ...] | None = None
    field: str | None = None

    def suits(self, function: str) -> bool:
        """Whether the key means something for a figure of ``function``."""
        if self.function is None or isinstance(self.function, str):
            return self.function in (None, function)
        return function in self.function


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
        f"one of {', '.join(known)}",
        {"enum": list(known)},
    )


#: The functions that are networks of an activation, and those that are drawn as curves.
NETWORKS, CURVES = ("activation", "map"), ("activation", "formula")

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
ACTIVATION = Kind(
    _text,
    'the name of an activation, as in "relu"',
    {"anyOf": [{"enum": list(ACTIVATIONS)}, {"type": "string"}]},
)


@cache
def figure_keys() -> dict[str, Key]:
    """Every key of a figure, but for ``matrix``."""
    return {
        "activation": Key(ACTIVATION, "the activation of every layer", "activation"),
        **{
            name: Key(NUMBER, f"the parameter {name} of the activation", NETWORKS, "parameters")
            for name in parameter_names()
        },
        "weight": Key(NUMBERS, "the weight w: one, or one per layer; of a map its ends", NETWORKS),
        "bias": Key(BIASES, "the bias b: one, or one per layer; of a map its ends", NETWORKS),
        "input-bias": Key(BIAS, "the bias of the first layer alone", "activation"),
        "depths": Key(DEPTHS, "the depths drawn over one another", "activation"),
        "map": Key(ACTIVATION, "the activation of a map's networks", "map", "activation"),
        "depth": Key(WHOLES, "the depth of a map's networks, or its ends", "map"),
        "grid": Key(WHOLE, "cells along an axis of a map", "map"),
        "formula": Key(TEXTS, "one formula in x, or several", "formula", "formulas"),
        "label": Key(TEXTS, "a name for each formula", "formula", "labels"),
        "let": Key(LET, "named constants of the formulas", "formula", "constants"),
        "nest": Key(DEPTHS, "read each formula as a layer in y, nested so often", "formula"),
        "output": Key(TEXTS, "the image's path; its suffix decides the format", field=""),
        "x-range": Key(RANGE, "the ends of the x axis"),
        "y-range": Key(RANGE, "the ends of the value panel's y axis", CURVES),
        "panels": Key(_choice(get_args(Panels)), "which panels to draw", CURVES),
        "theme": Key(_choice(get_args(Theme)), "colours for a light or a dark page"),
        "transparent": Key(FLAG, "leave the background clear"),
        "size": Key(SIZE, "the size of the picture"),
        "dpi": Key(WHOLE, "dots per inch"),
        "title": Key(TEXT, "the title, instead of the formula"),
        "no-title": Key(FLAG, "draw no title", field="title"),
        "alt": Key(TEXT, "the alternative text, instead of the automatic one"),
        "style": Key(TEXT, "a matplotlib style sheet, relative to the manifest"),
        "svg-text": Key(FLAG, "keep text in SVG as text"),
    }


def nearest(word: str, known: Iterable[str]) -> str:
    """The cure for a word that is not known: the nearest one, or all where none is near."""
    from difflib import get_close_matches

    choices = list(known)
    # An underscore for a hyphen is the likeliest slip, and difflib ranks it below others.
    tidy = word.replace("_", "-").lower()
    near = [tidy] if tidy in choices else get_close_matches(tidy, choices, n=1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(choices)}"
