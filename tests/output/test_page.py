"""The page in a real browser: its numbers are Python's certified ones, its curves Python's values.

Skipped where there is neither playwright nor a Chromium.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
from html.parser import HTMLParser

import numpy as np
import pytest

from gradplot.errors import InputError
from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.functions.build import curves
from gradplot.output import freshness
from gradplot.output.page import images as page
from gradplot.output.page.stops import stops_of
from gradplot.reading.figure import figure_spec
from gradplot.rendering import render

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FEW = {"slide": ["weight", 0, 16, 5, "bias", -1, 1, 3]}


def made(**options: object) -> str:
    return render(figure_spec({**FEW, **options}), formats=["html"]).images["html"].decode()


def data_of(html: str) -> dict:
    return json.loads(re.search(r'id="data">(.*?)</script>', html)[1])


@pytest.fixture(scope="module")
def chromium():
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def load(chromium, tmp_path):
    """Open a page; at the end, nothing may have been said, asked for or refused."""
    heard: list[str] = []
    contexts = []

    def opened(html: str, **settings):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        context = chromium.new_context(viewport={"width": 900, "height": 900}, **settings)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: heard.append(message.text))
        tab.on("pageerror", lambda error: heard.append(str(error)))
        tab.on(
            "request",
            lambda request: (
                heard.append(request.url)
                if not request.url.startswith(("data:", path.as_uri()))
                else None
            ),
        )
        tab.goto(path.as_uri())
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert heard == []


def numbers(tab) -> list[str]:
    return tab.eval_on_selector_all(
        "#numbers td:nth-child(2)", "cells => cells.map(c => c.textContent)"
    )


def test_every_stop_shows_the_certified_number(load):
    html = made(activation="tanh")
    tab, data = load(html), data_of(html)
    for i, weight in enumerate(data["weight"]["stops"]):
        for j, bias in enumerate(data["bias"]["stops"]):
            tab.fill("#weight-value", repr(weight))
            tab.fill("#bias-value", repr(bias))
            tab.press("#bias-value", "Tab")
            table = render(
                figure_spec({"activation": "tanh", "weight": weight, "bias": bias})
            ).findings
            for k, row in enumerate(table.rows):
                said = page.number_text(row.supremum.lower, row.supremum.upper)
                assert data["proven"][i][j][k][0] == said.replace("-", "−")
            assert numbers(tab) == [each[0] for each in data["proven"][i][j]]
            assert tab.inner_text("#proof").startswith("Proven")


def test_arrow_keys_go_from_stop_to_stop_and_shift_between_them(load):
    tab = load(made(activation="tanh"))
    tab.focus("#weight")
    tab.keyboard.press("ArrowRight")
    assert tab.input_value("#weight-value") == "12"
    assert numbers(tab) == ["12", "144", "1728"]
    assert tab.get_attribute("#weight", "aria-valuetext") == "12, proven"
    tab.keyboard.press("Shift+ArrowLeft")
    assert tab.input_value("#weight-value") == "11.6"
    assert tab.inner_text("#proof").startswith("Not proven")
    assert all(text.startswith("at least") for text in numbers(tab))
    tab.keyboard.press("End")
    assert tab.input_value("#weight-value") == "16"
    tab.focus("#bias")
    tab.keyboard.press("Home")
    assert tab.input_value("#bias-value") == "-1"
    tab.focus("#depth")
    tab.keyboard.press("ArrowLeft")
    assert len(numbers(tab)) == 2
    tab.wait_for_timeout(600)  # it speaks once the slider rests
    assert "weight 16" in tab.text_content("#said")
    assert "at depth 2" in tab.text_content("#said")
    tab.click("#reset")
    assert numbers(tab) == ["8", "64", "512"]


def test_a_dragged_slider_catches_its_stops(load):
    tab = load(made(activation="tanh"))
    tab.eval_on_selector("#weight", "e => { e.value = 4.05; e.dispatchEvent(new Event('input')) }")
    assert numbers(tab) == ["4", "16", "64"]


def test_sampled_numbers_are_below_the_truth_and_near_it(load):
    tab = load(made(activation="tanh"))
    tab.fill("#weight-value", "5.3")
    tab.press("#weight-value", "Tab")
    found = [float(re.search(r"[\d.]+", text)[0]) for text in numbers(tab)]
    for depth, shown in enumerate(found, 1):
        assert shown <= 5.3**depth * (1 + 1e-9)
        assert shown == pytest.approx(5.3**depth, rel=1e-3)


def drawn(tab, kind: str, depth: int, limits) -> tuple[np.ndarray, np.ndarray]:
    """A curve's points in data units, read back from its path and its panel's clip."""
    d = tab.get_attribute(f'path[data-kind="{kind}"][data-depth="{depth}"]', "d")
    points = np.array([tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)", d)])
    box = tab.eval_on_selector(
        f"#clip-{kind} rect", "r => ['x','y','width','height'].map(a => +r.getAttribute(a))"
    )
    x = -1 + 2 * (points[:, 0] - box[0]) / box[2]
    y = limits[0] + (box[1] + box[3] - points[:, 1]) / box[3] * (limits[1] - limits[0])
    return x, y


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_each_activation_is_drawn_as_python_computes_it(name, load):
    html = made(activation=name, depths=[1, 2], weight=4, bias=0.5)
    tab, data = load(html), data_of(html)
    tab.fill("#weight-value", "1.9")
    tab.fill("#bias-value", "0.3")
    tab.press("#bias-value", "Tab")
    spec = figure_spec({"activation": name, "depths": [1, 2], "weight": 1.9, "bias": 0.3})
    for depth, curve in zip((1, 2), curves(spec.function), strict=True):
        for kind in ("value", "slope"):
            low, high = data[kind]
            x, y = drawn(tab, kind, depth, (low, high))
            with np.errstate(all="ignore"):
                true = curve.value(x) if kind == "value" else curve.log_slope(x)[1] / math.log(10)
            inside = (y > low) & (y < high) & np.isfinite(true)
            # The path has two decimals of a pixel; a kink may lie between x and its rounding.
            rate = np.abs(np.gradient(true, x))
            error = np.abs(y - true) / (high - low)
            good = error < 1e-4 + np.nan_to_num(rate, nan=1e9, posinf=1e9) * 1e-4 / (high - low)
            assert good[inside].mean() > 0.99
            assert inside.any() or name == "hardsigmoid"


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_each_activation_in_the_browser_to_fourteen_digits(name, load):
    """Value and log-slope over many magnitudes, against the numpy kernels."""
    tab = load(
        "<!doctype html><title>t</title><script>" + page._file("activations.js") + "</script>"
    )
    sizes = np.concatenate(([0.3, 0.77, 1.3, 2.9, 3.1, 6.5, 9.0], np.logspace(-6, 2.5, 60)))
    z = np.concatenate((-sizes, sizes))
    entry = ACTIVATIONS[name]
    found = tab.evaluate(
        "([name, p, zs]) => { const [f, s] = ACTIVATIONS[name](...p);"
        " return zs.map(z => [f(z), s(z)].map(y => y === -Infinity ? -1e308 : y)) }",
        [name, list(entry.arguments({})), z.tolist()],
    )
    value, slope = np.array(found, dtype=float).T
    shape = entry.shape()
    with np.errstate(all="ignore"):
        true, log = shape.value(np, z), shape.log_slope(np, z)
    log = np.where(np.isneginf(log), -1e308, log)
    assert np.allclose(value, true, rtol=1e-12, atol=1e-300)
    # Where 1 + z·… cancels, both lose digits; the logarithm shows it as an absolute error.
    assert np.allclose(slope, log, rtol=1e-9, atol=1e-10)


def test_a_peak_that_no_sample_sees_is_drawn_where_it_was_proven(load):
    html = made(
        activation="tanh", bias=0.5, depths=[1, 50], slide=["weight", 8, 9, 2, "bias", 0, 0.5, 2]
    )
    tab, data = load(html), data_of(html)
    assert numbers(tab)[1] == "10^45.046"
    _, y = drawn(tab, "slope", 50, data["slope"])
    assert y.max() == pytest.approx(45.046, abs=0.2)
    assert tab.query_selector('circle.dot[data-depth="50"]') is not None


def test_of_many_depths_a_few_are_named_the_first_and_the_last_among_them(load):
    tab = load(made(activation="tanh", depths=["1-50"], slide=["weight", 4, 8, 2]))
    named = tab.eval_on_selector_all(
        "#picture text", "all => all.map(t => t.textContent).filter(t => t.startsWith('depth'))"
    )
    assert (named[0], named[-1]) == ("depth 50", "depth 1")
    assert len(tab.query_selector_all("circle.dot")) == 24


def test_without_scripts_and_on_paper_the_still_says_it_all(load):
    html = made(activation="tanh")
    tab = load(html, java_script_enabled=False)
    assert tab.is_visible("#still img")
    assert not tab.is_visible("#play")
    assert "512 at depth 3" in tab.get_attribute("#still img", "alt")
    assert "512" in tab.text_content("#still table")
    live = load(html)
    assert live.is_visible("#picture")
    assert not live.is_visible("#still img")
    live.emulate_media(media="print")
    assert live.is_visible("#still img")
    assert not live.is_visible("#picture")
    assert live.eval_on_selector("#still img", "i => i.complete && i.naturalWidth > 0")


def test_dark_light_and_narrow(load):
    html = made(activation="tanh")
    background = "getComputedStyle(document.body).backgroundColor"
    assert load(html).evaluate(background) == "rgb(255, 255, 255)"
    dark = load(html, color_scheme="dark")
    assert dark.evaluate(background) == "rgb(21, 23, 28)"
    dark.set_viewport_size({"width": 360, "height": 700})
    assert dark.evaluate("document.documentElement.scrollWidth") <= 360
    for text in dark.query_selector_all("#picture text"):
        assert text.bounding_box()["x"] + text.bounding_box()["width"] <= 360


@pytest.mark.parametrize("width", [360, 900])
def test_a_moving_slider_moves_nothing_else_and_its_numbers_have_room(load, width):
    """Very small slopes, and 2.4375, which lies between two roundings, among its stops."""
    tab = load(made(activation="gaussian", slide=["weight", 0.5, 8, 5, "bias", -4, 4, 5]))
    tab.set_viewport_size({"width": width, "height": 700})
    places, beyond = tab.evaluate("""() => {
        const places = new Set(), beyond = new Set();
        for (const id of ["weight", "bias"]) {
            const slider = document.getElementById(id);
            for (let k = 0; k <= 24; k++) {
                slider.value = +slider.min + (slider.max - slider.min) * k / 24;
                slider.dispatchEvent(new Event("input"));
                places.add(["reset", "picture", "numbers"].map((name) =>
                    document.getElementById(name).getBoundingClientRect().top).join());
                for (const text of document.querySelectorAll("#picture text"))
                    if (text.getBoundingClientRect().right > innerWidth)
                        beyond.add(text.textContent);
            }
        }
        return [[...places], [...beyond]];
    }""")
    assert len(places) == 1
    assert beyond == []


def test_what_people_write_cannot_get_out_of_its_place(load):
    nasty = '</script><script>alert(1)</script> & <b>"quoted"</b> \'<!--data-->'
    html = made(activation="tanh", title=nasty, alt=nasty)
    tab = load(html)
    assert tab.title() == nasty
    assert tab.text_content("h1") == nasty
    assert tab.get_attribute("#still img", "alt") == nasty
    assert tab.eval_on_selector_all("script", "all => all.length") == 2
    assert numbers(tab) == ["8", "64", "512"]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_it_asks_for_nothing_and_allows_nothing():
    html = made(activation="relu")
    tags = _Tags()
    tags.feed(html)
    policy = next(a["content"] for _, a in tags.found if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy
    for _, attributes in tags.found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("src", "href", "srcset", "action"):
            assert attributes.get(name, "data:").startswith("data:")


def test_it_is_small_and_the_same_every_time_and_known_again(tmp_path):
    spec = figure_spec({"activation": "relu"})
    first, again = (render(spec, formats=["html"]).images["html"] for _ in range(2))
    assert first == again
    assert len(first) <= 500_000
    path = tmp_path / "a.html"
    path.write_bytes(first)
    assert freshness.is_fresh(spec, path)
    path.write_bytes(first[:-20])
    assert freshness.read(path) is None
    assert os.path.getsize(path)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"weight": 40}, "slide"),
        ({"depths": [300]}, "depths"),
        ({"slide": ["weight", 0, 16, 65, "bias", -1, 1, 65]}, "slide"),
    ],
)
def test_a_page_that_would_take_forever_is_refused(options, key):
    with pytest.raises(InputError) as caught:
        stops_of(figure_spec({**FEW, "activation": "tanh", **options}))
    assert caught.value.key == key


@pytest.mark.parametrize(
    ("options", "weights", "biases"),
    [
        ({"activation": "tanh"}, 17, 9),
        ({"activation": "tanh", "slide": ["weight", 0, 16, "bias", -4, 4]}, 17, 17),
        ({"activation": "tanh", "depths": ["1-50"]}, 9, 5),
        ({"activation": "gelu"}, 9, 5),
        ({"activation": "gelu", "depths": ["1-10"]}, 5, 3),
        ({"activation": "gelu", "slide": ["weight", 0, 16, 17, "bias", -4, 4]}, 17, 3),
        ({"activation": "gelu", "slide": ["weight", 0, 16, 17, "bias", -4, 4, 9]}, 17, 9),
    ],
)
def test_a_page_has_as_many_stops_as_it_can_compute_soon(options, weights, biases):
    found = stops_of(figure_spec(options))
    assert tuple(map(len, found)) == (weights, biases)


def test_a_still_of_very_many_strokes_is_embedded_as_pixels():
    """Its SVG is a third of a megabyte, and a page holds the picture twice."""
    plain, busy = made(activation="tanh"), made(activation="sin")
    assert plain.count("data:image/svg+xml;base64,") == 2
    assert busy.count("data:image/png;base64,") == 2
    assert len(busy) <= 400_000


def test_x_keeps_its_digits_where_the_range_is_narrow():
    narrow = {"x-range": [1, 1.000001], "bias": -8.000004, "slide": ["bias", -9, 0, 2]}
    data = data_of(made(activation="tanh", **narrow))
    row = data["weight"]["stops"].index(8)
    column = data["bias"]["stops"].index(-8.000004)
    assert data["proven"][row][column][0][2] == pytest.approx(1.0000005, abs=1e-12)


def test_formulas_are_refused():
    with pytest.raises(InputError, match="plays with activations"):
        render(figure_spec({"formula": "tanh(x)"}), formats=["html"])
