"""Which pictures a figure command is to write, where, and in which format."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from gradplot.errors import InputError, OutputError
from gradplot.output.files import refusal
from gradplot.spec.figure import ALL_FORMATS

STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """One picture to write: a path, or "-" for standard output, and its format."""

    path: str
    format: str


def targets(
    outputs: Sequence[str],
    format: str | None,  # the option's own name
    *,
    stem: str,
    default: str,
) -> tuple[Target, ...]:
    """The pictures that ``--output`` and ``--format`` ask for; else ``stem`` in a ``default``.

    Raises InputError where a name says no format or a picture cannot lie there.
    """
    paths = dict.fromkeys(outputs or (f"{stem}.{format or default}",))
    found = [Target(path, _format(path, format)) for path in paths]
    # Standard output last: a reader who leaves early costs no file.
    return tuple(sorted(found, key=lambda target: target.path == STDOUT))


def refuse_existing(found: Sequence[Target]) -> None:
    """Raise OutputError at once for what could not be written after the work is done."""
    for target in found:
        if target.path != STDOUT and os.path.lexists(target.path):
            raise OutputError(refusal(target.path))


def _format(path: str, named: str | None) -> str:
    if path == STDOUT:
        if named is None:
            raise InputError("output", "- needs --format; name one of " + ", ".join(ALL_FORMATS))
        return named
    if not path:
        raise InputError("output", "'' is no file name; give one, as in tanh.svg")
    if path.endswith(os.sep) or os.path.isdir(path):
        raise InputError(
            "output", f"{path} is a folder; name a file in it, as in {os.path.join(path, 'a.svg')}"
        )
    suffix = os.path.splitext(path)[1][1:].lower()
    if suffix in ALL_FORMATS:
        return suffix
    if named and not suffix:
        return named
    known = ", ".join(f".{name}" for name in ALL_FORMATS)
    if suffix:
        raise InputError("output", f"{path} has unknown suffix .{suffix}; end it in one of {known}")
    raise InputError("output", f"{path} has no suffix; add --format, or end it in one of {known}")
