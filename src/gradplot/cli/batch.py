"""``gradplot batch``: every figure of a manifest."""

from __future__ import annotations

import json as json_text
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from gradplot.cli.command import Command
from gradplot.cli.options import WORK, flag, option, stacked
from gradplot.errors import InputError, ManifestError, OutputError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from gradplot.batch import Figure, Report

STDIN = "-"
MANIFEST = "figures.toml"


class Request(NamedTuple):
    """What the command line asks for."""

    manifest: str
    jobs: int | None
    scheduler: str | None
    force: bool
    check: bool
    exact: bool
    list: bool
    only: str | None
    any_version: bool
    watch: bool
    json: bool
    quiet: bool


@click.command("batch", cls=Command)
@click.argument("manifest", default=MANIFEST, type=click.Path(path_type=str, allow_dash=True))
@stacked(WORK)
@flag("--force", section="Work", help="Draw again what is up to date, too.")
@option(
    "--only",
    section="Work",
    metavar="GLOB",
    help="Leave alone outputs whose names do not match, as in 'tanh-*.svg'.",
)
@flag(
    "--any-version",
    section="Work",
    help="Leave alone outputs that are out of date only because gradplot, matplotlib or numpy "
    "have another version.",
)
@flag("--watch", section="Work", help="Stay, and draw again whenever the manifest changes.")
@flag("--check", section="Look", help="Draw nothing; exit 1 if an output is missing or stale.")
@flag("--exact", section="Look", help="With --check: compare bytes with a fresh drawing.")
@flag("--list", section="Look", help="List the outputs and their state.")
@flag("--init", section="Start", help="Write a small commented manifest to start from.")
@flag("--schema", section="Start", help="Print the manifest's JSON Schema, for editors.")
@flag("--json", section="Report", help="Print outcomes and each figure's numbers as JSON.")
@flag("-q", "--quiet", section="Report", help="Print nothing but errors.")
def command(manifest: str, init: bool, schema: bool, **values: Any) -> int:
    """Draw every figure of MANIFEST that is missing or out of date.

    MANIFEST is a TOML file, figures.toml unless another is named; - reads it from standard input.
    Its keys are the long option names of the other commands, under [defaults] and a [[figure]] for
    each. `gradplot batch --init` writes one to start from.
    """
    if init:
        return write_starter(manifest)
    if schema:
        from gradplot.batch.manifest.schema import to_json
        from gradplot.cli.streams import emit

        emit(to_json())
        return 0
    request = Request(manifest=manifest, **values)
    refuse_contradictions(request)
    with ExitStack() as stack:
        executor = None
        if request.scheduler is not None:
            from gradplot.batch.cluster import connected

            executor = stack.enter_context(connected(request.scheduler))
        return watch(request, executor) if request.watch else once(request, executor)


def refuse_contradictions(request: Request) -> None:
    """Raise InputError for options that cannot be meant together."""
    looking = "check" if request.check else "list" if request.list else None
    for name, given, other in (
        ("list", request.list, "check" if request.check else None),
        ("force", request.force, looking),
        ("watch", request.watch, looking),
        ("watch", request.watch, "json" if request.json else None),
        ("scheduler", request.scheduler is not None, "jobs" if request.jobs else None),
    ):
        if given and other:
            raise InputError(name, f"contradicts --{other}; give one or the other")
    for name, given in (("force", request.force), ("exact", request.exact)):
        if given and request.any_version:
            raise InputError("any-version", f"contradicts --{name}; give one or the other")
    if request.exact and not request.check:
        raise InputError("exact", "means something with --check only; add --check")
    if request.watch and request.manifest == STDIN:
        raise InputError("watch", "standard input cannot be watched; name a file")


