"""A curve's value, or its log10 slope, in the pixels of one panel."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.dearness import dearness
from gradplot.analysis.findings import LN10
from gradplot.functions.curve import Hasty, Rated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradplot.analysis.findings import Supremum
    from gradplot.functions.arrays import Array, Pair
    from gradplot.functions.curve import Curve

    #: Heights at every place of an array; NaN where there is none, or none is known.
    Heights = Callable[[Array], Array]

#: Parts of a window's width that ``x_even`` tells apart.
PARTS = 2.0**50
#: Operations spent on points that take long, at most in one field: then it is undefined there.
DEAR = 2**16
#: What an interval costs in an ordinary formula, beside one in a shallow chain.
FORMULA_COST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of the plane that a panel shows, and the panel's size in pixels."""

    x: tuple[float, float]
    y: tuple[float, float]
    width: float
    height: float

    @property
    def x_scale(self) -> float:
        """Data units a pixel."""
        return (self.x[1] - self.x[0]) / self.width

    @property
    def y_scale(self) -> float:
        """Data units a pixel."""
        return (self.y[1] - self.y[0]) / self.height

    def x_data(self, pixels: Array) -> Array:
        """Abscissas in data units, never outside the window."""
        return np.minimum(np.maximum(self.x[0] + pixels * self.x_scale, self.x[0]), self.x[1])

    def x_even(self, pixels: Array) -> Array:
        """The same but for rounding: equal parts of all windows on one range are equal doubles."""
        low, high = self.x
        share = np.rint(pixels / self.width * PARTS) / PARTS
        inside = np.minimum(np.maximum(low + share * (high - low), low), high)
        return np.where(share == 1.0, high, inside)

    def y_pixels(self, data: Array) -> Array:
        """Heights in pixels; infinities stay."""
        with np.errstate(over="ignore"):
            return (data - self.y[0]) / self.y_scale

    def to_data(self, vertices: Array) -> Array:
        """Vertices, one a row, from pixels to data units; NaN rows stay."""
        return np.column_stack(
            (self.x_data(vertices[:, 0]), self.y[0] + vertices[:, 1] * self.y_scale)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A function of x in pixels, with guaranteed ranges over intervals of pixels."""

    points: Callable[[Array], Array]
    #: The same, but NaN where a point takes long.
    hasty: Callable[[Array], Array]
    ranges: Callable[[Array, Array], Pair]
    connected: Callable[[Array, Array], NDArray[np.bool_]]
    #: Ranges of the slope, in pixels a pixel, where the field is connected; None: none are known.
    slopes: Callable[[Array, Array], Pair] | None = None
    #: The ranges are the true ones, so that refining them teaches nothing.
    exact: bool = False
    #: In narrow cells the ranges are the truth even where doubles end; a slope keeps too wide a
    #: range at a kink, which may be one of several parts or layers at once.
    sharp: bool = False
    #: What an interval costs, beside one of a shallow chain.
    cost: int = 1
    #: It may jump where the curve itself is connected, as a slope does at a kink.
    jumps: bool = False
    #: A point (x, y) proven to be on the graph.
    mark: tuple[float, float] | None = None


def value_field(curve: Curve, window: Window) -> Field:
    """y itself. A chain uses its input once a layer, so its ranges are exact."""
    log_aspect = math.log(window.x_scale) - math.log(window.y_scale)
    x = _abscissas(curve, window)
    value, hasty = with_haste(curve, curve.value, lambda quick: quick.hasty_value)

    def ranges(left: Array, right: Array) -> Pair:
        low, high = curve.value_range(x(left), x(right))
        return window.y_pixels(low), window.y_pixels(high)

    def slopes(left: Array, right: Array) -> Pair:
        _, high = curve.log_slope_range(x(left), x(right))
        with np.errstate(over="ignore", invalid="ignore"):
            steepest = np.exp(np.nan_to_num(high, nan=np.inf, neginf=-np.inf) + log_aspect)
        return -steepest, steepest

    return Field(
        points=lambda pixels: window.y_pixels(value(x(pixels))),
        hasty=lambda pixels: window.y_pixels(hasty(x(pixels))),
        ranges=ranges,
        connected=lambda left, right: curve.continuous(x(left), x(right)),
        slopes=slopes,
        exact=curve.chain is not None,
        sharp=curve.chain is not None,
        cost=_cost(curve),
    )


def slope_field(curve: Curve, window: Window, supremum: Supremum | None) -> Field:
    """log10|dy/dx|, whose enclosures are first order: the certified supremum clips them."""
    ceiling = math.inf if supremum is None else supremum.upper / LN10
    x = _abscissas(curve, window)

    log_slope, hasty = with_haste(
        curve, lambda x: curve.log_slope(x)[1], lambda quick: quick.hasty_log_slope
    )

    def ranges(left: Array, right: Array) -> Pair:
        low, high = curve.log_slope_range(x(left), x(right))
        high = np.minimum(high / LN10, ceiling)
        return window.y_pixels(np.minimum(low / LN10, high)), window.y_pixels(high)

    def slopes(left: Array, right: Array) -> Pair:
        assert isinstance(curve, Rated)
        low, high = curve.log_slope_rate_range(x(left), x(right))
        with np.errstate(over="ignore"):
            scale = window.x_scale / window.y_scale / LN10
            return low * scale, high * scale

    return Field(
        points=lambda pixels: window.y_pixels(log_slope(x(pixels)) / LN10),
        hasty=lambda pixels: window.y_pixels(hasty(x(pixels)) / LN10),
        ranges=ranges,
        connected=lambda left, right: curve.continuous(x(left), x(right)),
        slopes=slopes if isinstance(curve, Rated) else None,
        sharp=curve.chain is not None and not curve.chain.shape.kinks,
        cost=_cost(curve),
        jumps=True,
        mark=_mark(window, supremum),
    )


def with_haste(
    curve: Curve, exact: Heights, of: Callable[[Hasty], Heights]
) -> tuple[Heights, Heights]:
    """``exact``, as long as not too many points take long, and the ``hasty`` way."""
    if not isinstance(curve, Hasty):
        return exact, exact
    hasty, left = of(curve), DEAR // curve.operations

    def sparing(x: Array) -> Array:
        nonlocal left
        found = hasty(x)
        dear = np.flatnonzero(np.isnan(found))[:left]
        if dear.size:
            left -= dear.size
            found[dear] = exact(x[dear])
        return found

    return sparing, hasty


def _abscissas(curve: Curve, window: Window) -> Callable[[Array], Array]:
    """From pixels to x: where limits and both panels look at a formula they ask for the same."""
    return window.x_data if curve.chain is not None else window.x_even


def _cost(curve: Curve) -> int:
    if curve.chain is not None:
        return 1 + curve.chain.depth // 8
    return int(FORMULA_COST * dearness(curve))


def _mark(window: Window, supremum: Supremum | None) -> tuple[float, float] | None:
    if supremum is None or supremum.x is None or not math.isfinite(supremum.lower):
        return None
    return (
        (supremum.x - window.x[0]) / window.x_scale,
        (supremum.lower / LN10 - window.y[0]) / window.y_scale,
    )
