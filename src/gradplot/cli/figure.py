"""One figure, from the options of a command to its pictures and its table."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from gradplot.cli.asked import ASKED, Asked
from gradplot.cli.targets import STDOUT, Target, refuse_existing, targets
from gradplot.errors import InputError
from gradplot.spec.figure import FORMATS, MOVING, PAGES

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

    from gradplot.rendering import Rendering
    from gradplot.spec.figure import FigureSpec

    #: Opens what takes parts of the work.
    Workers = Callable[[], AbstractContextManager[Executor | None]]


def make_figure(
    ctx: click.Context,
    function: dict[str, object],
    *,
    stem: str,
    workers: Workers | None = None,
) -> None:
    """Do what a figure command's options ask for.

    ``function`` says what is drawn, in the keys of ``reading.figure``; the other
    values are the command's own. ``stem`` names the picture where ``--output`` does not, and
    ``workers`` opens what takes parts of the work.
    """
    from gradplot.reading.figure import figure_spec
    from gradplot.reading.formats import check_formats

    asked: Asked | None = ctx.meta.get(ASKED)
    options = {name.replace("_", "-"): value for name, value in ctx.params.items()}
    plot = not _chosen(ctx, "no_plot", over=("output", "format"))
    preview = _chosen(ctx, "preview", over=("json", "csv", "quiet", "no_plot"))
    if preview:
        _check_terminal()
        plot = bool(plot and (options["output"] or options["format"]))
    form = _report_form(ctx)
    if options["no-title"]:
        untitled = _chosen(ctx, "no_title", over=("title",))
        options |= {"no-title": untitled, "title": None if untitled else options["title"]}
    spec = figure_spec(options | function, folder=asked.folder if asked else ".")
    if asked is not None:  # only what would be drawn is wanted, by somebody else
        asked.spec = spec
        return
    wanted: tuple[Target, ...] = ()
    if plot:
        natural = _natural_format(spec)
        wanted = targets(options["output"], options["format"], stem=stem, default=natural)
    check_formats(spec, [target.format for target in wanted])
    _check_stdout(wanted)
    if options["if-changed"] and wanted:
        wanted = _stale(spec, wanted, quiet=options["quiet"])
        if not wanted and form not in ("json", "csv") and not preview:
            return
    clobber = not options["no-clobber"]
    if not clobber:
        refuse_existing(wanted)
    _compute_and_write(
        spec,
        wanted,
        form=form,
        clobber=clobber,
        quiet=bool(options["quiet"]),
        preview=bool(preview),
        workers=workers,
    )


def _check_terminal() -> None:
    """Raise InputError where a preview would not be seen."""
    if not sys.stdout.isatty():
        raise InputError(
            "preview", "standard output is no terminal; leave it out, or draw a picture with -o"
        )
    if "utf" not in (sys.stdout.encoding or "").lower():
        raise InputError("preview", f"{sys.stdout.encoding} has no dots; use a UTF-8 locale")


def _check_stdout(wanted: Iterable[Target]) -> None:
    """Raise InputError where a picture would go to a terminal."""
    if sys.stdout.isatty() and any(target.path == STDOUT for target in wanted):
        raise InputError(
            "output", "- would put a picture on the terminal; pipe it on, or name a file"
        )


def _natural_format(spec: FigureSpec) -> str:
    """What a figure is drawn as where nothing says."""
    if spec.motion is not None and not spec.motion.last:
        return MOVING[0]
    return FORMATS[0] if spec.page is None else PAGES[0]


def _compute_and_write(
    spec: FigureSpec,
    wanted: tuple[Target, ...],
    *,
    form: str,
    clobber: bool,
    quiet: bool,
    preview: bool,
    workers: Workers | None,
) -> None:
    from gradplot.cli.progress import progress_bar
    from gradplot.cli.streams import console, drawn, emit
    from gradplot.output.files import write
    from gradplot.rendering import render

    formats = dict.fromkeys(target.format for target in wanted)
    opened = workers() if workers is not None else _workers(spec, formats)
    with opened as own, progress_bar("Bracketing the steepest slopes") as progress:
        rendering = render(
            spec,
            formats=formats,
            progress=progress,
            executor=own,
            preview_width=console().width if preview else None,
        )
    # Pictures first: who reads only the table's first line still gets them.
    for target in wanted:
        if target.path == STDOUT:
            emit(rendering.images[target.format])
            continue
        write(target.path, rendering.images[target.format], clobber=clobber)
        if not quiet:
            emit(f"wrote {target.path}\n", err=True)
    _warn(spec, wanted, quiet=quiet)
    if rendering.preview is not None:
        emit(drawn(rendering.preview))
    to_stdout = any(target.path == STDOUT for target in wanted)
    outputs = [target.path for target in wanted]
    text = _report(rendering, outputs, form=form, err=to_stdout)
    if text:
        emit(text, err=to_stdout)


def _warn(spec: FigureSpec, wanted: Sequence[Target], *, quiet: bool) -> None:
    """Say so where what moves must be stoppable: only the page that it goes into can do that."""
    moves = any(target.format in MOVING for target in wanted)
    if moves and not quiet and spec.motion is not None and spec.motion.endless:
        words = (
            "note: what moves for more than 5 seconds needs a way to stop it on its page "
            "(WCAG 2.2.2); --frame last makes a still\n"
        )
        from gradplot.cli.streams import emit

        emit(words, err=True)


def _workers(spec: FigureSpec, formats: Iterable[str]) -> AbstractContextManager[Executor | None]:
    """Processes for what takes long alone: every frame of a sweep, every stop of a slider."""
    swept = spec.motion is not None and spec.motion.parameter is not None
    if any(format in PAGES for format in formats) or (swept and formats):
        from gradplot.batch.pool import WorkerPool, cores

        if cores() > 1:
            return WorkerPool()
    return nullcontext()


def _report(rendering: Rendering, outputs: list[str], *, form: str, err: bool) -> str:
    if form == "quiet":
        return ""
    if form == "json":
        return rendering.to_json(outputs)
    if form == "csv":
        return rendering.report.to_csv(rendering.findings)
    from gradplot.cli.streams import drawn

    return drawn(rendering.report.table(rendering.spec, rendering.findings), err=err)


def _report_form(ctx: click.Context) -> str:
    """How the findings are printed: table, json, csv or quiet."""
    json = _chosen(ctx, "json", over=("csv",))
    csv = not json and _chosen(ctx, "csv")
    return "json" if json else "csv" if csv else "quiet" if ctx.params["quiet"] else "table"


def _chosen(ctx: click.Context, name: str, *, over: tuple[str, ...] = ()) -> bool:
    """Whether a flag holds against those that contradict it.

    What is typed wins over the environment; two that are typed are an error.
    """
    if not ctx.params[name]:
        return False
    typed = ParameterSource.COMMANDLINE
    rivals = [
        rival for rival in over if ctx.params[rival] and ctx.get_parameter_source(rival) is typed
    ]
    if rivals and ctx.get_parameter_source(name) is typed:
        flag = f"--{name.replace('_', '-')}"
        raise InputError(
            flag[2:], f"contradicts --{rivals[0].replace('_', '-')}; give one or the other"
        )
    return not rivals


def _stale(spec: FigureSpec, wanted: tuple[Target, ...], *, quiet: bool) -> tuple[Target, ...]:
    """The targets that ``spec`` would draw otherwise than they are."""
    from gradplot.cli.streams import emit
    from gradplot.output.freshness import is_fresh

    stale = []
    for target in wanted:
        if target.path == STDOUT or not is_fresh(spec, target.path, target.format):
            stale.append(target)
        elif not quiet:
            emit(f"{target.path} is up to date\n", err=True)
    return tuple(stale)
