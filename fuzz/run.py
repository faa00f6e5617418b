"""Runs many cases on a few processes and adds up what came of them."""

from __future__ import annotations

import math
import signal
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from fuzz import commands, draw, pictures
from fuzz.check import SLOW, Verdict, check

#: Cases that a worker takes at a time.
PORTION = 5
KINDS = ("chains", "formulas", "alongs", "pictures", "commands")


@dataclass(frozen=True)
class Plan:
    """How much of each kind, from which seed, and for how long at most."""

    seed: str
    chains: int
    formulas: int
    alongs: int
    pictures: int
    commands: int
    seconds: float
    processes: int
    activations: tuple[str, ...] = ()


@dataclass
class Totals:
    """Counts of what happened, and every case that should not have."""

    done: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    widths: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    bad: list[Verdict] = field(default_factory=list)
    slow: list[Verdict] = field(default_factory=list)
    unreached: list[Verdict] = field(default_factory=list)

    def add(self, kind: str, verdict: Verdict) -> None:
        self.done[kind] += 1
        for name in ("refused", "dead", "unbounded", "converged"):
            self.counts[f"{kind} {name}"] += bool(getattr(verdict, name))
        if not math.isnan(verdict.width) and not verdict.dead:
            self.widths[verdict.group].append(verdict.width)
        if verdict.wrong or verdict.crash:
            self.bad.append(verdict)
        if verdict.seconds > SLOW:
            self.slow.append(verdict)
        if not verdict.reached:
            self.unreached.append(verdict)


def _one(task: tuple[str, str, int, tuple[str, ...]]) -> tuple[str, Verdict]:
    kind, seed, number, activations = task
    if kind == "chains":
        return kind, check(draw.chain(seed, number, activations))
    if kind == "formulas":
        return kind, check(draw.formula(seed, number))
    if kind == "alongs":
        return kind, check(draw.along(seed, number))
    if kind == "pictures":
        return kind, pictures.check(draw.picture(seed, number))
    return kind, commands.check(commands.draw(seed, number))


def _portion(tasks: list[tuple[str, str, int, tuple[str, ...]]]) -> list[tuple[str, Verdict]]:
    return [_one(task) for task in tasks]


def run(plan: Plan) -> Iterator[tuple[str, Verdict]]:
    """(kind, verdict) of every case, in no order; stops when the time is up or by Ctrl-C."""
    counts = {kind: getattr(plan, kind) for kind in KINDS}
    tasks = [
        (kind, plan.seed, number, plan.activations)
        for kind, count in counts.items()
        for number in range(count)
    ]
    # Kinds in turn, so that a run that is cut short has seen a share of each.
    tasks.sort(key=lambda task: (task[2] + 0.5) / counts[task[0]])
    end = time.monotonic() + plan.seconds
    portions = [tasks[k : k + PORTION] for k in range(0, len(tasks), PORTION)]
    pool = ProcessPoolExecutor(
        plan.processes, mp_context=get_context("spawn"), initializer=_leave_the_keyboard
    )
    waiting: deque[Future[list[tuple[str, Verdict]]]] = deque()
    try:
        for portion in portions:
            waiting.append(pool.submit(_portion, portion))
            if len(waiting) < 4 * plan.processes:
                continue
            yield from waiting.popleft().result()
            if time.monotonic() > end:
                return
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_the_keyboard() -> None:
    """Ctrl-C is for the process that reports; the workers end with their portions."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
