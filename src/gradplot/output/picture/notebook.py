"""A figure that shows itself as a cell's last line: in Jupyter, VS Code, marimo and Quarto."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from gradplot.output.picture.images import SAVERS
from gradplot.output.picture.look.style import drawing

if TYPE_CHECKING:
    from collections.abc import Collection

    from gradplot.spec.figure import FigureSpec

#: Dots of the picture in a dot of the page: sharp on the screens that most people have.
DENSITY = 2
#: Put into a page narrower than itself, the picture shrinks; as a file's <img> it keeps its size.
_FITTING = "max-width: 100%; height: auto"
_TYPES = {"png": "image/png", "svg": "image/svg+xml"}


class ShownFigure(Figure):
    """A matplotlib Figure that needs neither pyplot nor a magic to be seen in a notebook."""

    _described: tuple[FigureSpec, str, str] | None = None

    @classmethod
    def blank(cls, spec: FigureSpec) -> ShownFigure:
        """An empty figure as large as ``spec`` asks for."""
        figure = cls(figsize=spec.size, dpi=spec.dpi)
        if spec.clear:
            figure.patch.set_alpha(0.0)
        return figure

    def describe(self, spec: FigureSpec, *, title: str, alt: str) -> None:
        """Say whose settings it is saved with, and what screen readers speak."""
        self._described = spec, title, alt

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The figure as it is now, as PNG and as SVG, with its size and its alternative text."""
        if self._described is None:
            return {}, {}
        wanted = [
            format
            for format, kind in _TYPES.items()
            if (not include or kind in include) and kind not in (exclude or ())
        ]
        spec, title, alt = self._described
        width, height = (round(inches * self.dpi / DENSITY) for inches in self.get_size_inches())
        words = {"Title": title or "gradplot", "Description": alt, "Identifier": spec.digest()}
        canvas, dpi = self.canvas, self.dpi
        data: dict[str, Any] = {}
        try:
            with drawing(spec):
                for format in wanted:
                    self.dpi = dpi  # saving as SVG leaves its own
                    data[_TYPES[format]] = SAVERS[format](self, words)
        finally:
            self.set_canvas(canvas)
            self.dpi = dpi
        if "svg" in wanted:
            points = 'width="{:g}pt" height="{:g}pt"'.format(*(72 * self.get_size_inches()))
            sized = f'width="{width}" height="{height}" style="{_FITTING}"'
            data[_TYPES["svg"]] = data[_TYPES["svg"]].decode().replace(points, sized, 1)
        if "png" in wanted:
            data[_TYPES["png"]] = b64encode(data[_TYPES["png"]]).decode()
        said = {"width": width, "height": height, "alt": alt}
        return {"text/plain": repr(self), **data}, {_TYPES[format]: said for format in wanted}
