"""The pages of the documentation: their commands run, their files work, their site builds clean."""

from __future__ import annotations

import doctest
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from console import ROOT, blocks, pages, run, same, write_files

PAGES = [path for path in pages() if path.name != "README.md"]
pytestmark = pytest.mark.slow


def followed(path: Path, folder: Path) -> None:
    """Do in ``folder`` what the page says, as far as it is gradplot's."""
    text = path.read_text(encoding="utf-8")
    write_files(text, folder)
    for session in [session for block in blocks(text) for session in block]:
        done = run(session, folder)
        assert done.returncode == 0, f"{session.line}\n{done.stderr}"
        if session.output:
            assert same(session.output, done.stdout), done.stdout


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_commands_of_a_page_do_what_it_shows(path: Path, tmp_path: Path) -> None:
    followed(path, tmp_path)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_python_of_a_page_does_what_it_shows(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # what it saves
    typed = re.findall(r"^```pycon\n(.*?)^```$", path.read_text(), re.MULTILINE | re.DOTALL)
    examples = doctest.DocTestParser().get_doctest("".join(typed), {}, path.name, path.name, 0)
    assert doctest.DocTestRunner().run(examples).failed == 0
    for code in re.findall(r"^```python\n(.*?)^```$", path.read_text(), re.MULTILINE | re.DOTALL):
        exec(compile(code, path.name, "exec"), {})


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    words = ["-W", "--keep-going", "-q", "-d", tmp_path / "doctrees", ROOT / "docs"]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words, tmp_path / "site"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    site = tmp_path / "site"
    shown = {
        image
        for page in site.rglob("*.html")
        for image in re.findall(r'src="(?:\.\./)*_images/([^"]+)"', page.read_text())
    }
    assert shown
    assert shown == {path.name for path in (site / "_images").iterdir()}


#: How-tos of other generators: the page, the tool, its command, and what must come of it.
OTHERS = {
    "mkdocs": (["mkdocs", "build", "--strict", "-q"], "site/img/tanh.svg"),
    "hugo": (["hugo", "--quiet"], "public/img/tanh.svg"),
    "beamer": (["pdflatex", "-interaction=batchmode", "-halt-on-error", "slides"], "slides.pdf"),
    "latex": (["pdflatex", "-interaction=batchmode", "-halt-on-error", "paper"], "paper.pdf"),
}


@pytest.mark.parametrize("page", OTHERS)
def test_another_generator_takes_the_pictures(page: str, tmp_path: Path) -> None:
    """Where the generator is installed, the page's own files go all the way."""
    words, made = OTHERS[page]
    tool = shutil.which(words[0]) or shutil.which(words[0], path=str(Path(sys.executable).parent))
    if tool is None:
        pytest.skip(f"{words[0]} is not installed")
    followed(ROOT / "docs" / "howto" / f"{page}.md", tmp_path)
    if page == "hugo":
        (tmp_path / "layouts" / "_default").mkdir(parents=True)
        (tmp_path / "layouts" / "_default" / "single.html").write_text("{{ .Content }}")
        (tmp_path / "config.toml").write_text('title = "t"\n')
    done = subprocess.run(
        [tool, *words[1:]], cwd=tmp_path, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / made).stat().st_size > 1000
    if made.endswith(".svg"):
        html = "".join(p.read_text() for p in (tmp_path / made.split("/")[0]).rglob("*.html"))
        assert "img/tanh.svg" in html
