"""gradplot's brackets beside what others find of the same maximum slope, and how long they take."""

from __future__ import annotations

import math
import sys
import tempfile
import time

from bench.contenders import ACCURACY, CONTENDERS, Contender, GaveUp
from bench.measured import Ratio, Section, Table, figure
from bench.problems import PROBLEMS, Problem
from bench.timing import GRADPLOT, process
from gradplot import max_slope

ROUNDS = 3
#: Seconds that a contender has for one problem.
LIMIT = 60.0
#: Seconds of a first round that is no mere loading of libraries.
WARM = 2.0
#: Decades that count as nothing missed: what doubles leave of a logarithm.
NOTHING = 1e-8
WORDS = f"""
The maximum of |dy/dx| on [-1, 1], by who else could be asked. Times are theirs over gradplot's:
Sollya's as a whole process over `gradplot --no-plot`, all others within one process over
`max_slope`. Who proves is asked for a bracket of relative width {ACCURACY:g} and has {LIMIT:g}
seconds; the others have no upper bound to show, and what they miss is told in decades of the true
maximum. The grid has an even number of points: an odd one hits x = 0 by luck. The branch and bound
is thirty lines in `bench/contenders.py`, on the slope written out by hand.
"""


def section() -> Section:
    """Every contender on every problem."""
    notes = []
    able = []
    for contender in CONTENDERS:
        reason = contender.missing()
        if reason is None:
            able.append(contender)
        elif reason not in notes:
            notes.append(reason)
    rows = [row for problem in PROBLEMS for row in _rows(problem, able)]
    columns = ("function", "asked", "time", "finds")
    table = Table("The steepest slope, found by others", columns, tuple(rows), tuple(notes))
    return Section("Beside others", WORDS, (table,))


def _rows(problem: Problem, able: list[Contender]) -> list[tuple[str, ...]]:
    truth = max_slope(problem.curve())
    bracket = (truth.lower, truth.upper)
    peak = f"log10 {truth.lower / math.log(10):.6f}, bracket {figure(bracket[1] - bracket[0])} wide"
    rows = [(f"`{problem.name}`", "gradplot", "1", peak)]
    for contender in able:
        time_, words = measure(contender, problem, bracket)
        rows.append(("", contender.name, time_, words))
    return rows


def measure(
    contender: Contender, problem: Problem, bracket: tuple[float, float]
) -> tuple[str, str]:
    """Its time over gradplot's, and what it finds, in words.

    One that gives up is not asked again, and would have taken longer than it did. What loads a
    library, as a short first round may, does not count, and one that is slow has fewer rounds.
    """
    ours: list[float] = []
    theirs: list[float] = []
    warm = False
    while len(theirs) < ROUNDS and sum(theirs) < LIMIT:
        own = _ours(problem, whole=contender.process)
        start = time.perf_counter()
        try:
            found = contender.solve(problem, LIMIT, own)
        except GaveUp as reason:
            return f"> {figure((time.perf_counter() - start) / own)}", f"gave up: {reason}"
        took = time.perf_counter() - start
        if warm or took > WARM:
            ours.append(own)
            theirs.append(took)
        warm = True
    return str(Ratio.of(theirs, ours)), verdict(found, bracket)


def _ours(problem: Problem, *, whole: bool) -> float:
    if whole:
        with tempfile.TemporaryDirectory() as folder:
            return process([GRADPLOT, *problem.words, "--no-plot"], folder)
    start = time.perf_counter()
    max_slope(problem.curve())
    return time.perf_counter() - start


def verdict(found: tuple[float, float], bracket: tuple[float, float]) -> str:
    """What was found (natural logarithms) beside gradplot's bracket.

    Ends the benchmark where the two exclude each other: then one of them is wrong, and that matters
    more than any time.
    """
    low, high = found
    if high < bracket[0] or low > bracket[1] + NOTHING:
        sys.exit(f"bench: [{low!r}, {high!r}] and gradplot's {bracket!r} cannot both be right")
    if high < math.inf:
        return f"a bracket {figure(high - low)} wide"
    missed = (bracket[0] - low) / math.log(10)
    if missed <= NOTHING:
        return "all of it, unproven"
    return f"misses {figure(missed)} decades"
