"""From a spec to its findings and images: the one road that every front door takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradplot.analysis.findings import Findings
    from gradplot.spec import FigureSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """What came of one figure: the numbers, and the bytes of each image asked for."""

    findings: Findings
    images: dict[str, bytes] = field(default_factory=dict, repr=False)


def render(
    spec: FigureSpec,
    *,
    formats: Iterable[str] = (),
    progress: Callable[[float], None] | None = None,
) -> Rendering:
    """Analyse ``spec`` and draw it in each of ``formats`` ("png", "svg", "pdf").

    Without formats matplotlib is never imported. ``progress`` hears the share of the analysis that
    is done, from 0 to 1. Raises InputError for a spec that cannot be drawn.
    """
    from gradplot.analysis.findings import analyse

    findings = analyse(spec, progress=progress)
    wanted = tuple(formats)
    if not wanted:
        return Rendering(findings=findings)
    from gradplot.output.picture.images import images

    return Rendering(findings=findings, images=images(spec, findings, formats=wanted))
