"""One SVG for light and dark pages is the light picture to whoever ignores CSS, else the dark."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

import gradplot
from gradplot.errors import InputError
from gradplot.output.freshness import is_fresh
from gradplot.output.picture import schemes
from gradplot.output.picture.look.theme import PALETTES
from gradplot.reading.figure import figure_spec
from gradplot.spec.figure import FORMATS, FigureSpec

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
Look = tuple[str, str | None, frozenset[str]]


def svg(spec: FigureSpec) -> str:
    return gradplot.render(spec, formats=["svg"]).images["svg"].decode()


def looks(text: str, *, dark: bool) -> list[Look]:
    """Every shape that a viewer draws, with its style, after the rules that hold for it."""
    rules = dict(re.findall(r"\.(gp-\S+) \{(.*?)\}", text)) if dark else {}
    found: list[Look] = []

    def walk(element: ET.Element, inherited: str) -> None:
        declared = [entry.strip() for entry in element.get("style", "").split(";")]
        if element.get("display"):
            declared.insert(0, f"display: {element.get('display')}")
        style = dict(re.split(": ?", entry, maxsplit=1) for entry in declared if entry)
        overrides = rules.get(element.get("class", ""), "")
        style |= dict(re.findall(r"(\S+): (.*?) !important", overrides))
        style |= dict(re.findall(r"(display): (\w+);", overrides))
        if style.get("display") == "none":
            return
        kind = element.tag.removeprefix(SVG)
        if kind in ("path", "use", "image"):
            shape = element.get(HREF if kind == "image" else "d") or element.get("x")
            found.append((kind, shape, frozenset(map(": ".join, style.items()))))
        for child in element:
            walk(child, inherited)

    walk(ET.fromstring(text), "")
    return found


FIGURES = {
    "chain": {"activation": "tanh"},
    "one panel": {"activation": "relu", "depths": "1-20", "panels": "slope", "size": "paper"},
    "a title like a style": {"formula": ["tanh(8*x)", "x^2"], "title": 'a style="fill: red" b'},
    "bands": {"activation": "sin", "weight": 40, "depths": [2, 3]},
    "a point": {"explain": "relu", "bias": -1, "at": 0.2},
    "a map": {"map": "relu", "bias": [-2, 2], "grid": 4},
    "a surface": {
        "activation": "tanh",
        "along": ["weight", 0, 2, "bias", -1, 1],
        "target": 0.5,
        "descend": [1, 0],
    },
    # So many curves that some colours coincide in one theme alone.
    "colours that coincide": {"activation": "relu", "depths": "1-120", "panels": "slope"},
}


@pytest.mark.parametrize("options", FIGURES.values(), ids=FIGURES)
def test_each_scheme_shows_its_own_theme_s_picture(options: dict[str, object]) -> None:
    spec = figure_spec({**options, "theme": "auto"})
    both = svg(spec)
    for theme in ("light", "dark"):
        alone = svg(replace(spec, theme=theme, transparent=True))
        shown, wanted = (
            looks(text, dark=dark) for text, dark in ((both, theme == "dark"), (alone, False))
        )
        assert shown == wanted


def test_nothing_is_painted_behind_the_picture() -> None:
    both = svg(figure_spec({"activation": "tanh", "theme": "auto"}))
    background = {f"fill: {PALETTES[theme].background}" for theme in ("light", "dark")}
    first = looks(both, dark=False)[0]
    assert not background & first[2] or "opacity: 0" in first[2]


def test_classes_of_two_figures_differ() -> None:
    classes = [
        set(re.findall(r'class="(.*?)"', svg(figure_spec({"activation": name, "theme": "auto"}))))
        for name in ("tanh", "relu")
    ]
    assert all(classes)
    assert not classes[0] & classes[1]


def test_images_of_pixels_stand_twice_and_one_is_shown() -> None:
    frame = f'<svg xmlns="{SVG[1:-1]}"><style>a</style><image x="{{}}"/></svg>'
    both = schemes.joined(frame.format("day"), frame.format("night"), prefix="gp-1")
    assert looks(both, dark=False) == [("image", "day", frozenset())]
    assert looks(both, dark=True) == [("image", "night", frozenset())]


@pytest.mark.parametrize("format", [format for format in FORMATS if format not in ("svg", "csv")])
def test_other_formats_say_that_they_cannot(format: str) -> None:
    spec = figure_spec({"activation": "tanh", "theme": "auto"})
    with pytest.raises(InputError, match=f"theme: a .{format} cannot follow its page"):
        gradplot.render(spec, formats=["svg", format])
    with pytest.raises(InputError, match="theme: a matplotlib Figure cannot"):
        gradplot.figure(spec)


def test_it_knows_whether_it_is_up_to_date(tmp_path: Path) -> None:
    spec = figure_spec({"activation": "tanh", "theme": "auto"})
    path = tmp_path / "tanh.svg"
    path.write_text(svg(spec))
    assert is_fresh(spec, path)
    assert not is_fresh(replace(spec, theme="light"), path)
