"""What every gradplot command has beyond click: several values, sections, errors, environment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import Any

import click
from click.core import ParameterSource

from gradplot.cli.streams import shown
from gradplot.errors import InputError

#: ``GRADPLOT_THEME=dark`` sets ``--theme`` for every command.
ENVIRONMENT = "GRADPLOT"

#: A word that is a value although it starts as an option does: -1, -.5, -(w+1), -w/2, -inf, -pi.
_SIGNED_VALUE = r"(?i)-(?:[\d.(]|w[-+*/^)]|inf|nan|pi)"
#: A number or a range of depths: all that an option takes where formulas may follow it.
_NUMERIC = r"(?i)[-−+]?[\d.][\d.,e+−–-]*"
#: The same where a name may follow: anything but a bare word of two letters or more, though inf and
#: nan, which no option takes, are no names either.
_NAMELESS = r"(?s)(?!(?!(?i:inf|infinity|nan)$)[A-Za-z][\w-]+$).*"

#: What stands in formulas and in no cluster of options.
_OPERATOR = r"[(*/^+]"

#: A blank where the help is not to be wrapped.
UNBROKEN = "\N{NO-BREAK SPACE}"
#: Columns that the names of options take at most in the help.
_TERM = 24
#: Columns of the help at most: longer lines are hard to read.
_WIDEST = 100


class Option(click.Option):
    """An option that stands in a section of the help; with ``several``, one that takes many words.

    A subclass of click's so that ``--depths 1 2 3`` needs no repeating of ``--depths``.
    """

    def __init__(self, *args: Any, section: str = "", several: bool = False, **kwargs: Any) -> None:
        if several:
            kwargs["multiple"] = True
        text, bracket, default = str(kwargs.get("help", "")).partition("[default: ")
        kwargs["help"] = text + (bracket + default).replace(" ", UNBROKEN)
        super().__init__(*args, **kwargs)
        self.section = section
        self.several = several


class Context(click.Context):
    """A context that measures the terminal itself: click's way costs a twentieth of the start."""

    def make_formatter(self) -> click.HelpFormatter:
        return click.HelpFormatter(width=min(_columns(), _WIDEST) - 2)


class Command(click.Command):
    """A command whose every option can also come from the environment."""

    context_class = Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        settings = {"auto_envvar_prefix": ENVIRONMENT, "help_option_names": ["-h", "--help"]}
        kwargs["context_settings"] = settings | kwargs.get("context_settings", {})
        super().__init__(*args, **kwargs)

    def get_help(self, ctx: click.Context) -> str:
        # click would write UTF-8 to a stream that says it is ASCII.
        return shown(super().get_help(ctx).replace(UNBROKEN, " "))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, list(_each_named(args, self.get_params(ctx))))
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click's parser does not say whose options it read
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error about an option's value becomes that option's error."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            param = self._option(ctx, error.key)
            if param is None:
                raise
            raise click.BadParameter(error.message, ctx=ctx, param=param) from None

    def _option(self, ctx: click.Context, key: str) -> click.Parameter | None:
        name = f"--{key.split()[0]}"  # "let w" is about --let
        return next((param for param in self.get_params(ctx) if name in param.opts), None)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under the headings that they belong to."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and record[1]:  # an argument without help is in the usage line
                sections.setdefault(getattr(param, "section", ""), []).append(record)
        # One width for the first column of all sections, so that the eye can run down the page.
        width = max(len(term) for records in sections.values() for term, _ in records)
        for heading, ((first, text), *others) in sections.items():
            with formatter.section(heading or "Help"):
                formatter.write_dl([(f"{first:<{min(width, _TERM)}}", text), *others], _TERM)


def _columns() -> int:
    for columns in (os.environ.get("COLUMNS", ""), _terminal_columns()):
        if columns.isdecimal() and int(columns) > 0:
            return max(int(columns), 52)
    return 80


def _terminal_columns() -> str:
    try:
        return str(os.get_terminal_size(1).columns)
    except OSError:
        return ""


def name_of(error: click.UsageError) -> str | None:
    """The option or argument that a usage error is about, as the user wrote it.

    The environment variable's name where the value came from there.
    """
    if not isinstance(error, click.BadParameter) or error.param is None:
        return getattr(error, "option_name", None)
    param, ctx = error.param, error.ctx
    if isinstance(param, click.Argument):
        return param.make_metavar(ctx) if ctx else param.name
    if ctx and param.name and ctx.get_parameter_source(param.name) is ParameterSource.ENVIRONMENT:
        return f"{ENVIRONMENT}_{param.name.upper()}"
    return max(param.opts, key=len)


def _each_named(args: Sequence[str], params: Sequence[click.Parameter]) -> Iterator[str]:
    """Repeat an option's name before each further value that follows it.

    Where formulas may stand among the options they come last, for some begin with a minus.
    """
    options = {name: p for p in params if isinstance(p, click.Option) for name in p.opts}
    # What may follow an option's values: formulas, or a name.
    arguments = [param.nargs for param in params if isinstance(param, click.Argument)]
    formulas_follow = -1 in arguments
    own = _NUMERIC if formulas_follow else _NAMELESS if arguments else "(?s).*"
    formulas: list[str] = []
    words = _Words(args)
    several: str | None = None
    for word in words:
        if word == "--":
            break
        if _is_value(word) or (formulas_follow and _is_formula(word, words.next(), options)):
            if several and re.fullmatch(own, word):
                yield from (several, word)
                continue
            several = None
            if formulas_follow:
                formulas.append(word)
            else:
                yield word
            continue
        several = None
        name, attached = _option_in(word, options)
        # click would read the sign in -d=1 as part of the value, and not that in --depths=1.
        yield word.replace("=", "", 1) if re.match(r"-\w+=.", word) else word
        option = options.get(name)
        if option is None or option.is_flag or option.count:
            continue
        if getattr(option, "several", False):
            several = name
        if not attached:
            for _, value in zip(range(option.nargs), words, strict=False):
                yield value
    rest = [*formulas, *words]
    yield from ("--", *rest) if rest else ()


class _Words(Iterator[str]):
    """The words of a command line, the next of which can be looked at."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words, self._place = words, 0

    def __next__(self) -> str:
        if self._place == len(self._words):
            raise StopIteration
        self._place += 1
        return self._words[self._place - 1]

    def next(self) -> str:
        """The word that comes next; empty at the end."""
        return "".join(self._words[self._place : self._place + 1])


def _is_formula(word: str, after: str, options: dict[str, click.Option]) -> bool:
    """Whether a word that starts as an option does is a formula: -tanh(x), -x^2, -x."""
    if word.startswith("--"):
        return False
    option = options.get(word[:2])
    if option is None:
        return bool(re.search(_OPERATOR, word[2:]))
    if not getattr(option, "several", False) or option.name == "output":
        return False
    if len(word) == 2:  # a range would follow
        return word[1] in "xy" and not re.match(_NUMERIC, after)
    return not re.fullmatch(_NUMERIC, word[2:].removeprefix("="))


def _is_value(word: str) -> bool:
    return not word.startswith("-") or word == "-" or bool(re.match(_SIGNED_VALUE, word))


def _option_in(word: str, options: dict[str, click.Option]) -> tuple[str, bool]:
    """The option that a word ends in, and whether its value is attached: --d=1, -d1, -qd."""
    if word.startswith("--"):
        name, equals, _ = word.partition("=")
        return name, bool(equals)
    for index, letter in enumerate(word[1:], start=2):
        option = options.get(f"-{letter}")
        if option is None or not option.is_flag:
            return f"-{letter}", index < len(word)
    return word, False
