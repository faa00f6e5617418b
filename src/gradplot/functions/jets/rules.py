"""The rules of differentiation for functions of one argument: value, slope, bend; a line for each.

Over intervals each gives a guaranteed range: of f, of f' almost everywhere, and of f'' (the whole
line where f' jumps). Where an interval only touches a kink, that side alone counts: on stretches
where the argument sits on the kink its own slope is 0 almost everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.activations import ranges
from gradplot.functions.activations.shape import Shape
from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.functions.intervals import interval as iv
from gradplot.functions.intervals import scaled
from gradplot.functions.intervals.interval import Interval
from gradplot.functions.intervals.scaled import Scaled

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Mask

_MAX = float(np.finfo(np.float64).max)
#: How good an activation's ``bend`` is, and what no activation that turns exceeds.
BEND_ERROR, MOST_BEND = 1e-13, 2.0


def _everywhere(u: Interval) -> Mask:
    return ~u.empty


@dataclass(frozen=True, slots=True)
class Rule:
    """One function: ranges of f, f' and f'' over intervals."""

    value: Callable[[Interval], Interval]
    slope: Callable[[Interval], Scaled]
    bend: Callable[[Interval], Scaled]
    #: Where f is defined and continuous on the whole interval.
    continuous: Callable[[Interval], Mask] = _everywhere
    #: f' at points, where that needs a choice of side.
    slope_at: Callable[[Array], Scaled] | None = None


def rule(function: str, parameters: Sequence[float] = ()) -> Rule:
    """The rule of an elementary function or an activation."""
    return _ELEMENTARY.get(function) or _activation(function, tuple(parameters))


def _exp(u: Interval) -> Scaled:
    return scaled.exponential(u.low, u.high)


def _one_over(u: Interval) -> Scaled:
    return scaled.number(1.0) / scaled.of(u)


def _positive(u: Interval) -> Interval:
    """The part of u where a logarithm or a root has a slope; f' there is all that is asked for."""
    return Interval(np.maximum(u.low, 0.0), u.high).empty_where(~(u.high > 0))


def _root_slope(u: Interval) -> Scaled:
    return _one_over(iv.sqrt(_positive(u))) * scaled.number(0.5)


def _sign(u: Interval) -> Scaled:
    return scaled.of(
        Interval(
            np.where(u.low < 0, -1.0, np.where(u.high > 0, 1.0, 0.0)),
            np.where(u.high > 0, 1.0, np.where(u.low < 0, -1.0, 0.0)),
        ).empty_where(u.empty)
    )


def _hyperbolic(u: Interval, sign: float) -> Scaled:
    """(e^u + sign·e^-u)/2 at the ends of u, as a hull: for sinh, which rises."""

    def at(z: Array) -> Scaled:
        return scaled.exponential(z, z) + scaled.exponential(-z, -z) * scaled.number(sign)

    return (at(u.low).hull(at(u.high)) * scaled.number(0.5)).where(
        np.abs(u.low) + np.abs(u.high) > 1, scaled.of(iv.sinh(u))
    )


def _sinh(u: Interval) -> Scaled:
    return _hyperbolic(u, -1.0)


def _cosh(u: Interval) -> Scaled:
    size = iv.magnitude(u)
    near = scaled.of(iv.cosh(Interval(np.minimum(size.low, 1.0), np.minimum(size.high, 1.0))))
    return _hyperbolic(size, 1.0).where(size.low + size.high > 1, near)


def _secant_squared(u: Interval) -> Scaled:
    return scaled.of(iv.power(iv.tan(u), 2)) + scaled.number(1.0)


#: name: value, slope, bend [, where continuous]
_ELEMENTARY: dict[str, Rule] = {
    "exp": Rule(iv.exp, _exp, _exp),
    "log": Rule(
        iv.log,
        lambda u: _one_over(_positive(u)),
        lambda u: -_one_over(iv.power(_positive(u), 2)),
        lambda u: u.low > 0,
    ),
    "sqrt": Rule(
        iv.sqrt,
        _root_slope,
        lambda u: -_root_slope(u) * _one_over(_positive(u)) * scaled.number(0.5),
        lambda u: u.low >= 0,
    ),
    "abs": Rule(
        iv.magnitude,
        _sign,
        lambda u: scaled.number(0.0).where((u.low >= 0) | (u.high <= 0), scaled.unknown(u.low)),
        slope_at=lambda z: scaled.of(Interval(np.sign(z), np.sign(z))),
    ),
    "sin": Rule(iv.sin, lambda u: scaled.of(iv.cos(u)), lambda u: -scaled.of(iv.sin(u))),
    "cos": Rule(iv.cos, lambda u: -scaled.of(iv.sin(u)), lambda u: -scaled.of(iv.cos(u))),
    "tan": Rule(
        iv.tan,
        _secant_squared,
        lambda u: (scaled.of(iv.tan(u)) * _secant_squared(u)).twice(),
        lambda u: ~iv.tan_pole(u) & ~u.empty,
    ),
    "sinh": Rule(iv.sinh, _cosh, _sinh),
    "cosh": Rule(iv.cosh, _sinh, _cosh),
}


