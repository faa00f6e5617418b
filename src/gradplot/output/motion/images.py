"""A figure that moves, as the bytes of its files: the one road from its spec to its frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from gradplot.errors import InputError
from gradplot.output.freshness import fingerprint
from gradplot.output.labour import mapped
from gradplot.output.motion import frames, timeline
from gradplot.output.motion.encoding import ENCODERS, Film
from gradplot.output.picture import images as stills
from gradplot.output.picture.color_table import ColorTable
from gradplot.output.picture.curves import still
from gradplot.output.report.curves import words
from gradplot.output.report.text import typeset
from gradplot.spec.figure import MOVING
from gradplot.spec.motion import SWEPT, MotionSpec

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import numpy as np
    from numpy.typing import NDArray

    from gradplot.analysis.curves import Analysed
    from gradplot.output.motion.frames import Drawn, Frame
    from gradplot.spec.figure import FigureSpec

#: Pixels of all frames together: what a machine has memory for.
MOST_PIXELS = 4e8


def images(
    spec: FigureSpec,
    analysed: Analysed,
    *,
    formats: Iterable[str],
    executor: Executor | None = None,
    progress: Callable[[float], None] | None = None,
) -> dict[str, bytes]:
    """The moving picture as "gif", "webp" or "apng"; of a sweep, its last frame in a still format.

    ``executor`` draws the frames, if there is one; ``progress`` hears the share that is done.
    Raises InputError for more pixels than memory is likely to hold.
    """
    wanted = tuple(formats)
    motion = spec.motion or MotionSpec()
    spec = replace(spec, motion=motion)
    moving = [format for format in wanted if format in MOVING]
    _check_pixels(spec, motion)
    told = progress or (lambda share: None)
    made = _sweep(spec, executor, told) if motion.parameter else _growth(spec, analysed)
    found: dict[str, bytes] = {}
    if len(moving) < len(wanted):
        last = made[-1]
        found |= stills.images(
            spec,
            lambda _, outlined: frames.figure_of(last, outlined=outlined),
            title=words.title(spec),
            alt=words.alt_text(spec, last.findings),
            formats=[format for format in wanted if format not in MOVING],
        )
    if moving:
        drawn = []
        for number, each in enumerate(mapped(frames.draw, made, executor), 1):
            drawn.append(each)
            told(0.5 + 0.5 * number / len(made) if motion.parameter else number / len(made))
        shown, colors = _frames(motion, drawn)
        said = {"Title": words.title(spec) or "gradplot", "Description": alt_text(spec, made)}
        for format in moving:
            film = Film(
                frames=shown,
                colors=colors,
                durations=timeline.durations(motion, len(shown)),
                loop=motion.loop,
                words={"Identifier": fingerprint(spec, format), **said},
            )
            found[format] = ENCODERS[format](film)
    return found


def alt_text(spec: FigureSpec, made: list[Frame]) -> str:
    """What moves, and what the last frame shows; of a sweep, how steep it began, too."""
    last = words.alt_text(spec, made[-1].findings)
    motion = spec.motion
    if spec.alt is not None or motion is None:
        return last
    if motion.parameter is None:
        return f"Animation, curve after curve. {last}"
    name = motion.parameter.replace("-", " ")
    first = words.steepest(made[0].findings)
    ends = f"from {typeset(motion.start)} to {typeset(motion.end)}"
    at = f"{SWEPT[motion.parameter]} = {typeset(motion.start)}"
    return f"Animation: {name} {ends}. At {at}: {first} The last frame: {last}"


def _sweep(
    spec: FigureSpec, executor: Executor | None, told: Callable[[float], None]
) -> list[Frame]:
    specs = frames.sweep(spec)
    measured = []
    for number, each in enumerate(mapped(frames.measure, specs, executor), 1):
        measured.append(each)
        told(0.5 * number / len(specs))
    held = frames.common([each.still for each in measured])
    return [
        frames.Frame(each, found.findings, replace(held, note=note))
        for each, found, note in zip(specs, measured, frames.notes(spec), strict=True)
    ]


def _growth(spec: FigureSpec, analysed: Analysed) -> list[Frame]:
    """Pictures with one more curve each; a curve alone grows out of nothing."""
    held = still(spec, analysed, traced=True)
    count = len(analysed.curves)
    return [
        frames.Frame(spec, analysed.findings, replace(held, shown=shown))
        for shown in range(min(1, count - 1), count + 1)
    ]


def _frames(
    motion: MotionSpec, drawn: list[Drawn]
) -> tuple[list[NDArray[np.uint8]], NDArray[np.uint8]]:
    """The frames as numbers of one palette, and that palette."""
    table = ColorTable(each.counts for each in drawn)
    pictures = [table.indexed(each.colors()) for each in drawn]
    if motion.parameter:
        return pictures, table.colors
    shown = [
        frames.wiped(pictures[wipe.stage], pictures[wipe.stage + 1], wipe.share)
        if wipe.share
        else pictures[wipe.stage]
        for wipe in timeline.wipes(motion, len(pictures))
    ]
    return shown, table.colors


def _check_pixels(spec: FigureSpec, motion: MotionSpec) -> None:
    width, height = (round(inches * spec.dpi) for inches in spec.size)
    if motion.frames * width * height > MOST_PIXELS:
        raise InputError(
            "dpi",
            f"{motion.frames} frames of {width} x {height} pixels are more than a film can hold; "
            "give a smaller --dpi, or fewer frames by --fps or --seconds",
        )
