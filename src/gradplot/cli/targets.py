"""Where a figure's pictures go, settled before anything is computed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from gradplot.errors import InputError, OutputError
from gradplot.spec import FORMATS

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
) -> tuple[Target, ...]:
    """The pictures that ``--output`` and ``--format`` ask for; ``stem`` names the default.

    Raises InputError where a name says no format or a picture cannot lie there.
    """
    if not outputs:
        chosen = format or FORMATS[0]
        found: tuple[Target, ...] = (Target(f"{stem}.{chosen}", chosen),)
    else:
        found = tuple(Target(path, _format(path, format)) for path in dict.fromkeys(outputs))
    for target in found:
        if target.path != STDOUT:
            _check_place(target.path)
    # Standard output last: a reader who leaves early costs no file.
    return tuple(sorted(found, key=lambda target: target.path == STDOUT))


def refuse_existing(found: Sequence[Target]) -> None:
    """Raise OutputError at once for what could not be written after the work is done."""
    for target in found:
        if target.path != STDOUT and os.path.lexists(target.path):
            raise OutputError(
                f"{target.path}: exists already; leave out --no-clobber or choose another name"
            )


def _format(path: str, named: str | None) -> str:
    if path == STDOUT:
        if named is None:
            raise InputError("output", "- needs --format; name one of " + ", ".join(FORMATS))
        return named
    if not path:
        raise InputError("output", "'' is no file name; give one, as in tanh.svg")
    suffix = os.path.splitext(path)[1][1:].lower()
    if suffix in FORMATS:
        return suffix
    if not suffix and named and not path.endswith(os.sep) and not os.path.isdir(path):
        return named
    if path.endswith(os.sep) or os.path.isdir(path):
        raise InputError(
            "output", f"{path} is a folder; name a file in it, as in {os.path.join(path, 'a.svg')}"
        )
    known = ", ".join(f".{name}" for name in FORMATS)
    what = f"unknown suffix .{suffix}" if suffix else "no suffix"
    raise InputError("output", f"{path} has {what}; end it in one of {known}")


def _check_place(path: str) -> None:
    if os.path.isdir(path):
        raise InputError("output", f"{path} is a folder; name a file in it")
