"""One figure section into many: a matrix of values, and placeholders in the output's name."""

from __future__ import annotations

import itertools
import math
import re
from typing import TYPE_CHECKING, Any

from gradplot.batch.manifest.keys import cure
from gradplot.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: More figures than anyone looks at; a slip in a matrix should not fill a disk.
MAX_FIGURES = 100_000

# Compiled on first use: most outputs have no placeholder.
_PLACEHOLDER = r"\{\{|\}\}|\{([^{}]*)\}|[{}]"
_UNSAFE = r"[^\w.+\-]+"


def combinations(matrix: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every combination of the matrix's values; the last key varies fastest.

    Raises InputError before anything is expanded when there are too many.
    """
    for key, values in matrix.items():
        if not isinstance(values, list) or not values:
            raise InputError(
                f"matrix.{key}", f"{shown(values)} is not a list of values; give at least one"
            )
    count = math.prod(len(values) for values in matrix.values())
    if count > MAX_FIGURES:
        sizes = " × ".join(str(len(values)) for values in matrix.values())
        raise InputError(
            "matrix", f"{sizes} = {count} figures are too many; {MAX_FIGURES} at most in a manifest"
        )
    for values in itertools.product(*matrix.values()):
        yield dict(zip(matrix, values, strict=True))


def fill(template: str, values: Mapping[str, Any]) -> str:
    """The template with each ``{key}`` replaced by that key's value, safe in a file's name.

    ``{{`` and ``}}`` stand for braces. Raises InputError for a placeholder that has no value.
    """
    if "{" not in template and "}" not in template:
        return template

    def replacement(found: re.Match[str]) -> str:
        token = found[0]
        if token in ("{{", "}}"):
            return token[0]
        if found[1] is None:
            raise InputError("output", f"{template!r} has a single {token}; write it twice")
        if found[1] not in values:
            advice = cure(found[1], values) if values else "no key has a value here"
            raise InputError("output", f"unknown placeholder {token} in {template!r}; {advice}")
        return _in_name(values[found[1]])

    return re.sub(_PLACEHOLDER, replacement, template)


def _in_name(value: Any) -> str:
    if isinstance(value, list):
        return "-".join(map(_in_name, value))
    if isinstance(value, dict):
        return "-".join(f"{key}{_in_name(entry)}" for key, entry in value.items())
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
    # A path separator in a value must not make a folder, nor a space two shell words.
    return re.sub(_UNSAFE, "_", text).strip(".") or "_"


def shown(value: object) -> str:
    """A manifest's value in an error message, in TOML's own words and not too long."""
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, list):
        text = f"[{', '.join(map(shown, value[:5]))}{', ...' if len(value) > 5 else ''}]"
    elif isinstance(value, dict):
        text = "{ " + ", ".join(f"{key} = {shown(entry)}" for key, entry in value.items()) + " }"
    else:
        text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."
