"""Whether a file is up to date: read from its ends, and "no" wherever there is a doubt."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from gradplot.output import freshness
from gradplot.output.freshness import METADATA_KEY, fingerprint, is_fresh, read
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec

SPEC = FigureSpec(function=ChainSpec(activation="tanh"))


def mark(path):
    """The fingerprint that belongs into a file of this name."""
    return fingerprint(SPEC, path.suffix[1:])


@pytest.fixture(params=METADATA_KEY)
def image(request, tmp_path):
    """A small image of each format with a fingerprint in its metadata."""
    from matplotlib.figure import Figure

    path = tmp_path / f"image.{request.param}"
    drawing = Figure(figsize=(1, 1))
    drawing.subplots().plot([0, 1])
    drawing.savefig(path, metadata={METADATA_KEY[request.param]: mark(path)})
    return path


def test_the_fingerprint_comes_back(image):
    assert read(image) == mark(image)
    assert is_fresh(SPEC, image)


def test_a_changed_spec_is_stale(image):
    other = FigureSpec(function=ChainSpec(activation="tanh", weight=(7.0,)))
    assert not is_fresh(other, image)


def test_a_file_cut_short_is_stale(image):
    data = image.read_bytes()
    for length in (0, 1, 20, len(data) // 2, len(data) - 2):
        image.write_bytes(data[:length])
        assert read(image) is None


def test_another_formats_bytes_are_stale(image, tmp_path):
    for suffix in METADATA_KEY:
        other = tmp_path / f"other.{suffix}"
        other.write_bytes(image.read_bytes())
        assert (read(other) is not None) == (image.suffix == other.suffix)


def test_noise_is_stale(tmp_path):
    for suffix in (*METADATA_KEY, "gif", ""):
        path = tmp_path / f"noise.{suffix}"
        path.write_bytes(os.urandom(10_000))
        assert read(path) is None


def test_what_is_no_file_is_stale(tmp_path):
    assert read(tmp_path / "none.svg") is None
    assert read("nul\0l.svg") is None
    (tmp_path / "folder.svg").mkdir()
    assert read(tmp_path / "folder.svg") is None
    (tmp_path / "loop.svg").symlink_to("loop.svg")
    assert read(tmp_path / "loop.svg") is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_stale_and_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    assert read(tmp_path / "pipe.png") is None


def test_a_title_cannot_pass_for_the_fingerprint(tmp_path):
    """What people write into a figure lies elsewhere, and escaped."""
    from matplotlib.figure import Figure

    mark = fingerprint(SPEC)
    drawing = Figure(figsize=(1, 1))
    for suffix, key in METADATA_KEY.items():
        path = tmp_path / f"a.{suffix}"
        title = f"<dc:identifier>{mark}</dc:identifier> /Keywords ({mark}) tEXtIdentifier\0{mark}"
        spoof = {"Title": title.replace("\0", "") if suffix != "png" else title.split("\0")[0]}
        drawing.savefig(path, metadata={key: "mine", **spoof})
        assert read(path) is None


def test_a_long_description_before_the_mark_is_read_past(tmp_path):
    path = tmp_path / "a.svg"
    path.write_text(
        f"<svg><desc>{'words ' * 20_000}</desc><metadata>"
        f"<dc:identifier>{fingerprint(SPEC)}</dc:identifier></metadata></svg>\n"
    )
    assert is_fresh(SPEC, path)


def test_everything_that_decides_the_bytes_decides_the_fingerprint(monkeypatch):
    def changed() -> str:
        freshness._versions.cache_clear()
        return fingerprint(SPEC, "png")

    seen = {changed()}
    with monkeypatch.context() as patch:
        patch.setattr(freshness, "DRAWING_REVISION", freshness.DRAWING_REVISION + 1)
        seen.add(changed())
    with monkeypatch.context() as patch:
        patch.setattr(freshness, "__version__", "0.0.0.test")
        seen.add(changed())
    for name in ("numpy", "matplotlib", "deflate"):
        with monkeypatch.context() as patch:
            patch.setattr(
                freshness,
                "_installed_version",
                lambda each, name=name: "0.test" if each == name else "1",
            )
            seen.add(changed())
    seen.add(fingerprint(FigureSpec(function=SPEC.function, style="lines.linewidth: 3"), "png"))
    assert len(seen) == 7
    freshness._versions.cache_clear()


def test_the_versions_are_those_that_an_import_finds():
    from importlib.metadata import version

    for name in ("numpy", "matplotlib", "deflate"):
        assert freshness._installed_version(name) == version(name)


def test_a_version_without_a_metadata_folder_is_asked_for(monkeypatch):
    monkeypatch.setattr(freshness.os, "listdir", lambda folder: [])
    assert freshness._installed_version("numpy") != "unknown"
    assert freshness._installed_version("no-such-package") == "unknown"


def test_neither_numpy_nor_matplotlib_is_loaded():
    script = (
        "import sys\n"
        "from gradplot.output.freshness import fingerprint\n"
        "from gradplot.spec.figure import FigureSpec\n"
        "from gradplot.spec.functions import ChainSpec\n"
        "fingerprint(FigureSpec(function=ChainSpec(activation='relu')))\n"
        "heavy = {'numpy', 'matplotlib', 'importlib.metadata', 'email'}\n"
        "print(*heavy.intersection(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("\n", "")
