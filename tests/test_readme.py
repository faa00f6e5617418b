"""Every command and every line of Python that README.md shows does what README.md says.

``test_pages`` holds the tour to the same; here it has a command for each picture of the gallery.
"""

from __future__ import annotations

import doctest
import re
import shutil
from pathlib import Path

import pytest
from console import PICTURE, Session, blocks, description, run, same, write_files

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "examples"
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("block", list(blocks(README)), ids=lambda block: block[0].line[:60])
def test_a_command_prints_what_is_shown(block: list[Session], tmp_path: Path) -> None:
    write_files(README, tmp_path)
    for session in block:
        done = run(session, tmp_path)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        if session.output:
            assert same(session.output, done.stdout), done.stdout


def test_the_commands_under_the_pictures_draw_the_gallery(tmp_path: Path) -> None:
    """What the manifest draws and what the reader is told to type are the same figures."""
    shutil.copy(EXAMPLES / "gallery.toml", tmp_path)
    for session in [session for block in blocks(TOUR) for session in block]:
        if ".svg" in session.line:
            assert run(session, tmp_path).returncode == 0, session.line
    check = run(Session("gradplot batch gallery.toml --check", ""), tmp_path)
    assert check.returncode == 0, check.stdout + check.stderr


def test_every_picture_shown_is_drawn_by_the_gallery() -> None:
    page = README + TOUR
    shown = set(re.findall(r"examples/([\w-]+\.(?:svg|webp))", page))
    drawn = set(re.findall(r'output = "(.*)"', (EXAMPLES / "gallery.toml").read_text()))
    assert shown <= drawn
    typed = set(re.findall(r"-o ([\w-]+\.(?:svg|webp))", TOUR))
    assert drawn <= typed, "the tour has a command for every picture"


def test_who_cannot_see_a_picture_reads_what_the_picture_says() -> None:
    shown = list(PICTURE.finditer(README))
    assert shown
    for picture in shown:
        assert picture["alt"] == description(ROOT / picture["path"])


def test_the_python_does_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    typed = "".join(re.findall(r"^```pycon\n(.*?)^```$", README, re.MULTILINE | re.DOTALL))
    examples = doctest.DocTestParser().get_doctest(typed, {}, "README.md", "README.md", 0)
    assert examples.examples
    outcome = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples)
    assert outcome.failed == 0


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


@pytest.mark.parametrize(
    "printed",
    ["slope 8 at -0.25", "slope 8.00001 at 0.25", "slope 8", "peak 8 at 0.25", "slope 8 at 0.25 *"],
)
def test_the_comparison_notices_what_matters(printed: str) -> None:
    shown = "slope 8 at 0.25"
    assert same(shown, "slope 8.0000000000001\n ──── at  0.25\n")
    assert not same(shown, printed)
