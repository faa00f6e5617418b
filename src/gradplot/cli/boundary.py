"""The one place where errors and signals become a line and an exit code.

0 done · 1 something is stale, said by ``--check`` alone · 2 usage · 3 could not compute, draw or
write · death by the signal itself for Ctrl-C and its kin.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import click
from click.exceptions import Exit, NoArgsIsHelpError

from gradplot import process
from gradplot.cli import streams
from gradplot.cli.command import name_of
from gradplot.cli.signals import Interruption, die_by, stand_down
from gradplot.errors import GradplotError, InputError

#: Where a user's mistake is not about an option, the key only says which part found it.
_UNNAMED = ("activation", "formula")
_FAILED = 3


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line in this process, and exit with what came of it."""
    streams.prepare()
    process.claim()
    warnings.showwarning = lambda message, *_, **__: _say(f"warning: {message}")
    interruption = Interruption()
    code = _FAILED
    try:
        interruption.watch()
        code = outcome(sys.argv[1:] if arguments is None else arguments, interruption)
        stand_down()
    except KeyboardInterrupt:
        pass
    if interruption.signal is not None:
        die_by(interruption.signal)
    _leave(code)


def _leave(code: int) -> NoReturn:
    """Exit without taking the interpreter apart.

    With numpy and matplotlib loaded that takes a fifth of the time of a whole figure, and frees
    what the end of the process frees anyway. What asked to be told of the exit is told.
    """
    if threading.active_count() > 1:  # somebody is still at work
        sys.exit(code)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    atexit._run_exitfuncs()
    os._exit(code)


def outcome(arguments: Sequence[str], interruption: Interruption | None = None) -> int:
    """Run the command line and say what went wrong, if anything; its exit code.

    What goes wrong after a signal is the signal's doing, and is told to nobody: a library may turn
    the KeyboardInterrupt into an error of its own, as a module does that was about to be loaded.
    """
    try:
        return _invoke(arguments)
    except BrokenPipeError:
        # Nobody reads any more, and what there was to write to disk is written.
        streams.abandon(sys.stdout)
        return 0
    except Exception as error:
        if interruption is not None and interruption.signal is not None:
            raise KeyboardInterrupt from error
        try:
            return _explain(error)
        except (BrokenPipeError, GradplotError):  # standard error itself is gone
            streams.abandon(sys.stderr)
            return _FAILED


def _explain(error: Exception) -> int:
    """Say what went wrong on standard error; the exit code for it."""
    if isinstance(error, NoArgsIsHelpError):
        streams.emit(error.format_message() + "\n", err=True)
        return error.exit_code
    line = sentence(error)
    # The default of click and of Python itself, 1, means "stale" here.
    code = error.exit_code if isinstance(error, click.UsageError | GradplotError) else _FAILED
    if line is None:
        from traceback import format_exception

        streams.emit("".join(format_exception(error)), err=True)
        line = "this is a bug; please report it with the lines above"
    _say(line)
    if code == _FAILED:
        streams.abandon(sys.stdout)  # it may be what failed, and must not fail again at exit
    return code


def sentence(error: Exception) -> str | None:
    """What went wrong, the value and the cure, on one line; None for what is nobody's mistake."""
    match error:
        case click.UsageError():
            return _usage(error)
        case click.ClickException():
            return error.format_message()
        case InputError():
            return error.message if error.key in _UNNAMED else str(error)
        case GradplotError():
            return str(error)
        case MemoryError():
            return "out of memory; draw fewer depths or a smaller picture"
        case OSError():
            place = error.filename or "standard output"
            return f"{place}: {error.strerror or error}; write elsewhere"
    return None


def _invoke(arguments: Sequence[str]) -> int:
    from gradplot.cli.app import app

    if "_GRADPLOT_COMPLETE" in os.environ:
        app.main(args=list(arguments), prog_name="gradplot")
    try:
        with app.make_context("gradplot", list(arguments)) as ctx:
            result = app.invoke(ctx)
    except Exit as exit:
        return exit.exit_code
    return result if isinstance(result, int) else 0


def _usage(error: click.UsageError) -> str:
    """What, the value and the cure, after the option's name as the user wrote it."""
    name = name_of(error)
    if isinstance(error, click.NoSuchOption):
        from gradplot.nearest import did_you_mean

        params = error.ctx.command.get_params(error.ctx) if error.ctx else []
        known = [name for param in params for name in param.opts]
        cure = did_you_mean(error.option_name, known, otherwise=f"see {_help_command(error)}")
        return f"{error.option_name}: no such option; {cure}"
    if isinstance(error, click.MissingParameter):
        return f"{name} is missing; see {_help_command(error)}"
    if isinstance(error, click.BadParameter) and name:
        return f"{name}: {in_our_form(error.message)}"
    return f"{in_our_form(error.format_message())}; see {_help_command(error)}"


def _help_command(error: click.UsageError) -> str:
    return f"{error.ctx.command_path if error.ctx else 'gradplot'} --help"


def in_our_form(text: str) -> str:
    """click's sentence in our form: no capital, no full stop."""
    text = text.strip().removesuffix(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _say(message: str) -> None:
    streams.emit(
        click.style("gradplot:", fg="red", bold=True) if _colour() else "gradplot:", err=True
    )
    streams.emit(f" {message}\n", err=True)


def _colour() -> bool:
    return (
        sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
