"""What a cell's last line shows, in a real kernel: pictures, lines and tables, without pyplot."""

import re
import struct
import xml.etree.ElementTree as ET
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

import gradplot
from gradplot.output.report.curves.words import alt_text
from gradplot.reading.figure import figure_spec
from gradplot.rendering import Rendering, render

# What the kernel's own machinery warns of is not ours to mend.
pytestmark = pytest.mark.filterwarnings("default")
TOUR = Path(__file__).parents[2] / "examples" / "tour.ipynb"
CELLS = {
    "figure": 'import sys, gradplot\nfigure = gradplot.figure("tanh", size="paper")\nfigure',
    "changed": "figure.axes[0].plot([0, 1], [0, 1], gid='mine'); figure",
    "chain": 'chain = gradplot.Chain("tanh", 8.0, 0.5, depth=50)\nchain',
    "formula": 'gradplot.Formula("tanh(w*x) < 1".split(" <")[0], {"w": 8})',
    "peak": "gradplot.max_slope(chain)",
    "rendering": 'gradplot.render("tanh", depths="1-3")',
    "pyplot": '"matplotlib.pyplot" in sys.modules',
}


@pytest.fixture(scope="module")
def shown() -> dict[str, nbformat.NotebookNode]:
    """The result of every cell, as a kernel sends it to whatever shows it."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS.values()])
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    return {name: cell.outputs[-1] for name, cell in zip(CELLS, notebook.cells, strict=True)}


def test_a_figure_shows_itself_without_pyplot(shown: dict[str, nbformat.NotebookNode]) -> None:
    output = shown["figure"]
    png = b64decode(output.data["image/png"])
    assert struct.unpack(">II", png[16:24]) == (1050, 720)
    svg = ET.fromstring(output.data["image/svg+xml"])
    assert (svg.get("width"), svg.get("height")) == ("525", "360")
    assert svg.get("style") == "max-width: 100%; height: auto"  # whole in a narrow page, too
    spec = figure_spec({"activation": "tanh", "size": "paper"})
    said = {"width": 525, "height": 360, "alt": alt_text(spec, render(spec).findings)}
    assert output.metadata == {"image/png": said, "image/svg+xml": said}
    assert output.data["text/plain"] == "<ShownFigure size 1050x720 with 2 Axes>"
    assert shown["pyplot"].data["text/plain"] == "False"


def test_a_figure_shows_what_was_drawn_on_it(shown: dict[str, nbformat.NotebookNode]) -> None:
    before, after = shown["figure"].data, shown["changed"].data
    assert 'id="mine"' not in before["image/svg+xml"]
    assert 'id="mine"' in after["image/svg+xml"]
    assert before["image/png"] != after["image/png"]


def test_chains_formulas_and_peaks_show_a_line(shown: dict[str, nbformat.NotebookNode]) -> None:
    plain = {name: output.data["text/plain"] for name, output in shown.items()}
    rich = {name: output.data.get("text/html", "") for name, output in shown.items()}
    assert plain["chain"] == "Chain('tanh', 8.0, 0.5, depth=50)"
    assert "tanh(8·a<sub>k−1</sub> + 0.5)" in rich["chain"]
    assert plain["formula"] == "Formula('tanh(w*x)', {'w': 8})"
    assert rich["formula"] == "<code>tanh(w*x)</code>, w = 8"
    assert plain["peak"].startswith("<maximum slope 10^45.046")
    assert "10<sup>45.046" in rich["peak"]
    assert "which no float64 attains" in rich["peak"]


def test_a_rendering_shows_its_table(shown: dict[str, nbformat.NotebookNode]) -> None:
    output = shown["rendering"].data
    table = ET.fromstring(re.findall("<table.*</table>", output["text/html"])[0])
    cells = [[cell.text for cell in row] for row in table.iter("tr")]
    assert cells[0][:3] == ["depth", "maximum slope", "at x"]
    assert [row[:2] for row in cells[1:]] == [["1", "  8"], ["2", " 64"], ["3", "512"]]
    assert "exploding: ×8 per layer" in output["text/html"]
    assert re.search(r"3 +512 +0 +×8", output["text/plain"])


def test_a_repr_makes_the_same_thing_again() -> None:
    for thing in (
        gradplot.Chain("leaky_relu", (1.0, 2.0), depth=2, parameters={"alpha": 0.1}),
        gradplot.Formula("tanh(w*y)", {"w": 8.0}, nest=3, label="three"),
    ):
        again = eval(repr(thing), {"Chain": gradplot.Chain, "Formula": gradplot.Formula})
        assert repr(again) == repr(thing)
        assert again.label == thing.label
        assert gradplot.max_slope(again) == gradplot.max_slope(thing)


def test_html_is_escaped() -> None:
    spec = figure_spec({"formula": ["x", "2*x"], "label": ["<b>", "a & b"]})
    shown = render(spec)
    assert isinstance(shown, Rendering)
    assert "<b>" not in shown._repr_html_()
    assert "a &amp; b" in shown._repr_html_()


def test_findings_are_brief_however_many_they_are() -> None:
    """A line for each field; the numbers of a map would fill pages."""
    spec = figure_spec({"map": "tanh", "grid": 40, "depth": (2,)})
    findings = render(spec).findings
    shown = findings._repr_html_()
    for name in ("axes", "lower", "upper", "fold", "critical_weight"):
        assert f">{name}</th>" in shown
        assert f"{name}=" in repr(findings)
    assert len(shown) < 3000 > len(repr(findings))
    assert "&#x27;weight&#x27;" in shown  # escaped


def test_a_figure_is_left_as_it_was() -> None:
    figure = gradplot.figure("tanh", dpi=50)
    canvas = figure.canvas
    data, _ = figure._repr_mimebundle_(include={"image/svg+xml"})
    assert set(data) == {"text/plain", "image/svg+xml"}
    assert (figure.dpi, figure.canvas) == (50, canvas)


def codes(notebook: nbformat.NotebookNode) -> Iterator[nbformat.NotebookNode]:
    return (cell for cell in notebook.cells if cell.cell_type == "code")


def test_the_tour_runs_and_shows_something_in_every_cell() -> None:
    """It is kept without outputs: they would be megabytes, and differ by version."""
    notebook = nbformat.read(TOUR, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.outputs or cell.execution_count for cell in codes(notebook))
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    shown = [set(cell.outputs[-1].data) for cell in codes(notebook)]
    assert all(shown)
    assert sum("image/svg+xml" in kinds for kinds in shown) == 2
    assert sum("text/html" in kinds for kinds in shown) == 4
    outcome = next(c.outputs[-1] for c in codes(notebook) if "1_000_001" in c.source)
    assert "10^-" in outcome.data["text/plain"]  # the grid sees a slope that vanishes
