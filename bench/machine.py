"""What kind of machine this is, and which versions of everything are on it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.measured import Machine

PACKAGES = ("gradplot", "numpy", "matplotlib", "deflate", "python-flint", "rich", "click", "scipy")
PROGRAMS = {"gnuplot": ("gnuplot", "--version"), "Sollya": ("sollya", "--version")}


def machine() -> Machine:
    """This one."""
    found = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    for name, command in PROGRAMS.items():
        if shutil.which(command[0]):
            said = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
            ).stdout
            number = re.search(r"\d+(\.\d+)+( patchlevel \d+)?", said)
            found[name] = number[0] if number else "of unknown version"
    return Machine(platform.system(), _processor(), _cores(), found)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    """The model's own name where the system tells it, else the architecture."""
    if platform.system() == "Darwin":
        asked = ("sysctl", "-n", "machdep.cpu.brand_string")
        return subprocess.run(asked, capture_output=True, text=True).stdout.strip()
    try:
        told = Path("/proc/cpuinfo").read_text()
    except OSError:
        told = ""
    model = re.search(r"^model name\s*:\s*(.+)$", told, re.MULTILINE)
    return model[1].strip() if model else platform.processor() or platform.machine()
