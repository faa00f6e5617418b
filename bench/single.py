"""One figure as a whole process: gradplot against `import click` and the hand-written script."""

from __future__ import annotations

import subprocess

from rich.console import Console
from rich.table import Table
from timing import ENVIRONMENT, GRADPLOT, PEER, PYTHON, processes

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
    ("--help", "import click", 1.5),
    ("depths 1 2 3, SVG", "script, 3 depths", 1.0),
    ("depths 1 10 100, bias 1, SVG", "script, 3 depths", 1.5),
    ("depths 1 2 3, PNG", "script, 3 depths, PNG", None),
    ("depths 1 2 3, --no-plot", "import numpy", None),
)


def main() -> None:
    console = Console(width=100)
    median = processes(COMMANDS)
    table = Table(title="one figure, whole processes (medians)", title_justify="left")
    for column in ("gradplot", "seconds", "against", "seconds", "ratio", "goal"):
        table.add_column(column, justify="right" if column in ("seconds", "ratio") else "left")
    for what, peer, goal in RATIOS:
        ratio = median[what] / median[peer]
        verdict = "" if goal is None else f"≤ {goal} {'met' if ratio <= goal else 'MISSED'}"
        table.add_row(
            what, f"{median[what]:.3f}", peer, f"{median[peer]:.3f}", f"{ratio:.2f}", verdict
        )
    console.print(table)
    console.print(f"--no-plot imports matplotlib: {'yes' if imports_matplotlib() else 'no'}")


def imports_matplotlib() -> bool:
    """Whether `gradplot tanh --no-plot` imports any of matplotlib."""
    command = [PYTHON, "-X", "importtime", "-m", "gradplot", "tanh", "--no-plot"]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    return "matplotlib" in done.stderr


if __name__ == "__main__":
    main()
