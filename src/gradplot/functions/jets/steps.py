"""One layer: a program of steps, run forward over jets of intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradplot.functions.intervals.interval import Interval
from gradplot.functions.jets.jets import BINARY, Jet, Pass, compose, negate, power
from gradplot.functions.jets.rules import rule
from gradplot.functions.step import Step


def run(steps: Sequence[Step], x: Jet, y: Jet, going: Pass) -> Jet:
    """The jet of the last step."""
    results: list[Jet | None] = []
    for step in steps:
        inputs = [results[source] for source in step.sources]
        results.append(take(step, [jet for jet in inputs if jet is not None], x, y, going))
        for source in step.spent:
            results[source] = None
    result = results[-1]
    assert result is not None
    return result


def take(step: Step, inputs: list[Jet], x: Jet, y: Jet, going: Pass) -> Jet:
    if step.function == "x":
        return x
    if step.function == "y":
        return y
    if step.function == "number":
        (number,) = step.constants
        return Jet(Interval(np.array([number.low]), np.array([number.high])))
    if len(inputs) == 2:
        return BINARY[step.function](inputs[0], inputs[1], going)
    if step.function == "neg":
        return negate(inputs[0])
    if step.function == "pow":
        return power(inputs[0], step.constants[0], going)
    parameters = [constant.value for constant in step.constants]
    return compose(rule(step.function, parameters), inputs[0], going)
