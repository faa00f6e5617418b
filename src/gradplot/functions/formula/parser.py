"""Formulas as people type them, read into a small tree; nothing is ever evaluated as code.

The text is scanned and checked first; then Python's own parser settles precedence, and a whitelist
turns its tree into ours. No numpy: formulas and bias expressions are read at start-up speed.
"""

from __future__ import annotations

import ast
import keyword
import math
import re
from collections.abc import Mapping
from dataclasses import replace

from gradplot.errors import InputError
from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.functions.formula.constants import fold, literal
from gradplot.functions.formula.tokens import Source, Token, tokens
from gradplot.functions.formula.tree import Call, Node, Variable, variables
from gradplot.functions.step import Number, around, exactly

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
NAMED = {
    "pi": replace(around(math.pi), origin=("pi", ())),
    "e": replace(around(math.e), origin=("exp", (exactly(1.0),))),
}

_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")

#: Every name that can be called, and its canonical name.
FUNCTIONS: dict[str, str] = {
    **{alias: name for name, entry in ACTIVATIONS.items() for alias in (name, *entry.aliases)},
    **SYNONYMS,
    **{name: name for name in ELEMENTARY},
}


def parse(text: str, constants: Mapping[str, float] | None = None, *, nest: bool = False) -> Node:
    """Read a formula in x, and in y too where it is a layer to be nested.

    Constant parts are folded into one Number each. Raises InputError("formula", …).
    """
    names: dict[str, Node] = {"x": Variable("x")}
    if nest:
        names["y"] = Variable("y")
    names |= NAMED
    names |= {name: exactly(value) for name, value in (constants or {}).items()}
    node = _Reader(Source(text, "formula", names, FUNCTIONS), names).read()
    if nest and "y" not in variables(node):
        raise InputError("nest", f"{text!r} has no y to nest; write one layer, as in 'tanh(8*y)'")
    return node


def constant(text: str, names: Mapping[str, float], *, key: str) -> float:
    """The value of an expression in the given names alone, as in ``-w/2``."""
    known: dict[str, Node] = {name: exactly(value) for name, value in names.items()}
    node = _Reader(Source(text, key, known, ()), known).read()
    assert isinstance(node, Number)  # nothing else is known
    return node.value


def check_name(name: str) -> None:
    """Raise InputError("let", …) unless ``name`` can be given to a constant."""
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise InputError("let", f"{name!r} is not a name; use letters and digits, as in w=8")
    if name in FUNCTIONS or name in NAMED or name in ("x", "y"):
        raise InputError("let", f"{name} already has a meaning; take another name, as in w=8")


class _Reader:
    """One text on its way to a tree."""

    def __init__(self, source: Source, names: Mapping[str, Node]) -> None:
        self.source = source
        self.names = names
        self.numbers: list[Number] = []
        #: Offset in the text that Python reads -> column in the text as typed.
        self.columns: dict[int, int] = {}

    def read(self) -> Node:
        text = self.rewrite(tokens(self.source))
        try:
            return self.convert(ast.parse(text, mode="eval").body)
        except SyntaxError as error:
            column = self.columns.get((error.offset or 1) - 1, 0)
            raise self.source.error("this cannot be read", column) from None
        except (RecursionError, MemoryError):
            raise InputError(
                self.source.key, "too many terms and parentheses; shorten it"
            ) from None

    def rewrite(self, found: list[Token]) -> str:
        """The tokens as Python's parser reads them; numbers by position, so that none is lost."""
        pieces: list[str] = []
        length = 0
        for token in found:
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

    def convert(self, tree: ast.expr) -> Node:
        """Python's tree as ours; sums are long to the left, so that spine is walked in a loop."""
        spine: list[ast.BinOp] = []
        while isinstance(tree, ast.BinOp):
            spine.append(tree)
            tree = tree.left
        node = self.convert_leaf(tree)
        for operation in reversed(spine):
            right = self.convert(operation.right)
            node = self.call(_OPERATORS[type(operation.op)], (node, right), operation)
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
        function = FUNCTIONS[name]
        activation = None if function in ELEMENTARY else ACTIVATIONS[function]
        least = most = ELEMENTARY.get(function, 1)
        if activation:
            most += len(activation.parameters)
        if not least <= len(arguments) <= most:
            wanted = f"{least}" if least == most else f"{least} to {most}"
            plural = "" if most == 1 else "s"
            raise self.error(f"{name} takes {wanted} argument{plural}, not {len(arguments)}", tree)
        nodes = tuple(self.convert(argument) for argument in arguments)
        if activation:
            given = [node.value for node in nodes[1:] if isinstance(node, Number)]
            if len(given) < len(nodes) - 1:
                raise self.error(f"{name}'s parameter must be a constant", tree)
            try:
                activation.arguments(dict(zip(activation.parameters, given, strict=False)))
            except InputError as error:
                raise self.error(error.message, tree) from None
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
