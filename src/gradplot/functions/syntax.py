"""Formulas as people type them, read into a small tree; nothing is ever evaluated as code.

The text is scanned first (known characters, known names, caps on length and nesting), then Python's
own parser settles precedence, then a whitelist turns its tree into ours. No numpy: formulas and
bias expressions are checked at start-up speed.
"""

from __future__ import annotations

import ast
import difflib
import keyword
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gradplot.errors import InputError
from gradplot.functions.folding import Number, exactly, fold, literal

MAX_LENGTH = 5_000
MAX_TOKENS = 2_500
#: Parentheses and towers of powers; Python's parser stops at 200.
MAX_NESTING = 120

#: Functions beside the activations, with their number of arguments.
ELEMENTARY: dict[str, int] = {
    "exp": 1,
    "log": 1,
    "sqrt": 1,
    "abs": 1,
    "cos": 1,
    "tan": 1,
    "sinh": 1,
    "cosh": 1,
    "max": 2,
    "min": 2,
}
SYNONYMS = {"ln": "log", "maximum": "max", "minimum": "min"}
NAMED = {"pi": math.pi, "e": math.e}

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

_OPERATORS = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
}
_TOKEN = re.compile(
    r"\s+|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<operator>\*\*|[-+*/(),])"
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_HEAD = re.compile(r"\s*(?:y|f\s*\(\s*x\s*\))\s*=(?!=)")


@dataclass(frozen=True, slots=True)
class Variable:
    """x, or y: the output of the layer before."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operator (add, sub, mul, div, pow, neg), a function of ELEMENTARY, or an activation."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Variable | Call


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int  # 0-based, in the text as typed


class _Source:
    """The text as typed, which knows how to complain about one of its columns."""

    def __init__(self, text: str, key: str) -> None:
        self.text = text
        self.key = key

    def error(self, message: str, column: int) -> InputError:
        """An error whose first line stands alone, with a caret under the column after it."""
        start = max(0, column - 50)
        window = "".join(c if c.isprintable() else " " for c in self.text[start : column + 20])
        return InputError(
            self.key,
            f"{message} (column {column + 1})\n  {window}\n  {' ' * (column - start)}^",
        )


def parse(text: str, constants: Mapping[str, float] | None = None, *, nest: bool = False) -> Node:
    """Read a formula in x, and in y too where it is a layer to be nested.

    Constant parts are folded into one Number each. Raises InputError("formula", …).
    """
    names: dict[str, Node] = {"x": Variable("x")}
    names |= {name: literal(value) for name, value in (constants or {}).items()}
    if nest:
        names["y"] = Variable("y")
    node = _Parser(_Source(text, "formula"), names, calls=True).parse()
    if nest and "y" not in variables(node):
        raise InputError("nest", f"{text!r} has no y to nest; write one layer, as in 'tanh(8*y)'")
    return node


def constant(text: str, names: Mapping[str, float], *, key: str) -> float:
    """The value of an expression in the given names alone, as in ``-w/2``."""
    known: dict[str, Node] = {name: exactly(value) for name, value in names.items()}
    node = _Parser(_Source(text, key), known, calls=False).parse()
    if not isinstance(node, Number):  # pragma: no cover - only numbers were known
        raise InputError(key, f"{text!r} is not a number; write one, as in -0.5")
    return node.value


def check_name(name: str) -> None:
    """Raise InputError("let", …) unless ``name`` can be given to a constant."""
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise InputError("let", f"{name!r} is not a name; use letters and digits, as in w=8")
    if name in _function_names() or name in NAMED or name in ("x", "y"):
        raise InputError("let", f"{name} already has a meaning; take another name, as in w=8")


def variables(node: Node) -> frozenset[str]:
    """The variables that a tree mentions."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Variable))


def walk(node: Node) -> Iterator[Node]:
    """Every part of a tree, the whole first."""
    pending = [node]
    while pending:
        part = pending.pop()
        yield part
        if isinstance(part, Call):
            pending.extend(part.arguments)


def _activation_names() -> dict[str, str]:
    from gradplot.functions.activations import ACTIVATIONS

    names = {alias: name for name, entry in ACTIVATIONS.items() for alias in entry.aliases}
    return {alias: name for alias, name in names.items() if _NAME.fullmatch(alias)} | {
        name: name for name in ACTIVATIONS
    }


def _function_names() -> dict[str, str]:
    """Every name that can be called, and its canonical name."""
    return _activation_names() | SYNONYMS | {name: name for name in ELEMENTARY}


class _Parser:
    """One text on its way to a tree."""

    def __init__(self, source: _Source, names: Mapping[str, Node], *, calls: bool) -> None:
        self.source = source
        self.names = {**{name: fold_named(name) for name in NAMED}, **names} if calls else names
        self.functions = _function_names() if calls else {}
        self.columns: dict[int, int] = {}  # offset in the rewritten text -> column as typed

    def parse(self) -> Node:
        text = self.source.text
        if len(text) > MAX_LENGTH:
            raise InputError(
                self.source.key,
                f"{len(text)} characters are too many; the longest formula has {MAX_LENGTH}",
            )
        tokens = self.merge_signs(self.check_order(list(self.scan())))
        rewritten = self.rewrite(tokens)
        try:
            tree = ast.parse(rewritten, mode="eval")
        except SyntaxError as error:
            column = self.columns.get((error.offset or 1) - 1, 0)
            raise self.source.error("this cannot be read", column) from None
        except (RecursionError, MemoryError, ValueError):
            raise InputError(
                self.source.key, "too many terms and parentheses; shorten it"
            ) from None
        return self.convert(tree.body)

    # -- scanning ----------------------------------------------------------------------------

    def scan(self) -> Iterator[_Token]:
        text = self.source.text
        head = _HEAD.match(text)
        position = head.end() if head and self.functions else 0
        count = 0
        while position < len(text):
            replacement = PASTED.get(text[position], "")
            if replacement:
                for match in _TOKEN.finditer(replacement):
                    if match.lastgroup:
                        yield _Token(match.lastgroup, match.group(), position)
                position += 1
                continue
            found = _TOKEN.match(text, position)
            if found is None:
                raise self.source.error(_strange(text[position]), position)
            if found.lastgroup:
                count += 1
                if count > MAX_TOKENS:
                    raise InputError(
                        self.source.key,
                        f"more than {MAX_TOKENS} names, numbers and signs; shorten it",
                    )
                yield _Token(found.lastgroup, found.group(), position)
            position = found.end()

    def check_order(self, tokens: list[_Token]) -> list[_Token]:
        """Names known, operands and operators in turn, parentheses closed, nesting capped."""
        source = self.source
        if not tokens:
            example = "tanh(8*x)" if self.functions else "-0.5"
            raise InputError(source.key, f"this is empty; write something, as in {example}")
        open_at: list[int] = []
        powers = [0]
        want_operand = True
        for before, token in zip([None, *tokens[:-1]], tokens, strict=True):
            text = token.text
            if token.kind in ("number", "name") or text == "(":
                if not want_operand and not (text == "(" and self.is_function(before)):
                    assert before is not None
                    shown = "…" if text == "(" else text
                    raise source.error(
                        f"an operator is missing before {text}; write {before.text}*{shown}",
                        token.column,
                    )
                if before is not None and self.is_function(before) and text != "(":
                    raise source.error(f"{before.text} needs its argument in ()", token.column)
                if token.kind == "name":
                    self.check_name(token)
                want_operand = text == "("
                if want_operand:
                    open_at.append(token.column)
                    powers.append(0)
            elif want_operand and text in "+-":
                continue
            elif want_operand:
                what = f"before {text}" if before is None else f"between {before.text} and {text}"
                raise source.error(f"something is missing {what}", token.column)
            elif text == ")":
                if not open_at:
                    raise source.error("this ) closes nothing; remove it", token.column)
                open_at.pop()
                powers.pop()
            else:
                if text == "," and not open_at:
                    raise source.error("a comma belongs inside a function's ()", token.column)
                if before is not None and self.is_function(before):
                    raise source.error(
                        f"{before.text} is a function; write {before.text}(x)", before.column
                    )
                powers[-1] = powers[-1] + 1 if text == "**" else 0
                want_operand = True
            if len(open_at) + sum(powers) > MAX_NESTING:
                raise source.error(
                    f"more than {MAX_NESTING} levels of nesting; use fewer, or --nest", token.column
                )
        last = tokens[-1]
        if self.is_function(last):
            raise source.error(f"{last.text} is a function; write {last.text}(x)", last.column)
        if want_operand:
            raise source.error(f"something is missing after {last.text}", last.column)
        if open_at:
            raise source.error("this ( is never closed; add a )", open_at[-1])
        return tokens

    def is_function(self, token: _Token | None) -> bool:
        return token is not None and token.kind == "name" and token.text in self.functions

    def check_name(self, token: _Token) -> None:
        name = token.text
        if name in self.functions or name in self.names:
            return
        if name == "y" and self.functions:
            raise self.source.error("y is known only with --nest; write x", token.column)
        if not self.functions:
            known = ", ".join(self.names) or "no names"
            raise self.source.error(f"{name!r} is not known here; known: {known}", token.column)
        near = difflib.get_close_matches(
            name.lower(), [*self.functions, *self.names], n=1, cutoff=0.6
        )
        cure = f"did you mean {near[0]}?" if near else f"give it a value with --let {name}=1"
        raise self.source.error(f"unknown name {name!r}; {cure}", token.column)

    @staticmethod
    def merge_signs(tokens: list[_Token]) -> list[_Token]:
        """Runs of signs in front of an operand become one minus or none."""
        merged: list[_Token] = []
        for token in tokens:
            leading = not merged or merged[-1].text in ("(", ",", "+", "-", "*", "/", "**")
            if token.text == "+" and leading:
                continue
            if token.text == "-" and merged and merged[-1].kind == "sign":
                merged.pop()
            elif token.text == "-" and leading:
                merged.append(_Token("sign", "-", token.column))
            else:
                merged.append(token)
        return merged

    def rewrite(self, tokens: list[_Token]) -> str:
        """The tokens as Python's parser reads them; numbers by position, so that none is lost."""
        pieces: list[str] = []
        length = 0
        self.numbers: list[Number] = []
        for token in tokens:
            text = token.text
            if token.kind == "number":
                number = literal(text)
                if not math.isfinite(number.value):
                    raise self.source.error(f"{text} is too large for float64", token.column)
                text = str(len(self.numbers))
                self.numbers.append(number)
            self.columns[length] = token.column
            pieces.append(text)
            length += len(text) + 1
        return " ".join(pieces)

    # -- converting --------------------------------------------------------------------------

    def convert(self, tree: ast.expr) -> Node:
        """Python's tree as ours; sums are long to the left, so that spine is walked in a loop."""
        spine: list[ast.BinOp] = []
        while isinstance(tree, ast.BinOp):
            spine.append(tree)
            tree = tree.left
        node = self.convert_leaf(tree)
        for operation in reversed(spine):
            function = _OPERATORS.get(type(operation.op))
            if function is None:
                raise self.error("this operator is not known", operation)
            node = self.call(function, (node, self.convert(operation.right)), operation)
        return node

    def convert_leaf(self, tree: ast.expr) -> Node:
        match tree:
            case ast.Constant(value=int(index)):
                return self.numbers[index]
            case ast.Name(id=name) if name in self.names:
                return self.names[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.call("neg", (self.convert(operand),), tree)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self.convert_call(name, arguments, tree)
        raise self.error("this cannot be read", tree)

    def convert_call(self, name: str, arguments: list[ast.expr], tree: ast.expr) -> Node:
        function = self.functions[name]
        least = most = ELEMENTARY.get(function, 1)
        if function not in ELEMENTARY:
            from gradplot.functions.activations import ACTIVATIONS

            most += len(ACTIVATIONS[function].parameters)
        if not least <= len(arguments) <= most:
            wanted = f"{least}" if least == most else f"{least} to {most}"
            plural = "" if most == 1 else "s"
            raise self.error(f"{name} takes {wanted} argument{plural}, not {len(arguments)}", tree)
        nodes = tuple(self.convert(argument) for argument in arguments)
        if function not in ELEMENTARY and not all(isinstance(n, Number) for n in nodes[1:]):
            raise self.error(f"{name}'s parameter must be a constant", tree)
        return self.call(function, nodes, tree)

    def call(self, function: str, arguments: tuple[Node, ...], tree: ast.expr) -> Node:
        """A call, folded into a number where all its arguments are numbers."""
        numbers = [argument for argument in arguments if isinstance(argument, Number)]
        if len(numbers) < len(arguments):
            return Call(function, arguments)
        try:
            folded = fold(function, numbers)
        except OverflowError:
            raise self.error("this is too large for float64", tree) from None
        except (ValueError, ZeroDivisionError):
            raise self.error("this constant is undefined", tree) from None
        return Call(function, arguments) if folded is None else folded

    def error(self, message: str, tree: ast.expr) -> InputError:
        return self.source.error(message, self.columns.get(tree.col_offset, 0))


def fold_named(name: str) -> Number:
    """pi or e, between the doubles beside it."""
    value = NAMED[name]
    return Number(value, math.nextafter(value, 0), math.nextafter(value, math.inf))


def _strange(character: str) -> str:
    """What to say about a character that no formula holds."""
    if character == "=":
        return "= means nothing here; write only what y equals"
    if not character.isascii():
        plain = unicodedata.normalize("NFKC", character)
        name = unicodedata.name(character, "a control character").lower()
        twin = _TWINS.get(character) or (plain if plain.isascii() and plain != character else "")
        return f"{character!r} ({name}) is not known" + (f"; did you mean {twin}?" if twin else "")
    return f"{character!r} means nothing here"


#: Cyrillic and Greek letters that look like x, y and e.
_TWINS = {"х": "x", "χ": "x", "у": "y", "е": "e", "ℯ": "e", "𝑥": "x", "𝑦": "y"}
