"""Where boxes are cut: their widest layers, and points there that come near every double."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gradplot.analysis.supremum.increasing.orbits import Box
    from gradplot.analysis.supremum.slopes import Slopes
    from gradplot.functions.arrays import Array

#: Distances from a hint, relative to its size, at which a box is cut.
HINTED = np.array([1e-4, 1e-8, 1e-12])
#: Part of the widest layer's width below which halving a layer is no progress.
MATTERS = 1e-6
#: Part of the widest layer's width at which a layer that was cut before is cut again.
STEADY = 1e-2
#: Powers of ten of the distances from a guess, relative to the box, at which it is cut.
CLOSER = (-1.5, -6.0)


def widest(box: Box, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each box the deepest of its widest layers, and whether a point lies inside there."""
    width = _widths(box, depth)
    # Of layers that are about as wide the deepest: pulling back from it loses nothing.
    layer = _deepest((width >= 0.5 * width.max(axis=0)) & (np.arange(len(width))[:, None] < depth))
    columns = np.arange(layer.size)
    low, high = box.inner_low[layer, columns], box.inner_high[layer, columns]
    middle = 0.5 * low + 0.5 * high
    return layer, (low < middle) & (middle < high)


def corner(box: Box, depth: np.ndarray, jump: float) -> np.ndarray:
    """The deepest wide layer of each box with the jump of a rate inside; -1 where there is none.

    Slopes have a corner there, which is the maximum where the jump is what turns the rate.
    """
    width = _widths(box, depth)
    across = (width >= STEADY * width.max(axis=0)) & (width > 0.0)
    across &= (box.inner_low < jump) & (jump < box.inner_high)
    return np.where(across.any(axis=0), _deepest(across), -1)


def _widths(box: Box, depth: np.ndarray) -> Array:
    """How much of z surely lies between the ends, in the layers of each box; else 0."""
    with np.errstate(invalid="ignore"):
        width = box.inner_high - box.inner_low
    used = np.arange(len(width))[:, None] < depth
    return np.where(used & np.isfinite(width), width, 0.0)


def _deepest(layers: np.ndarray) -> np.ndarray:
    return len(layers) - 1 - np.argmax(layers[::-1], axis=0)


def steady(box: Box, layer: np.ndarray, before: np.ndarray) -> np.ndarray:
    """The layer ``before`` of each box (-1: none) where it is deeper and still about as wide.

    Pulling back from deeper layers loses least: going back to one before would blur the others.
    """
    columns = np.arange(layer.size)
    width = [box.inner_high[k, columns] - box.inner_low[k, columns] for k in (layer, before)]
    return np.where((before >= layer) & (width[1] >= STEADY * width[0]), before, layer)


