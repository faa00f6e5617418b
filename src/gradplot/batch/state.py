"""What is on disk of a batch, before anything is drawn."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from gradplot.batch.manifest.reader import Figure, load
from gradplot.batch.outcomes import Outcome, Report, State
from gradplot.output import files
from gradplot.output.freshness import fingerprint, read, same_drawing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    Figures = str | Path | Iterable[Figure]


def survey(figures: Figures, *, any_version: bool = False) -> Report:
    """The state of every image on disk: unchanged, missing or stale. Nothing is drawn.

    With ``any_version`` an image is unchanged, too, that other versions of gradplot, matplotlib or
    numpy have drawn.
    """
    chosen = load(figures) if isinstance(figures, str | os.PathLike) else figures
    return Report([_surveyed(figure, any_version) for figure in chosen])


def only(figures: Iterable[Figure], pattern: str) -> list[Figure]:
    """The figures with the images whose names match a shell pattern."""
    from fnmatch import fnmatchcase

    found = []
    for figure in figures:
        outputs = tuple(each for each in figure.outputs if fnmatchcase(each.name, pattern))
        if outputs:
            found.append(replace(figure, outputs=outputs))
    return found


def clean_up(report: Report) -> None:
    """Remove what a killed run left half written beside the outputs."""
    paths = [output.path for outcome in report.outcomes for output in outcome.figure.outputs]
    # What is written through a link lies beside the file that the link leads to.
    paths += [os.path.realpath(path) for path in paths if os.path.islink(path)]
    for folder in dict.fromkeys(map(os.path.dirname, paths)):
        files.remove_abandoned(folder or ".")


def _surveyed(figure: Figure, any_version: bool) -> Outcome:
    states: dict[str, State] = {}
    for output in figure.outputs:
        mark = fingerprint(figure.spec, output.format)
        found = read(output.path)
        if found == mark or (any_version and found is not None and same_drawing(found, mark)):
            states[output.name] = "unchanged"
        else:
            there = found is not None or os.path.lexists(output.path)
            states[output.name] = "stale" if there else "missing"
    return Outcome(figure, states)
