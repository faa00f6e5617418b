"""What is found out about one point, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gradplot.analysis.findings import Brief

if TYPE_CHECKING:
    from gradplot.analysis.findings import Supremum

Mark = Literal["dead", "saturated", "expanding"]

#: A layer whose |act'(z)| is below this share of sup|act'| is saturated.
SATURATED = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A real number by its sign and the proven bounds of the natural logarithm of its size.

    0 has the sign 0 and both bounds -inf. ``nearest`` is the nearest double; None where float64
    cannot hold the number.
    """

    sign: int
    lower: float
    upper: float
    nearest: float | None


ZERO = Quantity(sign=0, lower=float("-inf"), upper=float("-inf"), nearest=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer k at the point: z = w·a + b of the layer before, and a = act(z)."""

    layer: int
    z: Quantity
    a: Quantity
    #: act'(z), and the layer factor w·act'(z).
    derivative: Quantity
    factor: Quantity
    #: The product of the factors up to this layer, da/dx; and from this layer on, dy/da before it.
    product: Quantity
    backwards: Quantity
    #: Of the output y, with respect to the weight and the bias of this layer alone.
    dy_dw: Quantity
    dy_db: Quantity
    mark: Mark | None
    #: Whether z lies exactly on a kink, so that the derivative is that of one side.
    kink: bool


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PointFindings(Brief):
    """The layers at x, and where x is the steepest point what is proven of the slope there."""

    #: x itself; ``exact`` where it is its nearest double.
    x: Quantity
    exact: bool
    layers: tuple[Layer, ...]
    #: The certified supremum, where the steepest point was asked for.
    supremum: Supremum | None

    @property
    def slope(self) -> Quantity:
        """dy/dx."""
        return self.layers[-1].product

    @property
    def reached(self) -> bool:
        """Whether the slope here lies in the certified bracket of the supremum, if there is one.

        On a kink it need not: there the slope is what PyTorch takes, the supremum that of x nearby.
        """
        if self.supremum is None:
            return True
        return self.slope.upper >= self.supremum.lower and self.slope.lower <= self.supremum.upper
