"""Random command lines, right and wrong, run as users run them: words and an exit code, no more."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

from fuzz.check import HUNG, Verdict
from gradplot.functions.activations.table import ACTIVATIONS, SPELLINGS

#: Exit codes that mean something to a user.
MEANT = (0, 2, 3)
TRACEBACK = re.compile(r"Traceback \(most recent call last\)|this is a bug|Error: .*object at 0x")

NUMBERS = ("8", "-2", "0", "0.5", "-0.7", "1e3", "1e-3", "3.5", "-1e-300", "1e308", "+2", "1_0")
WRONG = (
    "", " ", "abc", "nan", "inf", "-inf", "1e999", "--", "1,2", "1..3", "é", "-", "w", "1/0",
    "0x10", "1e400/1e400", "3-1", "99999999999999999999", "{", "\U0001f600", "a/b", "1\n2",
)  # fmt: skip
EXPRESSIONS = ("-w/2", "w", "2*w-1", "w^2", "-w", "(w+1)/3", "w*(-0.5)")
FORMULAS = (
    "tanh(8*x)", "x^2", "sin(10*x)/x", "1/x", "log(x)", "max(x, -x)", "abs(x)^0.5", "relu(x)+x",
    "exp(exp(x))", "tanh(w*x+b)", "tanh(w*y+b)", "y^2-1", "gelu(3*y)", "x", "0*x", "sqrt(-1-x^2)",
)  # fmt: skip
BAD_FORMULAS = (
    "tanh(8*x", "foo(x)", "x +", "", "x**", "import os", "x.real", "x = 1", "1", "x x", "(", "[x]",
    "lambda: 0", "__class__", "x;x", "tanh()", "max(x)", "leaky_relu(x, x)", "x" * 5000, "(" * 500,
)  # fmt: skip
DEPTHS = ("1", "2", "1-3", "1,2", "5", "12", "40", "3")
BAD_DEPTHS = ("0", "-1", "1.5", "3-1", "1-99999999", "100000000", "1,,2", "x", "-", "1-", "")
NAMES = ("a.png", "b.svg", "c.pdf", "dé.svg", "sub dir.png", "e.csv", "f.tex", "g.gif", "h.html")
BAD_NAMES = ("a.jpg", "noformat", "missing/a.png", "", ".", "/", ".png", "a.png/", "\x01.svg")

Words = list[str]
Rng = random.Random


def _some(values: tuple[str, ...], wrong: tuple[str, ...] = WRONG) -> Callable[[Rng], str]:
    return lambda rng: rng.choice(wrong if rng.random() < 0.06 else values)


def _times(item: Callable[[Rng], str], least: int, most: int) -> Callable[[Rng], Words]:
    return lambda rng: [item(rng) for _ in range(rng.randint(least, most))]


def _exactly(item: Callable[[Rng], str], count: int) -> Callable[[Rng], Words]:
    """``count`` values; now and then one too few or too many."""

    def values(rng: Rng) -> Words:
        off = rng.choice((-1, 1)) if rng.random() < 0.05 else 0
        return [item(rng) for _ in range(count + off)]

    return values


def _range(rng: Rng) -> Words:
    low, width = rng.uniform(-5, 5), 10.0 ** rng.uniform(-6, 3)
    ends = [f"{low:.4g}", f"{low + width:.4g}"]
    if rng.random() < 0.1:
        ends[rng.randrange(2)] = rng.choice((*WRONG, "1e308", "-1e308", "0"))
    return ends


def _parameter(rng: Rng) -> Words:
    """A parameter and its range."""
    return [_some(("weight", "bias", "input-bias"), ("depth", "x", "", "alpha"))(rng), *_range(rng)]


_number = _some(NUMBERS)
_flag: Callable[[Rng], Words] = lambda _: []  # noqa: E731
_text = _some(("a title", "", "$x^2$", "$\\frac{", "ü λ ∂", "x" * 200, "<b>&", "%s{}", "-8"), WRONG)

#: Options of every figure: what follows each.
PICTURE: dict[str, Callable[[Rng], Words]] = {
    "--x-range": _range,
    "--y-range": _range,
    "--panels": _exactly(_some(("value", "slope", "both"), ("all", "", "VALUE")), 1),
    "--theme": _exactly(_some(("light", "dark", "auto"), ("Dark", "", "solar")), 1),
    "--transparent": _flag,
    "--size": _exactly(
        _some(
            ("slide", "paper", "8x5", "3.5x2.4", "1x1", "6X4"),
            ("x", "0x0", "-1x2", "1e9x1", "nanx1", "3", "1x2x3", "0.001x0.001", ""),
        ),
        1,
    ),
    "--dpi": _exactly(_some(("50", "72", "100", "150"), ("0", "-1", "1.5", "nan", "99999999")), 1),
    "--title": _exactly(_text, 1),
    "--no-title": _flag,
    "--alt": _exactly(_text, 1),
    "--style": _exactly(_some(("plain.mplstyle",), ("missing.mplstyle", "bad.mplstyle", ".")), 1),
    "--svg-text": _flag,
}
MOTION: dict[str, Callable[[Rng], Words]] = {
    "--fps": _exactly(_some(("5", "10"), ("0", "-1", "1e9", "nan", "")), 1),
    "--seconds": _exactly(_some(("0.5", "1"), ("0", "-1", "1e9", "nan", "")), 1),
    "--loop": _flag,
    "--frame": _exactly(_some(("last",), ("first", "")), 1),
}
OUTPUT: dict[str, Callable[[Rng], Words]] = {
    "--output": _exactly(_some(NAMES, BAD_NAMES), 1),
    "--format": _exactly(_some(("png", "svg", "pdf", "csv", "tex"), ("jpg", "", "PNG")), 1),
    "--no-clobber": _flag,
    "--if-changed": _flag,
    "--preview": _flag,
    "--no-plot": _flag,
    "--json": _flag,
    "--csv": _flag,
    "--quiet": _flag,
}
NETWORK: dict[str, Callable[[Rng], Words]] = {
    "--weight": _times(_number, 1, 3),
    "--bias": _times(_some((*NUMBERS, *EXPRESSIONS)), 1, 3),
    "--input-bias": _exactly(_some((*NUMBERS, *EXPRESSIONS)), 1),
    "--depths": _times(_some(DEPTHS, BAD_DEPTHS), 1, 3),
    "--alpha": _exactly(_some(("0.1", "1", "2", "0"), ("-1", "nan", "")), 1),
}
#: What is on the axis, and how a network moves.
AXIS: dict[str, Callable[[Rng], Words]] = {
    "--along": _parameter,
    "--at": _exactly(_number, 1),
    "--target": _exactly(_number, 1),
    "--descend": _times(_number, 1, 2),
    "--rate": _exactly(_some(("0.1", "5"), ("0", "-1", "nan", "")), 1),
    "--steps": _exactly(_some(("1", "5", "20"), ("0", "-1", "1.5", "1e9")), 1),
    "--clip": _exactly(_some(("1", "0.1"), ("0", "-1", "inf")), 1),
    "--surface": _exactly(_some(("loss", "gradient"), ("both", "")), 1),
    "--animate": _parameter,
    "--slide": _parameter,
}
FORMULA: dict[str, Callable[[Rng], Words]] = {
    "--label": _exactly(_text, 1),
    "--let": _exactly(
        _some(("w=8", "b=1", "w=-0.5"), ("w", "=8", "w=", "x=1", "pi=3", "w=nan", "w=b", "if=1")), 1
    ),
    "--nest": _times(_some(("1", "2", "3", "1-3"), BAD_DEPTHS), 1, 3),
    "--start": _exactly(_number, 1),
}
#: Every long option that is drawn, for the test that compares them with --help.
DRAWN = {*PICTURE, *MOTION, *OUTPUT, *NETWORK, *AXIS, *FORMULA}


@dataclass(frozen=True)
class Command:
    words: tuple[str, ...]

    def source(self) -> str:
        return "gradplot " + shlex.join(self.words)


def draw(seed: str, number: int) -> Command:
    """A chain's or a formula's figure with up to seven options, most of them meant well."""
    rng = random.Random(f"command {seed} {number}")
    if rng.random() < 0.65:
        names = (*ACTIVATIONS, *(name.replace("_", "-") for name in SPELLINGS), "TANH", "nosuch")
        words, own = [rng.choice(names)], NETWORK
    else:
        count = rng.choice((1, 1, 2, 3, 0))
        words = ["expr", *(_some(FORMULAS, BAD_FORMULAS)(rng) for _ in range(count))]
        own = FORMULA
    chosen: list[Words] = [["--no-plot"]] if rng.random() < 0.4 else []
    for _ in range(rng.randint(0, 7)):
        tables = [own, own, own, PICTURE, PICTURE, OUTPUT, OUTPUT, MOTION]
        table = rng.choice(tables if own is FORMULA else [*tables, AXIS])
        name = rng.choice([key for key in table if key != "--alpha" or rng.random() < 0.3])
        values = table[name](rng)
        chosen.append([f"{name}={values[0]}"] if len(values) == 1 else [name, *values])
    if rng.random() < 0.03:
        chosen.append([rng.choice(("--nosuch", "-z", "--weigth=8", "extra", "--=", "---"))])
    rng.shuffle(chosen)
    # An operating system takes no zero byte in a word.
    return Command(tuple(word for each in (words, *chosen) for word in each if "\0" not in word))


def check(command: Command) -> Verdict:
    """Run a command in a folder of its own, and hold it to what every command promises."""
    verdict = Verdict("command", command.source())
    with tempfile.TemporaryDirectory() as folder:
        _prepare(folder)
        before = set(os.listdir(folder))
        start = time.perf_counter()
        try:
            done = subprocess.run(
                [sys.executable, "-m", "gradplot", *command.words],
                cwd=folder,
                env={**os.environ, "PYTHONWARNINGS": "default", "COLUMNS": "100"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=HUNG,
            )
        except subprocess.TimeoutExpired:
            verdict.crash = f"no end after {HUNG:g} s"
            return verdict
        finally:
            verdict.seconds = time.perf_counter() - start
        made = set(os.listdir(folder)) - before
    out, err = done.stdout, done.stderr.decode("utf-8", "replace")
    verdict.refused = done.returncode != 0
    if TRACEBACK.search(err):
        verdict.crash = err
    if done.returncode not in MEANT:
        verdict.wrong.append(f"exit code {done.returncode}: {err.strip()[-500:]}")
    if done.returncode == 2 and made:
        verdict.wrong.append(f"a usage error, but {sorted(made)} written")
    if done.returncode and not err.strip():
        verdict.wrong.append(f"exit code {done.returncode} without a word")
    if "Warning" in err:
        verdict.wrong.append(f"a warning of a library: {err.strip()[-500:]}")
    if done.returncode == 0:
        _hold_output(verdict, command, out)
    return verdict


def _prepare(folder: str) -> None:
    """Style sheets, one of which is none."""
    with open(os.path.join(folder, "plain.mplstyle"), "w") as file:
        file.write("lines.linewidth: 2\n")
    with open(os.path.join(folder, "bad.mplstyle"), "w") as file:
        file.write("no such thing\n\x00: 1\n")


def _hold_output(verdict: Verdict, command: Command, out: bytes) -> None:
    words = set(command.words)
    if words & {"--quiet"} or "--output=-" in words:
        return
    text = out.decode("utf-8")
    if "--json" in words and text:
        json.loads(text, parse_constant=_no_constant)
    elif "--csv" in words and text:
        rows = list(csv.reader(io.StringIO(text)))
        if len({len(row) for row in rows}) != 1:
            verdict.wrong.append("CSV rows of several lengths")
    elif re.search(r"(?<![A-Za-z'])(nan|inf)(?![a-z])", text) and not _says(command, "nan", "inf"):
        verdict.wrong.append("the table says nan or inf")


def _says(command: Command, *texts: str) -> bool:
    return any(text in word for word in command.words for text in texts)


def _no_constant(name: str) -> float:
    raise ValueError(f"JSON holds {name}")
