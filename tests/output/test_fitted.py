"""What a narrow terminal shows of a table: fewer columns, and every number whole."""

from __future__ import annotations

import pytest
from rich.console import Console, RenderableType

from gradplot.cli.activations import _table as activations
from gradplot.output.report.fitted import FittedTable
from gradplot.reading.figure import figure_spec
from gradplot.rendering import render


def drawn(report: RenderableType, width: int) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(report)
    return [line.rstrip() for line in captured.get().splitlines()]


def fitted() -> FittedTable:
    return FittedTable(
        [
            ("depth", "right", ["1", "50"]),
            ("maximum slope", "left", ["8", "10^45.046"]),
            ("growth", "left", ["", "×10^36.035"]),
            ("share > 1", "right", ["21% of x", "≤ 0.001% of x"]),
        ],
        spare=(("share > 1",), ("growth",)),
    )


@pytest.mark.parametrize(
    ("width", "heading", "left_out"),
    [
        (70, "  depth   maximum slope   growth           share > 1", ""),
        (50, " depth  maximum slope  growth          share > 1", ""),
        (45, " depth  slope      growth          share > 1", ""),
        (30, " depth  slope      growth", "no room for share > 1"),
        (20, " depth  slope", "no room for growth,"),
    ],
)
def test_gaps_go_and_headings_break_before_columns_go(
    width: int, heading: str, left_out: str
) -> None:
    lines = drawn(fitted(), width)
    assert heading in lines
    assert any("10^45.046" in line for line in lines)
    assert left_out in "\n".join(lines)
    assert left_out or "no room" not in "\n".join(lines)


def test_what_cannot_be_left_out_goes_on_in_the_next_line() -> None:
    letters = "".join("".join(drawn(fitted(), 10)).split())
    assert "46" in letters, "the end of 10^45.046"


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize(
    "asked",
    [
        {"activation": "tanh", "bias": 0.5, "depths": [1, 10, 50]},
        {"explain": "tanh", "bias": 1, "depth": 10, "at": -0.143},
        {
            "activation": "sigmoid",
            "along": [["weight", 4, 6], ["bias", -3.5, -1]],
            "target": 0.7,
            "descend": [5.5, -2],
        },
    ],
    ids=["curves", "point", "descent"],
)
def test_no_number_is_cut(asked: dict[str, object], width: int) -> None:
    """Each word of a narrow table stands in the wide one as well."""
    rendering = render(figure_spec(asked), formats=[])
    report = rendering.report.table(rendering.spec, rendering.findings)
    whole = set(" ".join(drawn(report, 1000)).split())
    narrow = drawn(report, width)
    assert max(map(len, narrow)) <= width
    assert {word for line in narrow for word in line.strip("─ ").split()} - whole <= {
        *("no", "room", "for", "|dy/dx|", "growth,", "at", "x,"),
        *("backwards,", "dy/dw,", "act(z),", "act'(z),", "w·act'(z),", "dE/dw,"),
    }


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_names_and_numbers_of_activations_are_whole(width: int) -> None:
    lines = [line.split() for line in drawn(activations(width), width)]
    names = [words[0] for words in lines if words]
    assert {"hardsigmoid", "leaky_relu", "gelu_tanh"} <= set(names)
    assert ["0.857764" in words for words in lines if words[:1] == ["gaussian"]] == [width < 120]
