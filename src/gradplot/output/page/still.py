"""The ordinary picture of a page, for print and without scripts, as part of its HTML."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gradplot.output.picture import curves as picture
from gradplot.output.picture.color_table import ColorTable, counted, packed
from gradplot.output.picture.images import images

if TYPE_CHECKING:
    from gradplot.analysis.curves import Analysed
    from gradplot.spec.figure import FigureSpec

#: Bytes from which an SVG is embedded as its pixels: curves of many laps have more points than
#: those, and a page holds the picture twice.
LARGE = 80_000
#: Colours of those pixels.
COLORS = 64


def still(spec: FigureSpec, analysed: Analysed, *, title: str, alt: str) -> str:
    """An element with the picture; a dark one for dark screens."""

    def source(theme: str) -> str:
        themed = replace(spec, theme=theme, motion=None, page=None)  # type: ignore[arg-type]

        def drawn(format: str) -> bytes:
            return images(
                themed,
                lambda look, outlined: picture.picture(look, analysed, outlined=outlined),
                title=title,
                alt=alt,
                formats=(format,),
            )[format]

        svg = drawn("svg")
        if len(svg) <= LARGE:
            return _as_data("image/svg+xml", svg)
        return _as_data("image/png", _few_colors(drawn("png")))

    dark = ""
    if spec.theme == "light" and spec.style is None:
        media = "screen and (prefers-color-scheme: dark)"
        dark = f'<source media="{media}" srcset="{source("dark")}">'
    width, height = (round(96 * inches) for inches in spec.size)
    light = source(spec.theme)
    image = f'<img src="{light}" width="{width}" height="{height}" alt="{escape(alt)}">'
    return f"<picture>{dark}{image}</picture>"


def _as_data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _few_colors(png: bytes) -> bytes:
    """The same picture in the colours of one palette: a quarter of the bytes."""
    colors = packed(np.asarray(Image.open(io.BytesIO(png)).convert("RGB")))
    table = ColorTable([counted(colors)], size=COLORS)
    image = Image.fromarray(table.indexed(colors))
    image.putpalette(table.colors.tobytes())
    data = io.BytesIO()
    image.save(data, "PNG", optimize=True)
    return data.getvalue()
