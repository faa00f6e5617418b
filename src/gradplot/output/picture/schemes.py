"""One SVG for light and dark pages: the light picture, with the dark one's colours in CSS.

Light colours stand where a program that ignores CSS finds them; ``prefers-color-scheme`` puts the
dark ones in their place. Nothing here imports matplotlib.
"""

from __future__ import annotations

import re
from itertools import zip_longest

#: Two pictures of one figure differ in these alone: styles, and images, which hold their colours.
_VARYING = re.compile(r'(style="[^"]*"|<image [^>]*>)')
#: The names of shared shapes are made from their colours too.
_NAMES = re.compile(r'(?<= id=")[^"]*|(?<=href="#)[^"]*|(?<=url\(#)[^)]*')
#: Opened by itself, the image is its own page.
_ALONE = "svg:root {color-scheme: light dark}"
#: Where the picture begins in what matplotlib writes.
_PICTURE, _END = '<g id="figure_1">', "</svg>"


class _OtherShapes(Exception):
    """The two pictures differ in more than their colours."""


def joined(light: str, dark: str, *, prefix: str) -> str:
    """The light SVG, whose colours are those of the dark one where dark is preferred.

    Where they differ in more than colours, as where two of them coincide in one picture alone, both
    are in it and one is shown. ``prefix`` begins the names of the CSS classes, so that several
    images in one page keep to their own.
    """
    rules = _Rules(prefix)
    try:
        text = _recoloured(light, dark, rules)
    except _OtherShapes:
        rules = _Rules(prefix)
        (head, first), (_, second) = (
            text.removesuffix("\n").removesuffix(_END).split(_PICTURE, 1) for text in (light, dark)
        )
        text = f"{head}{_either(_PICTURE + first, _PICTURE + second, rules)}{_END}\n"
    head, end, body = text.partition("</style>")
    return "".join((head, end, rules.style(), body))


class _Rules:
    """What holds on a dark page, and the class that each rule is for."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._names: dict[str, str] = {}

    def name(self, rule: str) -> str:
        """The class of what follows ``rule``."""
        return self._names.setdefault(rule, f"{self._prefix}-{len(self._names)}")

    def style(self) -> str:
        listed = "".join(f"\n   .{name} {{{rule}}}" for rule, name in self._names.items())
        return (
            f"\n  <style>{_ALONE}\n  @media (prefers-color-scheme: dark) {{{listed}\n  }}</style>"
        )


def _recoloured(light: str, dark: str, rules: _Rules) -> str:
    pieces: list[str] = []
    for here, there in zip_longest(_VARYING.split(light), _VARYING.split(dark), fillvalue=""):
        if here == there:
            pieces.append(here)
        elif here.startswith("<image ") and there.startswith("<image "):
            pieces.append(_either(here, there, rules))
        elif here.startswith('style="') and there.startswith('style="'):
            pieces.append(f'class="{rules.name(_override(here[7:-1], there[7:-1]))}" {here}')
        elif _NAMES.sub("", here) == _NAMES.sub("", there):
            pieces.append(here)
        else:
            raise _OtherShapes
    return "".join(pieces)


def _override(light: str, dark: str) -> str:
    """The declarations of ``dark`` that are not those of ``light``, stronger than an attribute."""
    same = light.split("; ")
    return " ".join(f"{entry} !important;" for entry in dark.split("; ") if entry not in same)


def _either(light: str, dark: str, rules: _Rules) -> str:
    """Both, the dark one shown only where CSS says so."""
    gone, shown = rules.name("display: none;"), rules.name("display: inline;")
    return f'<g class="{gone}">{light}</g><g class="{shown}" display="none">{dark}</g>'
