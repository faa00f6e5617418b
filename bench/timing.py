"""Seconds of whole processes and of calls, in turn, so that a busy machine is fair to all."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
PYTHON = sys.executable
#: The console script beside this interpreter: what a user's shell would run.
GRADPLOT = shutil.which("gradplot", path=sysconfig.get_path("scripts")) or sys.exit(
    "bench: no gradplot command beside this Python; run it by `make bench`"
)
PEER = HERE / "peer.py"

#: Every process may keep its bytecode, as an installed program does.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def process(command: Sequence[object], folder: Path | str) -> float:
    """Wall seconds of one process; a failing one ends the benchmark.

    A time of something that did not work says nothing.
    """
    words = [str(word) for word in command]
    start = time.perf_counter()
    done = subprocess.run(
        words, cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"bench: {shlex.join(words)[:200]} failed:\n{done.stderr.decode()}")
    return seconds


def processes(
    commands: Mapping[str, Sequence[object]], *, rounds: int, folder: Path | None = None
) -> dict[str, list[float]]:
    """Wall seconds of each command, one after the other, round after round.

    Each runs in ``folder``, else in an empty one, and has had one run that does not count.
    """
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as empty:
        for counted in [False, *[True] * rounds]:
            for name, command in commands.items():
                took = process(command, folder or empty)
                if counted:
                    seconds[name].append(took)
    return seconds


def calls(functions: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, list[float]]:
    """Processor seconds of each call, in turn, after one that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for counted in [False, *[True] * rounds]:
        for name, function in functions.items():
            start = time.process_time()
            function()
            took = time.process_time() - start
            if counted:
                seconds[name].append(took)
    return seconds
