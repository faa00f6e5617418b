"""From a spec's function to the curves that are drawn over one another."""

from __future__ import annotations

from gradplot.functions.curve import Curve
from gradplot.spec.functions import ChainSpec, FormulaSpec


def curves(function: ChainSpec | FormulaSpec) -> tuple[Curve, ...]:
    """One curve per depth, ascending; or one per formula, and per depth where it is nested."""
    if isinstance(function, ChainSpec):
        from gradplot.functions.chain.along import AlongChain
        from gradplot.functions.chain.chain import Chain
        from gradplot.functions.chain.depths import depths_of

        weights, biases = function.layers()
        deepest = Chain(function.activation, weights, biases, parameters=dict(function.parameters))
        if function.along is None:
            if len(function.depths) == 1:
                return (deepest,)
            return depths_of(deepest, function.depths)
        return tuple(AlongChain(deepest.at(depth), function.along) for depth in function.depths)
    from gradplot.functions.formula.formula import formulas

    return tuple(formulas(function))
