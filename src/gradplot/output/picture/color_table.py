"""The few colours that a file holds: one table for all frames of a film, so that none flickers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A table's colours at most, and how far apart they are at first, as a distance in RGB.
SIZE, NEAR = 256, 6.0
_WIDENED = 1.25


def packed(pixels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Red, green and blue as one number a pixel."""
    red, green, blue = (pixels[..., channel].astype(np.uint32) for channel in range(3))
    return np.bitwise_or(np.bitwise_or(red << 16, green << 8), blue, dtype=np.uint32)


def counted(colors: NDArray[np.uint32]) -> dict[int, int]:
    """How many pixels have each colour."""
    flat = colors.ravel()
    ground = flat[0]
    others = flat[flat != ground]  # most of a picture is its background
    found, counts = np.unique(others, return_counts=True)
    listed = dict(zip(found.tolist(), counts.tolist(), strict=True))
    return {int(ground): flat.size - others.size, **listed}


class ColorTable:
    """The colours that most pixels have, none too near another, and the nearest of any colour."""

    def __init__(self, counts: Iterable[Mapping[int, int]], *, size: int = SIZE) -> None:
        total: Counter[int] = Counter()
        for each in counts:
            total.update(each)
        # By count, then by the colour itself: the same pixels make the same table.
        ordered = sorted(total, key=lambda color: (-total[color], color))
        every = np.array(ordered, dtype=np.uint32)
        apart = _unpacked(every)
        chosen, near = every, 0.0
        while len(chosen) > size:
            near = max(NEAR, near * _WIDENED)
            chosen = every[_spaced(apart, near, size)]
        self.colors = _unpacked(chosen).astype(np.uint8)
        self._index = np.zeros(1 << 24, dtype=np.uint8)
        for start in range(0, len(every), 4096):
            some = apart[start : start + 4096, None, :] - self.colors.astype(np.float64)[None]
            nearest = np.argmin(np.sum(some * some, axis=2), axis=1)
            self._index[every[start : start + 4096]] = nearest

    def indexed(self, colors: NDArray[np.uint32]) -> NDArray[np.uint8]:
        """The table's number of each pixel, for colours that were counted."""
        return self._index[colors]


def _unpacked(colors: NDArray[np.uint32]) -> NDArray[np.float64]:
    channels = [(colors >> shift) & 255 for shift in (16, 8, 0)]
    return np.stack(channels, axis=-1).astype(np.float64)


def _spaced(apart: NDArray[np.float64], near: float, size: int) -> list[int]:
    """The first colour, and each later one that is not near one taken already; a few too many."""
    taken: list[int] = []
    free = np.ones(len(apart), dtype=bool)
    while free.any() and len(taken) <= size:
        first = int(np.argmax(free))
        taken.append(first)
        free &= np.sum((apart - apart[first]) ** 2, axis=1) > near * near
        free[first] = False
    return taken
