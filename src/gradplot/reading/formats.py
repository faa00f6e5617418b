"""The format that a file's name asks for, and whether a figure can be drawn in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gradplot.errors import InputError
from gradplot.spec.figure import ALL_FORMATS, FORMATS, MOVING, PAGES
from gradplot.spec.functions import ChainSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradplot.spec.figure import FigureSpec


def image_format(path: str) -> str:
    """The format that the suffix of an output path asks for."""
    suffix = os.path.splitext(path)[1][1:].lower()
    if suffix not in ALL_FORMATS:
        known = ", ".join(f".{name}" for name in ALL_FORMATS)
        raise InputError("output", f"{path!r} does not end in {known}; name it so")
    return suffix


def check_formats(spec: FigureSpec, formats: Iterable[str]) -> None:
    """Raise InputError where the spec asks for what none or one of its formats cannot do."""
    wanted = tuple(formats)
    stills = [format for format in wanted if format in FORMATS]
    moving = [format for format in wanted if format in MOVING]
    pages = [format for format in wanted if format in PAGES]
    if not wanted:
        return
    for format in wanted:
        spec.check_format(format)
    if pages and spec.along is not None:
        raise InputError("along", "a page plays with x on the axis; leave it out, or draw a .svg")
    motion = spec.motion
    if motion is not None and not motion.last and (not moving or (motion.parameter and stills)):
        key = "animate" if motion.parameter else "loop" if motion.loop else "seconds"
        standing = next(format for format in (*stills, *wanted) if format not in MOVING)
        known = ", ".join(f".{name}" for name in MOVING)
        raise InputError(
            key, f".{standing} does not move; name one of {known}, or add --frame last for a still"
        )
    if motion is not None and motion.last and not (stills or moving):
        raise InputError("frame", f".{wanted[0]} has no frames; name an image")
    if spec.page is not None and not pages:
        raise InputError("slide", f".{wanted[0]} has no sliders; name an .html output")
    if moving and spec.transparent:
        raise InputError("transparent", f".{moving[0]} has a background; leave it out")
    if pages:
        _check_page(spec)


def _check_page(spec: FigureSpec) -> None:
    function = spec.function
    if not isinstance(function, ChainSpec):
        raise InputError("output", "a page plays with activations, not with formulas; name an .svg")
    for key, numbers in (("weight", function.weight), ("bias", function.bias)):
        if len(numbers) > 1:
            raise InputError(
                key, "one per layer has no slider on a page; give one, or name an .svg"
            )
