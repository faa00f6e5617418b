"""Points of a chain whose orbits leave float64, and where that is told from what comes after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.activations.ranges import LEAST
from gradplot.functions.chain.steps import layer_steps
from gradplot.functions.intervals.rounding import MAX
from gradplot.functions.step import Step, exactly

if TYPE_CHECKING:
    from gradplot.functions.activations.shape import Shape
    from gradplot.functions.arrays import Array, Mask
    from gradplot.functions.chain.steps import Network

#: Beyond this the rounding of a wave's argument is seen.
BLURRED = 1e10


class Past:
    """What is known of so many points, layer by layer.

    The largest double stands for every z past it. That does no harm while z stays there, nor where
    act has come to its limit; but what comes back is lost, and so is a slope that falls as slowly
    as that of softsign. Of a wave all is lost where doubles no longer tell its turns apart.
    """

    def __init__(self, shape: Shape, steepest: float, x: Array) -> None:
        ends = np.array([-MAX, MAX])
        self._endless = shape.low == -np.inf, shape.high == np.inf
        self._slow = (shape.log_slope(np, ends) > LEAST).tolist()
        self._far = MAX if shape.period is None else BLURRED
        #: Bounds of |act(z)|: this number at most, and so much more than at 0.
        self._most, self._steepest = max(-shape.low, shape.high), steepest
        self._at_0 = abs(float(shape.value(np, np.array([0.0]))[0]))
        #: A bound of |a| in all points.
        self._reach = float(np.abs(x).max(initial=0.0))
        self._out = np.zeros(x.size, dtype=bool)
        #: Where float64 tells neither the value nor the slope.
        self.lost: Mask = np.zeros(x.size, dtype=bool)

    def see(self, weight: float, bias: float, z: Array) -> None:
        """The next layer, and its z."""
        if weight == 0.0:
            self._reach, self._out = 0.0, np.zeros_like(self._out)
        reach = abs(weight) * self._reach + abs(bias)
        self._reach = min(self._most, self._steepest * reach + self._at_0)
        if reach < 0.1 * self._far:  # whatever the rounding
            return
        sides = z <= -self._far, z >= self._far
        self.lost |= self._out & ~sides[0] & ~sides[1]
        self._out = np.zeros_like(self._out)
        for side, endless, slow in zip(sides, self._endless, self._slow, strict=True):
            if endless:
                self._out |= side
            elif slow:
                self.lost |= side


def followed(chain: Network, depth: int, x: Array) -> tuple[Array, Array, Array]:
    """y, the sign of dy/dx, and log|dy/dx| of the first layers, by as many digits as it takes."""
    from gradplot.functions.balls.closely import Closely  # python-flint
    from gradplot.functions.balls.program import Program

    layers = list(zip(chain.weights[:depth], chain.biases[:depth], strict=True))
    steps = {
        layer: layer_steps(chain, *(Step("number", (), (exactly(number),)) for number in layer))
        for layer in layers
    }
    closely = Closely(Program([steps[layer] for layer in layers]))
    return closely.values(x), *closely.log_slopes(x)
