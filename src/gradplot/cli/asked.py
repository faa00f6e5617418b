"""How somebody asks a figure command for its spec in place of its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradplot.spec.figure import FigureSpec

#: The entry of a click context's ``meta`` with an ``Asked`` in it.
ASKED = __name__


@dataclass(slots=True)
class Asked:
    """Who wants the spec, and the spec once it is known."""

    #: Where relative paths among the options start.
    folder: str
    spec: FigureSpec | None = None
