"""What a function is made of once it is read: a short program of steps, and exact constants."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Number:
    """A constant: ``low`` <= the real value <= ``high``, and the double taken for it.

    ``fraction`` is the real value itself, where it is a fraction that is no double; else ``origin``
    is what it was made of: a function, or "pi", and its arguments.
    """

    value: float
    low: float
    high: float
    fraction: Fraction | None = None
    origin: tuple[str, tuple[Number, ...]] | None = None

    @property
    def rational(self) -> Fraction | None:
        """The real value, where it is a fraction."""
        return Fraction(self.value) if self.low == self.high else self.fraction


def exactly(value: float) -> Number:
    """A constant that is a double."""
    return Number(float(value), float(value), float(value))


def around(value: float, ulps: int = 1) -> Number:
    """A constant known to ``ulps`` units in the last place."""
    low = high = value
    for _ in range(ulps):
        low, high = math.nextafter(low, -math.inf), math.nextafter(high, math.inf)
    return Number(value, low, high)


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on the results of earlier steps."""

    function: str
    sources: tuple[int, ...] = ()
    constants: tuple[Number, ...] = ()
    #: Results that no later step needs.
    spent: tuple[int, ...] = field(default=(), compare=False)
