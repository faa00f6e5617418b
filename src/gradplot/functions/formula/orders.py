"""How fast a part grows beside a point, and how each operation passes that on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from gradplot.functions.balls.beside.growth import FLAT, Growth
from gradplot.functions.step import Number, Step

#: At least as small as this: of a constant's derivative, which is 0.
NEGLIGIBLE = Growth(Fraction(10**9), Fraction(0))
#: Powers up to this are told from NEGLIGIBLE.
MOST = 10**6


@dataclass(frozen=True, slots=True)
class Part:
    """What is proven of a part; None where nothing is."""

    size: Growth | None = None
    #: That of its derivative.
    slope: Growth | None = None
    #: Of its values near p.
    sign: int = 0
    #: At points that come to p it is 0 with a slope of this order.
    swing: Growth | None = None
    #: Its slope is proven to have no bound.
    steep: bool = False


NOTHING = Part()


def take(step: Step, inputs: Sequence[Part]) -> Part:
    name = step.function
    if name == "pow" and step.constants:
        return _power(inputs[0], step.constants[0])
    if name == "pow":
        return _exponential(_product(inputs[1], _log(inputs[0])))
    if name in _PAIRS:
        return _PAIRS[name](*inputs)
    if len(inputs) != 1 or step.constants:
        return NOTHING
    if name in _ONE:
        return _ONE[name](inputs[0])
    return NOTHING


def _derived(size: Growth | None, otherwise: Growth | None) -> Growth | None:
    """The order of a derivative; of what comes to a constant that is ``otherwise``."""
    if size is None or size == FLAT:
        return otherwise
    if size.power:
        return Growth(size.power - 1, size.logs)
    return Growth(Fraction(-1), size.logs - 1)


def _larger(a: Growth | None, b: Growth | None) -> Growth | None:
    """The order of a sum of two; None where they may cancel."""
    if a is None or b is None or a == b:
        return None
    return max(a, b, key=lambda growth: growth.rank)


def _times(a: Growth | None, b: Growth | None) -> Growth | None:
    if a is None or b is None or NEGLIGIBLE in (a, b):
        return None if a is None or b is None else NEGLIGIBLE
    return _growth(a.power + b.power, a.logs + b.logs)


def _raised(a: Growth | None, exponent: Fraction) -> Growth | None:
    return None if a is None else _growth(exponent * a.power, exponent * a.logs)


def _over(a: Growth | None, b: Growth | None) -> Growth | None:
    return _times(a, _raised(b, Fraction(-1)))


def _growth(power: Fraction, logs: Fraction) -> Growth | None:
    return Growth(power, logs) if abs(power) < MOST and abs(logs) < MOST else None


def _negative(u: Part) -> Part:
    return replace(u, sign=-u.sign)


def _sum(a: Part, b: Part) -> Part:
    size, sign = _larger(a.size, b.size), 0
    if size is not None:
        sign = a.sign if size == a.size else b.sign
    elif a.size is not None and a.size == b.size and a.sign == b.sign != 0:
        size, sign = a.size, a.sign
    steep = any(
        (u.steep or (u.swing is not None and u.swing.endless)) and _tame(v)
        for u, v in ((a, b), (b, a))
    )
    return Part(size, _derived(size, _larger(a.slope, b.slope)), sign, steep=steep)


def _tame(u: Part) -> bool:
    """Whether its slope is proven to be bounded near p."""
    return u.slope is not None and not u.slope.endless and u.swing is None and not u.steep


def _product(a: Part, b: Part) -> Part:
    size = _times(a.size, b.size)
    rest = _larger(_times(a.slope, b.size), _times(a.size, b.slope))
    swing = _times(a.swing, b.size) or _times(a.size, b.swing)
    return Part(size, _derived(size, rest), a.sign * b.sign, swing)


def _quotient(a: Part, b: Part) -> Part:
    size = _over(a.size, b.size)
    rest = _larger(_over(a.slope, b.size), _over(_times(size, b.slope), b.size))
    return Part(size, _derived(size, rest), a.sign * b.sign, _over(a.swing, b.size))


def _power(u: Part, exponent: Number) -> Part:
    q = exponent.rational
    if not q or u.size is None or not (u.sign > 0 or (u.sign and q.denominator == 1)):
        return NOTHING
    size = _raised(u.size, q)
    sign = u.sign if q.denominator == 1 and q.numerator % 2 else 1
    return Part(size, _derived(size, _times(_raised(u.size, q - 1), u.slope)), sign)


def _log(u: Part) -> Part:
    if u.size is None or u.sign <= 0:
        return NOTHING
    if u.size.power:
        size = Growth(Fraction(0), Fraction(1))
        return Part(size, _derived(size, None), -1 if u.size.power > 0 else 1)
    return Part(slope=u.slope) if u.size == FLAT else NOTHING


def _abs(u: Part) -> Part:
    return replace(u, sign=1, swing=None) if u.sign and u.size is not None else NOTHING


def _with_slope_one(u: Part) -> Part:
    """f(0) = 0 and nowhere else, f'(0) = 1, and f' is 0 nowhere."""
    if u.size is None or u.size.endless:
        return NOTHING
    return Part(u.size, u.slope, u.sign)


def _exponential(u: Part) -> Part:
    """f is positive, like f'."""
    if u.size is None or u.size.endless:
        return NOTHING
    return Part(FLAT, u.slope, 1)


def _sine(u: Part) -> Part:
    if u.size is None or u.size == FLAT:
        return NOTHING
    return Part(swing=u.slope) if u.size.endless else Part(u.size, u.slope, u.sign)


def _cosine(u: Part) -> Part:
    if u.size is None or u.size == FLAT:
        return NOTHING
    return Part(swing=u.slope) if u.size.endless else Part(FLAT, _times(u.size, u.slope), 1)


_PAIRS: dict[str, Callable[[Part, Part], Part]] = {
    "add": _sum,
    "sub": lambda a, b: _sum(a, _negative(b)),
    "mul": _product,
    "div": _quotient,
}
_ONE: dict[str, Callable[[Part], Part]] = {
    "neg": _negative,
    "abs": _abs,
    "sqrt": lambda u: _power(u, Number(0.5, 0.5, 0.5)),
    "log": _log,
    "exp": _exponential,
    "sigmoid": _exponential,
    "softplus": _exponential,
    "sin": _sine,
    "cos": _cosine,
    "identity": lambda u: u,
    **dict.fromkeys(("tanh", "sinh", "arctan", "erf"), _with_slope_one),
}
