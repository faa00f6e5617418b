"""A formula's tree as a list of steps, and its value, slope and bend in one forward pass.

Equal parts are computed once. One rule per line; each works on arrays of intervals, and on points
as intervals that are next to nothing wide, so that what is drawn and what is proven cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions import intervals as iv
from gradplot.functions import scaled
from gradplot.functions.folding import Number
from gradplot.functions.intervals import Interval
from gradplot.functions.rules import Rule, rule
from gradplot.functions.scaled import Scaled
from gradplot.functions.syntax import Call, Node, Variable

if TYPE_CHECKING:
    from gradplot.functions.intervals import Mask
    from gradplot.functions.protocol import Array


@dataclass(frozen=True, slots=True)
class Jet:
    """A quantity with its first and second derivative by x; None for one that is 0 throughout."""

    value: Interval
    slope: Scaled | None = None
    bend: Scaled | None = None


@dataclass(slots=True)
class Pass:
    """One forward pass: how many derivatives it takes, and what it finds out on the way."""

    order: int
    points: bool
    continuous: Mask


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on the results of earlier steps."""

    function: str
    sources: tuple[int, ...] = ()
    constants: tuple[Number, ...] = ()
    #: Results that no later step needs.
    spent: tuple[int, ...] = field(default=(), compare=False)


def compile_tree(tree: Node) -> tuple[Step, ...]:
    """The steps of a tree, each part after its own parts, the whole last."""
    steps: dict[tuple[str, tuple[int, ...], tuple[Number, ...]], int] = {}
    places: dict[int, int] = {}

    def place(function: str, sources: tuple[int, ...], constants: tuple[Number, ...] = ()) -> int:
        return steps.setdefault((function, sources, constants), len(steps))

    pending: list[tuple[Node, bool]] = [(tree, False)]
    while pending:
        node, ready = pending.pop()
        if isinstance(node, Number):
            places[id(node)] = place("number", (), (node,))
        elif isinstance(node, Variable):
            places[id(node)] = place(node.name, ())
        elif ready:
            inputs, constants = _split(node)
            sources = tuple(places[id(part)] for part in inputs)
            places[id(node)] = place(node.function, sources, constants)
        else:
            pending.append((node, True))
            pending.extend((part, False) for part in _split(node)[0])
    return _retire(list(steps))


def _split(node: Call) -> tuple[tuple[Node, ...], tuple[Number, ...]]:
    """A call's moving arguments, and those that its rule takes as constants."""
    arguments = node.arguments
    if node.function == "pow" and isinstance(arguments[1], Number):
        return arguments[:1], (arguments[1],)
    if node.function in _BINARY:
        return arguments, ()
    return arguments[:1], tuple(a for a in arguments[1:] if isinstance(a, Number))


def _retire(steps: Sequence[tuple[str, tuple[int, ...], tuple[Number, ...]]]) -> tuple[Step, ...]:
    last = {source: index for index, (_, sources, _) in enumerate(steps) for source in sources}
    spent: dict[int, list[int]] = {}
    for source, index in last.items():
        spent.setdefault(index, []).append(source)
    return tuple(
        Step(function, sources, constants, tuple(spent.get(index, ())))
        for index, (function, sources, constants) in enumerate(steps)
    )


def run(steps: Sequence[Step], x: Jet, y: Jet, going: Pass) -> Jet:
    """The jet of the last step."""
    results: list[Jet | None] = []
    for step in steps:
        inputs = [results[source] for source in step.sources]
        results.append(_take(step, [jet for jet in inputs if jet is not None], x, y, going))
        for source in step.spent:
            results[source] = None
    result = results[-1]
    assert result is not None
    return result


