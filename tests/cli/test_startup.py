"""What is imported when: start-up stays honest only where a test holds it to a list."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

#: What gradplot may load beside click and what click itself loads.
OURS = {
    "gradplot",
    "gradplot.cli",
    "gradplot.cli.app",
    "gradplot.cli.boundary",
    "gradplot.cli.command",
    "gradplot.cli.several",
    "gradplot.cli.signals",
    "gradplot.cli.streams",
    "gradplot.errors",
    "gradplot.functions",
    "gradplot.functions.activations",
    "gradplot.functions.activations.table",
    "gradplot.process",
    "gradplot.version",
}
#: Small modules of the standard library that click does not load.
STANDARD = {
    "atexit",
    "dataclasses",
    "gc",
    "copy",
    "keyword",
    "locale",
    "_locale",
    "textwrap",
    "org",
    "signal",
    # From Python 3.13 on.
    "math",
    "unicodedata",
}
NUMERIC = {"numpy", "matplotlib", "scipy", "PIL"}

SCRIPT = """
import sys
from gradplot.cli.boundary import outcome
code = outcome(sys.argv[1:])
print("LOADED", code, *sorted(sys.modules))
"""


def loaded(*words: str, cwd: Path) -> tuple[int, set[str]]:
    """The exit code of a command line, and every module that it imported."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *words], capture_output=True, text=True, cwd=cwd, check=True
    )
    marker, code, *modules = done.stdout.splitlines()[-1].split()
    assert marker == "LOADED"
    return int(code), set(modules)


def click_s_own() -> set[str]:
    script = "import sys, click; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_help_loads_click_and_little_else(tmp_path: Path) -> None:
    code, modules = loaded("--help", cwd=tmp_path)
    assert code == 0
    own = {name for name in modules if name.split(".")[0] == "gradplot"}
    assert own == OURS
    others = {name for name in modules - click_s_own() - own if not name.startswith("click.")}
    assert others <= STANDARD


def test_version_loads_no_more_than_help(tmp_path: Path) -> None:
    assert loaded("--version", cwd=tmp_path)[1] <= loaded("--help", cwd=tmp_path)[1]


@pytest.mark.parametrize(
    "words",
    [
        ("tanh", "--help"),
        ("tahn",),
        ("tanh", "--wieght", "8"),
        ("tanh", "--depths", "0"),
        ("tanh", "--weight", "1e400"),
        ("tanh", "--bias", "v"),
        ("tanh", "--weight", "1", "2", "3", "--depths", "5"),
        ("tanh", "-x", "3", "-3"),
        ("tanh", "-o", "a.jpg"),
        ("tanh", "-o", "-"),
    ],
)
def test_help_and_usage_errors_load_neither_numpy_nor_matplotlib_nor_rich(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    code, modules = loaded(*words, cwd=tmp_path)
    assert code == (0 if "--help" in words else 2)
    assert not {name.split(".")[0] for name in modules} & (NUMERIC | {"rich"})


def test_activations_loads_no_numpy(tmp_path: Path) -> None:
    for words in (("activations",), ("activations", "--json")):
        code, modules = loaded(*words, cwd=tmp_path)
        assert code == 0
        assert not {name.split(".")[0] for name in modules} & NUMERIC


@pytest.mark.parametrize("report", [(), ("--json",), ("--csv",), ("-q",)])
def test_numbers_alone_never_load_matplotlib(tmp_path: Path, report: tuple[str, ...]) -> None:
    code, modules = loaded("tanh", "--no-plot", *report, cwd=tmp_path)
    assert code == 0
    assert not {name.split(".")[0] for name in modules} & {"matplotlib", "PIL"}
    assert not list(tmp_path.iterdir())


def test_importing_the_package_loads_nothing(tmp_path: Path) -> None:
    script = "import sys, gradplot; dir(gradplot); print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    modules = {name.split(".")[0] for name in done.stdout.split()}
    assert not modules & (NUMERIC | {"rich", "click"})
    ours = [name for name in done.stdout.split() if name.startswith("gradplot")]
    assert ours == ["gradplot", "gradplot.version"]
