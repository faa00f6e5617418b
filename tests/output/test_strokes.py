"""How wide curves are drawn: wide deep strokes, but no blocks of them."""

from __future__ import annotations

import numpy as np
import pytest

from gradplot.analysis.curves import analyse
from gradplot.analysis.tracing.field import Window
from gradplot.analysis.tracing.trace import Trace
from gradplot.output.picture.curves import points, still
from gradplot.output.picture.look.strokes import CROWDED, crowded, plain
from gradplot.reading.figure import figure_spec


def drawn(**asked: object) -> tuple[list[float], list[float]]:
    """The widths and z-orders of the curves, shallowest first."""
    spec = figure_spec(asked)
    found = [each for each in points(spec, analyse(spec)) if each.panel == "value"]
    return [each.width for each in found], [each.order for each in found]


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu", "sigmoid"])
def test_deeper_is_wider_and_underneath(activation: str) -> None:
    widths, orders = drawn(activation=activation)
    assert widths == sorted(widths)
    assert orders == sorted(orders, reverse=True)


@pytest.mark.parametrize("depths", [[1, 2, 3], [1, 2, 3, 4], list(range(1, 9))])
def test_where_curves_swing_deeper_is_thinner(depths: list[int]) -> None:
    widths, orders = drawn(activation="sin", weight=5, depths=depths)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < widths[0] / 3
    # On top while it is a line; underneath where it is a block all the same.
    assert orders[1] > orders[0]
    assert len(depths) < 8 or orders[-1] < orders[0]


def test_of_formulas_the_one_that_swings_is_thin() -> None:
    widths, orders = drawn(formula=["sin(150*x)", "x"])
    assert widths[0] < widths[1] / 3
    assert orders[0] > orders[1]
    alone, _ = drawn(formula="sin(150*x)")
    calm, _ = drawn(formula="x")
    assert alone[0] < calm[0]


def test_a_film_that_grows_has_the_strokes_of_its_end() -> None:
    spec = figure_spec({"activation": "sin", "weight": 5, "depths": [1, 2, 3]})
    held = still(spec, analyse(spec), traced=True).strokes
    assert held is not None
    assert held.widths == drawn(activation="sin", weight=5)[0]
    assert still(spec, analyse(spec)).strokes is None


def test_what_is_crowded() -> None:
    window = Window(x=(0.0, 1.0), y=(-1.0, 1.0), width=1000.0, height=500.0)
    x = np.linspace(0.0, 1.0, 101)
    zigzag = np.column_stack((x, np.where(np.arange(101) % 2, 1.0, -1.0)))  # 10 pixels apart
    trace = Trace(line=zigzag, bands=(), evaluations=0)
    assert crowded(trace, window, 6, CROWDED) == 0
    assert crowded(trace, window, 8, CROWDED) == pytest.approx(0.99)
    # A break is no turn, and small waves are none of a stroke's width.
    broken = np.insert(zigzag, 51, np.nan, axis=0)
    assert crowded(Trace(broken, (), 0), window, 8, CROWDED) == pytest.approx(0.99, abs=0.03)
    waves = zigzag * (1, 0.01)
    assert crowded(Trace(waves, (), 0), window, 8, CROWDED) == 0
    band = np.array([[0.0, 1], [0.5, 1], [0.5, -1], [0.0, -1]])
    assert crowded(Trace(zigzag[:0], (band,), 0), window, 8, CROWDED) == 0.5


def test_the_usual_strokes_are_those_of_the_theme() -> None:
    assert plain(1, 20).widths == [4.0]


@pytest.mark.parametrize("activation", ["hardswish", "mish", "gaussian"])
def test_a_few_swings_change_nothing(activation: str) -> None:
    widths, _ = drawn(activation=activation)
    assert widths == sorted(widths)
