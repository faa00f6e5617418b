"""Words with a part raised after them, as powers of ten are set beside a panel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradplot.output.picture.parts.text import color, text_width
from gradplot.output.report.text import power_of_ten

if TYPE_CHECKING:
    from gradplot.output.picture.parts.text import Page

#: Multiples of the font size: how high what is raised stands, and how large.
RAISED, RAISED_SIZE = 0.42, 0.72


@dataclass(frozen=True, slots=True)
class Label:
    """Words, and a part raised after them where they are a power of ten."""

    text: str
    raised: str = ""

    def width(self, size: float) -> float:
        raised = text_width(self.raised, RAISED_SIZE * size) if self.raised else 0.0
        return text_width(self.text, size) + raised


def raised(text: str) -> Label:
    """A number's text with its power of ten raised."""
    found = re.fullmatch(r"(.*10)\^(-?[\d.]+)(?:e([+-]\d+))?", text)
    if found is None:
        return Label(text.replace("-", "−"))
    further = f"·{power_of_ten(int(found[3]))}" if found[3] else ""
    return Label(found[1], found[2].replace("-", "−") + further)


def write(
    page: Page, x: float, y: float, label: Label, *, size: float, shade: str | None = None
) -> None:
    """A label with its middle at the height ``y``; in points."""
    shade, baseline = shade or color("text.color"), y - 0.36 * size
    page.write(x, baseline, label.text, size=size, color=shade)
    if label.raised:
        x, baseline = x + text_width(label.text, size), baseline + RAISED * size
        page.write(x, baseline, label.raised, size=RAISED_SIZE * size, color=shade)
