"""Several values after one option, and formulas among options, as click's parser can read them.

It takes one value for each naming of an option. A subclass that repeats the name before each
further value needs none of its private parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import click

#: A word that is a value although it starts as an option does: -1, -.5, -(w+1), -w/2, -inf, -pi.
_SIGNED_VALUE = r"(?i)-(?:[\d.(]|w[-+*/^)]|inf|nan|pi)"
#: A number or a range of depths: all that an option takes where formulas may follow it.
_NUMERIC = r"(?i)[-−+]?[\d.][\d.,e+−–-]*"
#: The same where a name may follow: anything but a bare word of two letters or more, though inf and
#: nan, which no option takes, are no names either.
_NAMELESS = r"(?s)(?!(?!(?i:inf|infinity|nan)$)[A-Za-z][\w-]+$).*"

#: What stands in formulas and in no cluster of options.
_OPERATOR = r"[(*/^+]"


def each_named(args: Sequence[str], params: Sequence[click.Parameter]) -> Iterator[str]:
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
