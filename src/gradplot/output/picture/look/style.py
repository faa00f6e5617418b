"""The matplotlib settings a figure is drawn with, whatever the user's own matplotlibrc says.

Layered: matplotlib's defaults, ours, the spec's style sheet, and pins that keep the bytes the same.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

import matplotlib

from gradplot.errors import InputError
from gradplot.output.picture.look.theme import PALETTES

if TYPE_CHECKING:
    from gradplot.spec.figure import FigureSpec

#: Font size in points on a slide, and how it shrinks with the figure: a small one needs relatively
#: larger letters.
SLIDE_FONT, SLIDE_SIDE, SHRINK = 20.0, 7.2, 0.8

#: Points that a style sheet may ask for.
FONT_SIZES = (1.0, 200.0)

#: Settings that decide bytes or pixels rather than looks: no style sheet changes them.
_PINS: dict[str, Any] = {
    "agg.path.chunksize": 0,
    "figure.autolayout": False,
    "figure.constrained_layout.use": False,
    "path.simplify": False,  # curves come simplified, within a proven tolerance
    "savefig.bbox": None,  # "tight" changes the pixel size
    "savefig.dpi": "figure",
    "savefig.facecolor": "auto",
    "savefig.edgecolor": "auto",
    "savefig.transparent": False,
    "svg.id": None,
    "svg.image_inline": True,
    "text.parse_math": False,
    "text.usetex": False,
}
#: What choosing these would do is not a matter of how a figure looks.
_NOT_STYLE = (
    "backend", "interactive", "timezone", "tk.", "toolbar", "webagg.", "keymap.", "docstring.",
    "datapath", "savefig.directory", "figure.max_open_warning", "pgf.", "animation.",
)  # fmt: skip
_FONT_SETTINGS = itemgetter(
    *("font.family", "font.style", "font.variant", "font.weight", "font.stretch"),
    *("font.sans-serif", "font.serif", "font.monospace", "font.cursive", "font.fantasy"),
)
#: What the innermost ``drawing`` was asked for, and the font that this chooses.
_ASKED: ContextVar[tuple[object, ...]] = ContextVar("_ASKED", default=())
_FONT: ContextVar[str | None] = ContextVar("_FONT", default=None)


def font_size(size: tuple[float, float]) -> float:
    """Points for a figure of this size in inches: 20 on a slide, about 7 in a paper's column."""
    width, height = size
    return float(SLIDE_FONT * (min(width * 9 / 16, height) / SLIDE_SIDE) ** SHRINK)


@contextmanager
def drawing(spec: FigureSpec) -> Iterator[None]:
    """Settings for creating and for saving the figure of ``spec``; the user's own come back after.

    Raises InputError for a style sheet that cannot be read.
    """
    asked = (spec.theme, spec.size, spec.style, spec.svg_text, spec.digest())
    if asked == _ASKED.get():  # settings cost more than some curves do
        yield
        return
    wanted = {
        **_settings(*asked[:3]),
        "svg.fonttype": "none" if spec.svg_text else "path",
        "svg.hashsalt": asked[-1],
    }
    # Setting is checked and so slow: only what differs is set.
    now = in_force()
    changes = {key: value for key, value in wanted.items() if now[key] != value}
    with matplotlib.rc_context(changes):  # type: ignore[arg-type]
        tokens = _ASKED.set(asked), _FONT.set(_font())
        try:
            yield
        except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
            if spec.style is None:
                raise
            # matplotlib checks each value's kind, and finds out about the rest when it draws.
            raise InputError("style", f"cannot be drawn with ({error}); mend it") from error
        finally:
            _ASKED.reset(tokens[0])
            _FONT.reset(tokens[1])


def font_in_force() -> str:
    """Everything in the settings that chooses a font: what measures and outlines are kept by."""
    return _FONT.get() or _font()


def _font() -> str:
    return repr(_FONT_SETTINGS(in_force()))


def in_force() -> Mapping[str, Any]:
    """The settings that matplotlib draws with now."""
    return _as_mapping(matplotlib.rcParams)


@lru_cache(maxsize=64)
def _settings(theme: str, size: tuple[float, float], style: str | None) -> Mapping[str, Any]:
    layers = _defaults() | _house(theme, font_size(size))
    if style is not None:
        layers.update(sheet(style))
    # Through RcParams, so that comparing with the settings in force compares like with like.
    return dict(_as_mapping(matplotlib.RcParams(layers | _PINS)))


def _as_mapping(params: matplotlib.RcParams) -> Mapping[str, Any]:
    """What it is, though its type hints want literal keys."""
    return cast("Mapping[str, Any]", params)


def _defaults() -> dict[str, Any]:
    default = _as_mapping(matplotlib.rcParamsDefault)
    return {key: value for key, value in default.items() if not key.startswith(_NOT_STYLE)}


def _house(theme: str, size: float) -> dict[str, Any]:
    palette = PALETTES[theme]
    return {
        "axes.edgecolor": palette.axis,
        "axes.facecolor": palette.background,
        "axes.grid": True,
        "axes.labelcolor": palette.muted,
        "axes.linewidth": size / 13,
        "axes.spines.bottom": False,
        "axes.spines.left": False,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": palette.text,
        "figure.edgecolor": palette.background,
        "figure.facecolor": palette.background,
        "font.size": size,
        "grid.color": palette.grid,
        "grid.linewidth": size / 16,
        "text.color": palette.text,
        "xtick.color": palette.axis,
        "xtick.labelcolor": palette.muted,
        "ytick.color": palette.axis,
        "ytick.labelcolor": palette.muted,
    }


@lru_cache(maxsize=16)
def sheet(text: str) -> Mapping[str, Any]:
    """The settings of a matplotlib style sheet, given as its text.

    Raises InputError with the line at fault.
    """
    heard = _Heard()
    logger = logging.getLogger("matplotlib")
    before = logger.propagate
    logger.addHandler(heard)
    logger.propagate = False
    handle, path = tempfile.mkstemp(suffix=".mplstyle")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        read = matplotlib.rc_params_from_file(path, use_default_template=False)
    finally:
        os.unlink(path)
        logger.removeHandler(heard)
        logger.propagate = before
    if heard.words:
        fault = heard.words[0].replace(path, "the style sheet").partition(" You probably")[0]
        raise InputError("style", f"{fault}; mend it")
    for key in read:
        if key.startswith(_NOT_STYLE):
            raise InputError("style", f"{key} is not a matter of style; leave it out")
    size = _as_mapping(read).get("font.size", FONT_SIZES[0])
    if not FONT_SIZES[0] <= size <= FONT_SIZES[1]:
        raise InputError("style", f"font.size {size:g} cannot be laid out; give 1 to 200")
    return dict(_as_mapping(read))


class _Heard(logging.Handler):
    """matplotlib logs what is wrong with a style sheet instead of raising."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(" ".join(record.getMessage().split()))
