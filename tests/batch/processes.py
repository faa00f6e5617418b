"""Processes as the tests look at them, and the manifests that they are given."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

COMMAND = [sys.executable, "-m", "gradplot", "batch"]
#: Figures that are quick to draw.
SMALL = '[defaults]\nsize = "2x2"\ndpi = 50\ndepths = 1\n'


def environment() -> dict[str, str]:
    """The environment without variables that would be options."""
    return {name: text for name, text in os.environ.items() if not name.startswith("GRADPLOT_")}


def wait_until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for a condition, and fail the test where it never holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    """The processes that a process has started, on Linux."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def alive(pid: int) -> bool:
    """Whether a process runs, on Linux; one that is dead but not yet reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
