"""A formula's tree as a list of steps, run forward over intervals of x; equal parts run once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.formula.constants import Number
from gradplot.functions.formula.jets import BINARY, Jet, Pass, compose, negate, power
from gradplot.functions.formula.rules import rule
from gradplot.functions.formula.tree import Call, Node, Variable
from gradplot.functions.intervals import scaled
from gradplot.functions.intervals.interval import Interval, point
from gradplot.functions.intervals.scaled import Scaled

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Mask


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


#: Intervals that are carried through all steps together.
BLOCK = 4096


def evaluate(
    steps: Sequence[Step], x: Interval, *, nest: int, start: float | None, order: int, points: bool
) -> tuple[Jet, Mask]:
    """The jet over each interval, of ``order`` derivatives, and where it is proven continuous.

    The steps run ``nest`` times, each time with the result before as y; the first y is x, or
    ``start`` where that is given. With ``points`` the intervals are points, and a kink there takes
    the side that PyTorch takes.
    """
    blocks = [
        _block(
            steps,
            Interval(x.low[at : at + BLOCK], x.high[at : at + BLOCK]),
            nest,
            start,
            Pass(order, points, np.ones(x.low[at : at + BLOCK].shape, dtype=bool)),
        )
        for at in range(0, max(x.low.size, 1), BLOCK)
    ]
    jets = [jet for jet, _ in blocks]
    return (
        Jet(
            _joined([jet.value for jet in jets]),
            _joined_scaled([jet.slope for jet in jets]),
            _joined_scaled([jet.bend for jet in jets]),
        ),
        np.concatenate([continuous for _, continuous in blocks]),
    )


def _block(
    steps: Sequence[Step], x: Interval, nest: int, start: float | None, going: Pass
) -> tuple[Jet, Mask]:
    with np.errstate(all="ignore"):
        variable = Jet(x, scaled.number(1.0) if going.order else None)
        jet = variable if start is None else Jet(point(start))
        for _ in range(nest):
            jet = run(steps, variable, jet, going)
        return _filled(jet, x.low, going.order), going.continuous & ~jet.value.empty


def _filled(jet: Jet, like: Array, order: int) -> Jet:
    """The jet with arrays of the full shape, and derivatives that are 0 written out."""
    value = _full(jet.value, like)
    zero = scaled.number(0.0)
    slope = _full_scaled(jet.slope or zero, value) if order > 0 else None
    bend = _full_scaled(jet.bend or zero, value) if order > 1 else None
    return Jet(value, slope, bend)


def _full(interval: Interval, like: Array) -> Interval:
    low, high = (np.broadcast_to(end, like.shape) for end in (interval.low, interval.high))
    return Interval(low, high)


def _full_scaled(part: Scaled, value: Interval) -> Scaled:
    return Scaled(
        _full(part.mantissa, value.low).empty_where(value.empty),
        np.broadcast_to(part.exponent, value.low.shape),
    )


def _joined(parts: list[Interval]) -> Interval:
    if len(parts) == 1:
        return parts[0]
    return Interval(
        np.concatenate([part.low for part in parts]), np.concatenate([part.high for part in parts])
    )


def _joined_scaled(parts: list[Scaled | None]) -> Scaled | None:
    present = [part for part in parts if part is not None]
    if not present:
        return None
    return Scaled(
        _joined([part.mantissa for part in present]),
        np.concatenate([part.exponent for part in present]),
    )
