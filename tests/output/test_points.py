"""The points of the picture's own curves, as CSV and as a pgfplots figure."""

import csv
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import gradplot
from gradplot.output.freshness import is_fresh
from gradplot.reading.figure import figure_spec
from gradplot.spec.figure import FigureSpec


def spec(**options: object) -> FigureSpec:
    return figure_spec({"activation": "tanh", "size": "paper", **options})


def rows(spec: FigureSpec) -> list[dict[str, str]]:
    text = gradplot.render(spec, formats=["csv"]).images["csv"].decode()
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def test_the_points_lie_on_the_curves() -> None:
    """Against the closed form, to a quarter of a pixel of a picture 720 pixels high."""
    found = rows(spec(depths=[1, 2]))
    assert {(row["panel"], row["depth"]) for row in found} == {
        (panel, depth) for panel in ("value", "slope") for depth in ("1", "2")
    }
    for row in found:
        x, y = float(row["x"]), float(row["y"])
        inner = np.tanh(8 * x)
        exact = {
            ("value", "1"): inner,
            ("value", "2"): np.tanh(8 * inner),
            ("slope", "1"): np.log10(8) - 2 * np.log10(np.cosh(8 * x)),
            ("slope", "2"): 2 * np.log10(8)
            - 2 * np.log10(np.cosh(8 * x))
            - 2 * np.log10(np.cosh(8 * inner)),
        }[row["panel"], row["depth"]]
        if -2 < exact < 2:  # within the panels, where nothing is clipped
            assert y == pytest.approx(exact, abs=0.02)


def test_they_are_the_picture_s_own() -> None:
    """Every vertex of the first curve's line in the SVG is a point of the file."""
    found = [row for row in rows(spec(depths=1)) if row["panel"] == "value"]
    figure = gradplot.figure(spec(depths=1))
    (line,) = [line for line in figure.axes[0].lines if line.get_label() == "depth 1"]
    inside = np.asarray(line.get_xydata())
    inside = inside[(inside[:, 0] >= -1) & (inside[:, 0] <= 1)]
    written = np.array([[float(row["x"]), float(row["y"])] for row in found])
    assert np.allclose(written, inside, rtol=1e-9)


def test_bands_are_told_from_lines() -> None:
    found = rows(spec(activation="sin", weight=200, depths=2))
    assert {row["kind"] for row in found} == {"line", "band"}
    bands = [row for row in found if row["kind"] == "band" and row["panel"] == "value"]
    assert max(abs(float(row["y"])) for row in bands) <= 1.1


@pytest.mark.parametrize("format", ["csv", "tex"])
def test_same_bytes_and_up_to_date(format: str, tmp_path: Path) -> None:
    first, second = (gradplot.render(spec(), formats=[format]).images[format] for _ in range(2))
    assert first == second
    path = tmp_path / f"tanh.{format}"
    path.write_bytes(first)
    assert is_fresh(spec(), path)
    assert not is_fresh(spec(weight=7), path)
    path.write_bytes(first[:-10])
    assert not is_fresh(spec(), path)


def test_a_label_is_no_command() -> None:
    odd = figure_spec({"formula": ["x", "2*x"], "label": ["50% of_$x$", r"\input{a}"]})
    text = gradplot.render(odd, formats=["tex"]).images["tex"].decode()
    assert r"{50\% of\_\$x\$}" in text
    assert r"\textbackslash{}input\{a\}" in text


def tex(**options: object) -> str:
    return gradplot.render(figure_spec(options), formats=["tex"]).images["tex"].decode()


def test_a_label_stops_no_engine() -> None:
    text = tex(formula=["x", "2*x"], label=["β² − é", "☃ --"])
    assert r"{\ensuremath{\beta}\ensuremath{^2} \ensuremath{-} é}" in text
    assert r"{\ifdefined\Umathchar ☃\else ?\fi{} -{}-{}}" in text


