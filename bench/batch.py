"""Many figures: `gradplot batch` against shell loops of a script, of gradplot, and of gnuplot."""

from __future__ import annotations

import json
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table
from timing import ENVIRONMENT, GRADPLOT, PEER, PYTHON

ACTIVATIONS = ("relu", "sigmoid", "tanh", "softsign", "softplus")
WEIGHTS = (0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12)
FIGURES = [(activation, weight) for activation in ACTIVATIONS for weight in WEIGHTS]
#: A shell loop costs the same for every figure, so that a part of them tells its rate.
LOOPED = FIGURES[::5]
ROUNDS = 3
UNCHANGED = 1000

#: The same curves and slopes as the script's, by gnuplot's own means.
GNUPLOT = """\
set terminal svg size 1280,720
set output '{output}'
set samples 1001
set xrange [-1:1]
sigmoid(z) = 1 / (1 + exp(-z))
{act}
f(x) = act({weight} * x)
d(x) = {weight} * slope({weight} * x)
f2(x) = f(f(x))
f3(x) = f(f2(x))
d2(x) = d(f(x)) * d(x)
d3(x) = d(f2(x)) * d2(x)
set multiplot layout 2,1 title 'y = {name}({weight} y), nested'
set key right bottom
set ylabel 'y'
plot f(x) title 'depth 1' lc rgb '#fb9a99', f2(x) title 'depth 2' lc rgb '#e31a1c', \\
     f3(x) title 'depth 3' lc rgb '#67000d'
set logscale y
set ylabel '|dy/dx|'
plot abs(d(x)) title 'depth 1' lc rgb '#fb9a99', abs(d2(x)) title 'depth 2' lc rgb '#e31a1c', \\
     abs(d3(x)) title 'depth 3' lc rgb '#67000d'
unset multiplot
"""
GNUPLOT_ACTS = {
    "relu": "act(z) = z > 0 ? z : 0\nslope(z) = z > 0 ? 1 : 0",
    "sigmoid": "act(z) = sigmoid(z)\nslope(z) = sigmoid(z) * (1 - sigmoid(z))",
    "tanh": "act(z) = tanh(z)\nslope(z) = 1 - tanh(z)**2",
    "softsign": "act(z) = z / (1 + abs(z))\nslope(z) = 1 / (1 + abs(z))**2",
    "softplus": "act(z) = log(1 + exp(z))\nslope(z) = sigmoid(z)",
}


def manifest(format: str) -> str:
    return (
        "[[figure]]\ndepths = [1, 2, 3]\n"
        f'output = "{{activation}}-{{weight}}.{format}"\n'
        f"matrix = {{ activation = {json.dumps(ACTIVATIONS)}, weight = {json.dumps(WEIGHTS)} }}\n"
    )


def loop(lines: list[list[object]]) -> list[str]:
    """A shell that runs one command after the other."""
    return ["sh", "-ec", "\n".join(shlex.join(map(str, line)) for line in lines)]


def commands(format: str, folder: Path) -> dict[str, tuple[list[str], int]]:
    """What to run, and how many figures it draws."""
    (folder / f"{format}.toml").write_text(manifest(format))
    batch = [GRADPLOT, "batch", f"{format}.toml", "--force", "--quiet"]
    script = [
        [PYTHON, PEER, f"{name}-{weight}.{format}", name, weight, 0, "1,2,3"]
        for name, weight in LOOPED
    ]
    single = [
        [GRADPLOT, name, "--weight", weight, "-d", 1, 2, 3, "-o", f"{name}-{weight}.{format}"]
        for name, weight in LOOPED
    ]
    found = {
        "batch -j 1": ([*batch, "-j", "1"], len(FIGURES)),
        "batch -j 2": ([*batch, "-j", "2"], len(FIGURES)),
        "loop of the script": (loop(script), len(LOOPED)),
        "loop of gradplot": (loop(single), len(LOOPED)),
    }
    if format == "svg" and shutil.which("gnuplot"):
        lines: list[list[object]] = []
        for name, weight in LOOPED:
            source = folder / f"{name}-{weight}.gp"
            text = GNUPLOT.format(
                output=f"{name}-{weight}.svg",
                act=GNUPLOT_ACTS[name],
                weight=float(weight),
                name=name,
            )
            source.write_text(text)
            lines.append(["gnuplot", source])
        found["loop of gnuplot"] = (loop(lines), len(LOOPED))
    return found


def took(command: list[str], folder: Path) -> float:
    """Wall seconds; a failing command ends the benchmark."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"bench: {shlex.join(command)[:200]} failed:\n{done.stderr.decode()}")
    return seconds


def rates(format: str) -> dict[str, float]:
    """Median figures a second of each command, one after the other, round after round."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = commands(format, folder)
        seconds: dict[str, list[float]] = {key: [] for key in runs}
        for _ in range(ROUNDS):
            for key, (command, _) in runs.items():
                seconds[key].append(took(command, folder))
    return {key: count / statistics.median(seconds[key]) for key, (_, count) in runs.items()}


def up_to_date() -> tuple[float, float]:
    """Median seconds of a check of many unchanged figures, and of --help."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sections = (
            f'[[figure]]\nactivation = "identity"\nweight = {weight}\ndepths = 1\n'
            f'size = "1x1"\ndpi = 20\noutput = "{weight}.svg"\n'
            for weight in range(1, UNCHANGED + 1)
        )
        (folder / "figures.toml").write_text("".join(sections))
        took([GRADPLOT, "batch", "--quiet"], folder)
        check, usage = [], []
        for _ in range(11):
            check.append(took([GRADPLOT, "batch", "--check"], folder))
            usage.append(took([GRADPLOT, "--help"], folder))
    return statistics.median(check), statistics.median(usage)


def main() -> None:
    console = Console(width=100)
    for format in ("svg", "png"):
        rate = rates(format)
        table = Table(
            title=f"{len(FIGURES)} figures of three depths, {format.upper()} (medians)",
            title_justify="left",
        )
        for column in ("", "figures/s", "ms/figure"):
            table.add_column(column, justify="right" if column else "left")
        for key, each in rate.items():
            table.add_row(key, f"{each:.1f}", f"{1000 / each:.0f}")
        console.print(table)
        goals = [
            ("-j 2 against the loop of the script", "batch -j 2", "loop of the script", 25.0),
            ("-j 2 against -j 1", "batch -j 2", "batch -j 1", 1.8),
            ("-j 2 against the loop of gradplot", "batch -j 2", "loop of gradplot", None),
            ("-j 2 against the loop of gnuplot", "batch -j 2", "loop of gnuplot", 1.0),
        ]
        for words, one, other, goal in goals:
            if other in rate:
                ratio = rate[one] / rate[other]
                verdict = "" if goal is None else f" (goal ≥ {goal}: {met(ratio >= goal)})"
                console.print(f"  {words}: {ratio:.2f} ×{verdict}")
        if format == "svg" and "loop of gnuplot" not in rate:
            console.print("  gnuplot is not installed; its loop is skipped")
    check, usage = up_to_date()
    ratio = check / usage
    console.print(
        f"check of {UNCHANGED} unchanged figures: {check:.3f} s, {ratio:.2f} × --help "
        f"({usage:.3f} s) (goal ≤ 3: {met(ratio <= 3)})"
    )


def met(reached: bool) -> str:
    return "met" if reached else "MISSED"


if __name__ == "__main__":
    main()
