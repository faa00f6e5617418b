"""Gradient descent on the loss, over one parameter or two."""

from __future__ import annotations

from dataclasses import dataclass

from gradplot.errors import InputError
from gradplot.spec.checks import require_finite

#: More steps than this are no picture.
MOST_STEPS = 10_000
#: Where a parameter may start: beyond, float64 loses what a step changes.
FARTHEST = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """``steps`` steps from ``start`` (a number for each parameter): theta <- theta - rate·gradient.

    A ``clip`` shortens a gradient whose norm is longer to that norm.
    """

    start: tuple[float, ...]
    rate: float = 0.1
    steps: int = 20
    clip: float | None = None

    def __post_init__(self) -> None:
        if len(self.start) not in (1, 2):
            raise InputError(
                "descend", f"{len(self.start)} numbers; give one for each parameter on an axis"
            )
        for number in self.start:
            require_finite("descend", number)
            if abs(number) > FARTHEST:
                raise InputError(
                    "descend", f"{number:g} is too far out; start within ±{FARTHEST:g}"
                )
        for key, size in (("rate", self.rate), ("clip", self.clip)):
            if size is not None:
                require_finite(key, size)
                if size <= 0:
                    raise InputError(key, f"{size:g} leads nowhere; give a number above 0")
        if not 1 <= self.steps <= MOST_STEPS:
            raise InputError("steps", f"{self.steps} steps cannot be shown; give 1 to {MOST_STEPS}")
