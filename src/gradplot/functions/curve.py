"""The one protocol through which analysis and output see a function of x."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Mask, Pair
    from gradplot.functions.balls.program import Program
    from gradplot.functions.chain.chain import Chain


class Curve(Protocol):
    """A real function of one variable with guaranteed ranges.

    All arrays are float64 and one-dimensional; ``low`` and ``high`` are interval ends with
    low <= high. No method raises or warns for finite input. Logarithms are natural.
    """

    @property
    def label(self) -> str:
        """What people call this curve: "depth 3", or the formula's own label."""

    @property
    def depth(self) -> int | None:
        """The number of layers, where the curve is made of layers."""

    @property
    def chain(self) -> Chain | None:
        """The chain that this curve is the deepest output of, if it is one."""

    @property
    def operations(self) -> int:
        """What a point takes, at least 1: layers of a chain, else steps."""

    def value(self, x: Array) -> Array:
        """y at each x; NaN where the function is undefined, ±inf where float64 overflows.

        NaN, too, where no working precision at hand tells y, as that of sin(exp(exp(x))) at 1000.
        """

    def log_slope(self, x: Array) -> Pair:
        """(sign, log|dy/dx|) at each x; (0, -inf) where the slope is exactly 0, NaN undefined.

        At a kink the one-sided value that PyTorch takes. NaN, too, where nothing at hand tells it:
        as where it is 0 without a proof.
        """

    def value_range(self, low: Array, high: Array) -> Pair:
        """Ends of an interval that contains y on all of [low, high], rounding included.

        NaN where the function is undefined on the whole interval; infinite ends at a pole.
        """

    def log_slope_range(self, low: Array, high: Array) -> Pair:
        """Ends of an interval that contains log|dy/dx| almost everywhere on [low, high].

        The lower end is -inf where a zero of the slope cannot be excluded, both are -inf where the
        function is flat; NaN where the function is undefined on the whole interval.
        """

    def continuous(self, low: Array, high: Array) -> Mask:
        """True where the function is proven to be defined and continuous on all of [low, high]."""


@runtime_checkable
class Rated(Protocol):
    """A curve that knows how fast its log-slope changes."""

    def log_slope_rate_range(self, low: Array, high: Array) -> Pair:
        """Ends of an interval that contains d log|dy/dx| / dx on [low, high].

        Infinite where the slope may jump or be 0.
        """


@runtime_checkable
class Hasty(Protocol):
    """A curve whose points take more than float64 in places, and much more time there."""

    def hasty_value(self, x: Array) -> Array:
        """``value``, but NaN in such places."""

    def hasty_log_slope(self, x: Array) -> Array:
        """The logarithm of ``log_slope``, but NaN in such places."""


@runtime_checkable
class Programmed(Protocol):
    """What the general search asks of a curve that is no chain."""

    def program(self) -> Program:
        """The same function over Arb balls."""

    def unbounded(self, low: Array, high: Array) -> Mask:
        """True where |dy/dx| is proven to have no bound on the interval, as beside a pole."""


def by_chain(curves: Sequence[Curve]) -> list[list[int]]:
    """Numbers of the curves, those that are depths of one chain together and ascending."""
    found: list[list[int]] = []
    for number, curve in sorted(enumerate(curves), key=lambda item: _order(item[1])):
        chain = curve.chain
        last = curves[found[-1][-1]].chain if found else None
        if chain is not None and last is not None and chain.extends(last):
            found[-1].append(number)
        else:
            found.append([number])
    return found


def _order(curve: Curve) -> int:
    return curve.chain.depth if curve.chain is not None else 0
