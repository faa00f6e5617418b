"""The frames of a moving picture: what each shows, measured and drawn by any worker.

Everything that goes to a worker or comes back from it can be pickled.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

from gradplot.analysis import curves
from gradplot.functions import build
from gradplot.output.motion import timeline
from gradplot.output.picture.color_table import counted, packed
from gradplot.output.picture.curves import Still, picture, still
from gradplot.output.picture.look.style import drawing
from gradplot.reading.motion import swept
from gradplot.spec.functions import ChainSpec
from gradplot.spec.motion import SWEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from gradplot.analysis.findings import Findings
    from gradplot.spec.figure import FigureSpec


class Measured(NamedTuple):
    """What is found out of one frame, and the room it would take for itself."""

    findings: Findings
    still: Still


@dataclass(frozen=True, slots=True)
class Frame:
    """What one drawing needs."""

    spec: FigureSpec
    findings: Findings
    still: Still


class Drawn(NamedTuple):
    """A frame's packed colours, compressed, and how many pixels have each."""

    data: bytes
    shape: tuple[int, ...]
    counts: dict[int, int]

    def colors(self) -> NDArray[np.uint32]:
        flat = np.frombuffer(zlib.decompress(self.data), dtype=np.uint32)
        return flat.reshape(self.shape)


def sweep(spec: FigureSpec) -> list[FigureSpec]:
    """The spec of every frame of a sweep."""
    assert spec.motion is not None
    assert isinstance(spec.function, ChainSpec)
    return [
        replace(spec, function=swept(spec.function, spec.motion, value))
        for value in timeline.swept_values(spec.motion)
    ]


def measure(spec: FigureSpec) -> Measured:
    """Analyse one frame, certified maximum slopes included."""
    analysed = curves.analyse(spec)
    return Measured(analysed.findings, still(spec, analysed))


def common(stills: Sequence[Still]) -> Still:
    """Axes and a column that hold every frame's, and the last one's order."""
    panels = zip(*(each.limits for each in stills), strict=True)
    limits = tuple((min(e[0] for e in ends), max(e[1] for e in ends)) for ends in panels)
    column = max(each.column for each in stills)
    return Still(limits=limits, column=column, order=stills[-1].order)


def notes(spec: FigureSpec) -> list[str]:
    """The swept value of every frame, in as many decimals each."""
    motion = spec.motion
    assert motion is not None
    assert motion.parameter is not None
    letter, decimals = SWEPT[motion.parameter], timeline.decimals_of(motion)
    return [
        f"{letter} = {value:.{decimals}f}".replace("-", "−")
        if round(value, decimals) == value
        else f"{letter} = {value!r}".replace("-", "−")
        for value in timeline.swept_values(motion)
    ]


def figure_of(frame: Frame, *, outlined: bool) -> Figure:
    """The frame as a matplotlib figure."""
    analysed = curves.Analysed(build.curves(frame.spec.curves), frame.findings)
    return picture(frame.spec, analysed, outlined=outlined, still=frame.still)


def draw(frame: Frame) -> Drawn:
    """The frame's pixels."""
    with drawing(frame.spec):
        canvas = FigureCanvasAgg(figure_of(frame, outlined=True))
        canvas.draw()  # type: ignore[no-untyped-call]
        colors = packed(np.asarray(canvas.buffer_rgba()))  # type: ignore[no-untyped-call]
    return Drawn(zlib.compress(colors.tobytes(), 1), colors.shape, counted(colors))


def wiped(before: NDArray[np.uint8], after: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
    """A frame whose left ``share`` is the one after, the rest the one before."""
    edge = round(share * before.shape[1])
    return np.concatenate((after[:, :edge], before[:, edge:]), axis=1)
