"""From a spec's function to a network, and to the curves that are drawn over one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradplot.functions.curve import Curve
from gradplot.spec.functions import ChainSpec, FormulaSpec

if TYPE_CHECKING:
    from gradplot.functions.chain.chain import Chain


def chain(function: ChainSpec) -> Chain:
    """The deepest network; what is along an axis counts as it is given."""
    from gradplot.functions.chain.chain import Chain

    weights, biases = function.layers()
    return Chain(function.activation, weights, biases, parameters=dict(function.parameters))


def curves(function: ChainSpec | FormulaSpec) -> tuple[Curve, ...]:
    """One curve per depth, ascending; or one per formula, and per depth where it is nested."""
    if isinstance(function, ChainSpec):
        from gradplot.functions.chain.along import AlongChain
        from gradplot.functions.chain.depths import depths_of

        deepest = chain(function)
        if function.along is None:
            if len(function.depths) == 1:
                return (deepest,)
            return depths_of(deepest, function.depths)
        return tuple(AlongChain(deepest.at(depth), function.along) for depth in function.depths)
    from gradplot.functions.formula.formula import formulas

    return tuple(formulas(function))
