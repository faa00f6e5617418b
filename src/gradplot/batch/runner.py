"""Figures into images: what is out of date is drawn by workers and written here, one by one."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from gradplot.batch.outcomes import Outcome, Report, State
from gradplot.batch.state import clean_up, survey
from gradplot.errors import GradplotError, InputError, ManifestError
from gradplot.output import files
from gradplot.output.freshness import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Executor

    from gradplot.batch.manifest.reader import Figure
    from gradplot.batch.state import Figures
    from gradplot.batch.task import Drawn


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
    any_version: bool = False,
    numbers: bool = False,
    observer: Observer | None = None,
) -> Report:
    """Draw every figure that is missing or out of date.

    ``figures`` are a manifest's path or the figures of one. Without ``executor`` they are drawn by
    ``jobs`` processes on this machine (as many as it has cores); with one, wherever it takes them:
    the images come back as bytes and are written by the caller's process. ``force`` draws what is
    up to date as well, ``numbers`` adds every figure's findings to its outcome, and ``observer``
    hears of each outcome as soon as its images are on disk. Raises ManifestError; whatever goes
    wrong with one figure is in its outcome. ``any_version`` leaves alone what only other versions
    of gradplot, matplotlib or numpy have drawn.
    """
    report = survey(figures, any_version=any_version)
    clean_up(report)
    if force:
        for outcome in report.outcomes:
            outcome.states = dict.fromkeys(outcome.states, "stale")
    _follow(
        report,
        formats=lambda outcome: _formats_in(outcome, "missing", "stale"),
        use=settle,
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
    any_version: bool = False,
    executor: Executor | None = None,
    jobs: int | None = None,
    observer: Observer | None = None,
) -> Report:
    """Say what is missing or stale and write nothing.

    ``exact`` draws what looks up to date and compares the bytes; ``any_version`` as for ``run``.
    """
    report = survey(figures, any_version=any_version)
    _follow(
        report,
        formats=lambda outcome: _formats_in(outcome, "unchanged") if exact else (),
        use=compare,
        executor=executor,
        jobs=jobs,
        observer=observer,
    )
    return report


def refuse_bad_styles(figures: Iterable[Figure]) -> None:
    """Raise ManifestError for style sheets that matplotlib cannot use.

    It is matplotlib that has to be asked, so that only what is about to be drawn is worth it.
    """
    first = {figure.spec.style: figure for figure in reversed(list(figures)) if figure.spec.style}
    if not first:
        return
    from gradplot.output.picture.look.style import sheet

    problems = []
    for text, figure in reversed(first.items()):
        try:
            sheet(text)
        except InputError as error:
            problems.append(f"{figure.style}: {error.message} (the style of {figure.place})")
    if problems:
        raise ManifestError("\n".join(problems))


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
    if jobs is not None and jobs < 1:
        raise InputError("jobs", f"{jobs} is no number of workers; give at least 1")
    observer = observer or Observer()
    wanted: dict[int, tuple[str, ...]] = {}
    for index, outcome in enumerate(report.outcomes):
        chosen = formats(outcome)
        if chosen or numbers:
            wanted[index] = chosen
        else:
            observer.skip(outcome)
    if not wanted:
        return
    # Imported late: a batch that is up to date is told so at start-up speed.
    from concurrent.futures import ThreadPoolExecutor

    from gradplot.batch.dispatch import perform
    from gradplot.batch.task import STRICTEST, Failed, Task

    tasks = {
        index: Task(
            spec=report.outcomes[index].figure.spec,
            formats=chosen,
            fingerprint=fingerprint(report.outcomes[index].figure.spec, STRICTEST),
            numbers=numbers,
            outputs=tuple(report.outcomes[index].states),
        )
        for index, chosen in wanted.items()
    }
    refuse_bad_styles(report.outcomes[index].figure for index in wanted)
    observer.begin(len(tasks))
    # Files are written in a thread of their own: Ctrl-C interrupts the main thread only, and so
    # never comes between a temporary file and its removal.
    with (
        ThreadPoolExecutor(max_workers=1) as writer,
        closing(perform(tasks, executor=executor, jobs=jobs)) as results,
    ):
        for index, result in results:
            outcome = report.outcomes[index]
            if isinstance(result, Failed):
                outcome.fail(result.message, result.trace)
            else:
                outcome.numbers = result.numbers
                writer.submit(use, outcome, result).result()
            observer.settle(outcome)