def test_the_axes_are_called_what_they_are() -> None:
    along = {"activation": "sigmoid", "along": ["input-bias", -1, 1], "at": 0.6, "target": 0.7}
    text = tex(**along)
    assert r"ylabel={$E$}" in text
    assert r"ylabel={$|\mathrm{d}E/\mathrm{d}b\ensuremath{_1}|$}" in text
    assert r"xlabel={$b\ensuremath{_1}$}" in text
    points = gradplot.render(figure_spec(along), formats=["csv"]).images["csv"].decode()
    assert "# y of the slope panel is log10|dE/db₁|\n# x is b₁, y of the value" in points


def test_the_key_is_the_picture_s_own() -> None:
    """Its order, its names; of many depths as many as fit."""
    keys = [
        re.findall(r"\\addlegendentry\{(.*)\}", text)
        for text in (tex(activation="tanh"), tex(formula="tan(5*x)"))
    ]
    assert keys == [["depth 3", "depth 2", "depth 1"], [r"tan(5\ensuremath{\cdot}x)"]]
    many = tex(activation="tanh", depths=list(range(1, 41)))
    named = re.findall(r"\\addlegendentry\{(.*)\}", many)
    assert 2 < len(named) < 10
    assert (named[0], named[-1]) == ("depth 40", "depth 1")


def test_lines_are_as_wide_as_the_picture_s_for_its_size() -> None:
    text = tex(activation="tanh")
    widths = {float(width) for width in re.findall(r"line width=([0-9.]+)\\linewidth", text)}
    assert len(widths) == 3
    assert 0.001 < min(widths) < max(widths) < 0.01
    assert not re.search(r"line width=[0-9.]+pt", text)


def test_points_of_a_narrow_range_are_told_from_one_another() -> None:
    """In a file of TeX, which counts in five digits, they begin at 0."""
    narrow = spec(activation="sin", weight=1e9, depths=1, **{"x-range": [0.5, 0.50000001]})
    at = [float(row["x"]) for row in rows(narrow) if row["panel"] == "value"]
    assert len(set(at)) == len(at) > 20
    text = gradplot.render(narrow, formats=["tex"]).images["tex"].decode()
    assert re.search(r"xmin=0, xmax=\S+e-0[89], xtick=\{0,", text)
    assert "xticklabels={{0.5}," in text


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex here")
@pytest.mark.parametrize("alone", [True, False])
def test_latex_compiles_it(alone: bool, tmp_path: Path) -> None:
    labels = ['50% of_$x$ & # { } ~ ^ < > | "', "\\a", "β² ≈ é ☃ ж ł"]
    odd = figure_spec({"formula": ["tanh(8*x)", "tan(9*x)", "x"], "label": labels})
    (tmp_path / "figure.tex").write_bytes(gradplot.render(odd, formats=["tex"]).images["tex"])
    again = r"\begin{figure}\input{figure}\end{figure}"  # each in a group of its own
    (tmp_path / "paper.tex").write_text(
        r"\documentclass{article}\usepackage{pgfplots}\begin{document}"
        rf"{again}{again}after\end{{document}}"
    )
    name = "figure" if alone else "paper"
    done = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", name],
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / f"{name}.pdf").stat().st_size > 5000


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex here")
@pytest.mark.parametrize(
    "options",
    [
        {"activation": "tanh", "weight": 8, "depths": [1, 2, 3]},
        {"activation": "relu", "depths": [400, 500]},
        {"activation": "tanh", "bias": 0.5, "depths": list(range(1, 51))},
        {"activation": "tanh", "x-range": [0, 1e-12], "panels": "value"},
        {"activation": "tanh", "x-range": [0.5, 0.50000001]},
        {"formula": ["x", "x^2"], "x-range": [-1e30, 1e30]},
    ],
)
def test_it_fits_the_text_of_a_page(options: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "figure.tex").write_text(tex(**options))
    done = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "figure"],
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in done.stdout
    assert "approximately empty" not in done.stdout
