"""What a map shows: the maximum slope over two of weight, bias and depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gradplot.errors import InputError
from gradplot.spec.checks import check_depth, check_range, require_finite

#: Cells along an axis, and layers of all cells together.
FEWEST_CELLS, MOST_CELLS = 2, 1000
MOST_LAYERS = 200_000_000
#: In the order in which two of them become the axes, the first across.
AXES = ("weight", "bias", "depth")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSpec:
    """A grid of networks of one unit a layer, each with one weight and one bias in all layers.

    Two of ``weight``, ``bias`` and ``depth`` have two numbers, the ends of an axis; the third has
    one. An axis has ``grid`` cells, and one per depth where there are fewer depths than that.
    """

    kind: ClassVar[str] = "map"
    subject: ClassVar[str] = "map"

    activation: str
    parameters: tuple[tuple[str, float], ...] = ()
    weight: tuple[float, ...] = (0.0, 16.0)
    bias: tuple[float, ...] = (-8.0, 8.0)
    depth: tuple[int, ...] = (10,)
    grid: int = 96

    def __post_init__(self) -> None:
        self._check_numbers()
        self._check_axes()
        self._check_cells()
        for name, number in self.parameters:
            require_finite(name, number)

    def _check_numbers(self) -> None:
        for key, ends in (("weight", self.weight), ("bias", self.bias), ("depth", self.depth)):
            if len(ends) not in (1, 2):
                raise InputError(
                    key, f"{len(ends)} values; give one, or the two ends of an axis of the map"
                )
            for number in ends:
                require_finite(key, number)
            if len(ends) == 2:
                check_range(key, (ends[0], ends[1]))
        for depth in self.depth:
            check_depth("depth", depth)

    def _check_axes(self) -> None:
        """There are two."""
        ranges = [name for name in AXES if len(getattr(self, name)) == 2]
        if len(ranges) == 3:
            raise InputError("depth", "three axes; give one value of weight, bias or depth")
        if len(ranges) < 2:
            axis = ranges[0] if ranges else "no"
            missing = next(name for name in AXES if name not in ranges)
            raise InputError(
                missing,
                f"a map has two axes, and this has {axis + ' alone' if ranges else 'none'}; "
                "give two ends, as in 1 16",
            )

    def _check_cells(self) -> None:
        """There are enough of them, and not more than a machine computes."""
        if not FEWEST_CELLS <= self.grid <= MOST_CELLS:
            raise InputError(
                "grid", f"{self.grid} is no map; give {FEWEST_CELLS} to {MOST_CELLS} cells a side"
            )
        first, second = (len(self.values(name)) for name in self.axes)
        layers = first * second * self.depth[-1]
        if layers > MOST_LAYERS:
            raise InputError(
                "grid",
                f"{layers:.2g} layers in all cells are more than {MOST_LAYERS:.2g}; "
                "give fewer cells or a smaller depth",
            )

    @property
    def axes(self) -> tuple[str, str]:
        """The names of the axes, the first across."""
        first, second = (name for name in AXES if len(getattr(self, name)) == 2)
        return first, second

    def values(self, name: str) -> tuple[float, ...]:
        """The middles of an axis's cells (depths: whole numbers), or the one value."""
        ends = getattr(self, name)
        if len(ends) == 1:
            return (ends[0],)
        low, high = ends
        if name == "depth":
            count = min(self.grid, high - low + 1)
            return tuple(low + round(k * (high - low) / (count - 1)) for k in range(count))
        # From the nearer end: a symmetric axis has symmetric middles, and 0 where it has a middle.
        step = (high - low) / (2 * self.grid)
        half = self.grid // 2
        odd = (0.5 * low + 0.5 * high,) if self.grid % 2 else ()
        left = tuple(low + (2 * k + 1) * step for k in range(half))
        right = tuple(high - (2 * k + 1) * step for k in reversed(range(half)))
        return (*left, *odd, *right)
