"""Bracket: what a method has proven of one depth, before it is put into words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array


@dataclass(slots=True)
class Bracket:
    """log sup|dy/dx| lies in [lower, upper], and an x that is that steep in [left, right].

    Natural logarithms; both -inf where the function is flat. NaN where no x is known.
    """

    lower: float = -math.inf
    upper: float = -math.inf
    left: float = math.nan
    right: float = math.nan
    #: The best guess of it, where that is not the middle.
    x: float | None = None
    #: About z of every layer at the steepest point, where the search went by orbits.
    orbit: tuple[float, ...] = ()
    #: What z of every layer surely lies between there, where the slope has this one maximum.
    z: tuple[Array, Array] | None = None