def _take(step: Step, inputs: list[Jet], x: Jet, y: Jet, going: Pass) -> Jet:
    if step.function == "x":
        return x
    if step.function == "y":
        return y
    if step.function == "number":
        (number,) = step.constants
        return Jet(Interval(np.array([number.low]), np.array([number.high])))
    if len(inputs) == 2:
        return _BINARY[step.function](*inputs, going)
    if step.function == "neg":
        return _neg(inputs[0])
    if step.function == "pow":
        return _power(inputs[0], step.constants[0], going)
    parameters = [constant.value for constant in step.constants]
    return compose(rule(step.function, parameters), inputs[0], going)


# --- optional terms: None is 0 -----------------------------------------------------------------


def plus(a: Scaled | None, b: Scaled | None) -> Scaled | None:
    return b if a is None else a if b is None else a + b


def minus(a: Scaled | None) -> Scaled | None:
    return None if a is None else -a


def times(a: Scaled | None, b: Scaled | None) -> Scaled | None:
    return None if a is None or b is None else a * b


def square(a: Scaled | None) -> Scaled | None:
    return None if a is None else Scaled(iv.power(a.mantissa, 2), 2 * a.exponent)


# --- rules -------------------------------------------------------------------------------------


def compose(f: Rule, u: Jet, going: Pass) -> Jet:
    """f(u): slope f'(u) u', bend f''(u) u'² + f'(u) u''."""
    going.continuous = going.continuous & f.continuous(u.value)
    value = f.value(u.value)
    if u.slope is None or going.order == 0:
        return Jet(value)
    at = going.points and f.slope_at is not None
    outer = f.slope_at(u.value.middle) if at and f.slope_at else f.slope(u.value)
    slope = outer * u.slope
    if going.order == 1:
        return Jet(value, slope)
    return Jet(value, slope, plus(times(f.bend(u.value), square(u.slope)), times(outer, u.bend)))


def _neg(u: Jet) -> Jet:
    return Jet(-u.value, minus(u.slope), minus(u.bend))


def _add(a: Jet, b: Jet, going: Pass) -> Jet:
    return Jet(a.value + b.value, plus(a.slope, b.slope), plus(a.bend, b.bend))


def _sub(a: Jet, b: Jet, going: Pass) -> Jet:
    return _add(a, _neg(b), going)


def _mul(a: Jet, b: Jet, going: Pass) -> Jet:
    """ab: slope a'b + ab', bend a''b + 2a'b' + ab''."""
    if a is b:
        return _power(a, Number(2.0, 2.0, 2.0), going)
    value = a.value * b.value
    if a.slope is None and b.slope is None:
        return Jet(value)
    va, vb = scaled.of(a.value), scaled.of(b.value)
    slope = plus(times(a.slope, vb), times(va, b.slope))
    if going.order < 2:
        return Jet(value, slope)
    cross = times(a.slope, b.slope)
    bend = plus(times(a.bend, vb), times(va, b.bend))
    return Jet(value, slope, plus(bend, cross.twice() if cross else None))


def _div(a: Jet, b: Jet, going: Pass) -> Jet:
    """q = a/b: slope (a' - q b')/b, bend (a'' - 2q' b' - q b'')/b."""
    going.continuous = going.continuous & ((b.value.low > 0) | (b.value.high < 0))
    value = a.value / b.value
    if a.slope is None and b.slope is None:
        return Jet(value)
    vb, q = scaled.of(b.value), scaled.of(value)
    top = plus(a.slope, minus(times(q, b.slope)))
    slope = top / vb if top is not None else None
    if going.order < 2:
        return Jet(value, slope)
    cross = times(slope, b.slope)
    top = plus(a.bend, minus(plus(cross.twice() if cross else None, times(q, b.bend))))
    return Jet(value, slope, top / vb if top is not None else None)


def _power(u: Jet, exponent: Number, going: Pass) -> Jet:
    """u^p: slope p u^(p-1) u', by way of 1/u^-p where p is a negative whole number."""
    p = exponent.value
    if exponent.low == exponent.high and p.is_integer() and abs(p) <= MAX_POWER:
        if p < 0:
            one = Jet(iv.point(1.0))
            return _div(one, _power(u, Number(-p, -p, -p), going), going)
        return compose(_whole_power(int(p)), u, going)
    return compose(_real_power(exponent), u, going)