# --- activations -------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _activation(name: str, parameters: tuple[float, ...]) -> Rule:
    entry = ACTIVATIONS[name]
    shape = entry.shape(dict(zip(entry.parameters, parameters, strict=False)))
    return Rule(
        lambda u: _value(shape, u),
        lambda u: _slope(shape, u),
        lambda u: _bend(shape, u),
        slope_at=(lambda z: _slope_at(shape, z)) if shape.kinks else None,
    )


def _finite(u: Interval) -> tuple[Array, Array]:
    """Ends that an activation's kernel can take."""
    low, high = (np.clip(np.where(u.empty, 0.0, end), -_MAX, _MAX) for end in (u.low, u.high))
    return low, high


def _value(shape: Shape, u: Interval) -> Interval:
    low, high = ranges.value_range(shape, *_finite(u))
    low = np.where(np.isneginf(u.low) & (shape.low == -np.inf), -np.inf, np.minimum(low, _MAX))
    high = np.where(np.isposinf(u.high) & (shape.high == np.inf), np.inf, high)
    return Interval(low, high).empty_where(u.empty)


def _slope(shape: Shape, u: Interval) -> Scaled:
    low, high = _finite(u)
    logs = ranges.log_slope_range(shape, low, high)
    if shape.straight and all(
        phi in (0.0, -math.inf) for kink in shape.kinks.values() for phi in kink
    ):
        # Slopes of 0 and 1 alone, known without any error.
        logs = (np.where(logs[0] < -1, -np.inf, 0.0), np.where(logs[1] < -1, -np.inf, 0.0))
    size = scaled.exponential(*logs)
    if not shape.monotone:
        signed = _signed if len(shape.turning) == 1 else _signed_waves
        size = signed(shape, low, high, size)
    return Scaled(size.mantissa.empty_where(u.empty), size.exponent)


def _signed(shape: Shape, low: Array, high: Array, size: Scaled) -> Scaled:
    """act' from its size, for an act that turns at one point."""
    (turn,) = shape.turning
    left, right = -shape.sign(np, np.array([turn - 1.0])), shape.sign(np, low)
    falling = right == -left
    rises_right = scaled.number(float(shape.sign(np, np.array([turn + 1.0]))[0]))
    size = size * rises_right.where(~falling, -rises_right)
    across = (low <= turn) & (high >= turn)
    if across.any():
        # Beyond the rounding of the turning point itself the slope is below 1e-15.
        here = [np.where(across, end, turn) for end in (low, high)]
        sides = [
            scaled.exponential(*ranges.log_slope_range(shape, *pair))
            for pair in ((here[0], np.full_like(low, turn)), (np.full_like(low, turn), here[1]))
        ]
        noise = scaled.of(Interval(np.array([-1e-15]), np.array([1e-15])))
        both = (sides[1] * rises_right).hull(-sides[0] * rises_right).hull(noise)
        size = both.where(across, size)
    return size


def _signed_waves(shape: Shape, low: Array, high: Array, size: Scaled) -> Scaled:
    """act' from its size, for an act that turns again and again."""
    turns = np.zeros(low.shape, dtype=bool)
    for point in shape.turning:
        turns |= ranges.holds(low, high, point, period=shape.period)
    sign = shape.sign(np, 0.5 * low + 0.5 * high)
    return size.hull(-size).where(turns, size * scaled.of(Interval(sign, sign)))


def _slope_at(shape: Shape, z: Array) -> Scaled:
    """The one-sided slope that PyTorch takes."""
    at = np.clip(np.where(np.isnan(z), 0.0, z), -_MAX, _MAX)
    log = shape.log_slope(np, at)
    slope = scaled.exponential(log, log) * scaled.of(Interval(*2 * (shape.sign(np, at),)))
    return Scaled(slope.mantissa.empty_where(np.isnan(z)), slope.exponent)


def _bend(shape: Shape, u: Interval) -> Scaled:
    low, high = _finite(u)
    if shape.monotone:
        rate = Interval(*ranges.rate_range(shape, low, high))
        bend = scaled.of(rate) * _slope(shape, u)
    else:
        bend = scaled.of(_bend_near(shape, low, high))
    smooth = np.ones(low.shape, dtype=bool)
    for kink in shape.kinks:
        smooth &= (high <= kink) | (low >= kink)
    smooth &= (low < high) | np.all([low != kink for kink in shape.kinks], axis=0)
    bend = bend.where(smooth, scaled.unknown(low))
    return Scaled(bend.mantissa.empty_where(u.empty), bend.exponent)


def _bend_near(shape: Shape, low: Array, high: Array) -> Interval:
    """f'' by its value in the middle and a bound of the third derivative."""
    middle = np.clip(0.5 * low + 0.5 * high, -1e6, 1e6)
    reach = shape.bend_rate * np.maximum(high - middle, middle - low) * (1 + 1e-12) + BEND_ERROR
    at = shape.bend(np, middle)
    return Interval(at - reach, at + reach).clip(-MOST_BEND, MOST_BEND)
