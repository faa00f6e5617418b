"""Guaranteed ranges of an activation and of its derivatives, over arrays of intervals.

Every function takes interval ends ``low`` <= ``high`` as float64 arrays of one shape and returns
two such arrays, rounded outward: the true range lies between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.activations.shape import Shape
from gradplot.functions.intervals.rounding import EPS, MAX

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Pair

#: The error bound of one kernel; see ``Shape.spread`` and ``Shape.blur``.
KERNEL_ERROR = 8.0 * EPS
#: Below this a relative error bound no longer covers the rounding to subnormal numbers.
SMALL, PAD = 1e-290, 1e-320
#: Kernels cut z off where phi is less than this.
LEAST = -1e299


def holds(low: Array, high: Array, point: float, *, period: float | None) -> np.ndarray:
    """Whether [low, high] contains ``point``, or one of its periodic copies; True when in doubt."""
    if period is None:
        return (low <= point) & (point <= high)
    first, last = (low - point) / period, (high - point) / period
    doubt = 4.0 * EPS * (1.0 + np.maximum(np.abs(first), np.abs(last)))
    return np.floor(last + doubt) >= np.ceil(first - doubt)


def value_range(shape: Shape, low: Array, high: Array) -> Pair:
    """Range of act over each interval."""
    under, over = value_bounds(shape, np.stack((low, high)))
    bottom, top = np.minimum(under[0], under[1]), np.maximum(over[0], over[1])
    for point in shape.turning:
        inside = holds(low, high, point, period=shape.period)
        under, over = value_bounds(shape, np.asarray(point))
        bottom = np.where(inside, np.minimum(bottom, under), bottom)
        top = np.where(inside, np.maximum(top, over), top)
    return unclipped(shape, (low, high), within_range(shape, bottom, top))


def unclipped(shape: Shape, z: Pair, y: Pair) -> Pair:
    """Ends of act, where z may lie past float64 and the largest double stands for it."""
    (low, high), (bottom, top) = z, y
    left, right = low <= -MAX, high >= MAX
    if shape.low == -np.inf and left.any():
        bottom = np.where(left, -np.inf, bottom)
    if shape.high == np.inf and right.any():
        top = np.where(right, np.inf, top)
    return bottom, top


def within_range(shape: Shape, low: Array, high: Array) -> Pair:
    """Bounds of act, no farther out than act goes anywhere."""
    return np.maximum(low, _outward(shape.low, -1)), np.minimum(high, _outward(shape.high, 1))


def value_bounds(shape: Shape, z: Array) -> Pair:
    """act at each point, and what its kernel's error may be."""
    with np.errstate(all="ignore"):
        y = shape.value(np, z)
        spread = shape.spread(np, z)
        error = KERNEL_ERROR * np.abs(y) * spread
        error = error + np.where((np.abs(y) < SMALL) & (z != 0.0) & (spread > 0.0), PAD, 0.0)
        error = np.where(np.isfinite(y), error, 0.0)
        return y - error, y + error


def _outward(end: float, direction: int) -> float:
    return end if end == round(end, 4) or np.isinf(end) else end + direction * EPS * abs(end)


def log_slope_range(shape: Shape, low: Array, high: Array) -> Pair:
    """Range of phi = log|act'| almost everywhere on each interval.

    On an interval that touches a kink from one side only that side counts; on a single point both.
    """
    bottom, top = np.full(np.shape(low), np.inf), np.full(np.shape(low), -np.inf)
    for phi, doubt, used in _phi_candidates(shape, low, high):
        under, over = log_slope_bounds(phi, doubt)
        top = np.where(used, np.maximum(top, over), top)
        bottom = np.where(used, np.minimum(bottom, under), bottom)
    for point in shape.turning:
        bottom = np.where(holds(low, high, point, period=shape.period), -np.inf, bottom)
    return np.where(_levels_off(shape, low, high), -np.inf, bottom), top


