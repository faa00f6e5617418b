"""A layer of a chain as the steps of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradplot.functions.step import Step, exactly

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradplot.functions.activations.table import Activation


def layer_steps(
    activation: Activation, parameters: Mapping[str, float], factor: Step, shift: Step
) -> tuple[Step, ...]:
    """act(factor·y + shift)."""
    constants = tuple(exactly(value) for value in activation.arguments(parameters))
    return (
        Step("y"),
        factor,
        Step("mul", (0, 1)),
        shift,
        Step("add", (2, 3)),
        Step(activation.name, (4,), constants),
    )
