"""Certified maximum slopes, without a figure: of one function, and of many networks at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gradplot.errors import InputError
from gradplot.spec.checks import check_depth, check_range

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from gradplot.analysis.findings import Supremum
    from gradplot.functions.arrays import Array
    from gradplot.functions.curve import Curve


def max_slope(curve: Curve | str, x_range: tuple[float, float] = (-1.0, 1.0)) -> Supremum:
    """The certified supremum of |dy/dx| of a Chain, a Formula or a formula's text on an x-range.

    Its ``lower`` and ``upper`` are natural logarithms. Raises InputError for a range that is empty,
    reversed or not finite, and for text that is no formula.
    """
    check_range("x-range", x_range)
    if isinstance(curve, str):
        from gradplot.functions.formula.formula import Formula

        curve = Formula(curve)
    from gradplot.analysis.supremum.choose import max_slopes
    from gradplot.functions.memory import keep_freed
    from gradplot.output.report.peak import MaxSlope

    keep_freed()
    (supremum,) = max_slopes((curve,), x_range)
    return MaxSlope.of(supremum)


def max_slopes(
    activation: str,
    weights: ArrayLike,
    biases: ArrayLike = 0.0,
    *,
    depth: int,
    x_range: tuple[float, float] = (-1.0, 1.0),
    parameters: Mapping[str, float] | None = None,
    tolerance: float = 1e-6,
) -> tuple[Array, Array]:
    """Certified bounds of the maximum slope of many networks at once: (lower, upper).

    Each has one weight and one bias in all its ``depth`` layers; ``weights`` and ``biases`` are
    broadcast, and the bounds have their shape: natural logarithms, both -inf where the network is
    flat. A bracket of width ``tolerance`` is enough; it may be wider where that would take too
    long. Raises InputError for what is not finite, a depth that is none, or an empty x-range.
    """
    import numpy as np

    from gradplot.analysis.supremum.many import suprema
    from gradplot.functions.activations.table import find
    from gradplot.functions.chain.networks import Networks
    from gradplot.functions.memory import keep_freed

    check_range("x-range", x_range)
    check_depth("depth", depth)
    if not 0.0 < tolerance < math.inf:
        raise InputError("tolerance", f"{tolerance} is no width; give one above 0, as in 1e-6")
    given = [np.asarray(numbers, dtype=np.float64) for numbers in (weights, biases)]
    for key, numbers in zip(("weights", "biases"), given, strict=True):
        if not np.isfinite(numbers).all():
            raise InputError(key, "one is not finite; give finite numbers")
    weight, bias = np.broadcast_arrays(*given)
    networks = Networks(
        find(activation),
        dict(parameters or {}),
        weight.ravel(),
        bias.ravel(),
        np.full(weight.size, depth),
    )
    keep_freed()
    lower, upper = suprema(networks, x_range, tolerance=tolerance)
    return lower.reshape(weight.shape), upper.reshape(weight.shape)
