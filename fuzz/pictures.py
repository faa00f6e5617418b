"""Holds drawn curves against Arb: nothing of the graph is missed, and nothing is invented."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

import gradplot
from fuzz.activations import ball
from fuzz.cases import Case, ChainCase
from fuzz.check import Verdict, tried
from fuzz.search import down, up
from gradplot.analysis.tracing.field import Window
from gradplot.analysis.tracing.trace import Trace, slope_trace, value_trace

Array = NDArray[np.float64]

#: Pixels between a curve and its true graph: of chains the quarter that is promised, and what the
#: doubles lose; else more, where so many turns, poles or ends lie in a pixel that the envelope of
#: some points stands for them.
NEAR, NEAR_ANY = 0.3, 2.0
#: Inputs and drawn spots that are tried a panel, and boxes about each spot.
INPUTS, VERTICES, SPOTS, BOXES = 60, 15, 40, 8
#: Bits of Arb, until a height is known to a thousandth of a pixel.
POINT_BITS, BOX_BITS = (160, 400, 1200, 3000), 200
PIXELS = (150, 400, 1000)
#: Below 10 to this, slopes of gaussian are only bounded: it falls below the least double.
LEAST = -300.0
#: Heights about which a window has room in float64.
HIGHEST = 1e300


@dataclass
class Panel:
    """One curve of a case as it is drawn, or its log10 slope, and the same by Arb."""

    case: Case
    slope: bool
    window: Window
    drawn: Trace
    segments: Array = field(init=False)
    bands: list[Array] = field(init=False)

    def __post_init__(self) -> None:
        line = self.pixels(self.drawn.line)
        self.bands = [self.pixels(band) for band in self.drawn.bands]
        dots = line[np.isfinite(line).all(axis=1)]
        pairs = [np.stack((line[:-1], line[1:]), axis=1), np.stack((dots, dots), axis=1)]
        pairs += [np.stack((band, np.roll(band, -1, axis=0)), axis=1) for band in self.bands]
        every = np.concatenate(pairs)
        self.segments = every[np.isfinite(every).all(axis=(1, 2))]

    @property
    def near(self) -> float:
        return NEAR if isinstance(self.case, ChainCase) else NEAR_ANY

    def pixels(self, vertices: Array) -> Array:
        across = (vertices[:, 0] - self.window.x[0]) / self.window.x_scale
        return np.column_stack((across, self.window.y_pixels(vertices[:, 1])))

    def shows(self, y: float) -> bool:
        return 0.0 <= y <= self.window.height

    def missed(self, x: float) -> str | None:
        """What is wrong where the true graph at x is not drawn."""
        y = height(self.case, x, self.slope, self.window.y_scale / 1000)
        if y is None or not self.shows(pixel := self.y_pixel(y)):
            return None
        point = np.array(((x - self.window.x[0]) / self.window.x_scale, pixel))
        away = _distance(point, self.segments)
        if away <= self.near or any(_inside(point, band) for band in self.bands):
            return None
        return f"{self.what} misses ({x!r}, {y!r}) by {away:.2f} pixels"

    def invented(self, spot: Array) -> str | None:
        """What is wrong where something is drawn and the true graph is not near."""
        if not self.shows(spot[1]):
            return None
        about = spot[0] + np.linspace(-self.near, self.near, BOXES + 1)
        x = self.window.x[0] + about * self.window.x_scale
        x = np.clip(x, *self.window.x)
        away = math.inf
        for left, right in itertools.pairwise(x.tolist()):
            low, high = heights(self.case, left, right, self.slope)
            away = min(away, max(self.y_pixel(low) - spot[1], spot[1] - self.y_pixel(high), 0.0))
        if away <= self.near:
            return None
        x_, y = self.window.to_data(spot[None, :])[0]
        return f"{self.what} has ({x_!r}, {y!r}), {away:.2f} pixels from all there is"

    @property
    def what(self) -> str:
        return f"the curve of {'slopes' if self.slope else 'values'} in {self.window}"

    def y_pixel(self, y: float) -> float:
        return float(self.window.y_pixels(np.array([y]))[0])


def check(case: Case) -> Verdict:
    """Draw a case in two panels, and hold both against its definition."""
    verdict = Verdict(f"picture of {case.group}", case.source())
    rng = random.Random(case.source())
    panels: list[Panel] = []
    with tried(verdict, case):
        panels += _panels(case, rng)
    for panel in panels:
        for hold, places in ((panel.missed, _inputs), (panel.invented, _spots)):
            told: Callable[..., str | None] = hold
            wrong = next(filter(None, map(told, places(panel, rng))), None)
            verdict.wrong += [wrong] if wrong else []
    return verdict


def _panels(case: Case, rng: random.Random) -> Iterator[Panel]:
    curve = case.subject()
    steepest = gradplot.max_slope(curve, case.x_range)
    for slope in (False, True):
        seen = [height(case, x, slope, 1e-9) for x in _even(case.x_range, rng)]
        shown = [y for y in seen if y is not None and LEAST < y < HIGHEST]
        if not shown:
            continue
        window = _window(case, rng, min(shown), max(shown))
        drawn = slope_trace(curve, window, steepest) if slope else value_trace(curve, window)
        yield Panel(case, slope, window, drawn)


def _window(case: Case, rng: random.Random, low: float, high: float) -> Window:
    """All of the heights, or a part of them; a margin where they are one."""
    least = 1e-4 * max(abs(low), abs(high), 1.0)
    size = max(high - low, least)
    low, high = low - 0.05 * size, high + 0.05 * size
    if rng.random() < 0.3:
        low, high = sorted(rng.uniform(low, high) for _ in range(2))
        high = max(high, low + least)
    width, tall = rng.choice(PIXELS), rng.choice(PIXELS)
    window = Window(x=case.x_range, y=(low, high), width=width, height=tall)
    return window if math.isfinite(window.y_scale) else replace(window, y=(-1.0, 1.0))


def _even(ends: tuple[float, float], rng: random.Random) -> list[float]:
    low, high = ends
    return [low, high, *(low + (high - low) * rng.random() for _ in range(INPUTS))]


def _inputs(panel: Panel, rng: random.Random) -> Iterator[float]:
    """Inputs all over, beside vertices, and beside the ends and 0."""
    low, high = panel.window.x
    places = _even((low, high), rng)
    vertices = panel.drawn.line[:, 0]
    vertices = vertices[np.isfinite(vertices)]
    if len(vertices):
        places += [float(x) for x in rng.choices(vertices, k=VERTICES)]
    for end in (*places[-VERTICES:], low, high, 0.0):
        places += [end + rng.uniform(-1, 1) * r * panel.window.x_scale for r in (1e-3, 0.1, 1.0)]
    return (x for x in places if low <= x <= high)


def _spots(panel: Panel, rng: random.Random) -> Iterator[Array]:
    """Points on the strokes and on the outlines of bands."""
    for _ in range(SPOTS if len(panel.segments) else 0):
        start, end = panel.segments[rng.randrange(len(panel.segments))]
        yield start + rng.random() * (end - start)


def height(case: Case, x: float, slope: bool, enough: float) -> float | None:
    """y at x, or log10|dy/dx|, to ``enough``; None where there is none, or none is known."""
    for bits in POINT_BITS:
        ctx.prec = bits
        jet = case.jet(arb(x))
        if not jet.value.is_finite():
            continue
        y = _log10(jet.slope) if slope else jet.value
        if y == -math.inf or (y.is_finite() and y.rad() < enough):
            return float(y.mid())
    return None


def heights(case: Case, left: float, right: float, slope: bool) -> tuple[float, float]:
    """The least and the most between two inputs, rounded outward."""
    ctx.prec = BOX_BITS
    jet = case.jet(ball(arb(left), arb(right)))
    if not slope:
        return (down(jet.value), up(jet.value)) if jet.value.is_finite() else (-math.inf, math.inf)
    if not jet.slope.is_finite():
        return -math.inf, math.inf
    least, most = _log10(jet.slope.abs_lower()), _log10(jet.slope.abs_upper())
    return (down(least) if least.is_finite() else -math.inf), up(most)


def _log10(size: arb) -> arb:
    return arb(-math.inf) if size.is_zero() else abs(size).log() / arb(10).log()


def _distance(point: Array, segments: Array) -> float:
    if not len(segments):
        return math.inf
    start, along = segments[:, 0], segments[:, 1] - segments[:, 0]
    length = (along**2).sum(axis=1)
    share = ((point - start) * along).sum(axis=1) / np.where(length > 0, length, 1)
    foot = start + np.clip(share, 0, 1)[:, None] * along
    return float(np.hypot(*(point - foot).T).min())


def _inside(point: Array, outline: Array) -> bool:
    """Whether a ray to the right crosses the outline an odd number of times."""
    before = np.roll(outline, 1, axis=0)
    (x, y), rise = point, before[:, 1] - outline[:, 1]
    crossed = (outline[:, 1] > y) != (before[:, 1] > y)
    with np.errstate(invalid="ignore", divide="ignore"):
        at = outline[:, 0] + (before[:, 0] - outline[:, 0]) * (y - outline[:, 1]) / rise
    return bool(np.count_nonzero(crossed & (x < at)) % 2)
