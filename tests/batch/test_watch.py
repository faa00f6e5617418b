"""``--watch``: drawn again on every change, whatever becomes of the manifest in between."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest
from processes import SMALL, wait_until

pytest.importorskip("watchfiles", reason="the watch extra is not installed")
pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="ends it by a signal"),
    pytest.mark.slow,
]

ONE = SMALL + '[[figure]]\nactivation = "tanh"\noutput = "{activation}.svg"\n'


class Heard:
    """What a process has written on its standard error so far."""

    def __init__(self, process) -> None:
        self.text = ""
        self.thread = threading.Thread(target=self.listen, args=(process.stderr,), daemon=True)
        self.thread.start()

    def listen(self, stream) -> None:
        for line in stream:
            self.text += line

    def wait(self, words: str, times: int = 1) -> None:
        wait_until(lambda: self.text.count(words) >= times, seconds=60)


@pytest.fixture
def watched(start, tmp_path):
    """A watching process that has drawn its first figure."""
    manifest = tmp_path / "figures.toml"
    manifest.write_text(ONE)
    process = start("--watch", "-j", "1")
    heard = Heard(process)
    heard.wait("watching figures.toml; Ctrl-C ends")
    assert (tmp_path / "tanh.svg").exists()
    yield manifest, heard
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == -signal.SIGINT
    heard.thread.join(timeout=30)
    assert "Traceback" not in heard.text


def test_a_change_is_drawn(watched):
    manifest, heard = watched
    manifest.write_text(ONE.replace("tanh", "relu"))
    heard.wait("watching", times=2)
    assert "wrote relu.svg\n1 drawn, 0 unchanged, 0 failed\n" in heard.text


def test_an_editor_may_put_a_new_file_in_place(watched, tmp_path):
    manifest, heard = watched
    (tmp_path / "new").write_text(ONE.replace("tanh", "relu"))
    os.replace(tmp_path / "new", manifest)
    heard.wait("wrote relu.svg")


def test_a_mistake_is_told_and_waited_out(watched, tmp_path):
    manifest, heard = watched
    manifest.write_text(ONE + "weigth = 3\n")
    heard.wait("weigth: unknown key; did you mean weight?")
    heard.wait("watching", times=2)
    manifest.write_text(ONE + "weight = 3\n")
    heard.wait("wrote tanh.svg", times=2)


def test_a_manifest_that_vanishes_may_come_back(watched, tmp_path):
    manifest, heard = watched
    manifest.unlink()
    heard.wait("figures.toml: cannot be read: No such file or directory")
    manifest.write_text(ONE.replace("tanh", "relu"))
    heard.wait("wrote relu.svg")


def test_a_style_sheet_is_watched_too(watched, tmp_path):
    manifest, heard = watched
    (tmp_path / "my.mplstyle").write_text("lines.linewidth: 3\n")
    manifest.write_text(ONE + 'style = "my.mplstyle"\n')
    heard.wait("watching", times=2)
    (tmp_path / "my.mplstyle").write_text("lines.linewidth: 4\n")
    heard.wait("wrote tanh.svg", times=3)


def test_a_folder_that_vanishes_may_come_back(start, tmp_path):
    folder = tmp_path / "deep"
    folder.mkdir()
    (folder / "figures.toml").write_text(ONE)
    heard = Heard(start("deep/figures.toml", "--watch", "-j", "1"))
    heard.wait("watching")
    folder.rename(tmp_path / "away")
    heard.wait("cannot be read")
    (tmp_path / "away").rename(folder)
    heard.wait("0 drawn, 1 unchanged")


def test_without_the_extra_the_cure_is_named(batch, tmp_path):
    (tmp_path / "figures.toml").write_text(ONE)
    (tmp_path / "watchfiles.py").write_text("raise ImportError")
    done = batch("--watch", env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert done.returncode == 2
    assert done.stderr == (
        "gradplot: --watch: needs watchfiles; install it with: pip install 'gradplot[watch]'\n"
    )
