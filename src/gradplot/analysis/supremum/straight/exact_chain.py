"""A chain of straight branches as exact maps from layer to layer, and points carried through it.

Weights, biases, parameters and x are what their doubles say, exactly, so whether an orbit meets a
kink, and from which side, is decided and never estimated.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from gradplot.analysis.supremum.straight.rationals import (
    Exact,
    affine,
    doubles,
    down,
    exact,
    excess,
    up,
)
from gradplot.functions.activations.shape import Shape
from gradplot.functions.chain.chain import Chain

#: Relative error of a computed logarithm, and of its argument: twice what they have.
LOG_ERROR = 2.0**-51
#: log 2 in two parts, the first of 28 bits: its product with a number of 25 more is exact.
LOG_2 = (float.fromhex("0x1.62e42fep-1"), 1.8206359985041462e-09)
POWERS = 2**25


class _Branch(NamedTuple):
    """act(z) = slope · z + offset between two kinks."""

    slope: Fraction
    offset: Fraction


class _Map(NamedTuple):
    """z -> factor · z + offset, from one layer's z to the next one's along one branch."""

    factor: Exact
    offset: Exact
    #: The same in doubles: an enclosure each.
    factors: tuple[float, float]
    offsets: tuple[float, float]


def _branches(shape: Shape) -> tuple[tuple[float, ...], tuple[_Branch, ...]]:
    """The kinks where the slope jumps, and the branches between them, from values at the kinks.

    Exact as long as values at kinks, and one unit beyond the outermost, are computed without error.
    """
    kinks = [kink for kink, (left, right) in sorted(shape.kinks.items()) if left != right]
    nodes = [kinks[0] - 1.0, *kinks, kinks[-1] + 1.0] if kinks else [0.0, 1.0]
    heights = [Fraction(float(y)) for y in shape.value(np, np.array(nodes))]
    places = [Fraction(node) for node in nodes]
    branches = []
    for (left, right), (low, high) in zip(pairwise(places), pairwise(heights), strict=True):
        slope = (high - low) / (right - left)
        branches.append(_Branch(slope, low - slope * left))
    return tuple(kinks), tuple(branches)


class ExactChain:
    """The chain as exact maps from z to z; layer 0 is the input, z_0 = x."""

    def __init__(self, chain: Chain) -> None:
        self.weights, self.biases = chain.weights, chain.biases
        self.kinks, self.branches = _branches(chain.shape)
        self.levels = tuple(exact(kink) for kink in self.kinks)
        live = {branch.slope for branch in self.branches if branch.slope}
        if len(live) > 2:
            raise ValueError(f"{chain.activation.name} has more than two slopes beside 0")
        #: For each branch, how many times a piece loses the ratio of the two slopes by taking it.
        self.losses = tuple(int(branch.slope < max(live)) for branch in self.branches)
        self._maps: dict[tuple[float, float, int], _Map] = {}
        self._logs: dict[tuple[float, int], tuple[int, float, float]] = {}

    def branch(self, layer: int, z: float) -> int:
        """The branch that z lies on; at a kink the left one."""
        return bisect_left(self.kinks, z) if layer else 0

    def map(self, layer: int, branch: int) -> _Map:
        """From z of ``layer`` to z of the next."""
        weight, bias = self.weights[layer], self.biases[layer]
        key = (weight, bias, branch if layer else -1)
        if key not in self._maps:
            slope, offset = self.branches[branch] if layer else _Branch(Fraction(1), Fraction(0))
            w = Fraction(weight)
            factor, shift = exact(w * slope), exact(w * offset + Fraction(bias))
            self._maps[key] = _Map(factor, shift, doubles(factor), doubles(shift))
        return self._maps[key]

    def _log(self, layer: int, branch: int) -> tuple[int, float, float]:
        """|w act'| of a layer on a branch as (p, log f, error): 2^p f with f near 1."""
        key = (abs(self.weights[layer - 1]), branch)
        if key not in self._logs:
            ratio = Fraction(key[0]) * self.branches[branch].slope
            power = ratio.numerator.bit_length() - ratio.denominator.bit_length()
            near = ratio / Fraction(2) ** power
            if near < Fraction(3, 4):
                power, near = power - 1, near * 2
            log = math.log(near)
            self._logs[key] = power, log, 0.0 if near == 1 else LOG_ERROR * (abs(log) + 0.5)
        return self._logs[key]

    def log_slope(self, sides: Sequence[int]) -> tuple[float, float]:
        """Bracket of log|dz/dx| after these branches, one a layer: as wide as rounding needs."""
        factors = [self._log(layer, side) for layer, side in enumerate(sides, start=1)]
        power = sum(factor[0] for factor in factors)
        total = math.fsum([power * part for part in LOG_2] + [factor[1] for factor in factors])
        error = math.fsum(factor[2] for factor in factors)
        if not error and not total:
            return 0.0, 0.0
        error += abs(power) * (2.0**-80 if abs(power) < POWERS else 2.0**-50)
        return down(down(total - error)), up(up(total + error))


class ExactOrbit:
    """A point of the x-range by its orbit, which is carried on as far as is asked.

    Beside the exact orbit it has an enclosure in doubles, which answers nearly every question.
    """

    __slots__ = ("exact", "exact_layer", "high", "layer", "low", "sides", "start", "x")

    def __init__(self, layer: int, z: float, sides: bytes = b"") -> None:
        self.layer = self.exact_layer = layer
        self.start = z
        self.sides = sides
        self.exact = exact(z)
        self.low = self.high = z
        self.x: tuple[float, float] | None = None if layer else (z, z)

    def compare(self, layers: ExactChain, layer: int, number: int) -> int:
        """The sign of z - kink at ``layer``, for the kink of that number."""
        kink = layers.kinks[number]
        while self.layer < layer:
            self._step(layers)
        if self.low > kink or self.high < kink:
            return 1 if self.low > kink else -1
        while self.exact_layer < layer:
            self._step_exactly(layers)
        self.low, self.high = doubles(self.exact)
        return _sign(excess(self.exact, layers.levels[number]).numerator)

    def _step(self, layers: ExactChain) -> None:
        # act is increasing, so the ends stay ends, and a kink between them does no harm.
        ends = (self.low, self.high) if layers.weights[self.layer] > 0 else (self.high, self.low)
        low, high = (layers.map(self.layer, layers.branch(self.layer, end)) for end in ends)
        bottom = down(min(f * ends[0] if f else 0.0 for f in low.factors))
        top = up(max(f * ends[1] if f else 0.0 for f in high.factors))
        self.low = down(bottom + low.offsets[0])
        self.high = up(top + high.offsets[1])
        self.layer += 1

    def _step_exactly(self, layers: ExactChain) -> None:
        branch = 0
        if self.exact_layer:
            while branch < len(layers.levels):
                if excess(self.exact, layers.levels[branch]).numerator <= 0:
                    break
                branch += 1
        step = layers.map(self.exact_layer, branch)
        self.exact = affine(step.factor, step.offset, self.exact)
        self.exact_layer += 1


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
