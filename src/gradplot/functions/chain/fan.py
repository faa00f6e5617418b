"""Fan: many chains of one activation side by side, each with a weight and a bias of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gradplot.functions.activations.shape import Shape
    from gradplot.functions.arrays import Array

    #: Which lanes: all of them, those of a mask, or some by their numbers.
    Lanes = slice | np.ndarray

EVERY = slice(None)


class Fan:
    """Chains that have one weight and one bias in all their layers, a lane for each.

    ``weight`` and ``bias`` have one finite number per lane; the weights are of one sign, and not 0:
    so every layer keeps the order of all lanes, or turns it in all of them. Where methods for one
    chain work on lanes, a fan can stand in for it.
    """

    def __init__(self, shape: Shape, depth: int, weight: Array, bias: Array) -> None:
        self.shape, self.depth = shape, depth
        self.weight, self.bias = weight, bias

    @property
    def weights(self) -> Array:
        """Of shape (depth, lanes)."""
        return np.broadcast_to(self.weight, (self.depth, self.weight.size))

    @property
    def biases(self) -> Array:
        """Of shape (depth, lanes)."""
        return np.broadcast_to(self.bias, (self.depth, self.bias.size))

    @property
    def signs(self) -> Array:
        """Of dz_k/dx in every layer, for an increasing activation."""
        return np.cumprod(np.full(self.depth, np.sign(self.weight[0]) if self.weight.size else 1.0))

    def layer(self, k: int, lanes: Lanes = EVERY) -> tuple[Array, Array]:
        """Weight and bias of layer ``k``, counted from 0, in these lanes."""
        return self.weight[lanes], self.bias[lanes]

    def lanes(self, lanes: Lanes) -> Fan:
        """The fan of these lanes, in their order; one may come several times."""
        return Fan(self.shape, self.depth, self.weight[lanes], self.bias[lanes])

    def at(self, depth: int) -> Fan:
        """The fan of the first ``depth`` layers."""
        return Fan(self.shape, depth, self.weight, self.bias)
