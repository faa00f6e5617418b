"""The picture of a loss over two parameters: contours, a colour bar, and the descent on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from contourpy import FillType, contour_generator
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from gradplot.analysis.tracing.simplify import simplify
from gradplot.output.picture.look.shades import mixed
from gradplot.output.picture.look.style import drawing, in_force
from gradplot.output.picture.look.theme import PALETTES
from gradplot.output.picture.notebook import ShownFigure
from gradplot.output.picture.parts import labels, ticks
from gradplot.output.picture.parts.descent import on_plane
from gradplot.output.picture.parts.layout import Box
from gradplot.output.picture.parts.panel import Panel
from gradplot.output.picture.parts.path_words import NOTE_BAND, note
from gradplot.output.picture.parts.text import Page, text_width
from gradplot.output.report import surface as words
from gradplot.output.report.text import typeset

if TYPE_CHECKING:
    from gradplot.analysis.surface import Analysed, SurfaceFindings
    from gradplot.functions.arrays import Array
    from gradplot.output.picture.parts.ticks import Ticks
    from gradplot.spec.figure import FigureSpec

#: Sizes and distances as multiples of the font size.
GAP, BAR = 1.2, 1.1
#: Bands of colour.
BANDS = 20
#: Pixels that the outline of a band may be off: half of what one sees at most.
TOLERANCE = 0.25
#: Losses whose greatest is so many times their median are shown by their logarithm.
SPREAD = 1e3


def picture(
    spec: FigureSpec, analysed: Analysed, *, axes: bool = False, outlined: bool = False
) -> ShownFigure:
    """Draw ``spec`` as a new matplotlib figure, with its text as paths if ``outlined``.

    What is only saved needs no ``axes``; with them the surface and its colour bar are an Axes each.
    Raises InputError for a style sheet that cannot be read.
    """
    with drawing(spec):
        return _Drawing(spec, analysed.findings, axes=axes, outlined=outlined).figure


@dataclass(frozen=True, slots=True)
class Heights:
    """What the colours show of each point; ``logarithmic`` for log10 of it."""

    values: Array
    low: float
    high: float
    logarithmic: bool

    @property
    def edges(self) -> Array:
        """Where each band of colour begins, and the last one ends."""
        return np.linspace(self.low, self.high, BANDS + 1)

    @property
    def grey(self) -> list[str]:
        """What the grey says, in one phrase or none."""
        zero = np.isneginf(self.values)  # a logarithm's
        reasons = {"exactly 0": zero, "beyond float64": ~(np.isfinite(self.values) | zero)}
        said = " or ".join(reason for reason, where in reasons.items() if where.any())
        return [f"grey: {said}"] if said else []


def heights(spec: FigureSpec, findings: SurfaceFindings) -> Heights:
    """The loss, its logarithm where it spans decades, or log10 of the gradient's norm."""
    values, logarithmic = findings.log10_gradient, True
    if words.function_of(spec).shows == "loss":
        values, logarithmic = findings.loss, False
        known = values[np.isfinite(values)]
        if known.size and known.max() > SPREAD * max(np.median(known), 1e-300):
            with np.errstate(divide="ignore"):
                values, logarithmic = np.log10(values), True
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        low, high = low - 0.5, high + 0.5
    return Heights(values, low, high, logarithmic)


