"""docs/json.md names every key that the JSON and the CSV have."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradplot.output.report.curves.data import to_csv
from gradplot.reading.figure import figure_spec
from gradplot.rendering import render

PAGE = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`\"?([\w/-]+)\"?`", PAGE))


@pytest.mark.parametrize(
    "options",
    [
        {"activation": "tanh"},
        {"activation": "elu", "alpha": 0.5},
        {"formula": ["x*x", "tanh(8*x)"]},
        {"formula": ["tanh(w*y)"], "let": ["w=8"], "nest": [1, 2]},
        {"formula": ["tanh(3*y+x)"], "nest": [1, 2], "start": 0.5},
        {"activation": "tanh", "along": ["bias", -1, 1], "target": 0.5, "descend": 0.3},
    ],
    ids=str,
)
def test_every_key_is_explained(options: dict[str, object]) -> None:
    spec = figure_spec(options)
    findings = render(spec).findings
    data = json.loads(render(spec).to_json())
    # Under these two the keys are the user's own names.
    own = {*data["function"].get("let", ()), *data["function"].get("parameters", ())}
    assert set(keys(data)) - own <= NAMED
    assert set(next(csv.reader(io.StringIO(to_csv(findings))))) <= NAMED


def keys(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield from data
    if isinstance(data, dict | list):
        for part in data.values() if isinstance(data, dict) else data:
            yield from keys(part)
