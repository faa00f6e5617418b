"""A grid of coloured cells as one image: sharp at every size, and small in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.transforms import Affine2D, Bbox

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array


class Cells(Artist):
    """Cells that fill the box ``left``, ``bottom``, ``right``, ``top`` of the artist's transform.

    ``colors`` has shape (rows, columns, 3), 0 to 255, the lowest row first. A file of shapes holds
    the image as it is, one pixel a cell; pixels take each the colour of the cell under its middle.
    """

    def __init__(self, colors: Array, box: tuple[float, float, float, float]) -> None:
        super().__init__()
        opaque = np.full((*colors.shape[:2], 1), 255.0)
        self._pixels = np.round(np.concatenate((colors, opaque), axis=2)).astype(np.uint8)
        self._box = Bbox.from_extents(*box)
        self.set_zorder(1.0)

    def draw(self, renderer: Any) -> None:
        """Draw the cells; called by matplotlib."""
        place = self._box.transformed(self.get_transform())
        graphics = renderer.new_gc()
        self._set_gc_clip(graphics)  # type: ignore[attr-defined]
        if renderer.option_scale_image():
            size = Affine2D().scale(place.width, place.height).translate(place.x0, place.y0)
            renderer.draw_image(graphics, 0, 0, self._pixels, size)
        else:
            left, bottom, right, top = (round(end) for end in place.extents)
            rows, columns = self._pixels.shape[:2]
            up = _nearest(bottom, top, place.y0, place.height, rows)
            across = _nearest(left, right, place.x0, place.width, columns)
            renderer.draw_image(graphics, left, bottom, self._pixels[np.ix_(up, across)])
        graphics.restore()


def _nearest(first: int, last: int, start: float, size: float, count: int) -> np.ndarray:
    """The cell under the middle of each pixel from ``first`` to ``last``."""
    middles = np.arange(first, max(last, first + 1)) + 0.5
    return np.clip(np.floor((middles - start) / size * count), 0, count - 1).astype(int)
