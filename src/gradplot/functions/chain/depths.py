"""Several depths of one chain as curves that share what is evaluated.

A tracer looks at all of them at much the same x, and what it takes to know the deepest there is to
know the others.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Pair
    from gradplot.functions.chain.chain import Chain

#: Numbers that are kept, and the most per depth that are worth it.
KEPT, LARGEST = 8_000_000, 4096
#: Evaluations that may be made for all depths before any of them has been of use to a second one.
TRUST = 8


class Depth:
    """One depth of a chain: the chain itself, for all that is asked of a curve."""

    def __init__(self, chain: Chain, shared: Shared) -> None:
        self.chain = chain
        self._shared = shared

    def __repr__(self) -> str:
        return repr(self.chain)

    @property
    def label(self) -> str:
        return self.chain.label

    @property
    def depth(self) -> int:
        return self.chain.depth

    def value(self, x: Array) -> Array:
        """y at each x."""
        found = self._shared.find("points", x, x, self.depth)
        return self.chain.value(x) if found is None else found[0]

    def log_slope(self, x: Array) -> Pair:
        """(sign, log|dy/dx|) at each x; (0, -inf) where the slope is exactly 0."""
        found = self._shared.find("points", x, x, self.depth)
        return self.chain.log_slope(x) if found is None else (found[1], found[2])

    @property
    def operations(self) -> int:
        """Layers of a point; see ``Curve``."""
        return self.depth

    def hasty_value(self, x: Array) -> Array:
        """y at each x; see ``Hasty``."""
        found = self._shared.find("hasty", x, x, self.depth)
        return self.chain.hasty_value(x) if found is None else found[0]

    def hasty_log_slope(self, x: Array) -> Array:
        """log|dy/dx| at each x; see ``Hasty``."""
        found = self._shared.find("hasty", x, x, self.depth)
        return self.chain.hasty_log_slope(x) if found is None else found[2]

    def value_range(self, low: Array, high: Array) -> Pair:
        """Range of y over each [low, high]: exact up to rounding, a layer uses its input once."""
        found = self._shared.find("values", low, high, self.depth)
        return self.chain.value_range(low, high) if found is None else (found[0], found[1])

    def log_slope_range(self, low: Array, high: Array) -> Pair:
        """Range of log|dy/dx|: the sum of the layers' ranges, which tightens on splitting."""
        found = self._shared.find("slopes", low, high, self.depth)
        return self.chain.log_slope_range(low, high) if found is None else (found[0], found[1])

    def log_slope_rate_range(self, low: Array, high: Array) -> Pair:
        """Range of d log|dy/dx| / dx; infinite where a kink or a turning point may be."""
        found = self._shared.find("rates", low, high, self.depth)
        if found is None:
            return self.chain.log_slope_rate_range(low, high)
        return found[0], found[1]

    def continuous(self, low: Array, high: Array) -> np.ndarray:
        """A chain is continuous everywhere."""
        return self.chain.continuous(low, high)


class Shared:
    """What has been evaluated of a chain at all of ``depths`` (ascending), the latest kept."""

    def __init__(self, chain: Chain, depths: Sequence[int]) -> None:
        self.chain, self.depths = chain, tuple(depths)
        self._row = {depth: row for row, depth in enumerate(self.depths)}
        self._found: OrderedDict[tuple[str, bytes, bytes], tuple[Array, ...]] = OrderedDict()
        self._size = self._made = self._used = 0
        #: The row that was asked for last, and whether it lay before the one before it.
        self._last, self._down = -1, False

    def find(self, kind: str, low: Array, high: Array, depth: int) -> tuple[Array, ...] | None:
        """Copies of one depth's arrays; None where sharing does not pay."""
        if low.size > LARGEST:
            return None
        row = self._row[depth]
        self._down = row < self._last or (row == self._last and self._down)
        self._last = row
        key = (kind, low.tobytes(), b"" if high is low else high.tobytes())
        arrays = self._found.get(key)
        if arrays is None or row >= len(arrays[0]):
            if self._made >= TRUST + self._used:
                return None
            self._made += 1
            # Who goes from the deepest to the others will not ask for those behind.
            deepest = row if self._down else len(self.depths) - 1
            arrays = self._evaluated(kind, low, high, self.depths[: deepest + 1])
            self._keep(key, arrays)
        else:
            self._used += 1
            self._found.move_to_end(key)
        return tuple(array[row].copy() for array in arrays)

    def _evaluated(
        self, kind: str, low: Array, high: Array, depths: tuple[int, ...]
    ) -> tuple[Array, ...]:
        if kind == "points":
            return self.chain.evaluate(low, depths)
        if kind == "hasty":
            return self.chain.evaluate(low, depths, hasty=True)
        if kind == "values":
            return self.chain.enclosures.values(low, high, depths)
        if kind == "rates":
            return self.chain.enclosures.log_slope_rates(low, high, depths)
        return self.chain.enclosures.log_slopes(low, high, depths)

    def _keep(self, key: tuple[str, bytes, bytes], arrays: tuple[Array, ...]) -> None:
        self._size += _size(arrays) - _size(self._found.pop(key, ()))
        self._found[key] = arrays
        while self._size > KEPT and len(self._found) > 1:
            self._size -= _size(self._found.popitem(last=False)[1])


def _size(arrays: tuple[Array, ...]) -> int:
    return sum(array.size for array in arrays)


def depths_of(chain: Chain, depths: Sequence[int]) -> tuple[Depth, ...]:
    """A curve for each of ``depths`` (ascending, the last one the chain's own)."""
    shared = Shared(chain, depths)
    return tuple(Depth(chain.at(depth), shared) for depth in depths)
