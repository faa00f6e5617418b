"""The batch command as a process of its own, on small figures that are quick to draw."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from processes import COMMAND, environment


@pytest.fixture
def batch(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``gradplot batch`` with these words to its end."""

    def call(*words: str, **settings) -> subprocess.CompletedProcess[str]:
        settings = {"cwd": tmp_path, "timeout": 120, "env": environment()} | settings
        return subprocess.run([*COMMAND, *words], capture_output=True, text=True, **settings)

    return call


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start ``gradplot batch`` with these words; what still runs is ended after the test."""
    started: list[subprocess.Popen[str]] = []

    def call(*words: str, **settings) -> subprocess.Popen[str]:
        settings = {"cwd": tmp_path, "env": environment()} | settings
        process = subprocess.Popen(
            [*COMMAND, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **settings,
        )
        started.append(process)
        return process

    yield call
    for process in started:
        process.kill()
        process.communicate()
