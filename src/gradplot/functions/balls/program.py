"""A function of x as a program of operations over balls, run layer by layer."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, ctx

from gradplot.functions.balls.beside import Beside
from gradplot.functions.balls.jets import BINARY, Jet, Pass, chained, compose, negate, raised
from gradplot.functions.balls.places import ball_of
from gradplot.functions.balls.removable import Removable
from gradplot.functions.balls.rules import rule
from gradplot.functions.balls.span import ONE, Span, point
from gradplot.functions.step import Number, Step

#: Bits that a layer carries beyond those that tell an interval's two ends apart.
GUARD_BITS = 72


class Program:
    """A function of x: layers of steps, each with the result before as y; the first y is x.

    With ``start`` the first y is that constant instead.
    """

    def __init__(self, layers: Sequence[Sequence[Step]], start: Number | None = None) -> None:
        self.layers = tuple(layers)
        self.start = start
        known = {id(steps): Removable(steps) for steps in self.layers if _divides(steps)}
        beside = {id(steps): Beside(steps) for steps in self.layers}
        self._removable = [
            known.get(id(steps)) if self._of_one_variable(number) else None
            for number, steps in enumerate(self.layers)
        ]
        self._beside = [
            beside[id(steps)] if self._of_one_variable(number) else None
            for number, steps in enumerate(self.layers)
        ]

    @property
    def size(self) -> int:
        """The number of operations: a quotient that has a series at a point takes them twice."""
        return sum(
            len(steps) * (2 if removable and removable.places else 1)
            for steps, removable in zip(self.layers, self._removable, strict=True)
        )

    def _of_one_variable(self, number: int) -> bool:
        if number == 0 and self.start is None:
            return True
        return all(step.function != "x" for step in self.layers[number])

    def first(self, depth: int) -> Program:
        """The program of the first layers."""
        return Program(self.layers[:depth], self.start)

    def balls(self, low: arb, high: arb, *, order: int, bits: int) -> tuple[Jet, bool]:
        """The jet over [low, high] with ``bits`` of working precision, and whether the function is
        defined on all of it. Raises Undefined where it is so nowhere."""
        before = ctx.prec
        try:
            ctx.prec = bits
            going = Pass(order)
            x = Jet(point(low) if low is high else Span(low, high), point(ONE))
            y = x if self.start is None else Jet(_constant(self.start))
            for number, steps in enumerate(self.layers):
                if number and number % 4 == 0 and low is not high:
                    ctx.prec = min(bits, _enough(y.value))
                removable, beside = self._removable[number], self._beside[number]
                if y is x:
                    y = _run(steps, x, y, going, removable)
                    if beside is not None and low is not high:
                        y = beside.better(y, low, high)
                elif removable is None:
                    y = _run(steps, x, y, going, None)
                else:
                    t = Jet(y.value, point(ONE))
                    y = chained(_run(steps, t, t, going, removable), y, going)
            return y, going.whole
        finally:
            ctx.prec = before


def _run(steps: Sequence[Step], x: Jet, y: Jet, going: Pass, removable: Removable | None) -> Jet:
    results: list[Jet] = []
    for number, step in enumerate(steps):
        name = step.function
        if name == "x":
            jet = x
        elif name == "y":
            jet = y
        elif name == "number":
            jet = Jet(_constant(step.constants[0]))
        elif name == "neg":
            jet = negate(results[step.sources[0]])
        elif name == "pow" and step.constants:
            jet = raised(results[step.sources[0]], step.constants[0], going)
        elif len(step.sources) == 2:
            a, b = (results[source] for source in step.sources)
            if name == "div" and removable is not None:
                jet = removable.quotient(number, a, b, y, going)
            else:
                jet = BINARY[name](a, b, going)
        else:
            parameters = tuple(constant.value for constant in step.constants)
            jet = compose(rule(name, parameters), results[step.sources[0]], going)
        results.append(jet)
    return results[-1]


def _divides(steps: Sequence[Step]) -> bool:
    """Whether there is a quotient of two parts that are no constants."""
    return any(
        step.function == "div"
        and all(steps[source].function != "number" for source in step.sources)
        for step in steps
    )


def _constant(number: Number) -> Span:
    if number.low == number.high:
        return point(arb(number.low))
    if number.fraction is not None:
        return point(ball_of(number.fraction))
    return Span(arb(number.low), arb(number.high))


def _enough(value: Span) -> int:
    """Bits that tell the ends of an interval apart, and some more."""
    width = value.high - value.low
    if not width > 0 or not width.is_finite():
        return 10**9
    return GUARD_BITS - _exponent(width) + max(_exponent(value.low), _exponent(value.high), 0)


def _exponent(size: arb) -> int:
    """log2 of the absolute value, nearly."""
    mantissa, exponent = size.mid().man_exp()
    return int(exponent) + int(mantissa).bit_length() if mantissa else -(10**9)
