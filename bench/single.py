"""One figure as a whole process: gradplot against `import click` and the hand-written script."""

from __future__ import annotations

import subprocess

from bench.measured import Goal, Ratio, Section, Table
from bench.timing import ENVIRONMENT, GRADPLOT, PEER, PYTHON, processes

ROUNDS = 11
TANH = (GRADPLOT, "tanh", "--weight", 8)
COMMANDS = {
    "import click": (PYTHON, "-c", "import click"),
    "--help": (GRADPLOT, "--help"),
    "script, 3 depths": (PYTHON, PEER, "t.svg", "tanh", 8, 0, "1,2,3"),
    "depths 1 2 3, SVG": (*TANH, "--depths", 1, 2, 3, "-o", "t.svg"),
    "depths 1 10 100, bias 1, SVG": (
        *(*TANH, "--bias", 1, "--depths", 1, 10, 100),
        *("-o", "t.svg"),
    ),
    "script, 3 depths, PNG": (PYTHON, PEER, "t.png", "tanh", 8, 0, "1,2,3"),
    "depths 1 2 3, PNG": (*TANH, "--depths", 1, 2, 3, "-o", "t.png"),
    "import numpy": (PYTHON, "-c", "import numpy"),
    "depths 1 2 3, --no-plot": (*TANH, "--depths", 1, 2, 3, "--no-plot"),
}
#: (what, against what, the ratio that is the goal; None where there is none)
RATIOS = (
    ("--help", "import click", Goal(1.5, least=False)),
    ("depths 1 2 3, SVG", "script, 3 depths", Goal(1.0, least=False)),
    ("depths 1 10 100, bias 1, SVG", "script, 3 depths", Goal(1.5, least=False)),
    ("depths 1 2 3, PNG", "script, 3 depths, PNG", None),
    ("depths 1 2 3, --no-plot", "import numpy", None),
)
WORDS = """
The script is what people write today: pyplot, numpy and rich, a grid of 1001 points, two panels and
a table; it is `bench/peer.py`. Below 1 gradplot takes less time, certified numbers included.
"""


def section() -> Section:
    """gradplot's start-up and single figures."""
    seconds = processes(COMMANDS, rounds=ROUNDS)
    rows = []
    for what, against, goal in RATIOS:
        ratio = Ratio.of(seconds[what], seconds[against])
        rows.append((what, against, str(ratio), goal.verdict(ratio) if goal else ""))
    loaded = "is" if imports_matplotlib() else "is not"
    table = Table(
        "Whole processes, time against time",
        ("gradplot", "against", "ratio", "goal"),
        tuple(rows),
        (f"With `--no-plot` matplotlib {loaded} imported.",),
    )
    return Section("One figure", WORDS, (table,))


def imports_matplotlib() -> bool:
    """Whether `gradplot tanh --no-plot` imports any of matplotlib."""
    command = [PYTHON, "-X", "importtime", "-m", "gradplot", "tanh", "--no-plot"]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    return "matplotlib" in done.stderr
