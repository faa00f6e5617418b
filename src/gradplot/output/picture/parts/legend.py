"""The column right of the panels: which curve is which, and how steep each gets.

What stands there covers no curve. A label lies at its peak's height, joined to it by a leader;
labels that would touch move apart, and those that find no room are left out, evenly.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

from gradplot.analysis.findings import LN10
from gradplot.output.picture.look.style import in_force
from gradplot.output.picture.look.theme import PALETTES, legible
from gradplot.output.picture.parts.layout import Box, fitted
from gradplot.output.picture.parts.raised import Label, raised, write
from gradplot.output.picture.parts.spacing import spread, thinned
from gradplot.output.picture.parts.text import Page, text_width
from gradplot.output.report.curves.words import label, title
from gradplot.output.report.digits import number_text
from gradplot.spec.functions import ChainSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradplot.analysis.findings import Findings, Supremum
    from gradplot.output.picture.parts.limits import Limits
    from gradplot.output.picture.parts.panel import Panel
    from gradplot.spec.figure import FigureSpec

#: Multiples of the font size: a row, a key's stroke, distances; and the smallest font.
ROW, SWATCH, GAP, SMALLEST, SMALLEST_NAME = 1.4, 1.5, 0.45, 0.6, 0.75
#: The column takes at most this share of the page.
WIDEST_SHARE = 0.32
#: Significant digits of a peak's value: what is read from the back of a room.
DIGITS = 4
#: Leaders from peaks to labels, across the panel.
MOST_LEADERS = 8


def peak_label(supremum: Supremum) -> Label:
    """The maximum slope, in proven digits: 512, 10 to the 45.046, at least 12."""
    return raised(number_text(supremum.lower, supremum.upper, digits=DIGITS))


class Margin:
    """The column of one figure; made before the panels, whose width depends on its own."""

    def __init__(
        self,
        spec: FigureSpec,
        findings: Findings,
        page: Page,
        *,
        colors: list[str],
        widths: list[float],
        shown: int | None = None,
        order: Sequence[int] | None = None,
    ) -> None:
        self.spec, self.page, self.colors, self.widths = spec, page, colors, widths
        self.font = float(in_force()["font.size"])
        self.palette = PALETTES[spec.theme]
        #: How many of the curves are there already; the others' places stay empty.
        self.there = len(findings.rows) if shown is None else shown
        self.suprema = [row.supremum for row in findings.rows]
        limit = WIDEST_SHARE * 72 * spec.size[0] - (SWATCH + 3 * GAP) * self.font
        self.names = [
            fitted(label(spec, row), self.font, limit, smallest=SMALLEST_NAME * self.font)
            for row in findings.rows
        ]
        # A title that is the only curve's own formula names it already.
        only = label(spec, findings.rows[0])
        self.named = len(self.names) > 1 or only not in title(spec)
        self.slopes = [peak_label(supremum) for supremum in self.suprema]
        self.ordered = isinstance(spec.curves, ChainSpec)
        # The steepest on top, so that both panels' columns have one order; depths stay in theirs.
        steepness = [supremum.lower for supremum in self.suprema]
        self.order = sorted(range(len(steepness)), key=lambda k: -steepness[k])
        if self.ordered:
            down = -1 if steepness[-1] > steepness[0] else 1
            self.order = list(range(len(steepness)))[::down]
        self.order = self.order if order is None else list(order)

    @property
    def width(self) -> float:
        """Points that the widest row takes."""
        names = max(text_width(*name) for name in self.names) + (SWATCH + GAP) * self.font
        names = names if self.named else 0.0
        peaks = max(peak.width(self.font) for peak in self.slopes)
        widest = {
            "both": max(names, peaks),
            "value": names,
            "slope": names + peaks - (SWATCH - 0.2 * GAP) * self.font if self.named else peaks,
        }[self.spec.panels]
        return widest + 3 * GAP * self.font

    def key(self, panel: Panel) -> None:
        """Say which curve is which."""
        if not self.named:
            return
        box = panel.box
        font, row = self._fit(box, len(self.names))
        room = max(1, int(box.height / row))
        shown = [self.order[k] for k in thinned(len(self.order), room)]
        left = box.right + 2 * GAP * self.font
        if len(shown) < len(self.order) and not self.ordered:  # between depths one can guess
            shown = self.order[: room - 1]
            y = box.top - (room - 0.5) * row
            more = f"and {len(self.order) - len(shown)} more"
            write(self.page, left, y, Label(more), size=font, shade=self.palette.muted)
        for place, k in enumerate(shown):
            if k >= self.there:
                continue
            y = box.top - (place + 0.5) * row
            swatch = Line2D(
                (left, left + SWATCH * font),
                (y, y),
                transform=self.page.points,
                color=self.colors[k],
                linewidth=self.widths[k],
                solid_capstyle="butt",
            )
            panel.add(swatch, clipped=False)
            text, size = self.names[k]
            size = min(size, font)
            write(self.page, left + (SWATCH + GAP) * font, y, Label(text), size=size)

    def peaks(self, panel: Panel, *, alone: bool) -> None:
        """Say how steep each curve gets, and which it is where no key says so."""
        box, limits = panel.box, panel.limits
        font, row = self._fit(box, len(self.order))
        fitting = thinned(len(self.order), max(1, int(box.height / row)))
        shown = sorted(
            (self.order[k] for k in reversed(fitting)), key=lambda k: self._height(k, limits)
        )
        heights = [box.bottom + self._height(k, limits) * box.height for k in shown]
        places = spread(heights, row, box.bottom + 0.35 * font, box.top - 0.35 * font)
        leaders: list[tuple[float, float]] = []
        for k, height, place in zip(shown, heights, places, strict=True):
            if k >= self.there:
                continue
            x = self.suprema[k].x
            if x is not None and math.isfinite(self.suprema[k].upper):
                few = len(self.order) <= MOST_LEADERS  # of more, only the ends beside the panel
                stops = (
                    (box.left + self._share(x) * box.width if few else box.right, height),
                    (box.right + 0.6 * GAP * self.font, height),
                    (box.right + 1.7 * GAP * self.font, place),
                )
                leaders += [*stops, (math.nan, math.nan)]
            peak = self.slopes[k]
            if alone and self.named:
                peak = Label(f"{self.names[k][0]}: {peak.text}", peak.raised)
            shade = legible(to_hex(self.colors[k]), self.palette.background)
            write(self.page, box.right + 2 * GAP * self.font, place, peak, size=font, shade=shade)
        lines = Line2D(
            *np.reshape(leaders, (-1, 2)).T,
            transform=self.page.points,
            color=self.palette.muted,
            linewidth=self.font / 18,
            linestyle=(0, (1, 2)),
            zorder=1.8,
        )
        panel.add(lines, clipped=False)

    def _fit(self, box: Box, rows: int) -> tuple[float, float]:
        """Font size and row height at which so many rows fit, as far as they can be read."""
        needed = rows * ROW * self.font
        font = self.font * max(SMALLEST, min(1.0, box.height / needed)) if needed else self.font
        return font, ROW * font

    def _height(self, k: int, limits: Limits) -> float:
        """Where in the panel the peak is, from 0 to 1: an unbounded one at the top, none below."""
        supremum = self.suprema[k]
        if supremum.dead:
            return 0.0
        if not math.isfinite(supremum.upper) or not math.isfinite(supremum.lower):
            return 1.0
        share = (supremum.lower / LN10 - limits[0]) / (limits[1] - limits[0])
        return min(max(share, 0.0), 1.0)

    def _share(self, x: float) -> float:
        low, high = self.spec.x_range
        return min(max((x - low) / (high - low), 0.0), 1.0)
