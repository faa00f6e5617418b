"""A figure as the bytes of an image: the same ones every time, and readable without seeing."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from dataclasses import replace
from html import escape  # xml.sax's would load all of urllib
from typing import TYPE_CHECKING, Any

import deflate
import numpy as np

from gradplot.errors import InputError
from gradplot.output.freshness import METADATA_KEY, fingerprint
from gradplot.output.picture import schemes
from gradplot.output.picture.look.style import drawing
from gradplot.spec.figure import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from gradplot.spec.figure import FigureSpec


def images(
    spec: FigureSpec,
    picture: Callable[[FigureSpec, bool], Figure],
    *,
    title: str,
    alt: str,
    formats: Iterable[str],
) -> dict[str, bytes]:
    """A picture of ``spec`` as "svg", "png" or "pdf"; its fingerprint is in each image's metadata.

    ``picture`` draws it, or one that differs in its theme, with its text as paths or not; ``title``
    and ``alt`` are what screen readers speak.

    The bytes depend on the picture, the spec and the installed versions alone: not on a
    matplotlibrc, the backend, the hash seed, the time or the other formats, though those that hold
    text in the same way share one picture. Raises InputError for another format or an unreadable
    style sheet.
    """
    wanted = tuple(formats)
    for format in wanted:
        if format not in SAVERS:
            raise InputError("format", f"{format!r} is not one of {', '.join(FORMATS)}")
    found: dict[str, bytes] = {}
    pictures: dict[bool, Figure] = {}
    spoken = {"Title": title or "gradplot", "Description": alt}
    with drawing(spec):
        for format in wanted:
            outlined = format == "png" or (format == "svg" and not spec.svg_text)
            if outlined not in pictures:
                pictures[outlined] = picture(spec, outlined)
            drawn = pictures[outlined]
            drawn.dpi = spec.dpi  # saving as SVG or PDF leaves its own
            words = spoken | {METADATA_KEY[format]: fingerprint(spec, format)}
            found[format] = SAVERS[format](drawn, words)
            if spec.theme == "auto":
                dark = picture(replace(spec, theme="dark", transparent=True), outlined)
                found[format] = _following(found[format], SAVERS[format](dark, words), words)
    return found


def _svg(drawn: Figure, words: dict[str, str]) -> bytes:
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    text = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    metadata: dict[str, Any] = nothing | {"Identifier": words["Identifier"]}
    FigureCanvasSVG(drawn).print_svg(text, metadata=metadata)  # type: ignore[no-untyped-call]
    return _accessible(text.getvalue(), words).encode()


def _accessible(svg: str, words: dict[str, str]) -> str:
    """The image with a role, a title and a description that screen readers speak."""
    own = _own(words)
    head, opening, rest = svg.partition("<svg ")
    attributes, close, body = rest.partition(">")
    spoken = (
        f'\n <title id="title-{own}">{escape(words["Title"], quote=False)}</title>'
        f'\n <desc id="desc-{own}">{escape(words["Description"], quote=False)}</desc>'
    )
    named = f'role="img" aria-labelledby="title-{own}" aria-describedby="desc-{own}" '
    metadata, end, drawing_ = body.partition("</metadata>")
    return "".join((head, opening, named, attributes, close, metadata, end, spoken, drawing_))


def _following(light: bytes, dark: bytes, words: dict[str, str]) -> bytes:
    """Two SVG images as one."""
    return schemes.joined(light.decode(), dark.decode(), prefix=f"gp-{_own(words)}").encode()


def _own(words: dict[str, str]) -> str:
    """What begins the names inside an image, so that those inlined in one page keep their own."""
    return words["Identifier"].rpartition(":")[2][:12]


def _png(drawn: Figure, words: dict[str, str]) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(drawn)
    canvas.draw()  # type: ignore[no-untyped-call]
    order = ("Identifier", "Title", "Description")
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return encode(pixels, {key: words[key] for key in order}, dpi=drawn.dpi)


def _pdf(drawn: Figure, words: dict[str, str]) -> bytes:
    from matplotlib.backends.backend_pdf import FigureCanvasPdf

    data = io.BytesIO()
    metadata = dict.fromkeys(("CreationDate", "Producer", "Creator")) | {
        "Title": words["Title"],
        "Subject": words["Description"],
        "Keywords": words["Keywords"],
    }
    FigureCanvasPdf(drawn).print_pdf(data, metadata=metadata)  # type: ignore[no-untyped-call]
    return data.getvalue()


#: What makes a figure, with the words for its metadata, the bytes of each format.
SAVERS: dict[str, Callable[[Figure, dict[str, str]], bytes]] = {
    "svg": _svg,
    "png": _png,
    "pdf": _pdf,
}


_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LEVEL = 6
#: Colour types: red, green and blue; the same with opacity.
_RGB, _RGBA = 2, 6
_INCHES_A_METRE = 1 / 0.0254


def encode(pixels: NDArray[np.uint8], words: Mapping[str, str], *, dpi: float) -> bytes:
    """``pixels``, shape (height, width, 4), as a PNG file with ``words`` in front of them.

    Where every pixel is opaque the file holds no opacity. ASCII words are tEXt, others iTXt.
    """
    together = np.bitwise_and.reduce(np.ascontiguousarray(pixels).view(np.uint32), axis=None)
    opaque = together.tobytes()[3] == 255  # each bit that all pixels have, in memory's order
    height, width, channels = pixels.shape
    channels = channels - 1 if opaque else channels
    rows = np.zeros((height, 1 + width * channels), dtype=np.uint8)  # 0: no filter
    for channel in range(channels):  # a plane at a time is four times as fast as all together
        rows[:, 1 + channel :: channels] = pixels[:, :, channel]
    header = struct.pack(">IIBBBBB", width, height, 8, _RGB if opaque else _RGBA, 0, 0, 0)
    per_metre = round(dpi * _INCHES_A_METRE)
    chunks = [
        _chunk(b"IHDR", header),
        _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
        *(_text(key, text) for key, text in words.items()),
        _chunk(b"IDAT", deflate.zlib_compress(rows, _LEVEL)),
        _chunk(b"IEND", b""),
    ]
    return b"".join((_SIGNATURE, *chunks))


def _text(key: str, text: str) -> bytes:
    name = key.encode("latin-1") + b"\0"
    if text.isascii():
        return _chunk(b"tEXt", name + text.encode("ascii"))
    return _chunk(b"iTXt", name + b"\0\0\0\0" + text.encode("utf-8"))


def _chunk(kind: bytes, data: bytes | bytearray) -> bytes:
    check = deflate.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
