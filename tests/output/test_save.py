"""The same input gives the same bytes, and the image says what it is and what it shows."""

import hashlib
import itertools
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from io import BytesIO

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from gradplot.errors import InputError
from gradplot.output.freshness import METADATA_KEY, fingerprint, is_fresh
from gradplot.output.picture.images import encode
from gradplot.output.report.curves.words import alt_text
from gradplot.rendering import figure, render
from gradplot.spec.figure import FORMATS, SIZES, FigureSpec
from gradplot.spec.functions import ChainSpec

SVG = "{http://www.w3.org/2000/svg}"
SMALL = FigureSpec(
    function=ChainSpec(activation="sigmoid"), size=SIZES["paper"][:2], dpi=SIZES["paper"][2]
)


def image(spec: FigureSpec, *, format: str) -> bytes:
    return render(spec, formats=(format,)).images[format]


PROGRAM = """
import hashlib
from gradplot.rendering import figure, render
from gradplot.spec.functions import ChainSpec
from gradplot.spec.figure import FigureSpec
for theme in ("light", "dark", "auto"):
    for panels in ("both", "slope"):
        spec = FigureSpec(
            function=ChainSpec(activation="gelu", depths=(1, 2)), size=(3.5, 2.4), dpi=100,
            theme=theme, panels=panels,
        )
        for format in ("svg", "png", "pdf") if theme != "auto" else ("svg",):
            image = render(spec, formats=(format,)).images[format]
            print(format, hashlib.sha256(image).hexdigest())
"""
HOSTILE = """
lines.linewidth: 9
font.family: serif
font.size: 33
figure.dpi: 31
savefig.dpi: 17
savefig.bbox: tight
savefig.facecolor: green
svg.hashsalt: hostile
svg.fonttype: none
axes.prop_cycle: cycler('color', ['y', 'c'])
axes.facecolor: black
text.usetex: False
path.simplify: True
path.simplify_threshold: 1.0
axes.xmargin: 0.4
pdf.compression: 0
pdf.fonttype: 42
"""