class _Drawing:
    """One figure in the making, inside the settings it is drawn with."""

    def __init__(
        self, spec: FigureSpec, findings: SurfaceFindings, *, axes: bool, outlined: bool
    ) -> None:
        self.spec, self.findings, self.axes = spec, findings, axes
        self.function = words.function_of(spec)
        self.palette = PALETTES[spec.theme]
        self.font = float(in_force()["font.size"])
        self.heights = heights(spec, findings)
        self.figure = ShownFigure.blank(spec)
        self.page = Page(self.figure, outlined=outlined)
        self._fill()

    def _fill(self) -> None:
        font, (across, up) = self.font, self.function.ranges
        first, second = words.names(self.function)
        title, heading = words.title(self.spec), words.heading(self.function)
        room = self._box(bool(title), 0.0, 0.0)
        marks = self._bar_ticks(room.height)
        column = max(
            (BAR + labels.PAD) * font + labels.widest(list(marks.labels), font),
            text_width(heading, labels.HEADING * font),
        )
        y = ticks.linear(*up, labels.y_ticks_that_fit(room.height, font))
        box = self._box(bool(title), labels.widest(list(y.labels), font), GAP * font + column)
        panel = Panel(self.page, box, x_range=across, limits=up, filled=False, axes=self.axes)
        self._contours(panel)
        if self.findings.path is not None:
            on_plane(panel, self.findings.path, palette=self.palette, font=font)
        labels.heading(panel, second)
        labels.y_labels(panel, y)
        labels.x_labels(panel, labels.x_ticks(across, box.width, font), first)
        if np.isfinite(self.heights.values).any():
            beside = Box(box.right + GAP * font, box.bottom, BAR * font, box.height)
            self._bar(beside, marks, heading)
        said = "; ".join([*self.heights.grey, *words.notes(self.spec, self.findings)])
        width = 72 * self.spec.size[0] - box.left - labels.EDGE * font
        note(self.page, box, said, below=labels.TICK_BAND * font, width=width, font=font)
        labels.write_title(self.page, title, box)
        self.page.finish()

    def _box(self, titled: bool, beside: float, column: float) -> Box:
        (box,) = labels.boxes(
            self.spec.size,
            1,
            titled=titled,
            beside=beside,
            column=column,
            below=NOTE_BAND,
            font=self.font,
        )
        return box

    def _shades(self) -> list[tuple[float, ...]]:
        """One colour a band, from the lowest up."""
        places = np.linspace(0.0, 1.0, BANDS)
        return [tuple(shade) for shade in mixed(places, self.palette.heights) / 255]

    def _contours(self, panel: Panel) -> None:
        """Each band lies on the one below it, so that no seam shows between them."""
        (left, right), (low, high) = panel.x_range, panel.limits
        values = np.ma.masked_invalid(self.heights.values)
        if values.mask.any():
            whole = (left, low), right - left, high - low
            panel.add(Rectangle(*whole, facecolor=self.palette.dead, linewidth=0, zorder=0.6))
        contours = contour_generator(
            self.findings.across,
            self.findings.up,
            values,
            name="serial",
            fill_type=FillType.OuterCode,
        )
        edges = self.heights.edges
        top = edges[-1] + (edges[-1] - edges[0])
        edges[0] -= edges[-1] - edges[0]
        for band, (edge, shade) in enumerate(zip(edges, self._shades(), strict=False)):
            points, codes, *_ = cast(
                "tuple[list[Array], list[Array]]", contours.filled(float(edge), float(top))
            )
            if not points:
                continue
            path = self._thinned(panel, np.concatenate(points), np.concatenate(codes))
            panel.add(PathPatch(path, facecolor=shade, linewidth=0, zorder=0.7 + 0.01 * band))

    def _thinned(self, panel: Panel, points: Array, codes: Array) -> Path:
        """The outlines without the vertices that nobody would miss."""
        pixel = self.spec.dpi / 72 * np.array([panel.box.width, panel.box.height])
        per_unit = pixel / np.ptp(np.array([panel.x_range, panel.limits]), axis=1)
        # A NaN between two outlines keeps them apart.
        starts = np.flatnonzero(codes == Path.MOVETO)[1:]
        kept = simplify(np.insert(points * per_unit, starts, np.nan, axis=0), TOLERANCE) / per_unit
        apart = np.isnan(kept[:, 0])
        lines = np.full(len(kept), Path.LINETO, dtype=Path.code_type)
        lines[0] = Path.MOVETO
        lines[1:][apart[:-1]] = Path.MOVETO
        lines[:-1][apart[1:]] = Path.CLOSEPOLY
        lines[-1] = Path.CLOSEPOLY
        return Path(kept[~apart], lines[~apart])

    def _bar_ticks(self, height: float) -> Ticks:
        shown = self.heights
        most = labels.y_ticks_that_fit(height, self.font)
        if shown.logarithmic and int(shown.high // 1) - int(-(-shown.low // 1)) >= 1:
            return ticks.decades(shown.low, shown.high, most)
        marks = ticks.linear(shown.low, shown.high, most)
        if not shown.logarithmic:
            return marks
        return ticks.Ticks(
            marks.places, tuple(typeset(float(f"{10.0**place:.3g}")) for place in marks.places)
        )

    def _bar(self, box: Box, marks: Ticks, heading: str) -> None:
        font, shown = self.font, self.heights
        bar = Panel(
            self.page,
            box,
            x_range=(0.0, 1.0),
            limits=(shown.low, shown.high),
            filled=False,
            axes=self.axes,
        )
        edges = self.heights.edges
        for band, (edge, shade) in enumerate(zip(edges, self._shades(), strict=False)):
            bar.add(
                Rectangle(
                    (0.0, edge),
                    1.0,
                    shown.high - edge,
                    facecolor=shade,
                    linewidth=0,
                    zorder=0.7 + 0.01 * band,
                )
            )
        labels.heading(bar, heading)
        for place, text in zip(marks.places, marks.labels, strict=True):
            at = box.bottom + (place - shown.low) / (shown.high - shown.low) * box.height
            if at > box.top - 0.5 * font:
                continue  # the heading stands there
            labels.bar_label(self.page, box, at, text)
