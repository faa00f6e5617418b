"""The plan of the house names what there is, and all that there is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "src" / "gradplot"
PAGE = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`([\w/]+(?:/|\.py))`", PAGE)))
#: "`name` in `path`": a name that stands in that module.
NAMED = re.findall(r"`(\w+)`(?: and `(\w+)`)? in\s+`([\w/]+\.py)`", PAGE)


@pytest.mark.parametrize("path", PATHS)
def test_every_path_is_there(path: str) -> None:
    places = [HOUSE, ROOT, HOUSE / "analysis", HOUSE / "functions", HOUSE / "output"]
    assert any((place / path).exists() for place in places)


def test_every_name_is_defined_where_the_page_says() -> None:
    assert len(NAMED) >= 9
    for *names, path in NAMED:
        text = (HOUSE / path).read_text(encoding="utf-8")
        for name in filter(None, names):
            assert re.search(rf"^(?:def |class )?{name}\b", text, re.MULTILINE), (name, path)


def test_every_folder_of_the_first_two_levels_is_on_the_page() -> None:
    folders = {
        child.name
        for place in (HOUSE, HOUSE / "functions", HOUSE / "output", HOUSE / "analysis" / "supremum")
        for child in place.iterdir()
        if (child / "__init__.py").exists()
    }
    assert {name for name in folders if f"{name}/" not in PAGE} == set()


def test_the_floors_stand_in_the_order_of_the_contract() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = rules["tool"]["importlinter"]["contracts"][0]["layers"]
    contract = [name.split(".")[1] for layer in reversed(layers) for name in layer.split(" | ")]
    floors = [line for line in PAGE.splitlines() if line.startswith("| `")][:9]
    shown = [re.findall(r"`(\w+)", line)[0] for line in floors]
    order = list(dict.fromkeys(name for name in contract if name in shown))
    assert [name for name in shown if name in contract] == sorted(
        shown, key=[*order, "sphinx"].index
    )
