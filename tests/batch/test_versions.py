"""Pictures that are kept must not go stale on the day that matplotlib is released."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gradplot.batch import survey
from gradplot.output import freshness
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec

RELU = FigureSpec(function=ChainSpec(activation="relu"))
TANH = FigureSpec(function=ChainSpec(activation="tanh"))


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """From here on another matplotlib is installed."""
    freshness._versions.cache_clear()
    monkeypatch.setattr(freshness, "_installed_version", lambda name: "99.0")
    yield
    freshness._versions.cache_clear()


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """One figure, up to date with the versions that are really installed."""
    path = tmp_path / "figures.toml"
    path.write_text('[[figure]]\nactivation = "relu"\noutput = "relu.svg"\n')
    leave_behind(tmp_path / "relu.svg", RELU)
    return path


def leave_behind(path: Path, spec: FigureSpec) -> None:
    """As much of a picture as says what drew it."""
    mark = freshness.fingerprint(spec)
    path.write_text(f"<svg><dc:identifier>{mark}</dc:identifier></svg>\n")


def states(manifest: Path, *, any_version: bool) -> list[str]:
    return [outcome.state for outcome in survey(manifest, any_version=any_version).outcomes]


@pytest.mark.parametrize("any_version", [False, True])
def test_the_versions_that_drew_it_find_it_unchanged(manifest: Path, any_version: bool) -> None:
    assert states(manifest, any_version=any_version) == ["unchanged"]


def test_any_version_means_the_same_drawing_by_other_versions(
    manifest: Path, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("newer")
    assert states(manifest, any_version=False) == ["stale"]
    assert states(manifest, any_version=True) == ["unchanged"]


def test_any_version_does_not_hide_another_drawing(
    manifest: Path, request: pytest.FixtureRequest
) -> None:
    leave_behind(manifest.with_name("relu.svg"), TANH)
    request.getfixturevalue("newer")
    assert states(manifest, any_version=True) == ["stale"]
