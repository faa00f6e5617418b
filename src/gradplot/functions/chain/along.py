"""A chain along one of its parameters: the input stays, and a weight or a bias is the axis.

With the parameter theta shared by all layers, dz_k/dtheta = w_k dy_(k-1)/dtheta + y_(k-1) along the
weight, and + 1 along the bias: a sum over layers, whose terms may cancel. With a target T the curve
is the loss E = (y - T)² instead of y.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradplot.functions.chain.steps import layer_steps
from gradplot.functions.jets.ranged import Ranged
from gradplot.functions.step import Step, exactly

if TYPE_CHECKING:
    from gradplot.functions.chain.steps import Network
    from gradplot.spec.along import Along


class AlongChain(Ranged):
    """y of a chain, or its loss, as a curve over a parameter; see ``Chain.along``."""

    def __init__(self, network: Network, along: Along) -> None:
        self.network, self.along = network, along
        layers = [_layer(network, along.variable, number) for number in range(network.depth)]
        if along.target is not None:
            layers.append(_loss(along.target))
        super().__init__(layers, along.at)

    def __repr__(self) -> str:
        along = self.along
        rest = "" if along.target is None else f", target={along.target!r}"
        return f"{self.network!r}.along({along.variable!r}, at={along.at!r}{rest})"

    @property
    def label(self) -> str:
        return self.network.label

    @property
    def depth(self) -> int:
        return self.network.depth

    @property
    def chain(self) -> None:
        """None: along a parameter it is no chain of maps of one variable."""
        return None


def _layer(chain: Network, parameter: str, number: int) -> tuple[Step, ...]:
    """act(weight·y + bias) of one layer, with x for the parameter that is the axis."""
    axis, weight, bias = Step("x"), chain.weights[number], chain.biases[number]
    shifted = parameter == "bias" or (parameter == "input-bias" and number == 0)
    factor = axis if parameter == "weight" else Step("number", (), (exactly(weight),))
    shift = axis if shifted else Step("number", (), (exactly(bias),))
    return layer_steps(chain, factor, shift)


def _loss(target: float) -> tuple[Step, ...]:
    """(y - target)²."""
    goal = Step("number", (), (exactly(target),))
    return (Step("y"), goal, Step("sub", (0, 1)), Step("pow", (2,), (exactly(2.0),)))