#: Larger exponents go by exp(p log u).
MAX_POWER = 2**30


def _whole_power(n: int) -> Rule:
    return Rule(
        lambda u: iv.power(u, n),
        lambda u: scaled.number(n) * _scaled_power(u, n - 1) if n else scaled.number(0.0),
        lambda u: (
            scaled.number(float(n * (n - 1))) * _scaled_power(u, n - 2)
            if n > 1
            else scaled.number(0.0)
        ),
    )


def _scaled_power(u: Interval, n: int) -> Scaled:
    """u^n beyond float64's exponents."""
    base = u if n % 2 else iv.magnitude(u)
    return _end_power(base.low, n).hull(_end_power(base.high, n))


def _end_power(z: Array, n: int) -> Scaled:
    """z^n by repeated squaring."""
    if n == 0:
        return scaled.of(Interval(np.where(np.isnan(z), z, 1.0), np.where(np.isnan(z), z, 1.0)))
    factor = scaled.of(Interval(z, z))
    if n == 1:
        return factor
    half = _end_power(z, n // 2)
    return half * half * factor if n % 2 else half * half


def _real_power(exponent: Number) -> Rule:
    """u^p = e^(p log u) for u >= 0."""
    p = Interval(np.array([exponent.low]), np.array([exponent.high]))
    rising = exponent.low > 0

    def value(u: Interval) -> Interval:
        return iv.real_power(u, p) if rising else _exp_log(u, p).interval()

    def slope(u: Interval) -> Scaled:
        return scaled.of(p) * _exp_log(u, p - iv.point(1.0))

    def bend(u: Interval) -> Scaled:
        return scaled.of(p * (p - iv.point(1.0))) * _exp_log(u, p - iv.point(2.0))

    def continuous(u: Interval) -> Mask:
        return (u.low >= 0) if rising else (u.low > 0)

    return Rule(value, slope, bend, continuous)


def _exp_log(u: Interval, p: Interval) -> Scaled:
    positive = Interval(np.maximum(u.low, 0.0), u.high).empty_where(~(u.high > 0))
    log = iv.log(positive) * p
    return scaled.exponential(log.low, log.high)


def _general_power(a: Jet, b: Jet, going: Pass) -> Jet:
    """a^b = e^(b log a) for a > 0."""
    return compose(rule("exp"), _mul(b, compose(rule("log"), a, going), going), going)


def _max(a: Jet, b: Jet, going: Pass) -> Jet:
    first = a.value.low >= b.value.high
    second = b.value.low >= a.value.high
    value = Interval(
        np.maximum(a.value.low, b.value.low), np.maximum(a.value.high, b.value.high)
    )
    if a.slope is None and b.slope is None:
        return Jet(value)
    zero = scaled.number(0.0)
    slope_a, slope_b = a.slope or zero, b.slope or zero
    if going.points:
        ma, mb = a.value.middle, b.value.middle
        half = scaled.number(0.5) * (slope_a + slope_b)
        slope = slope_a.where(ma > mb, slope_b.where(mb > ma, half))
        return Jet(value, slope)
    slope = slope_a.where(first, slope_b.where(second, slope_a.hull(slope_b)))
    if going.order < 2:
        return Jet(value, slope)
    unknown = scaled.unknown(value.low)
    bend = (a.bend or zero).where(first, (b.bend or zero).where(second, unknown))
    return Jet(value, slope, bend)


def _min(a: Jet, b: Jet, going: Pass) -> Jet:
    return _neg(_max(_neg(a), _neg(b), going))


_BINARY: dict[str, Callable[[Jet, Jet, Pass], Jet]] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": _div,
    "pow": _general_power,
    "max": _max,
    "min": _min,
}
