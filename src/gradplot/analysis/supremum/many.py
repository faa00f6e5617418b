"""The certified suprema of many networks of one activation, whose weights and biases differ."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.chain.networks import Networks

if TYPE_CHECKING:
    from gradplot.functions.activations.shape import Shape
    from gradplot.functions.arrays import Pair


@np.errstate(all="ignore")
def suprema(networks: Networks, x_range: tuple[float, float], *, tolerance: float) -> Pair:
    """Lower and upper bounds of log sup|dy/dx| on ``x_range``, both -inf where that is flat.

    Natural logarithms. A bracket of width ``tolerance`` is enough; it may be wider where that would
    take too long, and is as certain then.
    """
    lower = np.full(networks.size, -math.inf)
    upper = np.full(networks.size, -math.inf)
    alive = np.flatnonzero(networks.weight != 0.0)
    living = networks.of(alive)
    if living.size:
        lower[alive], upper[alive] = _method(networks.shape)(living, x_range, tolerance=tolerance)
    return lower, upper


def _method(shape: Shape) -> Callable[..., Pair]:
    if shape.straight:
        return _straight
    if shape.monotone:
        from gradplot.analysis.supremum.increasing import fans

        return fans.suprema
    from gradplot.analysis.supremum.turning.together import search

    return search.suprema


def _straight(networks: Networks, x_range: tuple[float, float], *, tolerance: float) -> Pair:
    """One network after the other, exactly; those that differ in depth alone share their work."""
    from gradplot.analysis.supremum.straight import pieces

    lower, upper = np.empty(networks.size), np.empty(networks.size)
    same: dict[tuple[float, float], list[int]] = {}
    for number, pair in enumerate(
        zip(networks.weight.tolist(), networks.bias.tolist(), strict=True)
    ):
        same.setdefault(pair, []).append(number)
    for members in same.values():
        members.sort(key=lambda number: int(networks.depth[number]))
        depths = tuple(int(networks.depth[number]) for number in members)
        chain = networks.chain(members[0], depths[-1])
        brackets = pieces.suprema(chain, x_range, depths)
        for number, bracket in zip(members, brackets, strict=True):
            lower[number], upper[number] = bracket.lower, bracket.upper
    return lower, upper
