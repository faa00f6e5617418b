"""Other ways to the steepest slope of a problem: each gives a bracket of ln|dy/dx|.

A way that only samples has no upper end: its bracket ends at infinity.
"""

from __future__ import annotations

import heapq
import math
import re
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq

from bench.measured import figure
from bench.problems import Problem

#: Relative width that is asked of whoever proves something.
ACCURACY = 1e-9
#: Bits of the balls: an orbit of fifty layers loses a hundred and fifty.
BITS = 400
#: Points of a grid that numpy does at once, in its caches, and how often for its pace.
BLOCK, TRIALS = 10_000, 9
#: scipy's own defaults but for the sampling, which is fairer to one dimension.
SHGO = {"n": 1024, "sampling_method": "sobol"}


class GaveUp(Exception):
    """There was no answer within the limit."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way; ``solve`` takes a problem, the seconds it may take, and those that gradplot took."""

    name: str
    solve: Callable[[Problem, float, float], tuple[float, float]]
    missing: Callable[[], str | None]
    #: Whether it is a process of its own: then it is timed against a whole gradplot.
    process: bool = False


def sollya(problem: Problem, limit: float, ours: float) -> tuple[float, float]:
    """The supremum norm of the derivative, as Sollya proves it."""
    program = f"{problem.sollya} print(supnorm(0, diff(f), [-1;1], absolute, {ACCURACY}));\nquit;\n"
    try:
        done = subprocess.run(
            ["sollya"], input=program, capture_output=True, text=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        raise GaveUp(f"no answer within {limit:g} s") from None
    found = re.search(r"\[([^;\]]+);([^;\]]+)\]", done.stdout)
    if not found:
        raise GaveUp("no bracket")
    low, high = (math.log(float(end)) for end in found.groups())
    return low, high


def grid(problem: Problem, limit: float, ours: float) -> tuple[float, float]:
    """The steepest of as many points as numpy does in the time that gradplot took."""
    # An even number: an odd one hits x = 0, where some peaks are, by luck.
    points = 2 * max(1, int(0.5 * ours / _pace(problem)))
    steepest = -math.inf
    for start in range(0, points, BLOCK):
        x = np.arange(start, min(start + BLOCK, points)) * (2 / (points - 1)) - 1
        steepest = max(steepest, float(problem.log_slope(x).max()))
    return steepest, math.inf


@cache
def _pace(problem: Problem) -> float:
    """Seconds that numpy takes for a point."""
    trial, took = np.linspace(-1, 1, BLOCK), []
    for _ in range(TRIALS):
        start = time.perf_counter()
        problem.log_slope(trial)
        took.append(time.perf_counter() - start)
    return statistics.median(took) / BLOCK


def dual_annealing(problem: Problem, limit: float, ours: float) -> tuple[float, float]:
    """scipy's simulated annealing on ln|dy/dx|."""
    from scipy import optimize

    found = optimize.dual_annealing(_descent(problem), [(-1.0, 1.0)], rng=0)
    return -float(found.fun), math.inf


def shgo(problem: Problem, limit: float, ours: float) -> tuple[float, float]:
    """scipy's simplicial homology global optimisation on ln|dy/dx|."""
    from scipy import optimize

    found = optimize.shgo(_descent(problem), [(-1.0, 1.0)], **SHGO)
    if found.x is None:
        raise GaveUp("no minimum found")
    return -float(found.fun), math.inf


def balls(problem: Problem, limit: float, ours: float) -> tuple[float, float]:
    """A branch and bound of thirty lines on the slope itself, in python-flint's balls."""
    before, ctx.prec = ctx.prec, BITS
    try:
        return _branch_and_bound(problem, limit)
    finally:
        ctx.prec = before


def _branch_and_bound(problem: Problem, limit: float) -> tuple[float, float]:
    end = time.perf_counter() + limit
    least = arb(0)
    whole = (Fraction(-1), Fraction(1))
    boxes = [(-math.inf, *whole)]
    while True:
        bound, low, high = heapq.heappop(boxes)
        proven = float(least.log()) if least > 0 else -math.inf
        if -bound <= proven + ACCURACY:
            return proven, max(-bound, proven)
        if time.perf_counter() > end:
            raise GaveUp(f"a bracket {figure(-bound - proven)} wide after {limit:g} s")
        middle = (low + high) / 2
        at_middle = problem.slope(arb(_exact(middle))).lower()
        if at_middle > least:
            least = at_middle
        for start, stop in ((low, middle), (middle, high)):
            over = problem.slope(
                arb(_exact((start + stop) / 2), _exact((stop - start) / 2))
            ).upper()
            if not over < least:
                top = float(over.log()) if over.is_finite() else math.inf
                heapq.heappush(boxes, (-top, start, stop))


def _exact(number: Fraction) -> fmpq:
    return fmpq(number.numerator, number.denominator)


def _descent(problem: Problem) -> Callable[[Any], float]:
    return lambda x: -float(problem.log_slope(np.asarray(x, dtype=float).reshape(1))[0])


def _there() -> None:
    return None


def _no_sollya() -> str | None:
    return None if shutil.which("sollya") else "Sollya is not installed: skipped"


def _no_scipy() -> str | None:
    if find_spec("scipy"):
        return None
    return "scipy is not installed: skipped (.venv/bin/python -m pip install 'scipy>=1.15')"


CONTENDERS = (
    Contender("Sollya, supnorm", sollya, _no_sollya, process=True),
    Contender("a grid in the same time", grid, _there),
    Contender("scipy, dual_annealing", dual_annealing, _no_scipy),
    Contender("scipy, shgo", shgo, _no_scipy),
    Contender("python-flint, branch and bound", balls, _there),
)