def run_elsewhere(folder, **environment):
    """The digests of PROGRAM's images, from a process of its own in ``folder``."""
    given = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), **environment}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(
        command, cwd=folder, env=given, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


def test_bytes_do_not_depend_on_where_and_when_they_are_made(tmp_path):
    """Other hash seeds, a matplotlibrc in the working directory, another time zone and locale."""
    plain, hostile = tmp_path / "plain", tmp_path / "hostile"
    plain.mkdir()
    hostile.mkdir()
    (hostile / "matplotlibrc").write_text(HOSTILE)
    first = run_elsewhere(plain, PYTHONHASHSEED="1")
    second = run_elsewhere(
        hostile,
        PYTHONHASHSEED="2",
        MPLBACKEND="svg",
        TZ="Asia/Tokyo",
        LC_ALL="C",
        SOURCE_DATE_EPOCH="1000000000",
    )
    assert first == second
    assert len(set(first.split("\n"))) == 15  # fourteen images, all different


@pytest.mark.parametrize("format", FORMATS)
def test_bytes_do_not_depend_on_what_was_drawn_before(format):
    once = image(SMALL, format=format)
    other = replace(SMALL, theme="dark", title="other")
    image(other, format="svg")
    with matplotlib.rc_context({"font.size": 40, "svg.hashsalt": "x", "lines.antialiased": False}):
        assert image(SMALL, format=format) == once


@pytest.mark.parametrize("order", list(itertools.permutations(FORMATS)), ids="-".join)
@pytest.mark.parametrize("svg_text", [False, True])
def test_bytes_do_not_depend_on_the_formats_drawn_beside(order, svg_text):
    """Formats may share a picture, and saving it leaves traces on it."""
    spec = replace(SMALL, svg_text=svg_text)
    alone = {format: image(spec, format=format) for format in FORMATS}
    assert render(spec, formats=order).images == alone


def test_the_users_settings_are_left_as_they_were():
    with matplotlib.rc_context({"font.size": 40, "axes.grid": False}):
        before = dict(matplotlib.rcParams)
        image(SMALL, format="svg")
        assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("format", FORMATS)
def test_the_fingerprint_is_in_the_images_own_metadata(format, tmp_path):
    path = tmp_path / f"figure.{format}"
    path.write_bytes(image(SMALL, format=format))
    assert is_fresh(SMALL, path)
    assert not is_fresh(replace(SMALL, theme="dark"), path)
    assert METADATA_KEY[format] in ("Identifier", "Keywords")


def test_svg_is_accessible():
    root = ET.fromstring(image(SMALL, format="svg"))
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == description.get("id")
    assert title.text == "y = sigmoid(8·sigmoid(8·sigmoid(8·x)))"
    assert description.text == alt_text(SMALL, render(SMALL).findings)


def test_words_are_escaped():
    spec = replace(SMALL, title="a < b & c", alt='<script>"&amp;')
    root = ET.fromstring(image(spec, format="svg"))
    assert root.find(f"{SVG}title").text == "a < b & c"
    assert root.find(f"{SVG}desc").text == '<script>"&amp;'
    assert not list(root.iter(f"{SVG}script"))


def test_ids_of_two_figures_differ():
    """Two images inlined in one page must not share ids."""

    def ids(spec):
        root = ET.fromstring(image(spec, format="svg"))
        return {e.get("id") for e in root.iter() if e.tag in (f"{SVG}clipPath", f"{SVG}title")}

    assert ids(SMALL)
    assert not ids(SMALL) & ids(replace(SMALL, theme="dark"))


def test_svg_text_is_paths_unless_text_is_asked_for():
    as_paths = ET.fromstring(image(SMALL, format="svg"))
    assert not list(as_paths.iter(f"{SVG}text"))
    as_text = ET.fromstring(image(replace(SMALL, svg_text=True), format="svg"))
    words = {element.text for element in as_text.iter(f"{SVG}text")}
    assert {"depth 1", "depth 2", "depth 3", "2", "1.468", "0.04811"} <= words


def test_png_has_the_size_and_words_asked_for():
    with Image.open(BytesIO(image(SMALL, format="png"))) as read:
        read.load()
        assert read.size == (1050, 720)
        assert read.mode == "RGB"
        assert read.info["dpi"] == pytest.approx((300, 300), abs=0.01)
        assert read.text["Identifier"] == fingerprint(SMALL, "png")
        assert read.text["Description"] == alt_text(SMALL, render(SMALL).findings)
        assert "Software" not in read.text


@pytest.mark.parametrize("transparent", [False, True])
def test_png_holds_the_pixels_that_were_drawn(transparent):
    spec = replace(SMALL, transparent=transparent)
    canvas = FigureCanvasAgg(figure(spec))
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())
    words = {"Title": "ä", "Description": "plain"}
    with Image.open(BytesIO(encode(pixels, words, dpi=300))) as read:
        assert read.mode == ("RGBA" if transparent else "RGB")
        assert np.array_equal(np.asarray(read.convert("RGBA")), pixels)
        assert read.text == words


def test_pdf_holds_text_and_nothing_of_its_making():
    data = image(SMALL, format="pdf")
    assert data.startswith(b"%PDF-")
    for word in (b"/CreationDate", b"/Producer", b"/Creator"):
        assert word not in data
    assert b"/FontDescriptor" in data


def test_an_unknown_format_is_the_users_mistake():
    with pytest.raises(InputError, match="'bmp' is not one of png, svg, pdf"):
        image(SMALL, format="bmp")


def test_the_digest_of_an_image_is_that_of_its_spec_alone():
    again = FigureSpec(**{f: getattr(SMALL, f) for f in SMALL.__dataclass_fields__})
    digests = {hashlib.sha256(image(spec, format="svg")).hexdigest() for spec in (SMALL, again)}
    assert len(digests) == 1
