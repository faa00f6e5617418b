"""Whether an image on disk is what a spec would draw now: its fingerprint, written and read back.

The fingerprint lies in the image's own metadata, so freshness needs no side file. Neither numpy nor
matplotlib is imported, and only the ends of a file are read.
"""

from __future__ import annotations

import hashlib
import os
import re
from functools import cache
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

from gradplot.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradplot.spec.figure import FigureSpec

#: Raise by one whenever the drawing code draws the same spec differently.
DRAWING_REVISION = 4
#: Where each format keeps the fingerprint: matplotlib's name of the metadata entry.
METADATA_KEY = {"svg": "Identifier", "png": "Identifier", "pdf": "Keywords"}
#: What draws every format, and what else decides the bytes of some.
_DRAWN_BY = ("matplotlib", "numpy")
_PACKED_BY = {"png": "deflate", "gif": "pillow", "webp": "pillow", "apng": "pillow"}

#: The last lines of files of points: one that is cut short lacks them.
CSV_END, TEX_END = "# end\n", "% end\n"

_MARK = "gradplot:"
_FINGERPRINT = rb"(gradplot:[0-9a-f]{64})"
_VERSION_DIGITS = 16
_HEAD = 4096
#: A named pipe where the image should be must not hang the check.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
#: matplotlib writes a PDF's information just before the cross-reference table, 20 bytes an object.
_PDF_TAIL = 65536
#: A description before the metadata may be long; beyond this the file is not one of ours.
_SVG_HEAD = 262144


def fingerprint(spec: FigureSpec, format: str = "svg") -> str:
    """Text that changes with anything that could change the figure's bytes, but for its format.

    That is the spec (style sheet included), the drawing revision, and the versions of gradplot,
    matplotlib and numpy (for PNG of deflate too, of Pillow for what moves); they make up the last
    digits.
    """
    drawing = _hexdigest(f"drawing {DRAWING_REVISION}\n{spec.digest()}")
    return _MARK + drawing[:-_VERSION_DIGITS] + _versions(_PACKED_BY.get(format))


def same_drawing(one: str, other: str) -> bool:
    """Whether two fingerprints differ in nothing but the versions of what drew them."""
    return one[:-_VERSION_DIGITS] == other[:-_VERSION_DIGITS]


def read(path: str | os.PathLike[str], format: str | None = None) -> str | None:
    """The fingerprint inside the image at ``path``; None where there is none.

    A file that is missing, unreadable, damaged, cut short or not of ``format`` has none; without a
    format its name says it.
    """
    name = os.fspath(path)
    finder = _FINDERS.get(format or _suffix(name))
    if finder is None:
        return None
    try:
        file = os.open(name, _READ)
    except (OSError, ValueError):
        return None
    try:
        found = finder(file)
    except OSError:
        return None
    finally:
        os.close(file)
    return None if found is None else found.decode("ascii")


def is_fresh(spec: FigureSpec, path: str | os.PathLike[str], format: str | None = None) -> bool:
    """Whether the image at ``path`` is what ``spec`` would draw now; ``format`` as for ``read``."""
    format = format or _suffix(os.fspath(path))
    return read(path, format) == fingerprint(spec, format)


def _suffix(name: str) -> str:
    return name[name.rfind(".") + 1 :].lower()


@cache
def _versions(further: str | None = None) -> str:
    names = (*_DRAWN_BY, further) if further else _DRAWN_BY
    installed = [f"{name} {_installed_version(name)}" for name in names]
    return _hexdigest("\n".join([f"gradplot {__version__}", *installed]))[:_VERSION_DIGITS]


def _hexdigest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _installed_version(distribution: str) -> str:
    """The version that an import of ``distribution`` would have.

    Read from the name of its metadata folder: importlib.metadata costs as much as half of
    `gradplot --help`, so it is asked only where that name does not decide.
    """
    spec = PathFinder.find_spec(distribution)
    if spec is not None and spec.origin:
        site = os.path.dirname(os.path.dirname(spec.origin))
        pattern = re.compile(rf"{distribution}-([^-]+)\.dist-info", re.IGNORECASE)
        versions = [m[1] for m in map(pattern.fullmatch, os.listdir(site)) if m]
        if len(versions) == 1:
            return versions[0]
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"


def _in_svg(file: int) -> bytes | None:
    head = os.read(file, _HEAD)
    if b"<dc:identifier>" not in head and len(head) == _HEAD:
        head += os.read(file, _SVG_HEAD)
    found = re.search(rb"<dc:identifier>" + _FINGERPRINT + rb"</dc:identifier>", head)
    return found[1] if found and _tail(file, 16).rstrip().endswith(b"</svg>") else None


def _in_png(file: int) -> bytes | None:
    head = os.read(file, _HEAD)
    if not head.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    # Only chunks before the pixels: whatever lies in those is not metadata.
    found = re.search(rb"tEXtIdentifier\0" + _FINGERPRINT, head.partition(b"IDAT")[0])
    return found[1] if found and _tail(file, 12) == _PNG_END else None


_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"


def _in_pdf(file: int) -> bytes | None:
    if os.read(file, 5) != b"%PDF-":
        return None
    tail = _tail(file, _PDF_TAIL)
    found = re.findall(rb"/Keywords \(" + _FINGERPRINT + rb"\)", tail)
    return found[-1] if found and tail.rstrip().endswith(b"%%EOF") else None


def _in_points(mark: str, end: str) -> Callable[[int], bytes | None]:
    """What finds a fingerprint in the first line of a file of points."""

    def find(file: int) -> bytes | None:
        found = re.match(mark.encode() + b" " + _FINGERPRINT + b"\n", os.read(file, _HEAD))
        return found[1] if found and _tail(file, len(end)) == end.encode() else None

    return find


def _in_gif(file: int) -> bytes | None:
    head = os.read(file, _HEAD)
    if not head.startswith(b"GIF89a"):
        return None
    # A comment block; its first part is long enough for the whole fingerprint.
    found = re.search(rb"!\xfe[\x4a-\xff]" + _FINGERPRINT, head)
    return found[1] if found and _tail(file, 1) == b";" else None


def _in_webp(file: int) -> bytes | None:
    head = os.read(file, 12)
    size = os.lseek(file, 0, os.SEEK_END)
    whole = head[:4] == b"RIFF" and head[8:] == b"WEBP"
    if not whole or int.from_bytes(head[4:8], "little") + 8 != size:
        return None
    found = re.findall(rb"<dc:identifier>" + _FINGERPRINT, _tail(file, _PDF_TAIL))
    return found[-1] if found else None


def _in_html(file: int) -> bytes | None:
    found = re.search(rb'<meta name="identifier" content="' + _FINGERPRINT, os.read(file, _HEAD))
    return found[1] if found and _tail(file, 16).rstrip().endswith(b"</html>") else None


_FINDERS: dict[str, Callable[[int], bytes | None]] = {
    "svg": _in_svg,
    "png": _in_png,
    "pdf": _in_pdf,
    "csv": _in_points("#", CSV_END),
    "tex": _in_points("%", TEX_END),
    "gif": _in_gif,
    "webp": _in_webp,
    "apng": _in_png,
    "html": _in_html,
}


def _tail(file: int, length: int) -> bytes:
    size = os.lseek(file, 0, os.SEEK_END)
    os.lseek(file, max(0, size - length), os.SEEK_SET)
    return os.read(file, length)