def log_slope_bounds(phi: Array, doubt: Array) -> Pair:
    """phi as its kernel tells it, ``doubt`` being its blur, and what the kernel's error may be."""
    with np.errstate(all="ignore"):
        error, factor = KERNEL_ERROR * np.abs(phi), KERNEL_ERROR * doubt
        if np.max(factor, initial=0.0) < 1e-9:  # no logarithm is needed to be as near as this
            factor = (1.0 + 1e-9) * factor
            over, under = phi + error + factor, phi - error - factor
        else:
            over = phi + error + np.log1p(factor)
            under = phi - error + np.log1p(-np.minimum(factor, 1.0))
    flat = np.isneginf(phi)
    # A cancellation to exactly 0 beside a turning point says only that act' is tiny there.
    over = np.where(flat, np.where(np.isinf(doubt), -30.0, -np.inf), over)
    return np.where(flat | (phi < LEAST), -np.inf, under), over


def _levels_off(shape: Shape, low: Array, high: Array) -> np.ndarray:
    """Where z may lie past float64, so that the largest double stands for it, and act' is there
    less than at that."""
    left = (low <= -MAX) if np.isfinite(shape.low) else False
    return left | ((high >= MAX) & np.isfinite(shape.high))


def _phi_candidates(
    shape: Shape, low: Array, high: Array
) -> Iterator[tuple[Array, Array, np.ndarray]]:
    """(phi, its blur, where it counts) at each place where phi can be extreme."""
    everywhere = np.ones(np.shape(low), dtype=bool)
    with np.errstate(all="ignore"):
        for end, side in ((low, 1), (high, 0)):
            phi, blur = shape.log_slope(np, end), shape.blur(np, end)
            for kink, sides in shape.kinks.items():
                phi = np.where(end == kink, sides[side], phi)
                blur = np.where(end == kink, 1.0, blur)
            yield phi, blur, everywhere
        single = np.ones_like(low)
        for kink, sides in shape.kinks.items():
            inside = ((low < kink) & (kink < high)) | ((low == kink) & (high == kink))
            for side_phi in sides:
                yield np.full_like(single, side_phi), single, inside
        for mode in shape.modes:
            at = np.asarray(mode)
            phi, blur = shape.log_slope(np, at), shape.blur(np, at)
            inside = holds(low, high, mode, period=shape.period)
            yield np.broadcast_to(phi, low.shape), np.broadcast_to(blur, low.shape), inside


def rate_range(shape: Shape, low: Array, high: Array) -> Pair:
    """Range of phi' on each interval, away from kinks; infinite where act turns in it."""
    bottom, top = np.full(np.shape(low), np.inf), np.full(np.shape(low), -np.inf)
    with np.errstate(all="ignore"):
        ends = [shape.rate(np, low), shape.rate(np, high)]
        errors = [1.0 + shape.blur(np, end) for end in (low, high)]
        for point, (left, right) in shape.rate_jumps.items():
            ends[0] = np.where(low == point, right, ends[0])
            ends[1] = np.where(high == point, left, ends[1])
        everywhere = np.ones(np.shape(low), dtype=bool)
        candidates = [(*pair, everywhere) for pair in zip(ends, errors, strict=True)]
        for point, sides in _rate_places(shape).items():
            inside = ((low < point) & (point < high)) | ((low == point) & (high == point))
            candidates += [
                (np.full_like(low, side), np.full_like(low, 2.0), inside) for side in sides
            ]
        for rate, doubt, used in candidates:
            under, over = rate_bounds(shape, rate, doubt)
            bottom = np.where(used, np.minimum(bottom, under), bottom)
            top = np.where(used, np.maximum(top, over), top)
    for point in shape.turning:
        turns = holds(low, high, point, period=shape.period)
        bottom, top = np.where(turns, -np.inf, bottom), np.where(turns, np.inf, top)
    past = _levels_off(shape, low, high)
    return np.where(past, -np.inf, bottom), np.where(past, np.inf, top)


def rate_bounds(shape: Shape, rate: Array, doubt: Array) -> Pair:
    """phi' as its kernel tells it, ``doubt`` being 1 + blur, and what its error may be."""
    # Where act turns, phi' is a difference of terms of size 1 that vanishes at phi's modes.
    error = KERNEL_ERROR * (np.abs(rate) + (0.0 if shape.monotone else 1.0)) * doubt
    return rate - error, rate + error


def _rate_places(shape: Shape) -> Mapping[float, tuple[float, ...]]:
    modes = {mode: (float(shape.rate(np, np.asarray(mode))),) for mode in shape.rate_modes}
    return {**modes, **shape.rate_jumps}
