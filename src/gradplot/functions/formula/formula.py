"""Formula: any function of x that can be typed, as a curve with guaranteed ranges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gradplot.errors import InputError
from gradplot.functions import written
from gradplot.functions.chain.chain import Chain
from gradplot.functions.formula.evaluation import compile_tree, sweep
from gradplot.functions.formula.jets import Jet
from gradplot.functions.formula.parser import check_name, parse
from gradplot.functions.formula.poles import unbounded
from gradplot.functions.formula.recognise import layers
from gradplot.functions.intervals import scaled
from gradplot.functions.intervals.interval import Interval, down, up
from gradplot.functions.intervals.scaled import Scaled
from gradplot.spec.checks import MAX_DEPTH, require_finite
from gradplot.spec.functions import FormulaSpec

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradplot.functions.arrays import Array, Pair

#: Operations of a formula that is no chain: a thousand layers of ten take minutes.
MOST_WORK = 10_000


class Formula:
    """A function of x as typed: ``Formula("tanh(w*x)", {"w": 8})``.

    With ``nest`` the text is one layer in y, nested that many times, the innermost y being x.
    ``label`` is what a legend calls it; by default its text. Raises InputError for a text that is
    not a formula.
    """

    def __init__(
        self,
        text: str,
        constants: Mapping[str, float] | None = None,
        *,
        label: str | None = None,
        nest: int | None = None,
    ) -> None:
        for name, number in (constants or {}).items():
            check_name(name)
            require_finite(f"let {name}", number)
        if nest is not None and not 1 <= nest <= MAX_DEPTH:
            raise InputError("nest", f"{nest} is not a depth; depths are 1 to {MAX_DEPTH}")
        self.text = text
        self.constants = dict(constants or {})
        self.nest = nest
        self._label = label
        tree = parse(text, self.constants, nest=nest is not None)
        found = layers(tree, "x" if nest is None else "y")
        self._chain: Chain | None = None
        if found is not None:
            self._chain = Chain(
                found.activation,
                found.weights * (nest or 1),
                found.biases * (nest or 1),
                parameters=found.parameters,
            )
        self._steps = compile_tree(tree)
        work = len(self._steps) * (nest or 1)
        if self._chain is None and work > MOST_WORK:
            raise InputError(
                "nest",
                f"{nest} layers of {len(self._steps)} operations are more than {MOST_WORK} in all; "
                "nest less deep, or one activation alone, as in 'tanh(w*y+b)'",
            )

    def __repr__(self) -> str:
        given = f", {self.constants}" if self.constants else ""
        label = f", label={self._label!r}" if self._label else ""
        nest = "" if self.nest is None else f", nest={self.nest}"
        return f"Formula({self.text!r}{given}{label}{nest})"

    def _repr_html_(self) -> str:
        return written.formula(self.text, self.constants, nest=self.nest)

    @property
    def label(self) -> str:
        return self._label or self.text

    @property
    def chain(self) -> Chain | None:
        """The chain that this formula is, if it is one: act(w·act(w·x + b) + b)."""
        return self._chain

    def value(self, x: Array) -> Array:
        """y at each x; NaN where the formula is undefined, ±inf where float64 overflows."""
        if self._chain is not None:
            return self._chain.value(x)
        points = np.asarray(x, dtype=np.float64).ravel()
        middle = self._evaluate(points, points, order=0, points=True)[0].value.middle
        return middle.reshape(np.shape(x))

    def log_slope(self, x: Array) -> Pair:
        """(sign, log|dy/dx|) at each x; see ``Curve``."""
        if self._chain is not None:
            return self._chain.log_slope(x)
        points = np.asarray(x, dtype=np.float64).ravel()
        jet, _ = self._evaluate(points, points, order=1, points=True)
        with np.errstate(all="ignore"):
            sign, log = _slope(jet).sign_and_log()
        return sign.reshape(np.shape(x)), log.reshape(np.shape(x))

    def slope(self, x: Array) -> Array:
        """dy/dx at each x; ±inf and 0 where float64 cannot hold it (``log_slope`` can)."""
        sign, log = self.log_slope(x)
        with np.errstate(all="ignore"):
            return np.where(sign == 0, 0.0, sign * np.exp(log))

    def as_options(self) -> dict[str, object]:
        """The options, by their long names, of a figure of this formula."""
        own: dict[str, object] = {"formula": self.text, "let": self.constants}
        named = {"nest": self.nest, "label": self._label}
        return own | {name: value for name, value in named.items() if value}

    def value_range(self, low: Array, high: Array) -> Pair:
        """Guaranteed ends of y on each interval; see ``Curve``."""
        if self._chain is not None:
            return self._chain.value_range(low, high)
        jet, continuous = self._evaluate(low, high, order=1)
        with np.errstate(all="ignore"):
            natural, slope = jet.value, _slope(jet).interval()
            usable = continuous & np.isfinite(slope.low) & np.isfinite(slope.high)
            if usable.any():
                ends = [self._evaluate(end, end, order=0)[0].value for end in (low, high)]
                between = _between(ends[0], ends[1], slope, width=up(high - low))
                natural = _meet(natural, between).where(usable, natural)
        return natural.low, natural.high

    def log_slope_range(self, low: Array, high: Array) -> Pair:
        """Guaranteed ends of log|dy/dx| almost everywhere on each interval; see ``Curve``."""
        if self._chain is not None:
            return self._chain.log_slope_range(low, high)
        jet, continuous = self._evaluate(low, high, order=2)
        with np.errstate(all="ignore"):
            natural = Interval(*_slope(jet).log_magnitude())
            rate = _log_rate(jet)
            usable = continuous & np.isfinite(rate.low) & np.isfinite(rate.high) & (low < high)
            if usable.any():
                ends = [self._log_slope_at(*pair) for pair in _thin(low, high)]
                between = _between(ends[0], ends[1], rate, width=up(high - low))
                natural = _meet(natural, between).where(usable, natural)
        return natural.low, natural.high

    def trend(self, low: Array, high: Array) -> Array:
        """1 where |dy/dx| is proven to rise on the whole interval, -1 to fall, 0 where unknown."""
        jet, continuous = self._evaluate(low, high, order=2)
        with np.errstate(all="ignore"):
            rate = _log_rate(jet)
            sign = np.where(rate.low > 0, 1.0, np.where(rate.high < 0, -1.0, 0.0))
        return np.where(continuous, sign, 0.0)

    def unbounded(self, low: Array, high: Array) -> NDArray[np.bool_]:
        """True where |dy/dx| is proven to have no bound on the interval, as beside a pole."""
        if self._chain is not None:
            return np.zeros(low.shape, dtype=bool)
        return unbounded(self._steps, Interval(low, high), self.nest or 1)

    def continuous(self, low: Array, high: Array) -> NDArray[np.bool_]:
        """True where the formula is proven to be defined and continuous on the whole interval."""
        return self._evaluate(low, high, order=0)[1]

    def _log_slope_at(self, low: Array, high: Array) -> Interval:
        return Interval(*_slope(self._evaluate(low, high, order=1)[0]).log_magnitude())

    def _evaluate(
        self, low: Array, high: Array, *, order: int, points: bool = False
    ) -> tuple[Jet, NDArray[np.bool_]]:
        return sweep(
            self._steps, Interval(low, high), nest=self.nest or 1, order=order, points=points
        )


def formulas(function: FormulaSpec) -> list[Formula]:
    """The curves of a spec: formula by formula, and depth by depth where they are nested."""
    several = len(function.formulas) > 1
    curves: list[Formula] = []
    for text in function.formulas:
        for depth in function.nest or (None,):
            label = None if depth is None else f"depth {depth}"
            if label and several:
                label = f"{text}, {label}"
            if function.labels:
                label = function.labels[len(curves)]
            curves.append(Formula(text, dict(function.constants), label=label, nest=depth))
    return curves


# --- from jets to ranges -----------------------------------------------------------------------


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


def _thin(low: Array, high: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """The doubles beside each end, inside: an interval that still says "almost everywhere"."""
    return (low, np.minimum(up(low), high)), (np.maximum(down(high), low), high)


def _between(left: Interval, right: Interval, rate: Interval, width: Array) -> Interval:
    """Range of a function that has these ranges at its ends and this range of derivatives.

    Above it is bounded by a line from either end; wherever between the ends one stops using the
    first and takes the second, the higher of the two there is a bound.
    """
    return Interval(-_top(-left, -right, -rate, width), _top(left, right, rate, width))


def _top(left: Interval, right: Interval, rate: Interval, width: Array) -> Array:
    rise, fall = np.maximum(rate.high, 0.0), np.maximum(-rate.low, 0.0)
    meet = (right.high - left.high + fall * width) / (rise + fall)
    meet = np.clip(np.where(np.isfinite(meet), meet, 0.0), 0.0, width)
    from_left = up(left.high + up(rise * meet))
    from_right = up(right.high + up(fall * up(width - meet)))
    return np.where(
        rise == 0, left.high, np.where(fall == 0, right.high, np.maximum(from_left, from_right))
    )


def _meet(a: Interval, b: Interval) -> Interval:
    """What both say; the first where the second says nothing."""
    return Interval(np.fmax(a.low, b.low), np.fmin(a.high, b.high))
