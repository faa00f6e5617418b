"""A parameter on the axis, where otherwise the network's input is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from gradplot.errors import InputError
from gradplot.spec.checks import require_finite

Variable = Literal["weight", "bias", "input-bias"]
VARIABLES: tuple[str, ...] = get_args(Variable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """The parameter on the axis, shared by all layers (``input-bias``: the first layer's alone).

    The network's input is fixed to ``at``. With a ``target`` the loss E = (y - target)^2 takes the
    place of y.
    """

    variable: Variable
    at: float = 0.5
    target: float | None = None

    def __post_init__(self) -> None:
        if self.variable not in VARIABLES:
            known = ", ".join(VARIABLES)
            raise InputError("along", f"{self.variable!r} is not x, {known}; name one of these")
        require_finite("at", self.at)
        if self.target is not None:
            require_finite("target", self.target)
