"""Pictures and numbers of a spec, found out and drawn once for all pages and builds.

They lie in a folder of Sphinx's doctrees, named by what decides their bytes. Files appear whole, so
several readers, writers and builds may use the folder at the same time.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gradplot.output.files import write
from gradplot.output.freshness import fingerprint, is_fresh
from gradplot.sphinx.findings import Part, as_parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradplot.spec.figure import FigureSpec

_FOLDER = "gradplot"
_DIGITS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a figure: its alternative text, and the parts of its report."""

    alt: str
    report: list[Part]


def picture_path(spec: FigureSpec, folder: Path, format: str) -> Path:
    """Where the picture of ``spec`` in ``format`` lies, under Sphinx's folder of doctrees."""
    name = hashlib.sha256(fingerprint(spec).encode()).hexdigest()[:_DIGITS]
    return Path(folder) / _FOLDER / f"gradplot-{name}.{format}"


def drawn(spec: FigureSpec, folder: Path, *, formats: Iterable[str]) -> Said:
    """What is said of ``spec``, once its pictures in ``formats`` are there.

    Raises InputError for a spec that cannot be drawn, OutputError for a folder that cannot be
    written to.
    """
    record = picture_path(spec, folder, "json")
    said = _recorded(record)
    missing = [name for name in formats if not is_fresh(spec, picture_path(spec, folder, name))]
    if said is not None and not missing:
        return said
    from gradplot.rendering import render

    rendering = render(spec, formats=missing)
    for name in missing:
        write(picture_path(spec, folder, name), rendering.images[name])
    said = Said(
        alt=rendering.report.alt_text(spec, rendering.findings),
        report=as_parts(rendering.report.table(spec, rendering.findings)),
    )
    write(record, json.dumps(asdict(said)).encode())
    return said


def _recorded(record: Path) -> Said | None:
    """What was written down of a figure; None where nothing whole was."""
    try:
        return Said(**json.loads(record.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
