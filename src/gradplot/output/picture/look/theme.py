"""Colours of the themes, and how curves get darker and wider with depth.

Plain data: nothing here imports matplotlib.
"""

from __future__ import annotations

from dataclasses import dataclass

RGB = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """One theme's colours. ``ramp`` goes from the shallowest curve to the deepest."""

    background: str
    text: str
    #: Ticks, headings and leaders: secondary, and still 4.5:1 on the background.
    muted: str
    grid: str
    #: The lines y = 0 and slope = 1.
    axis: str
    ramp: tuple[str, str, str]
    #: A map's, evenly from the flattest by slope 1 to the steepest: blue and red are told apart by
    #: everyone, and in each half lightness runs one way.
    diverging: tuple[str, ...]
    #: A loss's, from the lowest to the highest; a path in the text's colour is seen on all of it.
    heights: tuple[str, ...]
    #: Exactly flat, or not known: a grey that is in no ramp.
    dead: str


#: Pink, red, dark red on white; on black as many steps, light to dark, each at least 3:1.
PALETTES: dict[str, Palette] = {
    "light": Palette(
        background="#ffffff",
        text="#1b1b1f",
        muted="#5f5f66",
        grid="#e7e7ea",
        axis="#b4b4bb",
        ramp=("#ec5f9a", "#d3152b", "#5c0614"),
        diverging=("#0a2756", "#2a69b3", "#9cc3e6", "#f5f4f1", "#f6a6b8", "#d3152b", "#560512"),
        heights=("#f7f6f3", "#cfe0ef", "#9cc3e6", "#6a9fd3"),
        dead="#bdbdc3",
    ),
    "dark": Palette(
        background="#15171c",
        text="#f4f4f6",
        muted="#b3b6be",
        grid="#2b2e36",
        axis="#5b606b",
        ramp=("#ffcfe3", "#ff6b8b", "#d8233f"),
        diverging=("#d6e8ff", "#5c9ae6", "#264a78", "#1f222a", "#7c2438", "#ec4b66", "#ffd9e1"),
        heights=("#1b1e26", "#213a5a", "#2b5688", "#3d78bb"),
        dead="#565a64",
    ),
}

#: What an image shows where nothing says which page it stands in.
PALETTES["auto"] = PALETTES["light"]

#: Contrast that text needs (WCAG 2, level AA).
TEXT_CONTRAST = 4.5
#: Stroke widths from the shallowest curve to the deepest, as shares of the font size.
THINNEST, WIDEST = 0.16, 0.38


def colors(theme: str, count: int) -> list[str]:
    """One colour a curve, light to dark; a single curve takes the middle."""
    return shades(PALETTES[theme].ramp, count)


def shades(anchors: tuple[str, str, str], count: int) -> list[str]:
    """As many colours from the first anchor by the second to the third."""
    ramp = [_rgb(anchor) for anchor in anchors]
    if count == 1:
        return [_hex(ramp[1])]
    found = []
    for k in range(count):
        place = 2 * k / (count - 1)
        step = min(int(place), 1)
        found.append(_hex(_mix(ramp[step], ramp[step + 1], place - step)))
    return found


def widths(count: int, font_size: float) -> list[float]:
    """One stroke width a curve, in points: the second cue beside colour.

    Deeper is wider and lies underneath, so that where curves run together each still shows.
    """
    if count == 1:
        return [0.2 * font_size]
    widest = WIDEST if count <= 6 else 0.22
    return [font_size * (THINNEST + (widest - THINNEST) * k / (count - 1)) for k in range(count)]


def legible(color: str, background: str) -> str:
    """The colour, moved away from the background until text in it can be read."""
    shade, behind = _rgb(color), _rgb(background)
    away: RGB = (0.0, 0.0, 0.0) if _luminance(behind) > 0.18 else (1.0, 1.0, 1.0)
    for step in range(21):
        moved = _mix(shade, away, step / 20)
        if contrast(_hex(moved), background) >= TEXT_CONTRAST:
            return _hex(moved)
    return _hex(away)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((_luminance(_rgb(first)), _luminance(_rgb(second))))
    return (high + 0.05) / (low + 0.05)


def _rgb(color: str) -> RGB:
    red, green, blue = (int(color[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return red, green, blue


def _hex(color: RGB) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in color)


def _mix(first: RGB, second: RGB, share: float) -> RGB:
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return red, green, blue


def _luminance(color: RGB) -> float:
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color)
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
