"""From a spec's function to the curves that are drawn over one another."""

from __future__ import annotations

from gradplot.functions.curve import Curve
from gradplot.spec.functions import ChainSpec, FormulaSpec


def curves(function: ChainSpec | FormulaSpec) -> tuple[Curve, ...]:
    """One curve per depth, ascending; or one per formula, and per depth where it is nested."""
    if isinstance(function, ChainSpec):
        from gradplot.functions.chain.along import AlongChain
        from gradplot.functions.chain.chain import Chain

        weights, biases = function.layers()
        deepest = Chain(function.activation, weights, biases, parameters=dict(function.parameters))
        chains = tuple(deepest.at(depth) for depth in function.depths)
        if function.along is None:
            return chains
        return tuple(AlongChain(chain, function.along) for chain in chains)
    from gradplot.functions.formula.formula import formulas

    return tuple(formulas(function))
