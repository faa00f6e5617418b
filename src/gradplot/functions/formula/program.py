"""A formula's tree as a list of steps, run forward over intervals of x; equal parts run once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from gradplot.functions.formula.constants import Number
from gradplot.functions.formula.jets import BINARY, Jet, Pass, compose, negate, power
from gradplot.functions.formula.rules import rule
from gradplot.functions.formula.tree import Call, Node, Variable
from gradplot.functions.intervals.interval import Interval


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on the results of earlier steps."""

    function: str
    sources: tuple[int, ...] = ()
    constants: tuple[Number, ...] = ()
    #: Results that no later step needs.
    spent: tuple[int, ...] = field(default=(), compare=False)


def compile_tree(tree: Node) -> tuple[Step, ...]:
    """The steps of a tree, each part after its own parts, the whole last."""
    steps: dict[tuple[str, tuple[int, ...], tuple[Number, ...]], int] = {}
    places: dict[int, int] = {}

    def place(function: str, sources: tuple[int, ...], constants: tuple[Number, ...] = ()) -> int:
        return steps.setdefault((function, sources, constants), len(steps))

    pending: list[tuple[Node, bool]] = [(tree, False)]
    while pending:
        node, ready = pending.pop()
        if isinstance(node, Number):
            places[id(node)] = place("number", (), (node,))
        elif isinstance(node, Variable):
            places[id(node)] = place(node.name, ())
        elif ready:
            inputs, constants = _split(node)
            sources = tuple(places[id(part)] for part in inputs)
            places[id(node)] = place(node.function, sources, constants)
        else:
            pending.append((node, True))
            pending.extend((part, False) for part in _split(node)[0])
    return _retire(list(steps))


def _split(node: Call) -> tuple[tuple[Node, ...], tuple[Number, ...]]:
    """A call's moving arguments, and those that its rule takes as constants."""
    arguments = node.arguments
    if node.function == "pow" and isinstance(arguments[1], Number):
        return arguments[:1], (arguments[1],)
    if node.function in BINARY:
        return arguments, ()
    return arguments[:1], tuple(a for a in arguments[1:] if isinstance(a, Number))


def _retire(steps: Sequence[tuple[str, tuple[int, ...], tuple[Number, ...]]]) -> tuple[Step, ...]:
    last = {source: index for index, (_, sources, _) in enumerate(steps) for source in sources}
    spent: dict[int, list[int]] = {}
    for source, index in last.items():
        spent.setdefault(index, []).append(source)
    return tuple(
        Step(function, sources, constants, tuple(spent.get(index, ())))
        for index, (function, sources, constants) in enumerate(steps)
    )


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
