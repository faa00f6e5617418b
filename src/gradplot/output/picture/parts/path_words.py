"""The words beside a descent's path: step numbers, start and end, a leap, and the line below."""

from __future__ import annotations

import math
import statistics
from itertools import pairwise
from typing import TYPE_CHECKING

from gradplot.output.picture.parts.layout import fitted
from gradplot.output.picture.parts.text import color, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradplot.output.picture.look.theme import Palette
    from gradplot.output.picture.parts.layout import Box
    from gradplot.output.picture.parts.panel import Panel
    from gradplot.output.picture.parts.text import Page

#: Sizes and distances as multiples of the font size; the height of a capital, in its size.
NUMBER, ABOVE, CAPITAL = 0.8, 0.5, 0.73
#: A leap: a step of at least this share of the panel's height, so many times the usual one.
LEAP, UNLIKE, ONE_STEP = 0.12, 5.0, "one step"
#: A number is left out where so many points of the path run through it, or its dot is another's.
CROSSED, SAME = 2, 0.3
#: A step is cut into pieces as long as this, and into so many at most, to see what it crosses.
STRIDE, MOST_PIECES = 0.25, 1000
#: The line below a picture, and the least that it is shrunk to.
NOTE, SMALLEST_NOTE, NOTE_BAND, NOTE_DROP = 0.75, 0.5, 1.4, 0.85

Point = tuple[float, float]


def numbers(
    panel: Panel, places: dict[int, Point], line: Sequence[Point], *, palette: Palette, font: float
) -> None:
    """Step numbers above or below the dots: the first and the last, then those that have room."""
    ends = {min(places, default=0), max(places, default=0)}
    order = sorted(places, key=lambda number: (number not in ends, number))
    dots: list[Point] = []
    taken: list[Point] = []
    size = NUMBER * font
    room = text_width(str(max(places, default=0)), size) + 0.35 * font
    for number in order:
        x, y = panel.on_page(places[number])
        half = text_width(str(number), size) / 2
        free = [
            spot
            for spot in ((x, y + ABOVE * font), (x, y - ABOVE * font - CAPITAL * size))
            if not any(abs(x - a) < room and abs(spot[1] - b) < size for a, b in taken)
            and (number in ends or crossings(spot, line, half=half, size=size) < CROSSED)
        ]
        if free and not any(math.dist((x, y), dot) < SAME * font for dot in dots):
            dots.append((x, y))
            taken.append(_put(panel, str(number), free, line, palette=palette, size=size))


def named(
    panel: Panel,
    places: dict[str, Point],
    line: Sequence[Point],
    *,
    palette: Palette,
    font: float,
) -> None:
    """ "start" and "end" beside their dots, where the least of the path runs through them."""
    size = NUMBER * font
    for name, place in places.items():
        x, y = panel.on_page(place)
        beside = 0.65 * font
        _put(
            panel,
            name,
            [
                (x, y + beside),
                (x, y - beside - CAPITAL * size),
                (x + beside + text_width(name, size) / 2, y - CAPITAL * size / 2),
                (x - beside - text_width(name, size) / 2, y - CAPITAL * size / 2),
            ],
            line,
            palette=palette,
            size=size,
        )


def leap(
    panel: Panel, places: Sequence[Point], line: Sequence[Point], *, palette: Palette, font: float
) -> None:
    """Say of a step that goes far, where those beside it do not, that it is one step."""
    pages = [panel.on_page(place) for place in places]
    hops = [math.dist(a, b) for a, b in pairwise(pages)]
    number = max(range(len(hops)), key=hops.__getitem__)
    usual = statistics.median(hops)
    if hops[number] < max(LEAP * panel.box.height, UNLIKE * usual):
        return
    if not all(panel.shows(place) for place in places[number : number + 2]):
        return
    (left, low), (right, high) = pages[number : number + 2]
    x, y, size = (left + right) / 2, (low + high) / 2, NUMBER * font
    tilt = math.hypot(right - left, high - low)
    width = text_width(ONE_STEP, size)
    # Away from the stroke by half of what the words are wide or high across it.
    across, up = (high - low) / tilt, -(right - left) / tilt
    away = abs(across) * width / 2 + abs(up) * CAPITAL * size / 2 + 0.45 * font
    rest = [
        point
        for part in (places[: number + 1], places[number + 1 :])
        for point in sampled(panel, part, font=font)
    ]
    spots = [(x + s * across * away, y + s * up * away - CAPITAL * size / 2) for s in (1, -1)]
    # On the side where the rest of the path is not, if that is as good.
    spots.sort(key=lambda spot: -min(math.dist(spot, point) for point in rest))
    _put(panel, ONE_STEP, spots, line, palette=palette, size=size)


def note(page: Page, box: Box, said: str, *, below: float, width: float, font: float) -> None:
    """A line of words below a panel, the labels of whose x-axis end ``below`` its box."""
    text, size = fitted(said, NOTE * font, width, smallest=SMALLEST_NOTE * font)
    bottom = box.bottom - below - NOTE_DROP * font
    page.write(box.left, bottom, text, size=size, color=color("axes.labelcolor"))


def _put(
    panel: Panel,
    words: str,
    spots: Sequence[Point],
    line: Sequence[Point],
    *,
    palette: Palette,
    size: float,
) -> Point:
    """Write words, centred on the first of the spots that the least of a line runs through.

    Returns the spot, moved into the panel.
    """
    box, half = panel.box, text_width(words, size) / 2

    def kept(spot: Point) -> Point:
        left, right = box.left + half, box.right - half
        return min(max(spot[0], left), right), min(max(spot[1], box.bottom), box.top - size)

    def crossed(spot: Point) -> int:
        moved = spot != kept(spot)
        return crossings(kept(spot), line, half=half, size=size) + moved

    x, y = kept(min(spots, key=crossed))
    panel.page.write(x, y, words, size=size, color=palette.text, align="center")
    return x, y


def crossings(spot: Point, line: Sequence[Point], *, half: float, size: float) -> int:
    """How many points of a line lie in words centred on ``spot``, ``half`` their width."""
    x, y = spot
    return sum(abs(x - a) < half and y - 0.2 * size < b < y + size for a, b in line)


def sampled(panel: Panel, places: Sequence[Point], *, font: float) -> list[Point]:
    """Points on the page along a path, near enough to one another to see what it crosses."""
    box = panel.box
    middle = box.left + box.width / 2, box.bottom + box.height / 2
    pages = [panel.on_page(place) for place in places]
    found = pages[:1]
    for pair in pairwise(pages):
        (x, y), end = sorted(pair, key=lambda point: math.dist(point, middle))
        length = math.dist((x, y), end)
        if not 0 < length < math.inf:
            continue
        # From the end that is nearer: of a step that goes far only the beginning is on the page.
        across, up = (end[0] - x) / length, (end[1] - y) / length
        pieces = min(1 + length // (STRIDE * font), MOST_PIECES)
        stride = min(length / pieces, STRIDE * font)
        found += [(x + k * stride * across, y + k * stride * up) for k in range(1, int(pieces) + 1)]
    return found
