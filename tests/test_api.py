"""What a notebook imports: names that load on first use, and a figure or a bracket in one call."""

from __future__ import annotations

import math

import pytest

import gradplot
from gradplot.errors import InputError
from gradplot.spec.functions import ChainSpec


def _chain() -> ChainSpec:
    return ChainSpec(activation="tanh")


def test_every_public_name_loads() -> None:
    for name in gradplot.__all__:
        assert getattr(gradplot, name) is not None
    assert set(gradplot.__all__) <= set(dir(gradplot))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'chain'"):
        gradplot.chain  # noqa: B018


@pytest.mark.parametrize(
    "curve",
    [
        gradplot.Chain("tanh", 8.0, depth=3),
        gradplot.Formula("tanh(8*tanh(8*tanh(8*x)))"),
        "tanh(8*tanh(8*tanh(8*x)))",
    ],
    ids=["chain", "formula", "text"],
)
def test_max_slope(curve: gradplot.Chain | gradplot.Formula | str) -> None:
    found = gradplot.max_slope(curve, (-1, 1))
    assert found.lower <= 3 * math.log(8) <= found.upper
    assert found.upper - found.lower <= 1e-9
    assert found.x == 0


@pytest.mark.parametrize("x_range", [(1, -1), (0, 0), (0, math.inf), (math.nan, 1)])
def test_a_bad_range_is_refused(x_range: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="x-range"):
        gradplot.max_slope(gradplot.Chain("tanh", 8.0), x_range)


def test_text_that_is_no_formula_is_refused() -> None:
    with pytest.raises(InputError, match="unknown name 'tahn'"):
        gradplot.max_slope("tahn(8*x)")


def test_figures_of_a_spec_an_activation_and_a_formula() -> None:
    spec = gradplot.FigureSpec(function=_chain(), size=(8, 4), dpi=100)
    size = {"size": "8x4", "dpi": 100}
    for figure in (
        gradplot.figure(spec),
        gradplot.figure("swish", weight=2, depths=[1, 2], **size),
        gradplot.figure("tanh(8*x)", **size),
        gradplot.figure(gradplot.Chain("elu", [2.0, 3.0], parameters={"alpha": 2}), **size),
        gradplot.figure(gradplot.Formula("tanh(w*y)", {"w": 8}, nest=3), **size),
    ):
        assert tuple(figure.get_size_inches() * figure.dpi) == (800, 400)


def test_a_bad_option_is_refused() -> None:
    with pytest.raises(InputError, match="depths"):
        gradplot.figure("tanh", depths=[0])
    with pytest.raises(InputError, match="tahn"):
        gradplot.figure("tahn(x)")
    with pytest.raises(InputError, match="complete"):
        gradplot.figure(gradplot.FigureSpec(function=_chain()), theme="dark")


def test_render_gives_numbers_and_bytes() -> None:
    spec = gradplot.FigureSpec(function=_chain())
    alone = gradplot.render(spec)
    assert alone.images == {}
    assert [row.depth for row in alone.findings.rows] == [1, 2, 3]
    shares: list[float] = []
    drawn = gradplot.render(spec, formats=("svg",), progress=shares.append)
    assert drawn.images["svg"].startswith(b"<?xml")
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
