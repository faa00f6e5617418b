"""Figures into images: what is out of date is drawn by workers and written here, one by one."""

from __future__ import annotations

import os
import queue
from collections import deque
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
)
from contextlib import closing, nullcontext
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from gradplot.batch.manifest import Figure, load
from gradplot.batch.outcomes import Outcome, Report, State
from gradplot.batch.pool import WorkerPool, cores
from gradplot.batch.task import Drawn, Failed, Task, draw
from gradplot.errors import GradplotError
from gradplot.output import files
from gradplot.output.freshness import fingerprint, read

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    Figures = str | Path | Iterable[Figure]

#: Figures handed to workers and not yet written: enough for a large cluster, and no more bytes in
#: memory than that.
WINDOW = 256
#: How often a figure is tried whose worker dies.
ATTEMPTS = 2


class Observer:
    """Hears what happens while it happens; the methods of a subclass say what of it."""

    def begin(self, tasks: int) -> None:
        """So many figures are to be drawn; not called where there are none."""

    def settle(self, outcome: Outcome) -> None:
        """One figure is done, and its images are on disk."""

    def skip(self, outcome: Outcome) -> None:
        """One figure need not be drawn."""


def run(
    figures: Figures,
    *,
    executor: Executor | None = None,
    jobs: int | None = None,
    force: bool = False,
    numbers: bool = False,
    observer: Observer | None = None,
) -> Report:
    """Draw every figure that is missing or out of date.

    ``figures`` are a manifest's path or the figures of one. Without ``executor`` they are drawn by
    ``jobs`` processes on this machine (as many as it has cores); with one, wherever it takes them:
    the images come back as bytes and are written by the caller's process. ``force`` draws what is
    up to date as well, ``numbers`` adds every figure's findings to its outcome, and ``observer``
    hears of each outcome as soon as its images are on disk. Raises ManifestError; whatever goes
    wrong with one figure is in its outcome.
    """
    report = survey(figures)
    sweep(report)
    if force:
        for outcome in report.outcomes:
            outcome.states = dict.fromkeys(outcome.states, "stale")
    # Writing happens in a thread of its own: Ctrl-C interrupts the main thread only, and so never
    # comes between a temporary file and its removal.
    with ThreadPoolExecutor(max_workers=1) as writer:
        _follow(
            report,
            formats=lambda outcome: _formats_in(outcome, "missing", "stale"),
            use=lambda outcome, drawn: writer.submit(settle, outcome, drawn).result(),
            numbers=numbers,
            executor=executor,
            jobs=jobs,
            observer=observer,
        )
    return report


def check(
    figures: Figures,
    *,
    exact: bool = False,
    executor: Executor | None = None,
    jobs: int | None = None,
    observer: Observer | None = None,
) -> Report:
    """Say what is missing or stale and write nothing.

    ``exact`` draws what looks up to date and compares the bytes.
    """
    report = survey(figures)
    _follow(
        report,
        formats=lambda outcome: _formats_in(outcome, "unchanged") if exact else (),
        use=compare,
        executor=executor,
        jobs=jobs,
        observer=observer,
    )
    return report


def survey(figures: Figures) -> Report:
    """The state of every image on disk: unchanged, missing or stale. Nothing is drawn."""
    chosen = load(figures) if isinstance(figures, str | os.PathLike) else figures
    return Report([_surveyed(figure) for figure in chosen])


def only(figures: Iterable[Figure], pattern: str) -> list[Figure]:
    """The figures with the images whose names match a shell pattern."""
    found = []
    for figure in figures:
        outputs = tuple(each for each in figure.outputs if fnmatchcase(each.name, pattern))
        if outputs:
            found.append(replace(figure, outputs=outputs))
    return found


def sweep(report: Report) -> None:
    """Remove what a killed run left half written beside the outputs."""
    paths = (output.path for outcome in report.outcomes for output in outcome.figure.outputs)
    for folder in dict.fromkeys(map(os.path.dirname, paths)):
        files.sweep(folder)


def perform(
    tasks: dict[int, Task], *, executor: Executor | None = None, jobs: int | None = None
) -> Generator[tuple[int, Drawn | Failed], None, None]:
    """The result of each task as it comes, from the executor or from processes of our own."""
    own: AbstractContextManager[Executor]
    if executor is None:
        workers = min(jobs or cores(), len(tasks))
        own, window = WorkerPool(workers), 2 * workers
    else:
        own, window = nullcontext(executor), WINDOW
    with own as chosen:
        yield from _collect(tasks, chosen, window=window)