def write_starter(manifest: str) -> int:
    from gradplot.batch.manifest.starter import STARTER
    from gradplot.cli.streams import emit

    if manifest == STDIN:
        emit(STARTER)
        return 0
    from gradplot.output.files import write

    if os.path.lexists(manifest):
        raise OutputError(f"{manifest}: exists already; choose another name, or remove it first")
    write(manifest, STARTER.encode(), clobber=False)
    emit(f"wrote {manifest}; draw its figures with: gradplot batch {manifest}\n", err=True)
    return 0


def figures_of(request: Request) -> list[Figure]:
    """The figures that the manifest and ``--only`` choose."""
    from gradplot.batch import load, only, parse

    if request.manifest == STDIN:
        figures = parse(standard_input(), name="<stdin>")
    else:
        figures = load(request.manifest)
    if request.only is not None:
        figures = only(figures, request.only)
        if not figures:
            raise InputError(
                "only", f"no output is named like {request.only!r}; --list shows their names"
            )
    return figures


def standard_input() -> bytes:
    """All of standard input."""
    try:
        with open(0, "rb", closefd=False) as file:
            return file.read()
    except OSError as error:
        raise ManifestError(f"<stdin>: cannot be read: {error.strerror}; name a file") from None


def once(request: Request, executor: Executor | None) -> int:
    """Do what is asked for one time; the exit code."""
    from gradplot.batch import check, run, survey
    from gradplot.cli.narrator import narrator

    figures = figures_of(request)
    if request.list:
        report = survey(figures, any_version=request.any_version)
        show_states(report, request)
        return 0
    with narrator(quiet=request.quiet, checking=request.check) as observer:
        if request.check:
            report = check(
                figures,
                exact=request.exact,
                any_version=request.any_version,
                executor=executor,
                jobs=request.jobs,
                observer=observer,
            )
        else:
            report = run(
                figures,
                executor=executor,
                jobs=request.jobs,
                force=request.force,
                any_version=request.any_version,
                numbers=request.json,
                observer=observer,
            )
    if request.check:
        show_states(report, request, hidden=("unchanged",))
    elif request.json:
        show_json(report)
    observer.conclude(report)
    return report.exit_code


def watch(request: Request, executor: Executor | None) -> int:
    """Draw, wait for a change, and again, until Ctrl-C."""
    from gradplot.batch.pool import WorkerPool
    from gradplot.batch.watch import require, signature, wait_for_change
    from gradplot.cli.streams import emit

    require()
    with ExitStack() as stack:
        # Kept from one round to the next: a worker that is warm draws at once.
        workers = executor or stack.enter_context(WorkerPool(request.jobs))
        styles: list[str] = []
        while True:
            seen = signature([request.manifest, *styles])
            try:
                figures = figures_of(request)
                found = list(dict.fromkeys(each.style for each in figures if each.style))
                if found != styles:
                    styles, seen = found, signature([request.manifest, *found])
                draw_watched(figures, request, workers)
            except (ManifestError, InputError) as error:
                emit(f"gradplot: {error}\n", err=True)
            if not request.quiet:
                emit(f"watching {request.manifest}; Ctrl-C ends\n", err=True)
            wait_for_change([request.manifest, *styles], seen)


def draw_watched(figures: list[Figure], request: Request, workers: Executor) -> None:
    from gradplot.batch import run
    from gradplot.cli.narrator import narrator

    with narrator(quiet=request.quiet) as observer:
        report = run(
            figures,
            executor=workers,
            force=request.force,
            any_version=request.any_version,
            observer=observer,
        )
    observer.conclude(report)


def show_states(report: Report, request: Request, *, hidden: tuple[str, ...] = ()) -> None:
    """The state of every output, a line each, or as JSON."""
    if request.json:
        show_json(report)
    elif not request.quiet:
        from gradplot.cli.streams import emit

        lines = [
            f"{state:<9}  {name}\n"
            for outcome in report.outcomes
            for name, state in outcome.states.items()
            if state not in hidden
        ]
        emit("".join(lines))


def show_json(report: Report) -> None:
    from gradplot.cli.streams import emit

    emit(json_text.dumps(report.as_data(), indent=2, allow_nan=False) + "\n")
