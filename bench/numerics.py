"""The numbers alone, in one process: a layer's cost, certified tables, what a grid sees."""

from __future__ import annotations

import math

import numpy as np

from bench.measured import Ratio, Section, Table, figure
from bench.timing import calls
from gradplot.analysis.curves import analyse
from gradplot.functions.chain.chain import Chain
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec

POINTS, DEPTH = 1_000_000, 100
ROUNDS = 5
#: Points of the grid that certified tables are timed against, and those of the grids that look.
GRID, GRIDS = 10_001, (1000, 1001, 1_000_000)
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


WORDS = f"""
A certified table is the whole analysis of two depths: brackets of their maximum slopes, where they
are, growth, shares. It is timed against a grid of {GRID:,} points that goes once through the same
layers and proves nothing. What such a grid sees is the steepest sampled slope as a share of the
maximum; 1001 points are right where the peak is at x = 0, by luck.
"""


def section() -> Section:
    """gradplot's numbers against numpy's."""
    return Section("The numbers alone", WORDS, (layer(), tables(), samplers()))


def layer() -> Table:
    """Value and slope of all points through all layers, per layer, against one np.tanh."""
    x = np.linspace(-1, 1, POINTS)
    chain = Chain("tanh", 8.0, 0.5, depth=DEPTH)
    seconds = calls(
        {"layers": lambda: chain.evaluate(x, (DEPTH,)), "once": lambda: np.tanh(x)}, rounds=ROUNDS
    )
    ratio = Ratio.of([each / DEPTH for each in seconds["layers"]], seconds["once"])
    rows = (
        (f"a layer of tanh, value and slope, {POINTS:,} points", "np.tanh of them", str(ratio)),
    )
    return Table("Processor time of one layer", ("gradplot", "against", "ratio"), rows)


def tables() -> Table:
    """Whole analyses against a grid through the same layers."""
    x = np.linspace(-1, 1, GRID)
    rows = []
    for activation, weight, bias, depth in TABLES:
        depths = (depth // 2, depth)
        function = ChainSpec(activation=activation, weight=(weight,), bias=(bias,), depths=depths)
        spec, chain = FigureSpec(function=function), Chain(activation, weight, bias, depth=depth)
        seconds = calls(
            {
                "table": lambda spec=spec: analyse(spec),
                "grid": lambda chain=chain, depths=depths: chain.evaluate(x, depths),
            },
            rounds=ROUNDS,
        )
        suprema = [row.supremum for row in analyse(spec).findings.rows]
        widest = max(0.0 if s.dead else s.upper - s.lower for s in suprema)
        rows.append(
            (
                f"{activation} w={weight:g} b={bias:g}",
                "{} {}".format(*depths),
                str(Ratio.of(seconds["table"], seconds["grid"])),
                "dead" if suprema[-1].dead else f"{suprema[-1].lower / math.log(10):.3f}",
                figure(widest),
            )
        )
    columns = ("chain", "depths", "ratio", "log10 of the maximum slope", "width of the bracket")
    return Table(f"Certified tables against a grid of {GRID:,} points", columns, tuple(rows))


def samplers() -> Table:
    """The steepest sampled slope as a share of the certified supremum, at depth 10."""
    rows = []
    for activation, weight, bias, first, ends in SAMPLED:
        function = ChainSpec(
            activation=activation, weight=(weight,), bias=(bias,), input_bias=first, depths=(10,)
        )
        truth = analyse(FigureSpec(function=function, x_range=ends)).findings.rows[0].supremum.upper
        chain = Chain(activation, *function.layers())
        seen = [chain.log_slope(np.linspace(*ends, points))[1].max() for points in GRIDS]
        rows.append(
            (
                f"{activation} w={weight:g} b={bias:g}, x in [{ends[0]:g}, {ends[1]:g}]",
                *(figure(math.exp(peak - truth)) for peak in seen),
            )
        )
    columns = ("chain", *(f"{points:,} points" for points in GRIDS))
    return Table("What a grid sees of the maximum slope at depth 10", columns, tuple(rows))
