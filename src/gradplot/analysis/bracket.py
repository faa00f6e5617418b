"""What a search for the steepest point hands back."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(slots=True)
class Best:
    """What is proven of one depth: log sup|dy/dx| in [lower, upper], and x* in [left, right].

    Natural logarithms, -inf when the function is flat; then there is no x*.
    """

    lower: float = -math.inf
    upper: float = -math.inf
    left: float = math.nan
    right: float = math.nan
