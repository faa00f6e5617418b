"""Where things go on the page, in points from its lower left corner."""

from __future__ import annotations

from dataclasses import dataclass

from gradplot.output.picture.parts.text import text_width

#: No panel gets smaller than this share of the page, whatever stands beside it.
_SMALLEST_PANEL = 0.2
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Box:
    """A panel's place on the page, in points."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def top(self) -> float:
        return self.bottom + self.height


def fitted(text: str, size: float, width: float, *, smallest: float) -> tuple[str, float]:
    """The text and the size, at least ``smallest``, at which it fits; cut short where it must."""
    needed = text_width(text, size)
    if needed <= width:
        return text, size
    size = max(smallest, size * width / needed)
    if text_width(text, size) <= width * 1.001:
        return text, size
    low, high = 0, len(text)
    while low < high:  # the longest beginning that fits
        middle = (low + high + 1) // 2
        if text_width(text[:middle] + ELLIPSIS, size) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS, size


def panels(
    size: tuple[float, float],
    count: int,
    *,
    left: float,
    right: float,
    top: float,
    bottom: float,
    gap: float,
) -> list[Box]:
    """Boxes of ``count`` panels over one another, the first on top; margins in points."""
    width, height = (72 * inches for inches in size)
    across = max(width - left - right, _SMALLEST_PANEL * width)
    each = max(
        (height - top - bottom - (count - 1) * gap) / count, _SMALLEST_PANEL * height / count
    )
    return [Box(left, height - top - (k + 1) * each - k * gap, across, each) for k in range(count)]
