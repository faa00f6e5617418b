"""A formula as a tree: numbers, variables, and calls of operators and functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gradplot.functions.step import Number


@dataclass(frozen=True, slots=True)
class Variable:
    """x, or y: the output of the layer before."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operator (add, sub, mul, div, pow, neg), an elementary function, or an activation."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Variable | Call


def walk(node: Node) -> Iterator[Node]:
    """Every part of a tree, the whole first."""
    pending = [node]
    while pending:
        part = pending.pop()
        yield part
        if isinstance(part, Call):
            pending.extend(part.arguments)


def variables(node: Node) -> frozenset[str]:
    """The variables that a tree mentions."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Variable))
