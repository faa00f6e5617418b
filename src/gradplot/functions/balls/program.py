"""A function of x as a program of operations over balls, run layer by layer."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, ctx

from gradplot.functions.balls.constants import span_of
from gradplot.functions.balls.jets import Jet, Pass
from gradplot.functions.balls.layer import Layer
from gradplot.functions.balls.span import ONE, Span, point
from gradplot.functions.step import Number, Step

#: Bits that a layer carries beyond those that tell an interval's two ends apart.
GUARD_BITS = 72


class Program:
    """A function of x: layers of steps, each with the result before as y; the first y is x.

    With ``start`` the first y is that constant instead. Of ``x_range``, where it is known, x does
    not leave it.
    """

    def __init__(
        self,
        layers: Sequence[Sequence[Step]],
        start: Number | None = None,
        *,
        x_range: tuple[float, float] | None = None,
    ) -> None:
        self.layers = tuple(layers)
        self.start = start
        self.x_range = x_range
        first = None if start is not None or x_range is None else (arb(x_range[0]), arb(x_range[1]))
        rest = {id(steps): Layer(steps) for steps in self.layers[1:]}
        self._layers = [Layer(steps, first) for steps in self.layers[:1]]
        self._layers += [rest[id(steps)] for steps in self.layers[1:]]

    @property
    def size(self) -> int:
        """The number of operations."""
        return sum(layer.size for layer in self._layers)

    def first(self, depth: int) -> Program:
        """The program of the first layers."""
        return Program(self.layers[:depth], self.start, x_range=self.x_range)

    def within(self, low: float, high: float) -> Program:
        """The same function on that range alone."""
        return Program(self.layers, self.start, x_range=(low, high))

    def balls(self, low: arb, high: arb, *, order: int, bits: int) -> tuple[Jet, bool]:
        """The jet over [low, high] with ``bits`` of working precision, and whether the function is
        defined on all of it. Raises Undefined where it is so nowhere."""
        before = ctx.prec
        try:
            ctx.prec = bits
            going = Pass(order)
            x = Jet(point(low) if low is high else Span(low, high), point(ONE))
            y = x if self.start is None else Jet(span_of(self.start))
            for number, layer in enumerate(self._layers):
                if number and number % 4 == 0 and low is not high:
                    ctx.prec = min(bits, _enough(y.value))
                y = layer.jet(x, y, going)
            return y, going.whole
        finally:
            ctx.prec = before


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
