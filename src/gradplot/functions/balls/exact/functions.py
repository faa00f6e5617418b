"""Functions of exact numbers, where they are exact again or have a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from gradplot.functions.balls.exact.numbers import POSITIVE, Exact, Unclear, named, primes, rational
from gradplot.functions.step import Number, Step

ODD = ("sin", "tan", "tanh", "sinh", "arctan", "erf")
EVEN = ("cos", "cosh", "gaussian", "abs")


def exactly(number: Number) -> Exact:
    """A constant of a formula. Raises Unclear."""
    fraction = number.rational
    if fraction is not None:
        return rational(fraction)
    if number.origin is None:
        raise Unclear
    name, parts = number.origin
    return named(name) if name == "pi" else _function(name, [exactly(part) for part in parts])


def values(steps: Sequence[Step], place: Exact | None) -> list[Exact | None]:
    """The results of steps with one variable; of those alone that need none without a place."""
    found: list[Exact | None] = []
    for step in steps:
        known = [value for source in step.sources if (value := found[source]) is not None]
        try:
            if step.function in ("x", "y"):
                found.append(place)
            elif len(known) < len(step.sources):
                found.append(None)
            else:
                found.append(_take(step, known))
        except Unclear:
            found.append(None)
    return found


def _take(step: Step, inputs: list[Exact]) -> Exact:
    """The result of a step. Raises Unclear."""
    if step.function == "number":
        return exactly(step.constants[0])
    if step.function != "pow" and step.constants:
        raise Unclear
    return _function(step.function, inputs + [exactly(constant) for constant in step.constants])


def _function(name: str, inputs: list[Exact]) -> Exact:
    if name in _PAIRS:
        return _PAIRS[name](*inputs)
    if len(inputs) != 1:
        raise Unclear
    u = inputs[0]
    if name in _ONE:
        return _ONE[name](u)
    if name in ODD and not u.terms:
        return u
    turns = _turns(u) if name in ("sin", "cos", "tan") else None
    if turns is not None:
        if name == "tan" and turns.denominator == 2:
            raise Unclear
        return rational(Fraction(_WAVES[name][int(2 * turns) % 4]))
    if name in ODD + EVEN and u.sign() < 0:
        return _function(name, [-u]) if name in EVEN else -_function(name, [-u])
    return u if name == "abs" else named(name, u)


def _turns(u: Exact) -> Fraction | None:
    """How many half turns, pi, an angle is; None unless in quarters of a turn."""
    if not u.terms:
        return Fraction(0)
    product, factor = u.terms[0]
    alone = len(u.terms) == 1 and product == named("pi").terms[0][0]
    return factor if alone and (2 * factor).denominator == 1 else None


#: At quarters of a turn.
_WAVES = {"sin": (0, 1, 0, -1), "cos": (1, 0, -1, 0), "tan": (0, 0, 0, 0)}


def _exp(u: Exact) -> Exact:
    """e^(c a + …) = (e^a)^c …; and e^(c log b) = b^c."""
    result = rational(Fraction(1))
    for product, factor in u.terms:
        one = Exact(((product, Fraction(1)),))
        base = named("exp", one)
        if len(product) == 1 and product[0][0][0] == "log" and product[0][1] == 1:
            inner = product[0][0][1]
            assert isinstance(inner, Exact)
            base = inner
        result = result * base.raised(factor)
    return result


def _log(u: Exact) -> Exact:
    """Of a product the sum of the logarithms."""
    if not u.sign() > 0:
        raise Unclear
    if len(u.terms) != 1:
        return named("log", u)
    product, factor = u.terms[0]
    result = Exact()
    for (name, of), power in (*product, *primes(factor)):
        if name == "exp":
            assert isinstance(of, Exact)
            part = of
        elif name in POSITIVE:
            size = rational(Fraction(of)) if name == "prime" and isinstance(of, int) else None
            part = named("log", size or named(name, of))
        else:
            return named("log", u)
        result = result + part * rational(power)
    return result


def _pow(a: Exact, b: Exact) -> Exact:
    return _exp(b * _log(a)) if b.fraction is None else a.raised(b.fraction)


_PAIRS: dict[str, Callable[..., Exact]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a + -b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a * b.raised(Fraction(-1)),
    "pow": _pow,
}
_ONE: dict[str, Callable[[Exact], Exact]] = {
    "neg": lambda u: -u,
    "identity": lambda u: u,
    "sqrt": lambda u: u.raised(Fraction(1, 2)),
    "exp": _exp,
    "log": _log,
}
