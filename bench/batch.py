"""Many figures: `gradplot batch` against shell loops of a script, of gradplot, and of gnuplot."""

from __future__ import annotations

import json
import shlex
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.measured import Goal, Ratio, Section, Table
from bench.timing import GRADPLOT, PEER, PYTHON, process, processes

ACTIVATIONS = ("relu", "sigmoid", "tanh", "softsign", "softplus")
WEIGHTS = (0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12)
FIGURES = [(activation, weight) for activation in ACTIVATIONS for weight in WEIGHTS]
#: A shell loop costs the same for every figure, so that a part of them tells its rate.
LOOPED = FIGURES[::5]
#: So many figures that start-up hardly counts.
MANY = 240
ROUNDS = 5
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


WORDS = f"""
{len(FIGURES)} figures of three depths, by one command and by a shell loop of one process after the
other: figures a second over figures a second, so that more is better. Starting Python and loading
numpy and matplotlib takes each worker as long as drawing a dozen SVGs: it weighs on {len(FIGURES)}
figures, and bounds what a second worker can add; {MANY} figures hardly feel it.
"""
#: (words, one, other, goal); what is missing is left out.
RATIOS = (
    ("the script", "batch -j 2", "script", Goal(25.0, least=True)),
    ("batch -j 1", "batch -j 2", "batch -j 1", Goal(1.8, least=True)),
    ("gradplot", "batch -j 2", "gradplot", None),
    ("gnuplot", "batch -j 2", "gnuplot", Goal(1.0, least=True)),
    (f"batch -j 1, {MANY} figures", f"{MANY} -j 2", f"{MANY} -j 1", Goal(1.8, least=True)),
    (f"gnuplot, {MANY} figures", f"{MANY} -j 2", "gnuplot", None),
)


def section() -> Section:
    """gradplot's batch against loops."""
    return Section("Many figures", WORDS, (*map(rates, ("svg", "png")), up_to_date()))


def rates(format: str) -> Table:
    """Figures a second of the batch over those of everything else."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = commands(format, folder)
        seconds = processes(
            {key: command for key, (command, _) in runs.items()}, rounds=ROUNDS, folder=folder
        )
    each = {key: [took / runs[key][1] for took in seconds[key]] for key in runs}
    rows = []
    for against, one, other, goal in RATIOS:
        if one in each and other in each:
            ratio = Ratio.of(each[other], each[one])
            rows.append((against, str(ratio), goal.verdict(ratio) if goal else ""))
    notes = ()
    if format == "svg" and "gnuplot" not in runs:
        notes = ("gnuplot is not installed: its loop is skipped.",)
    title = f"{format.upper()}, batch -j 2 against a loop of, or"
    return Table(title, ("against", "ratio", "goal"), tuple(rows), notes)


def commands(format: str, folder: Path) -> dict[str, tuple[list[object], int]]:
    """What to run in ``folder``, and how many figures it draws."""
    (folder / f"{format}.toml").write_text(manifest(format, WEIGHTS))
    script = [
        [PYTHON, PEER, f"{name}-{weight}.{format}", name, weight, 0, "1,2,3"]
        for name, weight in LOOPED
    ]
    single = [
        [GRADPLOT, name, "--weight", weight, "-d", 1, 2, 3, "-o", f"{name}-{weight}.{format}"]
        for name, weight in LOOPED
    ]
    found = {f"batch -j {jobs}": (batch(f"{format}.toml", jobs), len(FIGURES)) for jobs in (1, 2)}
    found |= {"script": (loop(script), len(LOOPED)), "gradplot": (loop(single), len(LOOPED))}
    if format == "svg":
        more = [round(0.25 * number, 2) for number in range(1, MANY // len(ACTIVATIONS) + 1)]
        (folder / "many.toml").write_text(manifest(format, more))
        found |= {f"{MANY} -j {jobs}": (batch("many.toml", jobs), MANY) for jobs in (1, 2)}
        if shutil.which("gnuplot"):
            found["gnuplot"] = (loop(gnuplots(folder)), len(LOOPED))
    return found


def batch(name: str, jobs: int) -> list[object]:
    return [GRADPLOT, "batch", name, "--force", "--quiet", "-j", jobs]


def manifest(format: str, weights: Sequence[float]) -> str:
    return (
        "[[figure]]\ndepths = [1, 2, 3]\n"
        f'output = "{{activation}}-{{weight}}.{format}"\n'
        f"matrix = {{ activation = {json.dumps(ACTIVATIONS)}, weight = {json.dumps(weights)} }}\n"
    )


def gnuplots(folder: Path) -> list[list[object]]:
    """A command of gnuplot for each figure of a loop, its program in ``folder``."""
    lines: list[list[object]] = []
    for name, weight in LOOPED:
        source = folder / f"{name}-{weight}.gp"
        act = GNUPLOT_ACTS[name]
        output = f"{name}-{weight}.svg"
        source.write_text(GNUPLOT.format(output=output, act=act, weight=float(weight), name=name))
        lines.append(["gnuplot", source])
    return lines


def loop(lines: list[list[object]]) -> list[object]:
    """A shell that runs one command after the other."""
    return ["sh", "-ec", "\n".join(shlex.join(map(str, line)) for line in lines)]


def up_to_date() -> Table:
    """A check of many unchanged figures against --help."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sections = (
            f'[[figure]]\nactivation = "identity"\nweight = {weight}\ndepths = 1\n'
            f'size = "1x1"\ndpi = 20\noutput = "{weight}.svg"\n'
            for weight in range(1, UNCHANGED + 1)
        )
        (folder / "figures.toml").write_text("".join(sections))
        process([GRADPLOT, "batch", "--quiet"], folder)
        seconds = processes(
            {"check": [GRADPLOT, "batch", "--check"], "--help": [GRADPLOT, "--help"]},
            rounds=11,
            folder=folder,
        )
    ratio, goal = Ratio.of(seconds["check"], seconds["--help"]), Goal(3.0, least=False)
    row = (f"a check of {UNCHANGED} figures", "--help", str(ratio), goal.verdict(ratio))
    return Table("Nothing to draw, time against time", ("", "against", "ratio", "goal"), (row,))
