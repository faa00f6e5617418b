"""Frames of one palette into GIF, WebP and APNG, with words inside; the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, PngImagePlugin

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Effort (0 to 100) and method (0 to 6) of WebP's lossless compression.
WEBP_EFFORT, WEBP_METHOD = 20, 1


class Film(NamedTuple):
    """Palette numbers of every frame, the palette's colours, milliseconds, and what is said."""

    frames: Sequence[NDArray[np.uint8]]
    colors: NDArray[np.uint8]
    durations: Sequence[int]
    loop: bool
    #: Identifier (the fingerprint), Title and Description.
    words: dict[str, str]


def _images(film: Film) -> list[Image.Image]:
    palette = film.colors.tobytes()
    found = []
    for frame in film.frames:
        image = Image.fromarray(frame)
        image.putpalette(palette)  # which makes it one of palette numbers
        found.append(image)
    return found


def gif(film: Film) -> bytes:
    """A GIF; its comment holds the words. Without a loop it says nothing of one, and stops."""
    first, *others = _images(film)
    data = io.BytesIO()
    first.save(
        data,
        "GIF",
        save_all=True,
        append_images=others,
        duration=list(film.durations),
        comment="\n".join(film.words.values()).encode(),
        palette=film.colors.tobytes(),  # one for all; else Pillow writes one with every frame
        disposal=1,
        optimize=False,
        **({"loop": 0} if film.loop else {}),
    )
    return data.getvalue()


def webp(film: Film) -> bytes:
    """A WebP without loss; its XMP packet holds the words."""
    first, *others = [image.convert("RGB") for image in _images(film)]
    data = io.BytesIO()
    first.save(
        data,
        "WEBP",
        save_all=True,
        append_images=others,
        duration=list(film.durations),
        loop=0 if film.loop else 1,
        lossless=True,
        quality=WEBP_EFFORT,
        method=WEBP_METHOD,
        minimize_size=False,
        xmp=_xmp(film.words).encode(),
    )
    return data.getvalue()


def apng(film: Film) -> bytes:
    """An APNG whose still picture, for what shows no motion, is the last frame."""
    images = _images(film)
    said = PngImagePlugin.PngInfo()
    for key, text in film.words.items():
        if text.isascii():
            said.add_text(key, text)
        else:
            said.add_itxt(key, text)
    data = io.BytesIO()
    images[-1].save(
        data,
        "PNG",
        save_all=True,
        append_images=images,
        default_image=True,
        duration=list(film.durations),
        loop=0 if film.loop else 1,
        pnginfo=said,
    )
    return data.getvalue()


ENCODERS: dict[str, Callable[[Film], bytes]] = {"gif": gif, "webp": webp, "apng": apng}


def _xmp(words: dict[str, str]) -> str:
    def spoken(name: str, text: str) -> str:
        listed = f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'
        return f"<dc:{name}>{listed}</dc:{name}>"

    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"{spoken('title', words['Title'])}{spoken('description', words['Description'])}"
        f"<dc:identifier>{escape(words['Identifier'])}</dc:identifier>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
