"""The options of a figure, from a command line or a manifest, made into its spec.

Both front doors go through here, so neither can read a value differently. Keys are the long option
names; a key that is missing, None or empty has its default.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from gradplot.errors import InputError
from gradplot.functions.activations import table
from gradplot.reading.along import Axes, along, axes, descent, input_of
from gradplot.reading.motion import as_deep_as, at_the_end, motion, page
from gradplot.reading.values import (
    STEEPEST,
    Word,
    biases,
    constants,
    depths,
    number,
    numbers,
    point,
    size,
    span,
    style,
    whole,
    words,
)
from gradplot.spec.figure import SWEEP_DPI, FigureSpec, Panels, Theme
from gradplot.spec.functions import ChainSpec, FormulaSpec, PointSpec
from gradplot.spec.map import MapSpec
from gradplot.spec.surface import SurfaceSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradplot.spec.figure import Function
    from gradplot.spec.surface import Shown

#: The axis that a map has where nothing is said of it, and the value where it has others.
MAP_AXES: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "weight": ((0.0, 16.0), (8.0,)),
    "bias": ((-8.0, 8.0), (0.0,)),
    "depth": ((1, 50), (10,)),
}


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
    chosen = _size(given)
    function = next((read for key, read in _SUBJECTS.items() if key in given), _curves)(given)
    chosen |= _ranges(given, function)
    if "style" in given:
        chosen["style"] = (read_style or style)(os.path.join(folder, str(given["style"])))
    chosen |= _texts(given)
    moving, played = motion(given), page(given)
    if isinstance(function, ChainSpec) and function.along is not None:
        for key in ("animate", "slide"):
            if key in given:
                raise InputError(key, "has no meaning beside --along; give one or the other")
    if isinstance(function, ChainSpec | FormulaSpec):
        if moving is not None and moving.parameter is not None:
            chosen.setdefault("dpi", SWEEP_DPI)
            function = at_the_end(function, moving)
        if played is not None:
            function = as_deep_as(function, played)
    spec = FigureSpec(
        function=function,
        panels=cast("Panels", given.get("panels", "both")),
        theme=cast("Theme", given.get("theme", "light")),
        transparent=bool(given.get("transparent")),
        svg_text=bool(given.get("svg-text")),
        motion=moving,
        page=played,
        **chosen,
    )
    if isinstance(function, FormulaSpec) and not (proven and proven(spec)):
        check_formulas(function)
    return spec


def _size(given: Mapping[str, object]) -> dict[str, Any]:
    """Inches and dots per inch; a size that is named has dots of its own."""
    chosen: dict[str, Any] = {}
    if "size" in given:
        *sides, dpi = size(given["size"])
        chosen = {"size": tuple(sides), "dpi": dpi}
    if "dpi" in given:
        chosen["dpi"] = whole("dpi", given["dpi"])
    return chosen


def _ranges(given: Mapping[str, object], function: Function) -> dict[str, Any]:
    """The ends of the axes; a parameter on the x-axis brings its own."""
    # A point that is named needs no range to look for it in.
    unused = ("x-range",) if isinstance(function, PointSpec) and function.at is not None else ()
    chosen = {
        key.replace("-", "_"): span(key, given[key])
        for key in ("x-range", "y-range")
        if key in given and key not in unused
    }
    if isinstance(function, ChainSpec | SurfaceSpec) and (shown := axes(given)):
        chosen["x_range"] = next(iter(shown.values()))
    return chosen


def _texts(given: Mapping[str, object]) -> dict[str, Any]:
    """The title, empty for none, and the alternative text, where they are not automatic."""
    chosen = {key: str(given[key]) for key in ("title", "alt") if key in given}
    if given.get("no-title"):
        if chosen.get("title"):
            raise InputError("no-title", "a title is given as well; give one or the other")
        chosen["title"] = ""
    return chosen


def _curves(given: Mapping[str, object]) -> ChainSpec | SurfaceSpec:
    """Depths of a chain over x or over one parameter, or its loss over two."""
    shown = axes(given)
    return _chain(given, shown) if len(shown) < 2 else _surface(given, shown)


def _chain(given: Mapping[str, object], shown: Axes) -> ChainSpec:
    if "activation" not in given:
        raise InputError("activation", "missing; name one, as in relu")
    return ChainSpec(
        **_network(given, str(given["activation"])),
        depths=depths("depths", given["depths"]) if "depths" in given else (1, 2, 3),
        along=along(shown, given),
        descent=descent(given, axes=1),
    )


def _point(given: Mapping[str, object]) -> PointSpec:
    named = depths("depth", given["depth"]) if "depth" in given else (3,)
    if len(named) > 1:
        raise InputError("depth", f"{len(named)} depths given; one is explained, as in 10")
    at = given.get("at", STEEPEST)
    return PointSpec(
        **_network(given, str(given["explain"])),
        depth=named[0],
        at=None if at == STEEPEST else point("at", at),
    )


def _activation(given: Mapping[str, object], name: str) -> dict[str, Any]:
    """An activation and its parameters."""
    activation = table.find(name)
    named = {key: number(key, given[key]) for key in parameter_names() if key in given}
    arguments = zip(activation.parameters, activation.arguments(named), strict=True)
    return {"activation": activation.name, "parameters": tuple(arguments)}


def _network(given: Mapping[str, object], name: str) -> dict[str, Any]:
    """What a network is made of, its depth aside."""
    weight = numbers("weight", given["weight"]) if "weight" in given else (8.0,)
    first = given.get("input-bias")
    return {
        **_activation(given, name),
        "weight": weight,
        "bias": biases("bias", given["bias"], weight) if "bias" in given else (0.0,),
        "input_bias": None if first is None else biases("input-bias", first, weight[:1])[0],
    }


def _surface(given: Mapping[str, object], shown: Axes) -> SurfaceSpec:
    chain = _chain({key: value for key, value in given.items() if key not in _PATH}, {})
    (first, across), (second, up) = shown.items()
    return SurfaceSpec(
        activation=chain.activation,
        parameters=chain.parameters,
        variables=(first, second),
        ranges=(across, up),
        depth=chain.depths[-1],
        weight=chain.weight,
        bias=chain.bias if chain.input_bias is None else chain.layers()[1],
        at=input_of(given),
        target=number("target", given["target"]),
        shows=cast("Shown", given.get("surface", "loss")),
        descent=descent(given, axes=2),
    )


def _map(given: Mapping[str, object]) -> MapSpec:
    sides: dict[str, Any] = {
        key: numbers(key, given[key]) for key in ("weight", "bias") if key in given
    }
    if "depth" in given:
        sides["depth"] = tuple(_end_of_depths(word) for word in words(given["depth"]))
    axes_given = sum(len(ends) > 1 for ends in sides.values())
    # What is not given becomes an axis until there are two, and has one value from there.
    for name, (axis, value) in MAP_AXES.items():
        if name not in sides:
            sides[name] = axis if axes_given < 2 else value
            axes_given += sides[name] is axis
    if "grid" in given:
        sides["grid"] = whole("grid", given["grid"])
    return MapSpec(**_activation(given, str(given["map"])), **sides)


def _end_of_depths(word: Word) -> int:
    if isinstance(word, str) and "-" in word[1:]:
        raise InputError("depth", f"{word!r} is one word; give the two ends as two, as in 1 50")
    return whole("depth", word)


#: What of a surface's options is no chain's.
_PATH = ("descend", "rate", "steps", "clip")


def _formulas(given: Mapping[str, object]) -> FormulaSpec:
    return FormulaSpec(
        formulas=tuple(str(text) for text in words(given["formula"])),
        labels=tuple(str(text) for text in words(given.get("label", ()))),
        constants=constants(given.get("let", ())),
        nest=depths("nest", given["nest"]) if "nest" in given else (),
        start=number("start", given["start"]) if "start" in given else None,
    )


#: The key that names what a figure shows, where it is not a chain at several depths.
_SUBJECTS: dict[str, Callable[[Mapping[str, object]], Function]] = {
    "formula": _formulas,
    "explain": _point,
    "map": _map,
}


def check_formulas(function: FormulaSpec) -> None:
    """Raise InputError for formulas that cannot be read and constants that cannot be named so."""
    from gradplot.functions.formula.parser import check_name, parse

    for name, _ in function.constants:
        check_name(name)
    for text in function.formulas:
        parse(text, dict(function.constants), nest=bool(function.nest))


@cache
def parameter_names() -> tuple[str, ...]:
    """The names of all activations' parameters, which are options too."""
    return tuple(
        dict.fromkeys(name for entry in table.ACTIVATIONS.values() for name in entry.parameters)
    )
