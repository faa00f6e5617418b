"""The options of a figure, from a command line or a manifest, made into its spec.

Both front doors go through here, so neither can read a value differently. Keys are the long option
names; a key that is missing, None or empty has its default.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, cast

from gradplot.errors import InputError
from gradplot.functions.activations import table
from gradplot.reading.values import (
    biases,
    constants,
    depths,
    number,
    numbers,
    size,
    span,
    style,
    whole,
    words,
)
from gradplot.spec.figure import FORMATS, FigureSpec, Panels, Theme
from gradplot.spec.functions import ChainSpec, FormulaSpec
from gradplot.spec.map import MapSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    function = _function(given)
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


def _function(given: Mapping[str, object]) -> ChainSpec | FormulaSpec | MapSpec:
    if "formula" in given:
        return _formulas(given)
    return _map(given) if "map" in given else _chain(given)


def _map(given: Mapping[str, object]) -> MapSpec:
    activation, parameters = _activation(str(given["map"]), given)
    axes: dict[str, tuple[float, ...]] = {
        key: numbers(key, given[key]) for key in ("weight", "bias") if key in given
    }
    if "depth" in given:
        axes["depth"] = tuple(whole("depth", word) for word in words(given["depth"]))
    ends = {name for name, given_ends in axes.items() if len(given_ends) > 1}
    # What is not given becomes an axis until there are two, and has one value from there.
    for name, (axis, value) in MAP_AXES.items():
        if name not in axes:
            axes[name] = axis if len(ends) < 2 else value
            ends |= {name} if len(axes[name]) > 1 else set()
    return MapSpec(
        activation=activation,
        parameters=parameters,
        weight=axes["weight"],
        bias=axes["bias"],
        depth=tuple(int(depth) for depth in axes["depth"]),
        **({"grid": whole("grid", given["grid"])} if "grid" in given else {}),
    )


def _activation(
    name: str, given: Mapping[str, object]
) -> tuple[str, tuple[tuple[str, float], ...]]:
    """An activation's name and its parameters, defaults filled in."""
    activation = table.find(name)
    named = {name: number(name, given[name]) for name in parameter_names() if name in given}
    return activation.name, tuple(
        zip(activation.parameters, activation.arguments(named), strict=True)
    )


def _chain(given: Mapping[str, object]) -> ChainSpec:
    if "activation" not in given:
        raise InputError("activation", "missing; name one, as in relu")
    activation, parameters = _activation(str(given["activation"]), given)
    weight = numbers("weight", given["weight"]) if "weight" in given else (8.0,)
    first = given.get("input-bias")
    return ChainSpec(
        activation=activation,
        parameters=parameters,
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


def image_format(path: str) -> str:
    """The format that the suffix of an output path asks for."""
    suffix = os.path.splitext(path)[1][1:].lower()
    if suffix not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise InputError("output", f"{path!r} does not end in {known}; name it so")
    return suffix
