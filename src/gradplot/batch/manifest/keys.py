"""The keys of a manifest, which are the long option names: what each is for, and beside what."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple, get_args

from gradplot.batch.manifest.kinds import (
    ACTIVATION,
    ALONG,
    AT,
    BIAS,
    BIASES,
    DEPTHS,
    FLAG,
    LET,
    NUMBER,
    NUMBERS,
    PLACE,
    RANGE,
    SIZE,
    SLIDE,
    SWEEP,
    TEXT,
    TEXTS,
    WHOLE,
    WHOLES,
    Kind,
    choice,
)
from gradplot.nearest import did_you_mean
from gradplot.reading.figure import parameter_names
from gradplot.spec.figure import Panels, Theme
from gradplot.spec.surface import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The keys that name what a figure shows: each figure has one of them. A default that names it
#: counts in this order.
FUNCTIONS = ("formula", "explain", "map", "activation")
CHAIN, FORMULA, POINT, MAP = ("activation",), ("formula",), ("explain",), ("map",)
#: A chain and its points, what is drawn as curves, and all that have an activation.
NETWORK, CURVES, NETWORKS = CHAIN + POINT, CHAIN + FORMULA, CHAIN + POINT + MAP


class Key(NamedTuple):
    """One key of a figure: the kind of its value and what it is for.

    ``functions`` are those of ``FUNCTIONS`` that the key means something for, and ``field`` is the
    specs' field that it fills, where that has another name.
    """

    kind: Kind
    purpose: str
    functions: tuple[str, ...] = FUNCTIONS
    field: str | None = None


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
        "surface": Key(choice(SHOWN), "what contours over two parameters show", CHAIN, "along"),
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
        "frame": Key(choice(("last",)), "the last frame alone, as a still", CURVES, "motion"),
        "output": Key(TEXTS, "the image's path; its suffix decides the format", field=""),
        "x-range": Key(RANGE, "the ends of the range of x"),
        "y-range": Key(RANGE, "the ends of the value panel's y axis", CURVES),
        "panels": Key(choice(get_args(Panels)), "which panels to draw", CURVES),
        "theme": Key(
            choice(get_args(Theme)),
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
    return did_you_mean(word, choices, otherwise=f"known: {', '.join(choices)}")
