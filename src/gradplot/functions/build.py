"""From a spec's function to the curves that are drawn over one another."""

from __future__ import annotations

from gradplot.functions.curve import Curve
from gradplot.spec.functions import ChainSpec, FormulaSpec


def curves(function: ChainSpec | FormulaSpec) -> tuple[Curve, ...]:
    """One curve per depth, ascending; or one per formula, and per depth where it is nested."""
    if isinstance(function, ChainSpec):
        from gradplot.functions.chain.chain import Chain

        weights, biases = function.layers()
        deepest = Chain(function.activation, weights, biases, parameters=dict(function.parameters))
        chains = tuple(deepest.at(depth) for depth in function.depths)
        if function.along is None:
            return chains
        variable, at, target = function.along.variable, function.along.at, function.along.target
        return tuple(chain.along(variable, at=at, target=target) for chain in chains)
    from gradplot.functions.formula.formula import formulas

    return tuple(formulas(function))
