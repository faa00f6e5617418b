"""The one boundary: every kind of failure becomes a line and an exit code, and none becomes 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import click
import pytest

from gradplot.cli import figure
from gradplot.errors import InputError, OutputError

from .conftest import Said

Say = Callable[..., Said]


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let the work of every figure command end in ``error``."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr(figure, "_compute_and_write", fail)


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (InputError("weight", "8 is wrong; mend it"), 2, "--weight: 8 is wrong; mend it"),
        (InputError("formula", "no x"), 2, "no x"),
        (InputError("elsewhere", "wrong"), 2, "elsewhere: wrong"),
        (OutputError("a.svg: the disk is full"), 3, "a.svg: the disk is full"),
        (MemoryError(), 3, "out of memory"),
        (OSError(28, "No space left on device"), 3, "standard output: No space left on device"),
        (FileNotFoundError(2, "No such file", "a.toml"), 3, "a.toml: No such file"),
        (click.ClickException("Something."), 3, "Something."),
        (click.UsageError("No way."), 2, "no way; see gradplot tanh --help"),
    ],
)
def test_a_user_s_mistake_is_one_line(
    say: Say, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, line: str
) -> None:
    failing(monkeypatch, error)
    said = say("tanh")
    assert said.code == code
    assert said.err.startswith(f"gradplot: {line}")
    assert said.err.count("\n") == 1


def test_a_bug_keeps_its_traceback_and_is_not_taken_for_a_stale_figure(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, ZeroDivisionError("of ours"))
    said = say("tanh")
    assert said.code == 3
    assert said.err.startswith("Traceback (most recent call last):")
    assert "ZeroDivisionError: of ours" in said.err
    assert "report" in said.err.splitlines()[-1]


def test_an_interrupt_is_not_an_error(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        say("tanh")
