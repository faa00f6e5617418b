"""Moving pictures: what is in their files, and that every frame is the true figure."""

from __future__ import annotations

import io
import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from gradplot.errors import InputError
from gradplot.output import freshness
from gradplot.output.motion import frames, timeline
from gradplot.output.picture.color_table import ColorTable, counted, packed
from gradplot.reading.figure import figure_spec
from gradplot.reading.formats import check_formats
from gradplot.rendering import render
from gradplot.spec.figure import MOVING, FigureSpec
from gradplot.spec.functions import ChainSpec
from gradplot.spec.motion import MotionSpec

SMALL = {"activation": "tanh", "size": "4x3", "dpi": 40, "fps": 10, "seconds": 2}


def small(**options: object) -> FigureSpec:
    return figure_spec({**SMALL, **{k.replace("_", "-"): v for k, v in options.items()}})


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def pixels(image: Image.Image, number: int) -> np.ndarray:
    image.seek(number)
    return np.asarray(image.convert("RGB"))


@pytest.fixture(scope="module")
def grown() -> dict[str, bytes]:
    return render(small(), formats=MOVING).images


@pytest.fixture(scope="module")
def swept() -> dict[str, bytes]:
    return render(small(animate=["weight", 0.5, 16]), formats=MOVING).images


@pytest.mark.parametrize("format", MOVING)
def test_the_last_frame_is_the_still(format, grown):
    still = np.asarray(opened(render(replace(small(), motion=None), formats=["png"]).images["png"]))
    image = opened(grown[format])
    last = pixels(image, image.n_frames - 1).astype(int)
    # One palette: a shade at the edge of a letter may move by a little, a whole area may not.
    assert np.abs(last - still).max() <= 24
    assert np.abs(last - still).mean() < 1


@pytest.mark.parametrize("format", MOVING)
def test_it_plays_once_unless_it_loops(format, grown):
    image = opened(grown[format])
    assert image.info.get("loop") == {"gif": None, "webp": 1, "apng": 1}[format]
    looped = render(small(loop=True), formats=[format]).images[format]
    assert opened(looped).info["loop"] == 0


@pytest.mark.parametrize("format", MOVING)
def test_it_lasts_as_long_as_it_says(format, grown):
    image = opened(grown[format])
    total, first = 0.0, int(format == "apng")  # the first is the still, not a frame
    for number in range(first, image.n_frames):
        image.seek(number)
        image.load()
        total += image.info["duration"]
    assert total == pytest.approx(2000, abs=10)


def test_a_gif_has_one_palette(grown, swept):
    for data in (grown["gif"], swept["gif"]):
        tables, at = [], 13 + 3 * 2 ** ((data[10] & 7) + 1)
        while data[at] != 0x3B:
            if data[at] == 0x21:  # an extension
                at += 2
            else:
                assert data[at] == 0x2C
                tables.append(data[at + 9] & 0x80)
                at += 11
            while data[at]:
                at += data[at] + 1
            at += 1
        assert len(tables) > 3
        assert not any(tables)


