"""The loss of a chain over two of its parameters, as contours, with a descent on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from gradplot.errors import InputError
from gradplot.spec.along import Variable
from gradplot.spec.checks import check_depth, check_layers, check_range, require_finite
from gradplot.spec.descent import Descent

Shown = Literal["loss", "gradient"]
SHOWN: tuple[str, ...] = get_args(Shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceSpec:
    """E = (y - target)^2 at one depth over two parameters, each shared by all layers.

    ``variables`` name what runs across and what runs up, ``ranges`` say from where to where.
    ``weight`` and ``bias`` hold what is on no axis, one number or one per layer.
    """

    kind: ClassVar[str] = "surface"
    subject: ClassVar[str] = "surface"

    activation: str
    variables: tuple[Variable, Variable]
    ranges: tuple[tuple[float, float], tuple[float, float]]
    depth: int
    target: float
    parameters: tuple[tuple[str, float], ...] = ()
    weight: tuple[float, ...] = (8.0,)
    bias: tuple[float, ...] = (0.0,)
    at: float = 0.5
    shows: Shown = "loss"
    descent: Descent | None = None

    def __post_init__(self) -> None:
        check_depth("depths", self.depth)
        if self.variables[0] == self.variables[1]:
            raise InputError("along", f"{self.variables[0]} is given twice; give two parameters")
        for ends in self.ranges:
            check_range("along", ends)
        for key, number in (("at", self.at), ("target", self.target), *self.parameters):
            require_finite(key, number)
        for key, numbers in (("weight", self.weight), ("bias", self.bias)):
            check_layers(key, numbers, self.depth)
        if self.shows not in SHOWN:
            raise InputError("surface", f"{self.shows!r} is not one of {', '.join(SHOWN)}")
        if self.descent is not None and len(self.descent.start) != 2:
            raise InputError("descend", "starts at one number; give two, one for each axis")
