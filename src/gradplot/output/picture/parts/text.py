"""Text on the page: how wide it is, and how it gets there.

matplotlib lays out and measures every text anew in every figure, which takes longer than drawing
the curves. Where text becomes outlines anyway, each word's outline is kept from figure to figure,
and all outlines of one colour are one artist.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import bidirectional

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from gradplot.output.picture.look.style import font_in_force, in_force

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gradplot.functions.arrays import Array

#: Points; the glyphs' own coordinates are for one point.
_ALIGNED = {"left": 0.0, "center": 0.5, "right": 1.0}
#: Kinds of letters that are written from right to left.
_LEFTWARD = frozenset(("R", "AL", "AN", "RLE", "RLO", "RLI"))
#: Decimals of a point that outlines keep: a hundredth of a pixel.
_DECIMALS = 2


class Page:
    """The text of one figure; positions and sizes in points, places are of the baseline.

    With ``outlined`` it is drawn as paths, else as matplotlib's own text. On the page and not in a
    panel's axes, where every text would get a clip path of its own.
    """

    def __init__(self, figure: Figure, *, outlined: bool) -> None:
        self.figure, self.outlined = figure, outlined
        #: From points on the page to pixels.
        self.points = Affine2D().scale(1 / 72) + figure.dpi_scale_trans
        self._outlines: dict[str, list[tuple[Array, Array]]] = {}

    def write(
        self, x: float, y: float, text: str, *, size: float, color: str, align: str = "left"
    ) -> None:
        """Put ``text`` at (x, y)."""
        if not self.outlined:
            width, height = (72 * inches for inches in self.figure.get_size_inches())
            at = x / width, y / height
            self.figure.text(*at, text, fontsize=size, color=color, ha=align, va="baseline")
            return
        vertices, codes = _outline(text, font_in_force())
        if len(codes):
            x -= _ALIGNED[align] * text_width(text, size)
            placed = np.round(vertices * size + (x, y), _DECIMALS)
            self._outlines.setdefault(color, []).append((placed, codes))

    def finish(self) -> None:
        """Draw what was written."""
        for color, pieces in self._outlines.items():
            vertices, codes = (np.concatenate(part) for part in zip(*pieces, strict=True))
            letters = PathPatch(
                Path(vertices, codes), facecolor=color, linewidth=0, transform=self.points, zorder=6
            )
            self.figure.add_artist(letters)


def text_width(text: str, size: float) -> float:
    """Points that ``text`` takes at ``size`` points, in the font in force."""
    return _unit_width(text, font_in_force()) * size


@lru_cache(maxsize=4096)
def _unit_width(text: str, font: str) -> float:
    return sum(_word_width(word, font) for word in _words(text))


@lru_cache(maxsize=4096)
def _outline(text: str, font: str) -> tuple[Array, Array]:
    words = _words(text)
    vertices, codes = zip(*(_word_outline(word, font) for word in words), strict=True)
    ends = np.cumsum([0.0, *(_word_width(word, font) for word in words)])
    placed = [np.add(part, (x, 0.0)) for part, x in zip(vertices, ends[:-1], strict=True)]
    return np.concatenate(placed), np.concatenate(codes)


def _words(text: str) -> list[str]:
    """Parts that fonts set side by side as they are: many titles have few of them."""
    if any(bidirectional(letter) in _LEFTWARD for letter in text):
        return [text]
    return re.split("([ (·)])", text)


@lru_cache(maxsize=4096)
def _word_width(word: str, font: str) -> float:
    properties = FontProperties(size=100)
    width, _, _ = text_to_path.get_text_width_height_descent(word, properties, ismath=False)
    return float(width) / 100


@lru_cache(maxsize=4096)
def _word_outline(word: str, font: str) -> tuple[Array, Array]:
    properties = FontProperties(size=100)
    vertices, codes = text_to_path.get_text_path(properties, word)
    outline = np.asarray(vertices).reshape(-1, 2) / text_to_path.FONT_SCALE
    return outline, np.asarray(codes, dtype=Path.code_type)


def color(setting: str, otherwise: str = "text.color") -> str:
    """A colour among the settings in force, where "auto" and "inherit" mean another setting's."""
    chosen = in_force()[setting]
    return str(in_force()[otherwise] if chosen in ("auto", "inherit") else chosen)