def test_what_stands_beside_the_curves_stands_still(swept):
    image = opened(swept["gif"])
    sheet = np.stack([pixels(image, number) for number in range(image.n_frames)])
    width = sheet.shape[2]
    ticks = sheet[:, :, : width // 12]  # the labels of both axes
    assert (ticks == ticks[0]).all()
    assert (sheet != sheet[0]).any()


def test_every_frame_of_a_sweep_has_its_own_certified_maximum():
    spec = small(animate=["weight", 0.5, 16])
    for value, frame in zip(
        timeline.swept_values(spec.motion), frames.sweep(spec)[::3], strict=False
    ):
        del value
        found = frames.measure(frame).findings
        for row in found.rows:
            true = row.depth * math.log(frame.function.weight[0])  # tanh without bias: w^d at 0
            assert row.supremum.lower <= true + 1e-12
            assert row.supremum.upper >= true - 1e-12


def test_the_number_shown_is_the_number_drawn():
    for ends in (("weight", 0.5, 16), ("bias", -1, 1), ("input-bias", 0, 1e-7)):
        spec = small(animate=list(ends))
        values, notes = timeline.swept_values(spec.motion), frames.notes(spec)
        shown = [float(note.rpartition(" ")[2].replace("−", "-")) for note in notes]
        assert shown == values
        assert len({len(note.partition(".")[2]) for note in notes}) == 1
        assert values[0] == ends[1]
        assert values[-1] == ends[2]


def test_biases_written_in_the_weight_follow_it():
    spec = small(bias="-w/2", animate=["weight", 2, 4])
    for frame in frames.sweep(spec):
        assert frame.function.bias == (-frame.function.weight[0] / 2,)


def test_axes_hold_every_frame():
    spec = small(animate=["weight", 1, 9])
    stills = [frames.measure(each).still for each in frames.sweep(spec)[::8]]
    held = frames.common(stills)
    for each in stills:
        for (low, high), (bottom, top) in zip(each.limits, held.limits, strict=True):
            assert bottom <= low < high <= top


@pytest.mark.parametrize("format", MOVING)
def test_it_says_what_it_shows_and_whose_it_is(format, swept, tmp_path):
    spec = small(animate=["weight", 0.5, 16])
    path = tmp_path / f"a.{format}"
    path.write_bytes(swept[format])
    assert freshness.is_fresh(spec, path)
    assert not freshness.is_fresh(replace(spec, dpi=41), path)
    text = swept[format].decode("utf-8", "ignore")
    assert "Animation: weight from 0.5 to 16." in text
    assert "4096 at depth 3" in text
    for cut in (1, 40, len(swept[format]) // 2):
        path.write_bytes(swept[format][:-cut])
        assert freshness.read(path) is None


def test_workers_and_hash_seeds_change_nothing(swept):
    with ThreadPoolExecutor(1) as executor:
        spec = small(animate=["weight", 0.5, 16])
        assert render(spec, formats=["gif"], executor=executor).images["gif"] == swept["gif"]
    code = (
        "import sys; from gradplot.reading.figure import figure_spec as f;"
        "from gradplot.rendering import render;"
        f"s = f({ {**SMALL, 'animate': ['weight', 0.5, 16]}!r});"
        "sys.stdout.buffer.write(render(s, formats=['gif']).images['gif'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )
    assert done.stdout == swept["gif"]


def test_an_apng_shows_its_last_frame_where_nothing_moves(grown):
    image = opened(grown["apng"])
    assert image.default_image
    assert (pixels(image, 0) == pixels(image, image.n_frames - 1)).all()


def test_the_last_frame_alone_is_a_still():
    spec = small(animate=["weight", 0.5, 16], frame="last")
    found = render(spec, formats=["svg", "png"])
    assert b"<svg" in found.images["svg"]
    assert found.findings.rows[0].supremum.lower == pytest.approx(math.log(16))
    moving = opened(render(spec, formats=["webp"]).images["webp"])
    still = np.asarray(opened(found.images["png"]))
    last = pixels(moving, moving.n_frames - 1).astype(int)
    assert np.abs(last - still).mean() < 1


def test_specs_that_do_not_move_have_the_digest_they_had():
    plain = FigureSpec(function=ChainSpec(activation="tanh"))
    assert plain.digest() == "48d5223b15aafda898e1e5876962d8d6777a08c24cf394ba2650d626a773ac66"
    assert replace(plain, motion=MotionSpec()).digest() != plain.digest()


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"fps": 0}, "fps"),
        ({"fps": "nan"}, "fps"),
        ({"seconds": "nan"}, "seconds"),
        ({"fps": 50, "seconds": 200}, "fps"),
        ({"animate": ["alpha", 0, 1]}, "animate"),
        ({"animate": ["weight", 1]}, "animate"),
        ({"animate": ["weight", 1, 1]}, "animate"),
        ({"animate": ["weight", 1, "x"]}, "animate"),
        ({"animate": ["weight", 1, 2], "weight": [1, 2, 3]}, "animate"),
        ({"slide": ["weight", 0.5, 16, 1000000]}, "slide"),
        ({"slide": ["weight", 16, 0.5]}, "slide"),
        ({"slide": ["depth", 0, 3]}, "slide"),
        ({"slide": [1, 2]}, "slide"),
        ({"slide": ["bias", 0, 1, "bias", 0, 2]}, "slide"),
    ],
)
def test_what_cannot_be_shown_is_refused(options, key):
    with pytest.raises(InputError) as caught:
        small(**options)
    assert caught.value.key == key


@pytest.mark.parametrize(
    ("options", "formats", "key"),
    [
        ({"animate": ["weight", 1, 2]}, ["png"], "animate"),
        ({"animate": ["weight", 1, 2]}, ["gif", "svg"], "animate"),
        ({"loop": True}, ["pdf"], "loop"),
        ({"slide": ["weight", 1, 9]}, ["png", "gif"], "slide"),
        ({"transparent": True}, ["gif"], "transparent"),
        ({"weight": [1, 2, 3]}, ["html"], "weight"),
        ({"frame": "last"}, ["html"], "frame"),
    ],
)
def test_a_format_that_cannot_do_what_is_asked_is_refused(options, formats, key):
    plain = {k: v for k, v in SMALL.items() if k not in ("fps", "seconds")}
    spec = figure_spec({**plain, **options})
    with pytest.raises(InputError) as caught:
        check_formats(spec, formats)
    assert caught.value.key == key


def test_a_color_table_keeps_what_most_pixels_have_and_is_near_the_rest():
    rng = np.random.default_rng(5)
    image = rng.integers(0, 256, (90, 90, 3), dtype=np.uint8)
    image[:60] = (12, 34, 56)
    image[60:70] = (200, 10, 20)
    colors = packed(image)
    table = ColorTable([counted(colors)])
    assert len(table.colors) <= 256
    shown = table.colors[table.indexed(colors)].astype(int)
    assert (shown[:70] == image[:70]).all()
    assert np.abs(shown - image).max() < 90
