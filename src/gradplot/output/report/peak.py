"""A maximum slope that says what it is, in proven digits, where it is the last line of a cell."""

from __future__ import annotations

import re
from dataclasses import fields

from gradplot.analysis.findings import Supremum
from gradplot.output.report.digits import number_text, shortest


def place_text(supremum: Supremum) -> str:
    """Where the steepest point is, in as many digits as are proven."""
    if supremum.x is None:
        return "-"
    x = supremum.x + 0.0  # no -0
    low, high = (x if end is None else end for end in (supremum.x_low, supremum.x_high))
    return shortest(x, low, high) if supremum.located else f"≈ {x:.6g}"


class MaxSlope(Supremum):
    """A certified supremum of |dy/dx|; its bounds are natural logarithms."""

    __slots__ = ()

    @classmethod
    def of(cls, supremum: Supremum) -> MaxSlope:
        """The same supremum, in words too."""
        return cls(**{each.name: getattr(supremum, each.name) for each in fields(supremum)})

    def __repr__(self) -> str:
        return f"<maximum slope {self._size()}{self._place()}>"

    def _repr_html_(self) -> str:
        from html import escape  # slow to load, and only notebooks ask

        size = re.sub(r"10\^(-?[\d.]+)", r"10<sup>\1</sup>", escape(self._size()))
        return f"maximum slope <b>{size}</b>{escape(self._place())}"

    def _size(self) -> str:
        return number_text(self.lower, self.upper)

    def _place(self) -> str:
        if self.x is None:
            return ""
        place = place_text(self)
        note = ", which no float64 attains" if self.unattained else ""
        return f" at x {'' if place.startswith('≈') else '= '}{place}{note}"