def settle(outcome: Outcome, drawn: Drawn) -> None:
    """Write the images of one figure, each whole or not at all."""
    for output in outcome.figure.outputs:
        if outcome.states[output.name] in ("missing", "stale"):
            try:
                files.write(output.path, drawn.images[output.format])
            except GradplotError as error:
                outcome.fail(str(error))
                return
            outcome.states[output.name] = "drawn"


def compare(outcome: Outcome, drawn: Drawn) -> None:
    """Find the images that are not, byte for byte, what was drawn just now."""
    for output in outcome.figure.outputs:
        if outcome.states[output.name] == "unchanged":
            try:
                with open(output.path, "rb") as file:
                    same = file.read() == drawn.images[output.format]
            except OSError as error:
                outcome.fail(f"{output.name} cannot be read: {error.strerror}")
                return
            outcome.states[output.name] = "unchanged" if same else "different"


def _surveyed(figure: Figure) -> Outcome:
    mark = fingerprint(figure.spec)
    states: dict[str, State] = {}
    for output in figure.outputs:
        found = read(output.path)
        if found == mark:
            states[output.name] = "unchanged"
        else:
            there = found is not None or os.path.lexists(output.path)
            states[output.name] = "stale" if there else "missing"
    return Outcome(figure, states)


def _formats_in(outcome: Outcome, *states: State) -> tuple[str, ...]:
    """The formats of a figure's images that are in one of the states."""
    return tuple(
        dict.fromkeys(
            output.format
            for output in outcome.figure.outputs
            if outcome.states[output.name] in states
        )
    )


def _follow(
    report: Report,
    *,
    formats: Callable[[Outcome], tuple[str, ...]],
    use: Callable[[Outcome, Drawn], None],
    numbers: bool = False,
    executor: Executor | None,
    jobs: int | None,
    observer: Observer | None,
) -> None:
    """Have each outcome's formats drawn, use what comes back, and tell of it."""
    observer = observer or Observer()
    tasks: dict[int, Task] = {}
    for index, outcome in enumerate(report.outcomes):
        wanted = formats(outcome)
        if wanted or numbers:
            figure = outcome.figure
            names = tuple(output.name for output in figure.outputs)
            mark = fingerprint(figure.spec)
            tasks[index] = Task(figure.spec, wanted, mark, numbers=numbers, outputs=names)
        else:
            observer.skip(outcome)
    if not tasks:
        return
    observer.begin(len(tasks))
    with closing(perform(tasks, executor=executor, jobs=jobs)) as results:
        for index, result in results:
            outcome = report.outcomes[index]
            if isinstance(result, Failed):
                outcome.fail(result.message, result.trace)
            else:
                outcome.numbers = result.numbers
                use(outcome, result)
            observer.settle(outcome)


def _collect(
    tasks: dict[int, Task], executor: Executor, *, window: int
) -> Iterator[tuple[int, Drawn | Failed]]:
    """Keep ``window`` tasks in hand and yield what comes back; try again what a worker died of."""
    waiting = deque((index, 1) for index in tasks)
    running: dict[Future[Drawn | Failed], tuple[int, int]] = {}
    done: queue.SimpleQueue[Future[Drawn | Failed]] = queue.SimpleQueue()
    try:
        while waiting or running:
            while waiting and len(running) < window:
                index, attempt = waiting.popleft()
                try:
                    future = executor.submit(draw, tasks[index])
                except Exception as error:
                    yield index, _unperformed(error)
                    continue
                running[future] = index, attempt
                future.add_done_callback(done.put)
            if not running:
                continue
            future = done.get()
            index, attempt = running.pop(future)
            failure = _error_of(future)
            if failure is None:
                yield index, future.result()
            elif isinstance(failure, BrokenExecutor) and attempt < ATTEMPTS:
                waiting.append((index, attempt + 1))
            else:
                yield index, _unperformed(failure)
    finally:
        for future in running:
            future.cancel()


def _error_of(future: Future[Drawn | Failed]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as cancelled:
        return cancelled


def _unperformed(error: BaseException) -> Failed:
    if isinstance(error, BrokenExecutor):
        return Failed(f"not drawn: {error}")
    return Failed(f"not drawn: {type(error).__name__}: {error}")
