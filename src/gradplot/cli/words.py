"""A figure command's words, read outside a shell: what they ask for, and nothing drawn.

A page of documentation shows figures by the words that one would type. They go through the
commands' own parsers, so a command means the same here and there, and a new one works at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from click import Path
from click.core import ParameterSource

from gradplot.cli.asked import ASKED, Asked
from gradplot.cli.command import Option
from gradplot.errors import InputError

if TYPE_CHECKING:
    from gradplot.spec.figure import FigureSpec

#: Sections of the options that say where pictures and numbers go, and who computes them.
_FOR_THE_SHELL = ("Output", "Work")
_ELSEWHERE = "is for the shell; here the page decides what goes where, leave it out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The figure that words ask for."""

    spec: FigureSpec
    #: Long names of the options that were given; the others have their defaults.
    given: frozenset[str]
    #: Files that the spec was made from, beside the words.
    files: tuple[str, ...]


def read(
    words: Sequence[str],
    *,
    folder: str = ".",
    defaults: Mapping[str, object] | None = None,
) -> Request:
    """The figure that ``words`` ask for, as in ``["tanh", "--depths", "1", "2", "3"]``.

    ``folder`` is where a relative ``--style`` starts; ``defaults`` are values for options that the
    words do not give, by long name. The environment has no say. Raises click.UsageError or
    InputError, as the command would, and for options that say where output goes.
    """
    from gradplot.cli.app import app

    _check_first(words)
    with click.Context(app, info_name="gradplot") as group:
        asked = group.meta[ASKED] = Asked(folder)
        name, command, rest = app.resolve_command(group, list(words))
        assert command is not None
        assert name is not None
        options = {p.name: p for p in command.params if isinstance(p, Option) and p.name}
        if "output" not in options:
            raise InputError("activation", f"gradplot {name} draws no figure; name one that does")
        typed = _as_typed(defaults or {}, options)
        with _context(command, name, rest, group=group, defaults=typed) as ctx:
            given = {name: option for name, option in options.items() if _is_given(ctx, name)}
            for option in given.values():
                if option.section in _FOR_THE_SHELL:
                    raise click.BadParameter(_ELSEWHERE, ctx=ctx, param=option)
            command.invoke(ctx)
            files = [ctx.params[n] for n, option in given.items() if isinstance(option.type, Path)]
    assert asked.spec is not None
    return Request(
        spec=asked.spec,
        given=frozenset(name.replace("_", "-") for name in given),
        files=tuple(os.path.join(folder, path) for path in files),
    )


def _context(
    command: click.Command,
    name: str,
    rest: list[str],
    *,
    group: click.Context,
    defaults: dict[str, object],
) -> click.Context:
    """The command with the words that follow its name, read as in a shell."""
    try:
        return command.make_context(
            name,
            rest,
            parent=group,
            auto_envvar_prefix=None,  # what a page shows is what it says, whoever builds it
            help_option_names=[],
            default_map=defaults,
        )
    except click.NoSuchOption as error:
        if error.option_name not in ("-h", "--help"):
            raise
        wrong = f"{error.option_name}: is for the shell; leave it out"
        raise InputError("activation", wrong) from None


def _check_first(words: Sequence[str]) -> None:
    """Raise InputError where the first word cannot be a figure's name, and say what may be."""
    first = words[0] if words else ""
    if not first:
        wrong = "no figure is named; name one"
    elif first.startswith("-"):
        wrong = f"{first} stands before the figure's name; begin with the name"
    elif first == "gradplot":
        wrong = "gradplot is understood; begin with what follows it"
    else:
        return
    raise InputError("activation", f"{wrong}, as in tanh --depths 1 2 3")


def _is_given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) not in (None, ParameterSource.DEFAULT)


def _as_typed(values: Mapping[str, object], options: Mapping[str, Option]) -> dict[str, object]:
    """Values by long name as click wants them; those of other commands are left out."""
    typed: dict[str, object] = {}
    for key, value in values.items():
        name = key.replace("-", "_")
        if name in options:
            typed[name] = _listed(value) if options[name].multiple else value
    return typed


def _listed(value: object) -> list[str]:
    """What one would type for a value, word for word: ``{"w": 8}`` is w=8."""
    if isinstance(value, Mapping):
        return [f"{name}={number}" for name, number in value.items()]
    if isinstance(value, str) or not isinstance(value, Iterable):
        return [str(value)]
    return [str(one) for one in value]
