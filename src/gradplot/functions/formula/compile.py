"""From a formula's tree to the steps of a program; equal parts become one step."""

from __future__ import annotations

from collections.abc import Sequence

from gradplot.functions.formula.tree import Call, Node, Variable
from gradplot.functions.jets.jets import BINARY
from gradplot.functions.step import Number, Step


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
