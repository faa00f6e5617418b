"""What rich would draw becomes paragraphs and tables."""

from __future__ import annotations

from docutils import nodes
from rich.console import Group
from rich.table import Table
from rich.text import Text

from gradplot.sphinx.findings import as_parts, to_nodes


def grid() -> Table:
    found = Table()
    found.add_column("depth", justify="right")
    found.add_column("slope")
    found.add_row("1", Text("  8"))
    found.add_row("[2]", "512")
    return found


def test_a_report_keeps_its_words_its_weight_and_its_columns() -> None:
    parts = as_parts(Group(Text.assemble(("tanh", "bold red"), "  w = 8\nx"), grid(), Text("end")))
    table = {
        "columns": [["depth", "right"], ["slope", "left"]],
        "rows": [["1", "  8"], ["[2]", "512"]],
    }
    assert parts == [
        {"text": [("tanh", True), ("  w = 8", False)]},
        {"text": [("x", False)]},
        table,
        {"text": [("end", False)]},
    ]
    (container,) = to_nodes(parts)
    assert isinstance(container, nodes.container)
    (strong,) = container.findall(nodes.strong)
    assert strong.astext() == "tanh"
    cells = [entry.astext() for entry in container.findall(nodes.entry)]
    assert cells == ["depth", "slope", "1", "\N{NO-BREAK SPACE}" * 2 + "8", "[2]", "512"]


def test_signs_of_a_report_stay_as_they_are_and_a_wide_table_is_told() -> None:
    (container,) = to_nodes([{"text": [("act'(z)", False)]}], classes=["more"])
    assert container["support_smartquotes"] is False
    assert container["classes"] == ["gradplot-findings", "more"]
    wide = {"columns": [["a" * 50, "left"], ["b" * 50, "left"]], "rows": [["1", "2"]]}
    narrow = {"columns": [["a", "left"]], "rows": [["1"]]}
    (container,) = to_nodes([wide, narrow])
    assert ["gradplot-wide" in part["classes"] for part in container.children] == [True, False]
