"""A layer of a network as the steps of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gradplot.functions.step import Step, exactly

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradplot.functions.activations.table import Activation


class Network(Protocol):
    """What is asked of a chain."""

    @property
    def activation(self) -> Activation: ...
    @property
    def parameters(self) -> Mapping[str, float]: ...
    @property
    def weights(self) -> Sequence[float]: ...
    @property
    def biases(self) -> Sequence[float]: ...
    @property
    def depth(self) -> int: ...
    @property
    def label(self) -> str: ...


def layer_steps(network: Network, factor: Step, shift: Step) -> tuple[Step, ...]:
    """act(factor·y + shift)."""
    given = network.activation.arguments(network.parameters)
    constants = tuple(exactly(value) for value in given)
    return (
        Step("y"),
        factor,
        Step("mul", (0, 1)),
        shift,
        Step("add", (2, 3)),
        Step(network.activation.name, (4,), constants),
    )
