"""Networks: many chains of one activation as arrays, whose weights, biases and depths differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gradplot.functions.activations.table import Activation
from gradplot.functions.chain.chain import Chain

if TYPE_CHECKING:
    import numpy as np

    from gradplot.functions.activations.shape import Shape
    from gradplot.functions.arrays import Array


@dataclass(frozen=True, eq=False)
class Networks:
    """Networks with one weight and one bias in all their layers: arrays, an entry for each."""

    activation: Activation
    parameters: Mapping[str, float]
    weight: Array
    bias: Array
    depth: np.ndarray

    @cached_property
    def shape(self) -> Shape:
        return self.activation.shape(self.parameters)

    @property
    def size(self) -> int:
        return int(self.weight.size)

    def of(self, numbers: np.ndarray) -> Networks:
        """Some of them."""
        return Networks(
            self.activation,
            self.parameters,
            self.weight[numbers],
            self.bias[numbers],
            self.depth[numbers],
        )

    def chain(self, number: int, depth: int) -> Chain:
        """One of them, with so many layers."""
        return Chain(
            self.activation,
            float(self.weight[number]),
            float(self.bias[number]),
            depth=depth,
            parameters=self.parameters,
        )
