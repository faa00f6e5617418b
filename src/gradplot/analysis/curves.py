"""Curves over one another, analysed: the subject of a chain's or a formula's figure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gradplot.analysis import fold, growth
from gradplot.analysis.findings import Findings, Row
from gradplot.analysis.share import shares_above_one
from gradplot.analysis.supremum.choose import max_slopes
from gradplot.functions import build
from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec

if TYPE_CHECKING:
    from gradplot.analysis.findings import Path
    from gradplot.functions.curve import Curve
    from gradplot.spec.functions import FormulaSpec


class Analysed(NamedTuple):
    """The curves of a figure, in the order of their rows, and what is found out about them."""

    curves: tuple[Curve, ...]
    findings: Findings


def analyse(spec: FigureSpec, *, progress: Callable[[float], None] | None = None) -> Analysed:
    """The curves of ``spec``, and everything its table says of them.

    ``progress`` is told the share of the work that is done.
    """
    curves = build.curves(spec.curves)
    return Analysed(curves, _findings(spec, curves, progress))


def _findings(
    spec: FigureSpec, curves: Sequence[Curve], progress: Callable[[float], None] | None
) -> Findings:
    suprema = max_slopes(curves, spec.x_range, progress=progress)
    shares = shares_above_one(curves, spec.x_range, suprema)
    depths = [curve.depth for curve in curves]
    follows = [_follows(spec.curves, curves, number) for number in range(len(curves))]
    rows = tuple(
        Row(
            label=curve.label,
            depth=depth,
            supremum=supremum,
            growth=growth.step(suprema[number - 1], supremum) if follows[number] else None,
            share_above_one=share,
        )
        for number, (curve, depth, supremum, share) in enumerate(
            zip(curves, depths, suprema, shares, strict=True)
        )
    )
    one_chain = isinstance(spec.curves, ChainSpec) or _one_nested(spec, depths)
    along = isinstance(spec.curves, ChainSpec) and spec.curves.along is not None
    # Of depth 0 it is known that dy/dx is 1, and of a parameter's slope nothing that grows.
    comparable = one_chain and not (along and len(curves) == 1)
    outlook = growth.outlook(depths if comparable else [], suprema)
    chain = curves[-1].chain
    return Findings(
        rows=rows,
        growth_per_layer=outlook.per_layer,
        verdict=outlook.verdict,
        critical_weight=(
            chain.activation.critical_weight(chain.parameters)
            if isinstance(spec.curves, ChainSpec) and chain is not None
            else None
        ),
        overflow_depth=outlook.overflow,
        underflow_depth=outlook.underflow,
        extrapolated=outlook.extrapolated,
        fold=_fold(spec),
        path=_path(spec.function),
    )


def _follows(function: ChainSpec | FormulaSpec, curves: Sequence[Curve], number: int) -> bool:
    """Whether a curve is the same network as the one before, deeper."""
    if isinstance(function, ChainSpec):
        return number > 0
    if function.nest:
        return number % len(function.nest) != 0
    chain, before = curves[number].chain, curves[number - 1].chain if number else None
    return chain is not None and before is not None and chain.extends(before)


def _path(function: object) -> Path | None:
    """The descent on the loss of the deepest network, if one was asked for."""
    if not isinstance(function, ChainSpec) or function.descent is None:
        return None
    along = function.along
    assert along is not None
    assert along.target is not None
    from gradplot.analysis.descent import Loss, descend  # balls, only where they are needed

    loss = Loss(build.chain(function), (along.variable,), at=along.at, target=along.target)
    return descend(loss, function.descent, progress=lambda share: None)


def _fold(spec: FigureSpec) -> tuple[float, float] | None:
    """The biases between which the network explodes, where it has one weight and one bias."""
    function = spec.function
    if not isinstance(function, ChainSpec) or function.along is not None:
        return None
    if len({*function.weight}) + len({*function.bias}) > 2:
        return None
    shape = ACTIVATIONS[function.activation].shape(dict(function.parameters))
    weight, first = function.weight[0], function.input_bias
    if weight == 0.0 or not fold.known(shape):
        return None
    ends = fold.fold(shape, np.array([weight]), spec.x_range, input_bias=first)
    low, high = (float(end[0]) + 0.0 for end in ends)
    return None if math.isnan(low) else (low, high)


def _one_nested(spec: FigureSpec, depths: list[int | None]) -> bool:
    """Whether a formula's curves are one chain at several depths."""
    function = spec.curves
    nested = not isinstance(function, ChainSpec) and len(function.formulas) == 1
    return nested and bool(getattr(function, "nest", ())) and None not in depths
