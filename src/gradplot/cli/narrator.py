"""What a batch says while it works: a progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from gradplot.batch.outcomes import State
from gradplot.batch.runner import Observer
from gradplot.cli.streams import console, emit
from gradplot.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradplot.batch.outcomes import Outcome, Report

#: The states in the order of the summary, and whether it names them even when there are none.
_SUMMARY: tuple[tuple[State, bool, bool], ...] = (
    # state, always after drawing, always after a check
    ("drawn", True, False),
    ("unchanged", True, True),
    ("missing", False, True),
    ("stale", False, True),
    ("different", False, False),
    ("failed", True, False),
)


class Narrator(Observer):
    """Plain lines on standard error: each image as it is written, each failure as it comes."""

    def __init__(self, *, quiet: bool, checking: bool) -> None:
        self.quiet = quiet
        self.checking = checking
        self.traces: set[str] = set()

    def settle(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self.say(self.failure(outcome))
        elif not self.quiet and not self.checking:
            for name, state in outcome.states.items():
                if state == "drawn":
                    self.say(f"wrote {name}")

    def say(self, line: str) -> None:
        # Nobody may be listening any more; the figures are wanted all the same.
        with suppress(BrokenPipeError, OutputError):
            emit(line + "\n", err=True)

    def failure(self, outcome: Outcome) -> str:
        """What failed, where it stands in the manifest, and why; each traceback but once."""
        names = ", ".join(name for name, state in outcome.states.items() if state == "failed")
        line = f"failed {names} ({outcome.figure.place}): {outcome.error}"
        if outcome.trace is None or outcome.trace in self.traces:
            return line
        self.traces.add(outcome.trace)
        return f"{line}\n{outcome.trace.rstrip()}"

    def close(self) -> None:
        """Nothing more will be heard."""

    def conclude(self, report: Report) -> None:
        """Count the figures by what became of them."""
        if not self.quiet:
            counts = report.counts()
            parts = [
                f"{counts[state]} {state}"
                for state, drawing, checking in _SUMMARY
                if counts[state] or (checking if self.checking else drawing)
            ]
            self.say(", ".join(parts))


class Bar(Narrator):
    """A progress bar: figures done, failing, time left; failures in full above it."""

    progress: Any = None

    def begin(self, tasks: int) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failing]}", style="red"),
            TimeRemainingColumn(),
            console=console(err=True),
            transient=True,
        )
        word = "Comparing" if self.checking else "Drawing"
        self.task = self.progress.add_task(word, total=tasks, failing="")
        self.failures = 0
        self.progress.start()

    def settle(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self.failures += 1
            self.progress.console.print(self.failure(outcome), style="red", soft_wrap=True)
        failing = f"{self.failures} failed" if self.failures else ""
        self.progress.update(self.task, advance=1, failing=failing)

    def close(self) -> None:
        if self.progress is not None:
            self.progress.stop()


@contextmanager
def narrator(*, quiet: bool, checking: bool = False) -> Iterator[Narrator]:
    """The narrator that suits standard error."""
    kind = Bar if sys.stderr.isatty() and not quiet else Narrator
    chosen = kind(quiet=quiet, checking=checking)
    try:
        yield chosen
    finally:
        chosen.close()
