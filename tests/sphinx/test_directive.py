"""The directive in real Sphinx builds: pages, pictures, warnings, and nothing drawn twice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gradplot.cli.boundary import outcome, sentence
from gradplot.cli.words import read
from gradplot.errors import InputError
from gradplot.reading.figure import figure_spec
from gradplot.rendering import render
from gradplot.sphinx.directive import split

CONF = """
project, copyright, version = "t", "t", "1"
extensions = ["gradplot.sphinx", "myst_parser"]
exclude_patterns = ["out*"]
"""
PAGE = """\
Page
====

.. gradplot:: tanh --depths 1 2 3
   :caption: How *tanh* explodes
   :name: one
   :table:

See :ref:`one`.
"""

Build = Callable[..., subprocess.CompletedProcess[str]]


def command(folder: Path, builder: str, *options: str) -> list[str]:
    places = [str(folder), str(folder / f"out-{builder}"), "-d", str(folder / "out-doctrees")]
    return [sys.executable, "-m", "sphinx", "-b", builder, *options, *places]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "index.rst").write_text(PAGE)
    return tmp_path


@pytest.fixture
def build(site: Path) -> Build:
    def run(
        builder: str = "html", *options: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(site, builder, *options),
            capture_output=True,
            text=True,
            timeout=200,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **variables},
        )

    return run


def pictures(folder: Path) -> dict[str, int]:
    """The time at which each picture was written."""
    return {
        path.name: path.stat().st_mtime_ns for path in folder.rglob("gradplot-*") if path.is_file()
    }


def test_a_page_shows_the_command_s_own_picture_and_numbers(site: Path, build: Build) -> None:
    done = build("html", "-W", "-n")
    assert done.returncode == 0, done.stderr
    (image,) = (site / "out-html" / "_images").iterdir()
    expected = render(figure_spec({"activation": "tanh"}), formats=["svg"])
    assert image.read_bytes() == expected.images["svg"]

    page = (site / "out-html" / "index.html").read_text()
    alt = expected.report.alt_text(expected.spec, expected.findings)
    assert f'alt="{alt}"' in page
    assert "How <em>tanh</em> explodes" in page
    assert re.search(r'<figure [^>]*id="one"', page)
    cells = [re.sub(r"<.*?>|\xa0", "", row) for row in re.findall(r"<td.*?</td>", page)]
    assert cells[:5] == ["1", "8", "0", "", "21% of x"]
    assert cells[10:14] == ["3", "512", "0", "×8"]
    assert "<strong>exploding</strong>: ×8 per layer" in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("builder", "kind", "head"),
    [("latex", "pdf", b"%PDF"), ("epub", "png", b"\x89PNG"), ("text", None, b"")],
)
def test_every_builder_gets_the_kind_it_shows(
    site: Path, build: Build, builder: str, kind: str | None, head: bytes
) -> None:
    assert build("html").returncode == 0  # the page is read for HTML, and shown by another
    done = build(builder, "-W", "-n")
    assert done.returncode == 0, done.stderr
    drawn = [path for path in (site / f"out-{builder}").rglob("gradplot-*") if path.is_file()]
    assert [path.suffix for path in drawn] == ([f".{kind}"] if kind else [])
    assert all(path.read_bytes().startswith(head) for path in drawn)
    if builder == "latex":
        tex = (site / "out-latex" / "t.tex").read_text()
        assert f"{{{drawn[0].stem}}}.pdf" in tex
        assert "exploding" in tex
    if builder == "text":
        assert "Maximum slope 8 at depth 1" in (site / "out-text" / "index.txt").read_text()


@pytest.mark.slow
def test_print_sets_wide_tables_small_and_none_beside_a_picture(site: Path, build: Build) -> None:
    (site / "index.rst").write_text(
        "P\n=\n\n.. gradplot:: explain tanh --at 0.1 --depth 3\n   :table:\n\n"
        ".. gradplot:: tanh\n   :caption: Beside\n   :align: right\n   :table:\n\n"
        ".. gradplot:: relu\n   :caption: In text\n   :align: right\n   :width: 50%\n"
    )
    assert build("latex", "-W", "-n").returncode == 0
    tex = (site / "out-latex" / "t.tex").read_text()
    assert tex.count(r"\begin{sphinxuseclass}{gradplot-wide}") == 1
    assert r"\newenvironment{sphinxclassgradplot-wide}" in tex
    assert tex.count(r"\begin{wrapfigure}") == 1  # the one without a table


@pytest.mark.slow
def test_captions_can_be_translated(site: Path, build: Build) -> None:
    assert build("gettext", "-W", "-n").returncode == 0
    assert 'msgid "How *tanh* explodes"' in (site / "out-gettext" / "index.pot").read_text()


@pytest.mark.slow
def test_many_pages_at_once_in_both_markups_are_clean(site: Path, build: Build) -> None:
    """Parallel reading starts with more than five pages."""
    for number in range(4):
        text = f"# M{number}\n\n```{{gradplot}} relu --depths {number + 1}\n:align: center\n```\n"
        (site / f"m{number}.md").write_text(text)
        rst = f"R{number}\n==\n\n.. gradplot:: expr 'tanh({number + 1}*x)' \\\n     'sin(x)'\n"
        (site / f"r{number}.rst").write_text(rst)
    (site / "index.rst").write_text(PAGE + "\n.. toctree::\n   :glob:\n\n   m*\n   r*\n")
    done = build("html", "-W", "-n", "-j", "2")
    assert done.returncode == 0, done.stderr
    assert len(list((site / "out-html" / "_images").iterdir())) == 9


@pytest.mark.slow
def test_a_second_build_draws_nothing_and_a_damaged_picture_again(site: Path, build: Build) -> None:
    assert build().returncode == 0
    before = pictures(site / "out-doctrees")
    assert before
    assert build("html", "-E", "-a").returncode == 0  # every page read and written anew
    assert pictures(site / "out-doctrees") == before
    assert "configuration has changed" not in build().stdout

    (svg,) = (site / "out-doctrees").rglob("*.svg")
    whole = svg.read_bytes()
    svg.write_bytes(whole[: len(whole) // 2])
    assert build("html", "-a").returncode == 0
    assert svg.read_bytes() == whole
    assert (site / "out-html" / "_images" / svg.name).read_bytes() == whole


@pytest.mark.slow
def test_two_builds_at_once_leave_whole_pictures(site: Path) -> None:
    running = [
        subprocess.Popen(
            [*command(site, "html")[:-3], str(site / f"out-{name}"), "-d", f"{site}/out-doctrees"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for name in ("a", "b")
    ]
    for process in running:
        _, said = process.communicate(timeout=200)
        assert process.returncode == 0, said
    expected = render(figure_spec({"activation": "tanh"}), formats=["svg"]).images["svg"]
    for name in ("a", "b"):
        (image,) = (site / f"out-{name}" / "_images").iterdir()
        assert image.read_bytes() == expected
    assert not list((site / "out-doctrees").rglob("*.tmp"))


MISTAKES = {
    "tanh --depths 0": "--depths: 0 is not a depth; depths start at 1",
    "tnah": "tnah is not an activation; did you mean tanh?",
    "tanh --dephts 1": "--dephts: no such option; did you mean --depths?",
    "expr 'tanh(8*x'": "this ( is never closed",
    "tanh --title 'x": "has a quotation that does not end",
    "tanh -o x.svg": "--output: is for the shell",
    "tanh --json": "--json: is for the shell",
    "tanh --no-plot": "--no-plot: is for the shell",
    "batch figures.toml": "gradplot batch draws no figure",
    "activations": "gradplot activations draws no figure",
    "tanh --style none.mplstyle": "none.mplstyle cannot be read",
    "tanh; touch pwned": "tanh; is not an activation",
    "tanh --depths $(touch pwned) `touch pwned`": "$(touch",
    "tanh > pwned": "got unexpected extra argument",
    "tanh --help": "--help: is for the shell; leave it out",
    "tanh --watch": "--watch: no such option",
    "tanh --animate weight 1 8": "--animate: a page shows a still; add --frame last",
    "tanh --slide weight 1 8": "--slide: makes a page of its own",
    "tanh --style conf.py": "--style: missing colon in file",
    "tanh \\": "ends in a backslash; leave it out",
    "": "no figure is named; name one, as in tanh",
    "--depths 1 tanh": "--depths stands before the figure's name",
    "gradplot tanh": "gradplot is understood; begin with what follows it",
}


@pytest.mark.slow
def test_a_mistake_is_a_warning_with_file_and_line(site: Path, build: Build) -> None:
    pages: list[str] = ["Page", "====", ""]
    lines = []
    for words in MISTAKES:
        lines.append(len(pages) + 1)
        pages += [f".. gradplot:: {words}", ""]
    (site / "index.rst").write_text("\n".join(pages))
    markdown = "# Other\n\ntext\n\n```{gradplot} tanh --depths 0\n```\n"
    (site / "other.md").write_text("---\norphan: true\n---\n" + markdown)
    done = build()
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    for line, sentence_ in zip(lines, MISTAKES.values(), strict=True):
        (said,) = [s for s in done.stderr.splitlines() if f"index.rst:{line}: WARNING: " in s]
        assert sentence_ in said
    assert "other.md:8: WARNING: gradplot: --depths: 0 is not a depth" in done.stderr
    assert not list(site.rglob("pwned"))
    assert build("html", "-W", "-E").returncode != 0


@pytest.mark.parametrize(
    "words",
    ["tanh --depths 0", "tnah", "tanh --dephts 1", "expr 'tanh(8*x'", "tanh; touch pwned", "expr"],
)
def test_the_warning_is_the_sentence_of_the_shell(
    words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert outcome(split(words)) == 2
    shell = capsys.readouterr().err
    with pytest.raises(Exception) as caught:  # noqa: PT011
        read(split(words))
    assert shell == f"gradplot: {sentence(caught.value)}\n"  # type: ignore[arg-type]


def test_words_are_what_the_command_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment has no say; defaults give way to the words."""
    monkeypatch.setenv("GRADPLOT_THEME", "dark")
    monkeypatch.setenv("GRADPLOT_DEPTHS", "7")
    defaults = {"depths": [1, 5], "size": "paper", "nest": 3, "let": {"w": 2}}
    request = read(split("tanh -w 2 --size 8x5"), defaults=defaults)
    options = {"activation": "tanh", "weight": 2, "size": "8x5", "depths": [1, 5]}
    assert request.spec == figure_spec(options)
    assert request.given == {"weight", "size", "depths"}
    formula = read(split("expr 'tanh(w*y)'"), defaults=defaults).spec
    assert formula == figure_spec(
        {"formula": "tanh(w*y)", "nest": 3, "let": {"w": 2}, "size": "paper"}
    )


