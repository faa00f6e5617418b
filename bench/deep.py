"""Many depths against the deepest alone, and deep networks against one figure of the script."""

from __future__ import annotations

from bench.measured import Goal, Ratio, Section, Table
from bench.timing import GRADPLOT, PEER, PYTHON, processes

ROUNDS = 5
DEEPEST = 200
#: Networks that explode, vanish, and neither.
CHAINS = (
    ("tanh", 8, 0),
    ("relu", 8, 0),
    ("selu", -3, 0.4),
    ("softplus", -2, 0),
    ("sigmoid", 2, -0.7),
    ("tanh", 0.7, 0.2),
    ("arctan", -1.2, 0),
    ("elu", -1.5, 0),
    ("tanh", -1, 0.5),
    ("softsign", -2, 0.3),
)
ALL_DEPTHS = Goal(3.0, least=False)
SCRIPT = (PYTHON, PEER, "t.svg", "tanh", 8, 0, "1,2,3")
#: What one command is asked for, in words, and its own.
DEEP = {
    "picture of tanh w=8, depths 1 to 200": (*("tanh", "-d", "1-200"), *("-o", "a.svg")),
    "picture of selu w=-3 b=0.4, depths 1 to 200": (
        *("selu", "-w", -3, "-b", 0.4, "-d", "1-200"),
        *("-o", "a.svg"),
    ),
    "picture of 1.5·tanh(2y) + 0.1y, nested 300 times": (
        *("expr", "1.5*tanh(2*y)+0.1*y", "--nest", 300),
        *("-o", "a.svg"),
    ),
    "table of gelu w=2, depth 30": ("gelu", "-w", 2, "-d", 30, "--no-plot"),
    "table of mish w=2 b=-0.5, depth 30": ("mish", "-w", 2, "-b", -0.5, "-d", 30, "--no-plot"),
    "table of sin w=3, depth 30": ("sin", "-w", 3, "-d", 30, "--no-plot"),
    "table of gelu w=2, depth 100": ("gelu", "-w", 2, "-d", 100, "--no-plot"),
    "table of tanh w=8 b=0.5, depth 1000": ("tanh", "-b", 0.5, "-d", 1000, "--no-plot"),
    "map of tanh at depth 10, its 9216 cells": ("map", "tanh", "--depth", 10, "--no-plot"),
}
WORDS = f"""
All depths from 1 to {DEEPEST} share nearly everything with the deepest: their table is timed
against that of depth {DEEPEST} alone. What else is deep is timed against one figure of three depths
by the script, which proves nothing.
"""


def section() -> Section:
    """Whole processes, tables first."""
    return Section("Deep networks", WORDS, (all_depths(), against_the_script()))


def all_depths() -> Table:
    """The table of every depth over that of the deepest."""
    commands = {}
    for chain in CHAINS:
        activation, weight, bias = chain
        words = (GRADPLOT, activation, "-w", weight, "-b", bias, "--no-plot", "-d")
        commands[f"{chain} all"] = (*words, f"1-{DEEPEST}")
        commands[f"{chain} one"] = (*words, DEEPEST)
    seconds = processes(commands, rounds=ROUNDS)
    rows = []
    for chain in CHAINS:
        ratio = Ratio.of(seconds[f"{chain} all"], seconds[f"{chain} one"])
        name = "{} w={} b={}".format(*chain)
        rows.append((name, str(ratio), ALL_DEPTHS.verdict(ratio)))
    return Table(
        f"Tables of depths 1 to {DEEPEST} against depth {DEEPEST} alone",
        ("chain", "ratio", "goal"),
        tuple(rows),
    )


def against_the_script() -> Table:
    """What is deep over one figure of the script."""
    commands = {name: (GRADPLOT, *words) for name, words in DEEP.items()}
    seconds = processes({"script": SCRIPT, **commands}, rounds=ROUNDS)
    rows = [(name, str(Ratio.of(seconds[name], seconds["script"]))) for name in DEEP]
    return Table("Deep networks against a figure of the script", ("gradplot", "ratio"), tuple(rows))
