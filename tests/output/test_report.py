"""The findings as people and programs read them: the table, the line beneath it, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace

import pytest

from gradplot.analysis.findings import Findings, Row, Supremum
from gradplot.output.report.curves.data import as_data, to_csv
from gradplot.output.report.curves.words import message
from gradplot.reading.figure import figure_spec
from gradplot.rendering import Rendering, render
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec, FormulaSpec

INF = math.inf
FLOATS = ("float16", "bfloat16", "float32", "float64")
NEVER: dict[str, int | None] = dict.fromkeys(FLOATS)


def around(value: float, width: float = 1e-13) -> tuple[float, float]:
    return math.log(value) - width, math.log(value) + width


def row(
    slope: tuple[float, float],
    *,
    depth: int | None = 1,
    label: str = "",
    x: float | None = 0.0,
    located: bool = True,
    attained: bool = True,
    growth: tuple[float, float] | None = None,
    share: tuple[float, float] = (0.25, 0.25),
) -> Row:
    return Row(
        label=label or f"depth {depth}",
        depth=depth,
        supremum=Supremum(
            lower=slope[0],
            upper=slope[1],
            x=x,
            located=located,
            attained=attained,
            unattained=not attained,
        ),
        growth=growth,
        share_above_one=share,
    )


SPEC = FigureSpec(function=ChainSpec(activation="tanh", depths=(1, 2)))
FINDINGS = Findings(
    rows=(row(around(8)), row(around(64), depth=2, growth=around(8), share=(0.05, 0.0501))),
    growth_per_layer=around(8),
    verdict="exploding",
    critical_weight=1.0,
    overflow_depth=dict(zip(FLOATS, (6, 43, 43, 342), strict=True)),
    underflow_depth=NEVER,
    extrapolated=frozenset({"bfloat16", "float32", "float64"}),
)
DEAD = replace(
    FINDINGS,
    rows=(row((-INF, -INF), x=None),),
    growth_per_layer=None,
    verdict="dead",
    overflow_depth=NEVER,
    extrapolated=frozenset(),
)


def test_the_json_is_the_schema_to_the_letter() -> None:
    data = json.loads(Rendering(spec=SPEC, findings=FINDINGS).to_json(["tanh.png"]))
    assert list(data) == [
        "schema",
        "function",
        "x_range",
        "depths",
        "growth_per_layer",
        "verdict",
        "critical_weight",
        "fold",
        "overflow_depth",
        "underflow_depth",
        "outputs",
    ]
    assert data["schema"] == "gradplot/1"
    assert data["function"] == {
        "activation": "tanh",
        "weight": [8.0],
        "bias": [0.0],
        "input_bias": 0.0,
    }
    assert data["x_range"] == [-1, 1]
    first, second = data["depths"]
    assert list(first) == [
        "depth",
        "max_slope",
        "log10_max_slope",
        "at_x",
        "attained",
        "growth",
        "share_above_one",
    ]
    assert (first["depth"], first["max_slope"], first["growth"]) == (1, 8.0, None)
    assert first["log10_max_slope"]["lower"] <= math.log10(8) <= first["log10_max_slope"]["upper"]
    assert second["growth"] == 8.0
    assert second["share_above_one"] == 0.05
    assert data["growth_per_layer"] == 8.0
    assert data["overflow_depth"] == {"float16": 6, "bfloat16": 43, "float32": 43, "float64": 342}
    assert data["underflow_depth"] == NEVER
    assert data["outputs"] == ["tanh.png"]


def test_the_input_bias_is_the_first_layer_s() -> None:
    spec = FigureSpec(
        function=ChainSpec(activation="elu", parameters=(("alpha", 2.0),), bias=(-4,), input_bias=0)
    )
    function = as_data(spec, FINDINGS)["function"]
    assert function["input_bias"] == 0
    assert function["parameters"] == {"alpha": 2.0}


@pytest.mark.parametrize(
    ("slope", "number", "lower", "upper"),
    [
        ((-INF, -INF), 0.0, None, None),
        ((831.7, 831.7), None, 361.20, 361.21),
        ((-1492.8, -1492.8), None, -648.32, -648.31),
        ((0.0, INF), None, 0.0, None),
        ((INF, INF), None, None, None),
        ((-INF, 0.0), None, None, 0.0),
    ],
)
def test_what_float64_cannot_hold_is_null_in_strict_json(
    slope: tuple[float, float], number: float | None, lower: float | None, upper: float | None
) -> None:
    findings = replace(FINDINGS, rows=(row(slope),))
    text = Rendering(spec=SPEC, findings=findings).to_json()
    (found,) = json.loads(text, parse_constant=pytest.fail)["depths"]
    assert found["max_slope"] == number
    for end, bound in (("lower", lower), ("upper", upper)):
        value = found["log10_max_slope"][end]
        assert (value is None) == (bound is None)
        assert bound is None or value == pytest.approx(bound, abs=0.02)


def test_formulas_have_labels() -> None:
    spec = FigureSpec(function=FormulaSpec(formulas=("tanh(8*x)", "x"), constants=(("w", 8.0),)))
    findings = replace(
        FINDINGS,
        rows=(row(around(8), depth=None, label="tanh(8*x)"), row(around(1), depth=None, label="x")),
        verdict=None,
        critical_weight=None,
        growth_per_layer=None,
    )
    data = as_data(spec, findings)
    assert data["function"] == {"formula": ["tanh(8*x)", "x"], "let": {"w": 8.0}}
    assert [found["label"] for found in data["depths"]] == ["tanh(8*x)", "x"]
    assert "depth" not in data["depths"][0]
    assert next(csv.reader(io.StringIO(to_csv(findings))))[0] == "label"


def test_csv_is_flat_with_a_header() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(FINDINGS))))
    assert [found["depth"] for found in rows] == ["1", "2"]
    assert rows[0]["growth"] == ""
    assert rows[0]["attained"] == "true"
    assert float(rows[1]["log10_max_slope_lower"]) <= 2 * math.log10(8)
    assert to_csv(FINDINGS).endswith("\n")
    assert "\r" not in to_csv(FINDINGS)


def test_the_message() -> None:
    assert message(FINDINGS, activation="tanh") == (
        "×8 per layer (critical weight of tanh: 1); overflows float16 at depth 6, "
        "bfloat16 and float32 at ≈ 43, float64 at ≈ 342"
    )
    assert message(DEAD, activation="relu") == (
        "every slope is exactly 0 (critical weight of relu: 1)"
    )


class TestTable:
    """The table as rich draws it, without a terminal."""

    @staticmethod
    def drawn(spec: FigureSpec, findings: Findings, *, width: int = 200) -> str:
        from rich.console import Console

        from gradplot.output.report.curves.terminal import table

        console = Console(width=width, file=io.StringIO(), highlight=False, emoji=False)
        console.print(table(spec, findings))
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue()

    def test_a_line_per_depth_and_the_message_beneath(self) -> None:
        lines = [" ".join(line.split()) for line in self.drawn(SPEC, FINDINGS).splitlines()]
        assert lines[0] == "tanh w = 8, b = 0, x from -1 to 1"
        assert lines[2] == "depth maximum slope at x growth |dy/dx| > 1"
        assert lines[4] == "1 8 0 25% of x"
        assert lines[5] == "2 64 0 ×8 5% of x"
        assert lines[-1].startswith("exploding: ×8 per layer")

    def test_decimal_points_stand_under_one_another(self) -> None:
        findings = replace(
            FINDINGS, rows=(row(around(1.4677)), row(around(512.25)), row(around(0.0481)))
        )
        lines = self.drawn(SPEC, findings).splitlines()[4:7]
        assert len({line.index(".") for line in lines}) == 1

    def test_a_slope_that_no_double_attains_is_marked(self) -> None:
        findings = replace(FINDINGS, rows=(row((103.7, 103.7), x=-0.0628, attained=False),))
        text = self.drawn(SPEC, findings)
        assert "-0.0628*" in text
        assert "no float64 x attains this slope" in text
        assert "no float64 x" not in self.drawn(SPEC, FINDINGS)

    def test_a_place_that_is_not_proven_is_approximate(self) -> None:
        findings = replace(FINDINGS, rows=(row(around(8), x=0.12345678901, located=False),))
        assert "≈ 0.123457" in self.drawn(SPEC, findings)

    def test_a_dead_row(self) -> None:
        text = self.drawn(SPEC, DEAD)
        assert " ".join(text.splitlines()[4].split()) == "1 0 - 25% of x"
        assert "dead: every slope is exactly 0" in text
        assert "*" not in text

    def test_minus_zero_is_zero(self) -> None:
        findings = replace(FINDINGS, rows=(row(around(8), x=-0.0),))
        assert "-0" not in self.drawn(SPEC, findings).replace("b = -0", "")

    def test_long_formulas_are_listed_above_the_table(self) -> None:
        long = "tanh(5*tanh(40*x-5) - 5*tanh(40*x) + 5*tanh(40*x+5))"
        spec = FigureSpec(function=FormulaSpec(formulas=(long, "tanh(8*x)")))
        findings = replace(
            FINDINGS,
            rows=(row(around(200), depth=None, label=long), row(around(8), depth=None, label="b")),
            verdict=None,
        )
        text = self.drawn(spec, findings, width=80)
        assert f"1  {long}" in text
        assert max(map(len, text.splitlines())) <= 80
        short = replace(findings, rows=(row(around(8), depth=None, label="tanh(8*x)"),))
        assert self.drawn(spec, short).startswith("tanh(8*x)  x from -1 to 1")


@pytest.mark.parametrize(
    ("weight", "depths"), [(2.0, "1"), (2.0, "1023,1024"), (2.0, "1,2000"), (2.0**512, "1,2")]
)
def test_the_first_power_of_two_beyond_a_format_overflows_it(weight: float, depths: str) -> None:
    """2^16 and 2^1024 are above the largest numbers; 2^1024 only by less than a logarithm shows."""
    findings = render(
        figure_spec({"activation": "relu", "weight": weight, "depths": depths})
    ).findings
    bits = round(math.log2(weight))
    expected = {"float16": 16, "bfloat16": 128, "float32": 128, "float64": 1024}
    assert findings.overflow_depth == {name: -(-top // bits) for name, top in expected.items()}


def test_the_largest_number_itself_does_not_overflow() -> None:
    """65504 is float16's, and what rounds to it is not lost either."""
    for weight, depth in ((65504.0, 2), (65519.0, 2), (65520.0, 1)):
        findings = render(
            figure_spec({"activation": "relu", "weight": weight, "depths": 1})
        ).findings
        assert findings.overflow_depth["float16"] == depth
