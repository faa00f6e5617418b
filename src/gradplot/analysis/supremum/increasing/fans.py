"""Many networks of one increasing activation bracketed together: a lane for each of their pieces.

numpy's cost is per call, not per number: thousands of networks take little longer than one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.supremum.increasing import orbits
from gradplot.analysis.supremum.increasing.depths import joined
from gradplot.analysis.supremum.increasing.orbits import Orbits
from gradplot.analysis.supremum.increasing.pieces import Pieces
from gradplot.analysis.supremum.increasing.search import Search
from gradplot.functions.chain.fan import Fan

if TYPE_CHECKING:
    from gradplot.functions.arrays import Pair
    from gradplot.functions.chain.networks import Networks

#: Layers times lanes that are narrowed together: what fits the cache.
TOGETHER = 20_000


def suprema(networks: Networks, x_range: tuple[float, float], *, tolerance: float) -> Pair:
    """Lower and upper bounds of log sup|dy/dx| of each network, no weight being 0."""
    lower, upper = np.empty(networks.size), np.empty(networks.size)
    for falling in (False, True):
        mine = np.flatnonzero((networks.weight < 0.0) == falling)
        # Depths that are alike go together: a lane has as many layers as the deepest beside it.
        mine = mine[np.argsort(networks.depth[mine], kind="stable")]
        while mine.size:
            room = max(1, TOGETHER // int(networks.depth[mine[0]]))
            block, mine = mine[:room], mine[room:]
            lower[block], upper[block] = _narrowed(networks.of(block), x_range, tolerance)
    return lower, upper


def _narrowed(networks: Networks, x_range: tuple[float, float], tolerance: float) -> Pair:
    left, right, group = _pieces(networks, x_range)
    fan = Fan(networks.shape, left.low.shape[0], networks.weight[group], networks.bias[group])
    search = Search(
        fan, x_range, left, right, group=group, depths=networks.depth, tolerance=tolerance
    )
    search.run()
    return search.bounds()


def _pieces(networks: Networks, x_range: tuple[float, float]) -> tuple[Orbits, Orbits, np.ndarray]:
    """Left and right ends of every piece, and the network that each is a piece of."""
    deepest = int(networks.depth.max())
    if not networks.shape.kinks:
        fan = Fan(networks.shape, deepest, networks.weight, networks.bias)
        ends = [orbits.from_input(fan, np.full(networks.size, x)) for x in x_range]
        return ends[0], ends[1], np.arange(networks.size)
    # The pieces of each are found alone, at the full depth: further layers cut no piece in use.
    found = []
    for number in range(networks.size):
        pieces = Pieces(networks.chain(number, deepest), x_range)
        found.append(pieces.boxes(int(networks.depth[number])))
    counts = [left.low.shape[1] for left, _ in found]
    left, right = (joined([pair[side] for pair in found], deepest) for side in (0, 1))
    return left, right, np.repeat(np.arange(networks.size), counts)
