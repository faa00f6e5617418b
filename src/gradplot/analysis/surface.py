"""The loss over two parameters, sampled on a grid, and a descent on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradplot.analysis.descent import Loss, descend, shift_of
from gradplot.analysis.findings import Brief, Path
from gradplot.functions.chain.chain import Chain
from gradplot.spec.figure import FigureSpec
from gradplot.spec.surface import SurfaceSpec

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

#: Points along each axis. A wall between two of them is not seen: the picture says that it samples.
GRID = 201


@dataclass(frozen=True, slots=True, repr=False)
class SurfaceFindings(Brief):
    """What a grid of doubles sees of a loss E over two parameters, and the descent.

    ``loss`` and ``log10_gradient`` (of the gradient's norm; -inf where it is 0) have a row for each
    value of the second parameter.
    """

    across: Array
    up: Array
    loss: Array
    log10_gradient: Array
    path: Path | None


@dataclass(frozen=True, slots=True)
class Analysed:
    """What a picture of a surface is made of."""

    findings: SurfaceFindings


def analyse(spec: FigureSpec, *, progress: Callable[[float], None] | None = None) -> Analysed:
    """Sample the surface of ``spec``, and walk down it."""
    function = spec.function
    assert isinstance(function, SurfaceSpec)
    tell = progress or (lambda share: None)
    chain = Chain(
        function.activation,
        function.weight if len(function.weight) > 1 else function.weight[0],
        function.bias if len(function.bias) > 1 else function.bias[0],
        depth=function.depth,
        parameters=dict(function.parameters),
    )
    across, up = (np.linspace(*ends, GRID) for ends in function.ranges)
    loss, log10_gradient = sampled(chain, function, *np.meshgrid(across, up))
    tell(0.1)
    path = None
    if function.descent is not None:
        slope = Loss(chain, function.variables, at=function.at, target=function.target)
        path = descend(slope, function.descent, progress=lambda share: tell(0.1 + 0.9 * share))
    tell(1.0)
    return Analysed(SurfaceFindings(across, up, loss, log10_gradient, path))


def sampled(
    chain: Chain, function: SurfaceSpec, first: Array, second: Array
) -> tuple[Array, Array]:
    """E and log10 of its gradient's norm at points, in float64, forward mode layer by layer.

    dz_k/dw = w dy_(k-1)/dw + y_(k-1) and dz_k/db = w dy_(k-1)/db + 1 (the + 1 only where it is
    the layer's bias: along the input bias in the first layer alone).
    """
    given = dict(zip(function.variables, (first, second), strict=True))
    shape, y = chain.shape, np.full_like(first, function.at)
    rates = {variable: np.zeros_like(first) for variable in given}
    with np.errstate(all="ignore"):
        for layer, (w, b) in enumerate(zip(chain.weights, chain.biases, strict=True)):
            weight: Array | float = given.get("weight", w)
            shift = shift_of(layer, function.variables)
            bias: Array | float = b if shift is None else given[shift]
            z = np.clip(weight * y + bias, -1e300, 1e300)
            slope = shape.sign(np, z) * np.exp(shape.log_slope(np, z))
            rates = {
                variable: slope
                * (weight * rate + (y if variable == "weight" else variable == shift))
                for variable, rate in rates.items()
            }
            y = shape.value(np, z)
        away = y - function.target
        norm = 2.0 * np.abs(away) * np.hypot(*rates.values())
        return away * away, np.log10(norm)
