"""Orbits: what an input passes through, (z_1 ... z_d), as enclosures that no double x need lead to.

Where a chain expands, its inverse contracts: an orbit that is fixed at a deep layer and pulled back
from there is known to the last bits everywhere, while the x it starts from may lie between two
doubles. Everything here is for increasing activations, whose layers can be inverted.

Arrays have shape (depth, lanes): one column per orbit, one row per layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.chain import layer_map
from gradplot.functions.chain.chain import Chain
from gradplot.functions.chain.fan import Fan

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array


@dataclass(frozen=True, slots=True)
class Orbits:
    """Enclosures of orbits: the true z_k of column i lies in [low[k, i], high[k, i]]."""

    low: Array
    high: Array

    def __getitem__(self, lanes: object) -> Orbits:
        return Orbits(self.low[:, lanes], self.high[:, lanes])  # type: ignore[index]

    def ends(self, k: int, lanes: slice | np.ndarray) -> Array:
        """Both ends of layer ``k`` in some lanes, of shape (2, lanes): a copy."""
        return np.array((self.low[k, lanes], self.high[k, lanes]))

    def set(self, k: int, lanes: slice | np.ndarray, z: Array, box: Box | None) -> None:
        """What layer ``k`` is in some lanes: ``z``, of shape (2, lanes), as far as in the box."""
        if box is not None:  # np.clip would take twice as long
            np.maximum(z, box.low[k, lanes], out=z)
            np.minimum(z, box.high[k, lanes], out=z)
        self.low[k, lanes], self.high[k, lanes] = z

    def until(self, depth: int) -> Orbits:
        """The first ``depth`` layers."""
        return Orbits(self.low[:depth], self.high[:depth])

    def where(self, take: np.ndarray, other: Orbits) -> Orbits:
        """This orbit in the lanes where ``take`` is true, the other one elsewhere."""
        return Orbits(np.where(take, self.low, other.low), np.where(take, self.high, other.high))


@dataclass(frozen=True, slots=True)
class Box:
    """All orbits between two: ``low``/``high`` enclose them, the inner pair surely lies between."""

    low: Array
    high: Array
    inner_low: Array
    inner_high: Array


def between(left: Orbits, right: Orbits) -> Box:
    """The boxes whose ends are ``left`` and ``right``, in either order."""
    return Box(
        np.minimum(left.low, right.low),
        np.maximum(left.high, right.high),
        np.minimum(left.high, right.high),
        np.maximum(left.low, right.low),
    )


def from_input(chain: Chain | Fan, x: Array) -> Orbits:
    """The orbits of inputs x, carried forwards."""
    weight, bias = chain.layer(0)
    low, high = layer_map.affine(weight, bias, x, x)
    depth = chain.depth
    start = Orbits(np.empty((depth, x.size)), np.empty((depth, x.size)))
    start.low[0], start.high[0] = low, high
    _carry_forward(chain, start, np.zeros(x.size, dtype=int), None)
    return start


def through(
    chain: Chain | Fan, layer: np.ndarray, z: Array, box: Box, depth: np.ndarray | None = None
) -> Orbits:
    """The orbits that have exactly ``z`` before activation ``layer`` (counted from 0).

    ``box`` must contain each of them; its bounds sharpen what rounding has blurred. Each is carried
    through its first ``depth`` layers, or all; past them it is 0.
    """
    orbits = Orbits(np.zeros((chain.depth, z.size)), np.zeros((chain.depth, z.size)))
    orbits.low[layer, np.arange(z.size)] = z
    orbits.high[layer, np.arange(z.size)] = z
    _pull_back(chain, orbits, layer, box)
    _carry_forward(chain, orbits, layer, box, depth)
    return orbits


def columns(used: np.ndarray) -> slice | np.ndarray:
    """Columns by their numbers, or by a slice, which is faster, where they are neighbours."""
    found = used.nonzero()[0]
    if found.size and found[-1] - found[0] + 1 == found.size:
        return slice(int(found[0]), int(found[-1]) + 1)
    return found


def _carry_forward(
    chain: Chain | Fan,
    orbits: Orbits,
    layer: np.ndarray,
    box: Box | None,
    depth: np.ndarray | None = None,
) -> None:
    for k in range(int(layer.min()), chain.depth - 1):
        lanes = columns(layer <= k if depth is None else (layer <= k) & (k + 1 < depth))
        weight, bias = chain.layer(k + 1, lanes)
        z = layer_map.forward(chain.shape, weight, bias, orbits.ends(k, lanes))
        orbits.set(k + 1, lanes, z, box)


def _pull_back(chain: Chain | Fan, orbits: Orbits, layer: np.ndarray, box: Box) -> None:
    for k in range(int(layer.max()) - 1, -1, -1):
        lanes = columns(layer > k)
        weight, bias = chain.layer(k + 1, lanes)
        z = layer_map.backward(chain.shape, weight, bias, orbits.ends(k + 1, lanes))
        orbits.set(k, lanes, z, box)
