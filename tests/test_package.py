"""A built wheel and a built sdist install and run on their own."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import gradplot

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
USER = """
import gradplot

peak = gradplot.max_slope(gradplot.Chain("tanh", 8.0, 0.5, depth=50), (-1, 1))
bracket: tuple[float, float] = (peak.lower, peak.upper)
gradplot.figure("tanh", weight=8).savefig("tanh.svg")
other = gradplot.max_slope(gradplot.Formula("tanh(8*x)")).x
"""
pytestmark = pytest.mark.slow


def run(*words: object, folder: Path, expect: int = 0) -> str:
    """Standard output of a command that runs outside the checkout and sees nothing of it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "GRADPLOT_"))}
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == expect, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel and the sdist, built from the checkout with the build tool that is installed."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-d", folder, folder=ROOT)
    (wheel,) = folder.glob("*.whl")
    (sdist,) = folder.glob("*.tar.gz")
    return {"wheel": wheel, "sdist": sdist}


def fresh_python(folder: Path) -> Path:
    """A new environment with pip and everything that is installed here, except gradplot.

    What is installed is linked, not downloaded, so that no network is needed: pip finds every
    requirement satisfied, and fails where one that the metadata names is not.
    """
    venv.create(folder, symlinks=os.name != "nt")
    python = folder / "bin" / "python"
    site = Path(
        run(python, "-c", "import site; print(site.getsitepackages()[0])", folder=folder).strip()
    )
    for here in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for entry in Path(here).iterdir():
            if "gradplot" not in entry.name and not (site / entry.name).exists():
                (site / entry.name).symlink_to(entry)
    return python


@pytest.fixture(scope="module", params=["wheel", "sdist"])
def python(
    request: pytest.FixtureRequest,
    built: dict[str, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The interpreter of a new environment that the wheel, or the sdist, was installed into."""
    folder = tmp_path_factory.mktemp(request.param)
    python = fresh_python(folder / "venv")
    install = ("-m", "pip", "install", "--no-index", "--no-build-isolation", "--quiet")
    run(python, *install, built[request.param], folder=folder)
    return python


def test_it_runs_on_its_own(python: Path, tmp_path: Path) -> None:
    where = run(python, "-c", "import gradplot; print(gradplot.__file__)", folder=tmp_path)
    assert Path(where.strip()).is_relative_to(python.parents[1])
    assert "No broken requirements" in run(python, "-m", "pip", "check", folder=tmp_path)

    for front in ([python.with_name("gradplot")], [python, "-m", "gradplot"]):
        assert gradplot.__version__ in run(*front, "--version", folder=tmp_path)
        picture = tmp_path / "relu.png"
        table = run(*front, "relu", "--weight", 8, "--depths", 1, 2, 3, folder=tmp_path)
        assert all(number in table for number in ("8", "64", "512"))
        assert picture.read_bytes().startswith(b"\x89PNG")
        picture.unlink()
        run(*front, "relu", "--depths", 0, folder=tmp_path, expect=2)


def test_a_type_checker_knows_what_it_offers(python: Path, tmp_path: Path) -> None:
    """The public names load lazily; their types must be there all the same."""
    script = tmp_path / "user.py"
    script.write_text(USER)
    run(python, "-m", "mypy", "--strict", script, folder=tmp_path)
    script.write_text(USER + "peak.no_such_name\n")
    assert "no_such_name" in run(
        python, "-m", "mypy", "--strict", script, folder=tmp_path, expect=1
    )


def test_the_wheel_holds_the_package_and_nothing_else(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built["wheel"]) as wheel:
        names = set(wheel.namelist())
    info = f"gradplot-{gradplot.__version__}.dist-info"
    sources = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "gradplot/py.typed" in sources
    assert {name for name in names if not name.startswith(info)} == sources
    assert f"{info}/licenses/LICENSE" in names


def test_the_sdist_can_be_tested_and_documented(built: dict[str, Path]) -> None:
    with tarfile.open(built["sdist"]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "README.md",
        "pyproject.toml",
        "tests/test_package.py",
    } <= names
    assert any(name.startswith("examples/") for name in names)
    assert not [name for name in names if ".venv" in name or "__pycache__" in name]


def test_the_metadata_says_what_a_package_index_shows(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built["wheel"]) as wheel:
        info = f"gradplot-{gradplot.__version__}.dist-info"
        metadata = Parser().parsestr(wheel.read(f"{info}/METADATA").decode())
        scripts = wheel.read(f"{info}/entry_points.txt").decode()
    assert metadata["Name"] == "gradplot"
    assert metadata["Version"] == gradplot.__version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_payload().startswith("# gradplot")
    assert "gradplot = gradplot.__main__:main" in scripts


#: What a package is called in code, where that is another name.
IMPORTED_AS = {"python-flint": "flint"}


def test_the_long_description_has_no_link_that_a_package_index_cannot_follow(
    built: dict[str, Path],
) -> None:
    """Beside the page there are neither pictures nor files; all the words are there."""
    with zipfile.ZipFile(built["wheel"]) as wheel:
        info = f"gradplot-{gradplot.__version__}.dist-info"
        page = Parser().parsestr(wheel.read(f"{info}/METADATA").decode()).get_payload()
    link = re.compile(r"!?\[([^\]]*)\]\(([^)]*)\)")
    assert all(re.match(r"https?://|#", target) for _, target in link.findall(page))

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    relative = [found for found in link.finditer(readme) if not re.match(r"https?:|#", found[2])]
    assert any(found[0].startswith("!") for found in relative)
    for found in relative:
        readme = readme.replace(found[0], "" if found[0].startswith("!") else found[1])
    assert page.split() == readme.split()


def test_every_import_is_declared() -> None:
    """A package that is imported but not required works only where something else brings it."""
    packages = {re.split(r"[^\w-]", line)[0] for line in PROJECT["dependencies"]}
    required = {IMPORTED_AS.get(package, package) for package in packages}
    optional = {
        re.split(r"[^\w]", line)[0]
        for extra in ("watch", "dask", "docs")
        for line in PROJECT["optional-dependencies"][extra]
    }
    imported = {
        name.partition(".")[0]
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in names_imported(node)
    }
    called = {"PIL": "pillow"}  # where the import is not called as the package
    foreign = {called.get(name, name) for name in imported} - set(sys.stdlib_module_names)
    foreign -= {"gradplot"}
    assert required <= foreign
    assert foreign <= required | optional


def names_imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []
