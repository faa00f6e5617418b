"""Lanes: networks of one activation side by side, each with weights, biases and a depth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.intervals.rounding import MAX

if TYPE_CHECKING:
    from gradplot.functions.activations.shape import Shape
    from gradplot.functions.arrays import Array, Mask


@dataclass(frozen=True, eq=False)
class Lanes:
    """``weights`` (none of them 0) and ``biases`` have shape (layers, lanes), ``depth`` (lanes,).

    A lane does not use the layers past its depth.
    """

    shape: Shape
    weights: Array
    biases: Array
    depth: np.ndarray

    @property
    def layers(self) -> int:
        return len(self.weights)

    @property
    def size(self) -> int:
        return int(self.depth.size)

    @cached_property
    def used(self) -> Mask:
        return np.asarray(np.arange(self.layers)[:, None] < self.depth)

    @cached_property
    def last(self) -> Mask:
        """Each lane's last layer."""
        return np.asarray(np.arange(self.layers)[:, None] == self.depth - 1)

    @cached_property
    def logs(self) -> Array:
        """log|w|; 0 in layers that are not used."""
        return np.asarray(np.where(self.used, np.log(np.abs(self.weights)), 0.0))

    def of(self, lanes: np.ndarray) -> Lanes:
        """Some of them, by their numbers, with no more layers than they use."""
        depth = self.depth[lanes]
        layers = int(depth.max(initial=1))
        return Lanes(self.shape, self.weights[:layers, lanes], self.biases[:layers, lanes], depth)

    @cached_property
    def following(self) -> tuple[Array, Array]:
        """Weight and bias of the layer after each; 1 and 0 after the last: act itself."""
        ends = ~np.concatenate((self.used[1:], np.zeros_like(self.used[:1])))
        after = [np.concatenate((each[1:], each[:1])) for each in (self.weights, self.biases)]
        return np.where(ends, 1.0, after[0]), np.where(ends, 0.0, after[1])

    def orbit(self, x: Array) -> Array:
        """z in every layer of the inputs ``x`` (..., lanes), in plain floating point."""
        z = np.empty((self.layers, *x.shape))
        a = x
        for k in range(self.layers):
            z[k] = np.clip(self.weights[k] * a + self.biases[k], -MAX, MAX)
            if k + 1 < self.layers:
                a = self.shape.value(np, z[k])
        return z
