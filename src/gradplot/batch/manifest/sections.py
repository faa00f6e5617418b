"""One section of a manifest: the keys that it may hold, and the defaults that it inherits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradplot.batch.manifest.keys import FUNCTIONS, cure, figure_keys
from gradplot.batch.manifest.matrix import shown
from gradplot.errors import InputError
from gradplot.functions.activations.table import find
from gradplot.reading.figure import parameter_names
from gradplot.reading.motion import MOTION_KEYS
from gradplot.reading.values import words
from gradplot.spec.figure import FORMATS, MOVING, PAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The suffixes of which an output must have one for a default to say something about it.
_NEEDS = {
    **{key: tuple(f".{format}" for format in MOVING) for key in MOTION_KEYS},
    "frame": tuple(f".{format}" for format in FORMATS),
    "slide": tuple(f".{format}" for format in PAGES),
}


def check_keys(section: Mapping[str, Any], *, allow_matrix: bool = True) -> None:
    """Raise InputError for a key that is not known or a value of the wrong type."""
    known = figure_keys()
    for key, value in section.items():
        entry = known.get(key)
        if entry is None:
            if key == "matrix" and allow_matrix:
                continue
            raise InputError(key, f"unknown key; {cure(key, [*known, 'matrix'])}")
        if not entry.kind.accepts(value):
            raise InputError(key, f"{shown(value)} is not {entry.kind.words}")


def check_matrix(matrix: object, section: Mapping[str, Any]) -> None:
    """Raise InputError unless the matrix holds lists of values for keys not given beside it."""
    known = [key for key in figure_keys() if key != "output"]
    if not isinstance(matrix, dict) or not matrix:
        raise InputError(
            "matrix", f"{shown(matrix)} is not a table of lists, as in {{ weight = [1, 8] }}"
        )
    for key, values in matrix.items():
        if key not in known:
            raise InputError(f"matrix.{key}", f"unknown key; {cure(key, known)}")
        if key in section:
            raise InputError(f"matrix.{key}", "given beside the matrix too; give it once")
        if isinstance(values, list):
            kind = figure_keys()[key].kind
            for value in values:
                if not kind.accepts(value):
                    raise InputError(f"matrix.{key}", f"{shown(value)} is not {kind.words}")


def settle(section: Mapping[str, Any], defaults: Mapping[str, Any]) -> Mapping[str, Any]:
    """The section over the defaults, as far as these mean something for its function."""
    named = [key for key in FUNCTIONS if key in section]
    if len(named) > 1:
        article = "an" if named[1][0] in "aeiou" else "a"
        raise InputError(named[0], f"{article} {named[1]} is given as well; give one or the other")
    known = figure_keys()
    merged = {**defaults, **section}
    function = next((key for key in (*named, *FUNCTIONS) if key in merged), None)
    if function is None:
        raise InputError(
            "activation", 'missing; write activation = "relu", or formula = "tanh(8*x)"'
        )
    for key in section:
        if function not in known[key].functions:
            raise InputError(key, f"means nothing beside {function}; leave it out")
    if not defaults:
        return section
    return {
        key: value
        for key, value in merged.items()
        if key in section or _inherits(key, merged, section, function=function)
    }


def _inherits(
    key: str, merged: Mapping[str, Any], section: Mapping[str, Any], *, function: str
) -> bool:
    """Whether a default says something about this figure, which it need not do about all."""
    if function not in figure_keys()[key].functions:
        return False
    if key in _NEEDS and not any(
        str(name).lower().endswith(suffix)
        for name in words(merged.get("output", ()))
        for suffix in _NEEDS[key]
    ):
        return False
    if key in parameter_names():
        return key in find(merged[function]).parameters
    return not (key == "title" and section.get("no-title")) and not (
        key == "no-title" and "title" in section
    )
