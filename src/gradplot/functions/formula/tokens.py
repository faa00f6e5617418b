"""The text of a formula as a list of tokens, checked so far that only precedence is left to settle.

Every complaint points at its column. Length, nesting and the number of tokens are capped here,
before anything is parsed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from gradplot.errors import InputError
from gradplot.nearest import did_you_mean

MAX_LENGTH = 5_000
MAX_TOKENS = 2_500
#: Parentheses and towers of powers; Python's parser stops at 200.
MAX_NESTING = 120

#: What people paste, and what it means; every key is one character.
PASTED = {
    "×": "*",
    "·": "*",
    "⋅": "*",
    "∗": "*",
    "−": "-",
    "–": "-",
    "÷": "/",
    "∕": "/",
    "^": "**",
    "²": "**2",
    "³": "**3",
    "π": "pi",
    "\N{NO-BREAK SPACE}": " ",
}
#: Cyrillic and Greek letters that look like x, y and e.
_TWINS = {"х": "x", "χ": "x", "у": "y", "е": "e", "ℯ": "e", "𝑥": "x", "𝑦": "y"}
#: What is meant instead of a character that means nothing.
_CURES = {
    "=": "write only what y equals",
    "|": "write abs(x) for |x|",
    ".": "write tanh(x) for np.tanh(x)",
    ";": "one formula an argument, each in quotes of its own",
    "'": "the slope is drawn of whatever y is",
    "[": "write (",
    "]": "write )",
    "{": "write (",
    "}": "write )",
    "<": "write relu, max or min for a case",
    ">": "write relu, max or min for a case",
    "\\": "write it as on a keyboard, not for LaTeX",
    "$": "write it as on a keyboard, not for LaTeX",
}

_TOKEN = re.compile(
    r"\s+|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<operator>\*\*|[-+*/(),])"
)
_HEAD = re.compile(r"\s*(?:y|f\s*\(\s*x\s*\))\s*=(?!=)")


@dataclass(frozen=True, slots=True)
class Token:
    """A number, a name, an operator, or a sign before an operand; its column as typed, from 0."""

    kind: str
    text: str
    column: int


@dataclass(frozen=True, slots=True)
class Source:
    """The text as typed, and which names it may use."""

    text: str
    #: The option that it was given with.
    key: str
    names: Collection[str]
    functions: Collection[str]

    def error(self, message: str, column: int) -> InputError:
        """An error whose first line stands alone, with a caret under the column after it."""
        start = max(0, column - 50)
        window = "".join(c if c.isprintable() else " " for c in self.text[start : column + 20])
        return InputError(
            self.key,
            f"{message} (column {column + 1})\n  {window}\n  {' ' * (column - start)}^",
        )

    def function(self, token: Token | None) -> str | None:
        """The name of a function, where the token is one."""
        named = token is not None and token.kind == "name" and token.text in self.functions
        return token.text if named and token else None


def tokens(source: Source) -> list[Token]:
    """The tokens of a text in which operands and operators take turns. Raises InputError."""
    length = len(source.text)
    if length > MAX_LENGTH:
        raise InputError(
            source.key, f"{length} characters are too many; the longest formula has {MAX_LENGTH}"
        )
    found: list[Token] = []
    for token in _scan(source):
        found.append(token)
        if len(found) > MAX_TOKENS:
            raise InputError(
                source.key, f"more than {MAX_TOKENS} names, numbers and signs; shorten it"
            )
    _check_order(source, found)
    return _merge_signs(found)


def _scan(source: Source) -> Iterator[Token]:
    text = source.text
    head = _HEAD.match(text) if source.functions else None
    position = head.end() if head else 0
    while position < len(text):
        pasted = PASTED.get(text[position])
        if pasted is not None:
            for match in _TOKEN.finditer(pasted):
                if match.lastgroup:
                    yield Token(match.lastgroup, match.group(), position)
            position += 1
            continue
        found = _TOKEN.match(text, position)
        if found is None:
            raise source.error(_strange(text[position]), position)
        if found.lastgroup:
            yield Token(found.lastgroup, found.group(), position)
        position = found.end()


def _strange(character: str) -> str:
    """What to say about a character that no formula holds."""
    if not character.isascii():
        plain = unicodedata.normalize("NFKC", character)
        name = unicodedata.name(character, "a control character").lower()
        twin = _TWINS.get(character) or (plain if plain.isascii() and plain.isprintable() else "")
        return f"{character!r} ({name}) is not known" + (f"; did you mean {twin}?" if twin else "")
    cure = _CURES.get(character)
    return f"{character!r} means nothing here" + (f"; {cure}" if cure else "")


def _check_order(source: Source, found: list[Token]) -> None:
    """Names known, operands and operators in turn, parentheses closed, nesting capped."""
    if not found:
        example = "tanh(8*x)" if source.functions else "-0.5"
        raise InputError(source.key, f"this is empty; write something, as in {example}")
    open_at: list[int] = []
    powers = [0]  # on each level of parentheses
    want_operand = True
    for before, token in zip([None, *found[:-1]], found, strict=True):
        if token.kind in ("number", "name") or token.text == "(":
            _check_operand(source, before, token, wanted=want_operand)
            want_operand = token.text == "("
            if want_operand:
                open_at.append(token.column)
                powers.append(0)
        elif want_operand:
            if token.text not in "+-":
                place = f"between {before.text} and" if before else "before"
                raise source.error(f"something is missing {place} {token.text}", token.column)
        else:
            _check_operator(source, before, token, inside=bool(open_at))
            want_operand = token.text != ")"
            if want_operand:
                powers[-1] = powers[-1] + 1 if token.text == "**" else 0
            else:
                open_at.pop()
                powers.pop()
        if len(open_at) + sum(powers) > MAX_NESTING:
            raise source.error(
                f"more than {MAX_NESTING} levels of nesting; use fewer, or --nest", token.column
            )
    last = found[-1]
    _check_called(source, last)
    if want_operand:
        raise source.error(f"something is missing after {last.text}", last.column)
    if open_at:
        raise source.error("this ( is never closed; add a )", open_at[-1])


def _check_operand(source: Source, before: Token | None, token: Token, *, wanted: bool) -> None:
    function = source.function(before)
    if function and token.text != "(":
        raise source.error(f"{function} needs its argument in ()", token.column)
    if before is not None and not wanted and not function:
        shown = "(…)" if token.text == "(" else token.text
        raise source.error(
            f"an operator is missing before {token.text}; write {before.text}*{shown}",
            token.column,
        )
    if token.kind == "name":
        _check_known(source, token)


def _check_operator(source: Source, before: Token | None, token: Token, *, inside: bool) -> None:
    _check_called(source, before)
    if token.text == ")" and not inside:
        raise source.error("this ) closes nothing; remove it", token.column)
    if token.text == "," and not inside:
        raise source.error("a comma belongs inside a function's ()", token.column)


def _check_called(source: Source, token: Token | None) -> None:
    function = source.function(token)
    if function and token:
        raise source.error(f"{function} is a function; write {function}(x)", token.column)


def _check_known(source: Source, token: Token) -> None:
    name = token.text
    if name in source.functions or name in source.names:
        return
    if not source.functions:
        known = ", ".join(source.names) or "no names"
        raise source.error(f"{name!r} is not known here; known: {known}", token.column)
    if name == "y":
        raise source.error("y is known only with --nest; write x", token.column)
    names, given = [*source.functions, *source.names], f"give it a value with --let {name}=1"
    cure = did_you_mean(name, names, otherwise=given)
    raise source.error(f"unknown name {name!r}; {cure}", token.column)


def _merge_signs(found: list[Token]) -> list[Token]:
    """Runs of signs in front of an operand become one minus or none."""
    merged: list[Token] = []
    for token in found:
        leading = not merged or merged[-1].text in ("(", ",", "+", "-", "*", "/", "**")
        if token.text == "+" and leading:
            continue
        if token.text == "-" and merged and merged[-1].kind == "sign":
            merged.pop()
        elif token.text == "-" and leading:
            merged.append(Token("sign", "-", token.column))
        else:
            merged.append(token)
    return merged
