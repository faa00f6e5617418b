"""The numbers alone, in one process: a layer's cost, certified tables, what a grid misses."""

from __future__ import annotations

import math

import numpy as np
from rich.console import Console
from rich.table import Table
from timing import call

from gradplot.analysis.findings import analyse
from gradplot.functions.chain.chain import Chain
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec

POINTS, DEPTH = 1_000_000, 100
#: (activation, weight, bias, deepest of the two depths shown)
TABLES = (
    ("relu", 8.0, 0.0, 1000),
    ("tanh", 8.0, 1.0, 100),
    ("tanh", 8.0, 0.5, 1000),
    ("sigmoid", 1.0, 0.0, 1000),
    ("sigmoid", -2.877, 3.338, 1000),
    ("sigmoid", 8.0, -3.0, 100),
    ("softplus", 0.9, -0.5, 1000),
    ("elu", 1.3, -0.2, 300),
    ("gelu", 8.0, 0.0, 10),
    ("silu", 3.0, -1.0, 10),
    ("sin", 3.0, 1.0, 10),
    ("gaussian", 6.0, -3.0, 10),
)
#: (activation, weight, bias, input bias, x-range)
SAMPLED = (
    ("tanh", 8.0, 0.0, 0.0, (-3.0, 3.1)),
    ("sigmoid", 8.0, -4.0, 0.0, (-1.0, 1.0)),
    ("tanh", 8.0, 0.5, 0.5, (-1.0, 1.0)),
    ("gaussian", 6.0, -3.0, -3.0, (-1.0, 1.0)),
)


def main() -> None:
    console = Console(width=100)
    layer(console)
    tables(console)
    samplers(console)


def layer(console: Console) -> None:
    """Value and slope of all points through all layers, per layer, against one np.tanh."""
    x = np.linspace(-1, 1, POINTS)
    chain = Chain("tanh", 8.0, 0.5, depth=DEPTH)
    passed = call(lambda: chain.evaluate(x, (DEPTH,)), rounds=3)
    once = call(lambda: np.tanh(x), rounds=9)
    console.print(
        f"Chain, value and slope, {POINTS:,} points, depth {DEPTH}: {1e3 * passed / DEPTH:.1f} ms "
        f"a layer = {passed / DEPTH / once:.2f} × np.tanh of the same array ({1e3 * once:.1f} ms)\n"
    )


def tables(console: Console) -> None:
    table = Table(title="certified tables (processor seconds, median of 3)", title_justify="left")
    for column in ("chain", "depths", "seconds", "log10 max slope", "widest bracket"):
        table.add_column(column, justify="left" if column == "chain" else "right")
    for activation, weight, bias, depth in TABLES:
        depths = (depth // 2, depth)
        spec = FigureSpec(
            function=ChainSpec(activation=activation, weight=(weight,), bias=(bias,), depths=depths)
        )
        seconds = call(lambda spec=spec: analyse(spec), rounds=3)
        suprema = [row.supremum for row in analyse(spec).rows]
        widest = max(0.0 if s.dead else s.upper - s.lower for s in suprema)
        table.add_row(
            f"{activation} w={weight:g} b={bias:g}",
            "{} {}".format(*depths),
            f"{seconds:.3f}",
            "dead" if suprema[-1].dead else f"{suprema[-1].lower / math.log(10):.3f}",
            f"{widest:.0e}",
        )
    console.print(table)


def samplers(console: Console) -> None:
    """The steepest sampled slope as a share of the certified supremum, at depth 10."""
    grids = (1000, 1001, 1_000_000)
    table = Table(title="what a grid sees of the maximum slope, depth 10", title_justify="left")
    table.add_column("chain")
    for points in grids:
        table.add_column(f"linspace {points:,}", justify="right")
    for activation, weight, bias, first, ends in SAMPLED:
        function = ChainSpec(
            activation=activation, weight=(weight,), bias=(bias,), input_bias=first, depths=(10,)
        )
        truth = analyse(FigureSpec(function=function, x_range=ends)).rows[0].supremum.upper
        chain = Chain(activation, *function.layers())
        seen = [chain.log_slope(np.linspace(*ends, points))[1].max() for points in grids]
        table.add_row(
            f"{activation} w={weight:g} b={bias:g}, x in [{ends[0]:g}, {ends[1]:g}]",
            *(f"{math.exp(peak - truth):.2g}" for peak in seen),
        )
    console.print(table)


if __name__ == "__main__":
    main()
