"""A curve whose values, slopes and guaranteed ranges come from one forward pass of jets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.intervals import scaled
from gradplot.functions.intervals.interval import Interval, down, magnitude, up
from gradplot.functions.intervals.rounding import MAX
from gradplot.functions.intervals.scaled import Scaled
from gradplot.functions.jets.between import narrowed
from gradplot.functions.jets.evaluation import evaluate
from gradplot.functions.jets.jets import UNDERFLOW, Jet, narrow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradplot.functions.arrays import Array, Mask, Pair
    from gradplot.functions.balls.closely import Closely
    from gradplot.functions.balls.program import Program
    from gradplot.functions.step import Step

#: Results that are kept, and the most intervals of one: limits and both panels ask for the same.
KEPT, LARGEST = 16, 16_384


class Ranged:
    """A function of one variable as layers of steps; see ``curve.Curve`` for its methods.

    ``start`` is what the innermost y is, where that is not the variable itself.
    """

    def __init__(self, layers: Sequence[Sequence[Step]], start: float | None = None) -> None:
        self._layers = tuple(layers)
        self.start = start
        self._latest: dict[tuple[bool, bytes, bytes], tuple[int, tuple[Jet, Mask]]] = {}

    def program(self) -> Program:
        """The same function over Arb balls."""
        from gradplot.functions.balls.program import Program
        from gradplot.functions.step import exactly

        return Program(self._layers, None if self.start is None else exactly(self.start))

    def value(self, x: Array) -> Array:
        """y at each x; see ``Curve``."""
        values, unsure = self._value(x)
        if unsure.any():
            values[unsure] = self._closely().values(np.asarray(x)[unsure])
        return values

    def log_slope(self, x: Array) -> Pair:
        """(sign, log|dy/dx|) at each x; see ``Curve``."""
        sign, log, unsure = self._log_slope(x)
        if unsure.any():
            sign[unsure], log[unsure] = self._closely().log_slopes(np.asarray(x)[unsure])
        return sign, log

    @property
    def operations(self) -> int:
        """Steps of a point; see ``Curve``. A power of two moving parts is e^(b log a): three."""
        return sum(_size(steps) for steps in self._layers)

    def hasty_value(self, x: Array) -> Array:
        """y at each x; see ``Hasty``."""
        values, unsure = self._value(x)
        return np.where(unsure, np.nan, values)

    def hasty_log_slope(self, x: Array) -> Array:
        """log|dy/dx| at each x; see ``Hasty``."""
        _, log, unsure = self._log_slope(x)
        return np.where(unsure, np.nan, log)

    def _value(self, x: Array) -> tuple[Array, Mask]:
        """y at each x, and where float64 does not tell it, or not that it is defined."""
        points = np.asarray(x, dtype=np.float64).ravel()
        jet, defined = self._evaluate(points, points, order=0, points=True)
        with np.errstate(all="ignore"):
            told = narrow(jet.value, UNDERFLOW) | (magnitude(jet.value).low >= MAX)
        unsure = ~(defined & told | jet.value.empty)
        return jet.value.middle.reshape(np.shape(x)), unsure.reshape(np.shape(x))

    def _log_slope(self, x: Array) -> tuple[Array, Array, Mask]:
        """(sign, log|dy/dx|) at each x, and where float64 does not tell them."""
        points = np.asarray(x, dtype=np.float64).ravel()
        jet, defined = self._evaluate(points, points, order=1, points=True)
        slope = _slope(jet)
        with np.errstate(all="ignore"):
            sign, log = slope.sign_and_log()
            unsure = ~(defined & narrow(slope.mantissa) | jet.value.empty)
        shape = np.shape(x)
        return sign.reshape(shape), log.reshape(shape), unsure.reshape(shape)

    def _closely(self) -> Closely:
        """The function at points of which float64 tells too little."""
        from gradplot.functions.balls.closely import Closely  # python-flint

        return Closely(self.program())

    def slope(self, x: Array) -> Array:
        """dy/dx at each x; ±inf and 0 where float64 cannot hold it (``log_slope`` can)."""
        sign, log = self.log_slope(x)
        with np.errstate(all="ignore"):
            return np.where(sign == 0, 0.0, sign * np.exp(log))

    def value_range(self, low: Array, high: Array) -> Pair:
        """Guaranteed ends of y on each interval; see ``Curve``."""
        jet, continuous = self._evaluate(low, high, order=1)
        with np.errstate(all="ignore"):
            natural, slope = jet.value, _slope(jet).interval()
            usable = continuous & np.isfinite(slope.low) & np.isfinite(slope.high)
            if usable.any():
                both = np.concatenate((low, high))
                ends = _halves(self._evaluate(both, both, order=0)[0].value)
                natural = narrowed(natural, ends, slope, up(high - low), usable)
        return natural.low.copy(), natural.high.copy()

    def log_slope_range(self, low: Array, high: Array) -> Pair:
        """Guaranteed ends of log|dy/dx| almost everywhere on each interval; see ``Curve``."""
        jet, continuous = self._evaluate(low, high, order=2)
        with np.errstate(all="ignore"):
            natural = Interval(*_slope(jet).log_magnitude())
            rate = _log_rate(jet)
            usable = continuous & np.isfinite(rate.low) & np.isfinite(rate.high) & (low < high)
            if usable.any():
                jet, _ = self._evaluate(*_thin(low, high), order=1)
                ends = _halves(Interval(*_slope(jet).log_magnitude()))
                natural = narrowed(natural, ends, rate, up(high - low), usable)
        return natural.low, natural.high

    def log_slope_rate_range(self, low: Array, high: Array) -> Pair:
        """Guaranteed ends of d log|dy/dx| / dx; infinite where the slope may jump or be 0."""
        jet, continuous = self._evaluate(low, high, order=2)
        with np.errstate(all="ignore"):
            rate = _log_rate(jet)
        known = continuous & np.isfinite(rate.low) & np.isfinite(rate.high)
        return np.where(known, rate.low, -np.inf), np.where(known, rate.high, np.inf)

    def continuous(self, low: Array, high: Array) -> Mask:
        """True where the function is proven to be defined and continuous on the whole interval."""
        return self._evaluate(low, high, order=0)[1].copy()

    def unbounded(self, low: Array, high: Array) -> Mask:
        """True where |dy/dx| is proven to have no bound on the interval, as beside a pole."""
        return np.zeros(low.shape, dtype=bool)

    def _evaluate(
        self, low: Array, high: Array, *, order: int, points: bool = False
    ) -> tuple[Jet, Mask]:
        """The jet over each interval, and where it is continuous: of the latest ones asked for."""
        key = points, low.tobytes(), high.tobytes()
        known = self._latest.get(key)
        if known is not None and known[0] >= order:
            return known[1]
        found = evaluate(
            self._layers, Interval(low, high), start=self.start, order=order, points=points
        )
        if low.size <= LARGEST:
            self._latest[key] = order, found
            while len(self._latest) > KEPT:
                del self._latest[next(iter(self._latest))]
        return found


def _size(steps: Sequence[Step]) -> int:
    powers = sum(step.function == "pow" and len(step.sources) == 2 for step in steps)
    return len(steps) + 2 * powers


def _slope(jet: Jet) -> Scaled:
    assert jet.slope is not None
    return jet.slope


def _log_rate(jet: Jet) -> Interval:
    """d(log|y'|)/dx = y''/y', the whole line where y' may be 0."""
    assert jet.slope is not None
    assert jet.bend is not None
    across = (jet.slope.mantissa.low <= 0) & (jet.slope.mantissa.high >= 0)
    rate = (jet.bend / jet.slope).interval()
    line = scaled.unknown(rate.low).interval()
    return line.where(across, rate)


def _thin(low: Array, high: Array) -> Pair:
    """The doubles beside every low end, then beside every high one, inside: intervals that still
    say "almost everywhere". All of them at once: layers cost more than lanes."""
    return (
        np.concatenate((low, np.maximum(down(high), low))),
        np.concatenate((np.minimum(up(low), high), high)),
    )


def _halves(both: Interval) -> tuple[Interval, Interval]:
    low, high = np.broadcast_arrays(both.low, both.high)
    middle = low.size // 2
    return Interval(low[:middle], high[:middle]), Interval(low[middle:], high[middle:])
