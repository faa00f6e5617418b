"""Formula: any function of x that can be typed, as a curve with guaranteed ranges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gradplot.errors import InputError
from gradplot.functions.chain.chain import Chain
from gradplot.functions.formula.compile import compile_tree
from gradplot.functions.formula.parser import check_name, parse
from gradplot.functions.formula.poles import unbounded
from gradplot.functions.formula.recognise import layers
from gradplot.functions.intervals.interval import Interval
from gradplot.functions.jets.ranged import Ranged
from gradplot.spec.checks import check_depth, require_finite
from gradplot.spec.functions import FormulaSpec

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradplot.functions.arrays import Array, Pair

#: Operations of a formula that is no chain: a thousand layers of ten take minutes.
MOST_WORK = 10_000


class Formula(Ranged):
    """A function of x as typed: ``Formula("tanh(w*x)", {"w": 8})``.

    With ``nest`` the text is one layer in y, nested that many times, the innermost y being x, or
    ``start`` where that is given: then x is what all layers share.
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
        start: float | None = None,
    ) -> None:
        for name, number in (constants or {}).items():
            check_name(name)
            require_finite(f"let {name}", number)
        if nest is not None:
            check_depth("nest", nest)
        self.text = text
        self.constants = dict(constants or {})
        self.nest = nest
        self._label = label
        tree = parse(text, self.constants, nest=nest is not None)
        found = layers(tree, "x" if nest is None else "y") if start is None else None
        self._chain: Chain | None = None
        if found is not None:
            self._chain = Chain(
                found.activation,
                found.weights * (nest or 1),
                found.biases * (nest or 1),
                parameters=found.parameters,
            )
        self._steps = compile_tree(tree)
        super().__init__([self._steps] * (nest or 1), start)
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
        from gradplot.functions import written  # for notebooks alone

        return written.formula(self.text, self.constants, nest=self.nest)

    @property
    def label(self) -> str:
        return self._label or self.text

    @property
    def depth(self) -> int | None:
        """The layers of the chain that this formula is, or how often it is nested from a start."""
        if self._chain is not None:
            return self._chain.depth
        return None if self.start is None else self.nest

    @property
    def chain(self) -> Chain | None:
        """The chain that this formula is, if it is one: act(w·act(w·x + b) + b)."""
        return self._chain

    def value(self, x: Array) -> Array:
        return super().value(x) if self._chain is None else self._chain.value(x)

    def log_slope(self, x: Array) -> Pair:
        return super().log_slope(x) if self._chain is None else self._chain.log_slope(x)

    def hasty_value(self, x: Array) -> Array:
        return super().hasty_value(x) if self._chain is None else self._chain.hasty_value(x)

    def hasty_log_slope(self, x: Array) -> Array:
        known = self._chain
        return super().hasty_log_slope(x) if known is None else known.hasty_log_slope(x)

    def value_range(self, low: Array, high: Array) -> Pair:
        known = self._chain
        return super().value_range(low, high) if known is None else known.value_range(low, high)

    def log_slope_range(self, low: Array, high: Array) -> Pair:
        if self._chain is not None:
            return self._chain.log_slope_range(low, high)
        return super().log_slope_range(low, high)

    def log_slope_rate_range(self, low: Array, high: Array) -> Pair:
        if self._chain is not None:
            return self._chain.log_slope_rate_range(low, high)
        return super().log_slope_rate_range(low, high)

    def as_options(self) -> dict[str, object]:
        """The options, by their long names, of a figure of this formula."""
        own: dict[str, object] = {"formula": self.text, "let": self.constants}
        named = {"nest": self.nest, "label": self._label, "start": self.start}
        return own | {name: value for name, value in named.items() if value is not None}

    def unbounded(self, low: Array, high: Array) -> NDArray[np.bool_]:
        """True where |dy/dx| is proven to have no bound on the interval, as beside a pole."""
        if self._chain is not None:
            return np.zeros(low.shape, dtype=bool)
        nest, start = self.nest or 1, self.start
        found = unbounded(self._steps, Interval(low, high), nest, start=start)
        if not found.any():
            from gradplot.functions.formula.asymptotics import grows

            ends = zip(low.tolist(), high.tolist(), strict=True)
            return np.array([grows(self._steps, *pair, nest, start=start) for pair in ends])
        return found


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
            curves.append(
                Formula(
                    text, dict(function.constants), label=label, nest=depth, start=function.start
                )
            )
    return curves