def test_a_command_on_several_lines_is_one() -> None:
    assert split("tanh --depths \\\n   1 2\n 3") == ["tanh", "--depths", "1", "2", "3"]
    with pytest.raises(InputError, match="does not end"):
        split("tanh 'a")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ("html_theme = 'furo'", ["light", "dark"]),
        ("html_theme = 'alabaster'", [None]),
        ("gradplot_themes = 'both'", ["light", "dark"]),
        ("html_theme = 'furo'\ngradplot_themes = 'light'", [None]),
    ],
)
def test_pages_that_turn_dark_have_a_picture_for_both(
    site: Path, build: Build, settings: str, shown: list[str | None]
) -> None:
    (site / "conf.py").write_text(f"{CONF}\n{settings}\n")
    done = build("html", "-W", "-n")
    assert done.returncode == 0, done.stderr
    page = (site / "out-html" / "index.html").read_text()
    images = re.findall(r"<img [^>]*_images/gradplot[^>]*>", page)
    classes = [re.search(r'class="gradplot-(\w+)', image) for image in images]
    assert [found and found[1] for found in classes] == shown
    assert len(set(re.findall(r"_images/(gradplot-\w+\.svg)", page))) == len(shown)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("gradplot_themes = 'blue'", "'blue' is not one of 'light', 'dark', 'both', 'auto'"),
        ("gradplot_defaults = {'widht': 1}", "'widht' is no option; did you mean weight?"),
        ("gradplot_defaults = {'depths': 1.5}", "depths is 1.5; give whole numbers"),
        ("gradplot_defaults = {'output': 'x.svg'}", "'output' is no option"),
    ],
)
def test_a_setting_that_cannot_be_meant_stops_the_build(
    site: Path, build: Build, setting: str, sentence: str
) -> None:
    (site / "conf.py").write_text(f"{CONF}\n{setting}\n")
    done = build()
    assert done.returncode != 0
    assert "Configuration error" in done.stderr
    assert sentence in done.stderr


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_to_is_a_warning(site: Path, build: Build) -> None:
    (site / "out-doctrees").mkdir()
    (site / "out-doctrees" / "gradplot").write_text("a file where the folder should be")
    done = build()
    assert "index.rst:4: WARNING: gradplot: " in done.stderr
    assert "is a file, not a folder" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_style_sheet_beside_the_page_counts_and_its_change_is_noticed(
    site: Path, build: Build
) -> None:
    (site / "index.rst").write_text("P\n=\n\n.. gradplot:: tanh --style my.mplstyle\n")
    (site / "my.mplstyle").write_text("axes.facecolor: ffeedd\n")
    assert build("html", "-W").returncode == 0
    first = pictures(site / "out-html")
    (site / "my.mplstyle").write_text("axes.facecolor: ddeeff\n")
    assert build("html", "-W").returncode == 0
    assert len(pictures(site / "out-html")) == len(first) + 1
