"""The command line as its users meet it: in this process where only words and codes matter, in a
process of its own where streams, signals and start-up do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gradplot.cli.boundary import outcome

COMMAND = [sys.executable, "-m", "gradplot"]


@dataclass(frozen=True)
class Said:
    """What one call of the command line came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and an environment without GRADPLOT_ variables."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("GRADPLOT_", "_GRADPLOT_")) or name in ("COLUMNS", "NO_COLOR"):
            monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def say(here: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Call the command line inside this process."""

    def call(*words: str) -> Said:
        code = outcome(words)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return call


@pytest.fixture
def process(here: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line in a process of its own."""

    def run(
        *words: str, env: dict[str, str] | None = None, **settings: Any
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *words],
            env={**os.environ, **(env or {})},
            **{"capture_output": True, "text": True, "timeout": 120} | settings,
        )

    return run


@pytest.fixture
def shell(here: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Run a bash line in which ``gradplot`` is this command."""

    def run(line: str) -> subprocess.CompletedProcess[str]:
        script = f'gradplot() {{ {_quoted(COMMAND)} "$@"; }}\n{line}'
        return subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=120)

    return run


def _quoted(words: Sequence[str]) -> str:
    import shlex

    return shlex.join(words)