def cuts(low: Array, high: Array, count: int) -> Array:
    """``count`` points strictly inside each (low, high), ascending; where there is room for them.

    Most stand at equal distances, the others at equal steps through the doubles themselves: a
    maximum at z = 0.5 is found between -10^300 and 10^300 as fast as between -8 and 8.
    """
    fine = max(1, count // 4)
    part = np.arange(1, count - fine + 1) / (count - fine + 1)
    even = low[:, None] * (1.0 - part) + high[:, None] * part
    first, last = _ordinal(low), _ordinal(high)
    step = np.arange(1, fine + 1) / (fine + 1)
    ordinals = first[:, None] + ((last - first)[:, None] * step).astype(np.int64)
    points = np.concatenate((even, _from_ordinal(ordinals)), axis=1)
    points[:, 0] = np.where((low < 0.0) & (high > 0.0), 0.0, points[:, 0])
    return _inside(points, low, high)


def halved(before: Box, now: Box, depth: np.ndarray) -> np.ndarray:
    """Whether a layer of each box that matters is at most half as wide as it was."""
    used = np.arange(before.low.shape[0])[:, None] < depth
    span = np.where(used, before.high - before.low, 0.0)
    # A layer that is known much better than the others tells nothing more of them.
    wide = np.where(np.isfinite(span), span, 0.0).max(axis=0)
    with np.errstate(invalid="ignore"):
        cut = (now.high - now.low <= 0.5 * span) & (span > 0.0) & (span >= MATTERS * wide)
    return np.asarray(cut.any(axis=0))


@dataclass(frozen=True, slots=True)
class Hint:
    """About where the steepest orbit of each group is: ``z`` at its ``layer``."""

    layer: np.ndarray
    z: Array

    def layers(self, box: Box, group: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
        """The layer that each box is cut in: ``otherwise`` where it is known there already."""
        layer, columns = self.layer[group], np.arange(group.size)
        room = box.inner_low[layer, columns] < box.inner_high[layer, columns]
        return np.where(room, layer, otherwise)

    def points(self, points: Array, group: np.ndarray, *, low: Array, high: Array) -> Array:
        """Instead of ``points`` some close about these z, and two of them on their sides."""
        about = self.z[group]
        steps = np.concatenate((-HINTED, HINTED[::-1]))
        near = about[:, None] + steps * (1.0 + np.abs(about))[:, None]
        sides = points[:, points.shape[1] // 4 :: max(1, points.shape[1] // 2)]
        return _inside(np.concatenate((near, sides), axis=1), low, high)


def rates(found: Slopes) -> Array:
    """The bounds of the rate, and its reach, of each enclosure: (lanes, 3)."""
    return np.stack((found.rate_low, found.rate_high, found.reach), axis=1)


def crossing(ends: Array) -> Array:
    """The parts of the way from left to right at which lines between both bounds are 0.

    ``ends`` are the rates there, (lanes, 2, 3). The rate itself is 0 between the two, (lanes, 2),
    if it is straight; NaN where it is not known to change its sign.
    """
    with np.errstate(all="ignore"):
        scale = np.exp(ends[..., 2] - ends[..., 2].max(axis=1, keepdims=True))
        rate = ends[..., :2] * scale[..., None]
        part = rate[:, 0] / (rate[:, 0] - rate[:, 1])
    return np.asarray(np.where((part > 0.0) & (part < 1.0), part, math.nan))


def guessed(points: Array, zeros: Array, *, low: Array, high: Array) -> Array:
    """Instead of most of ``points`` some ever closer about where ``zeros`` of the rate may be.

    ``zeros`` are two parts of the way from low to high, (lanes, 2).
    """
    spare = max(points.shape[1] // 4, min(2, (points.shape[1] - 1) // 2))
    steps = np.logspace(*CLOSER, spare)
    # What float64 tells of a rate between the two may be a little less than at the ends.
    margin = 0.5 * (zeros[:, 1:] - zeros[:, :1])
    parts = np.concatenate((zeros[:, :1] - margin - steps, zeros[:, 1:] + margin + steps), axis=1)
    near = low[:, None] * (1.0 - parts) + high[:, None] * parts
    rest = np.linspace(0, points.shape[1] - 1, points.shape[1] - 2 * spare).astype(int)
    return _inside(np.concatenate((near, points[:, rest]), axis=1), low, high)


def _inside(points: Array, low: Array, high: Array) -> Array:
    """The points in order, and strictly inside each (low, high)."""
    first, last = np.nextafter(low, math.inf), np.nextafter(high, -math.inf)
    return np.sort(np.clip(points, first[:, None], last[:, None]), axis=1)


def _ordinal(numbers: Array) -> np.ndarray:
    """The place of each double among all doubles, halved so that differences fit in 64 bits."""
    bits = np.ascontiguousarray(numbers + 0.0).view(np.int64)
    return np.where(bits >= 0, bits, np.int64(-(2**63)) - bits) // 2


def _from_ordinal(ordinals: np.ndarray) -> Array:
    whole = ordinals * 2
    bits = np.where(whole >= 0, whole, np.int64(-(2**63)) - whole)
    return np.ascontiguousarray(bits).view(np.float64)
