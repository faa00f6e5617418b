"""Medians of whole processes and of calls, in turn, so that a busy machine is fair to all."""

from __future__ import annotations

import os
import shutil
import statistics
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


def processes(commands: Mapping[str, Sequence[object]], rounds: int = 11) -> dict[str, float]:
    """Median wall seconds of each command, one after the other, round after round.

    Each runs in an empty folder and has had one run that does not count. A failing command ends the
    benchmark: a time of something that did not work says nothing.
    """
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        for counted in [False, *[True] * rounds]:
            for name, command in commands.items():
                start = time.perf_counter()
                done = subprocess.run(
                    [str(word) for word in command],
                    cwd=folder,
                    env=ENVIRONMENT,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                )
                took = time.perf_counter() - start
                if done.returncode:
                    sys.exit(f"bench: {name} failed:\n{done.stderr.decode()}")
                if counted:
                    seconds[name].append(took)
    return {name: statistics.median(took) for name, took in seconds.items()}


def call(function: Callable[[], object], *, rounds: int = 5) -> float:
    """Median processor seconds of one call, after one that does not count."""
    seconds = []
    for _ in range(rounds + 1):
        start = time.process_time()
        function()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds[1:])
