"""What one worker does for one figure: a task in, its images as bytes out, and never an exception.

Everything here is picklable, so a task can be drawn by any process on any machine that has the same
versions installed; it needs no shared disk.
"""

from __future__ import annotations

import threading
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradplot.errors import GradplotError

if TYPE_CHECKING:
    from gradplot.spec.figure import FigureSpec


#: The format that most packages have a part in: a worker has to have all of them alike.
STRICTEST = "png"


@dataclass(frozen=True, slots=True)
class Task:
    """A figure to draw in some formats; ``numbers`` asks for its findings as JSON data too.

    ``outputs`` are the names that those data give to the images.
    """

    spec: FigureSpec
    formats: tuple[str, ...]
    fingerprint: str
    numbers: bool = False
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """The bytes of each format, and the findings where they were asked for."""

    images: dict[str, bytes]
    numbers: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is no drawing: a line for people, and the traceback where it is a bug of ours."""

    message: str
    trace: str | None = None


#: matplotlib draws wrong figures, if rarely, from two threads of one process, which some executors
#: have.
_ONE_AT_A_TIME = threading.Lock()


def draw(task: Task) -> Drawn | Failed:
    """Draw one figure, and say so where it cannot be done."""
    try:
        with _ONE_AT_A_TIME:
            return _draw(task)
    except GradplotError as error:
        return Failed(str(error))
    except Exception as error:
        return Failed(f"a bug in gradplot: {error!r}", traceback.format_exc())


def _draw(task: Task) -> Drawn | Failed:
    from gradplot.output.freshness import fingerprint
    from gradplot.rendering import render

    if fingerprint(task.spec, STRICTEST) != task.fingerprint:
        return Failed(
            "the worker has another version of gradplot, matplotlib, numpy or deflate, and would "
            "draw other bytes; install the same versions there"
        )
    rendering = render(task.spec, formats=task.formats)
    if not task.numbers:
        return Drawn(rendering.images)
    numbers = rendering.report.as_data(task.spec, rendering.findings, task.outputs)
    return Drawn(rendering.images, numbers)
