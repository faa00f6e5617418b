"""Chain: a network of one unit a layer, its values and log-slopes at every depth in one pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gradplot.errors import InputError
from gradplot.functions.activations.shape import Shape
from gradplot.functions.activations.table import Activation, find
from gradplot.functions.chain.enclosures import Enclosures
from gradplot.functions.chain.fan import EVERY
from gradplot.functions.chain.past import Past, followed
from gradplot.spec.along import Along
from gradplot.spec.checks import check_layers

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Pair
    from gradplot.functions.chain.along import AlongChain
    from gradplot.functions.chain.fan import Lanes
    from gradplot.spec.along import Variable

#: Points that are carried through all layers together: their arrays stay in the cache.
BLOCK = 8192


class Outputs(NamedTuple):
    """Arrays of shape (depths, points): y, the sign of dy/dx, and log|dy/dx|."""

    value: Array
    sign: Array
    log_slope: Array


class Chain:
    """y = a_d, where a_0 = x, z_k = w_k a_(k-1) + b_k and a_k = act(z_k), for k = 1 ... d.

    ``weights`` and ``biases`` have one finite number per layer. As a curve (curve.Curve) a chain
    is its deepest output; ``at(depth)`` is the chain of its first layers.
    """

    def __init__(
        self,
        activation: str | Activation,
        weights: Sequence[float] | float,
        biases: Sequence[float] | float = 0.0,
        *,
        depth: int | None = None,
        parameters: Mapping[str, float] | None = None,
    ) -> None:
        self.activation = find(activation) if isinstance(activation, str) else activation
        self.parameters = dict(parameters or {})
        self.shape: Shape = self.activation.shape(self.parameters)
        layers = [len(item) for item in (weights, biases) if isinstance(item, Sequence)]
        deepest = depth if depth is not None else max(layers, default=1)
        self.weights = _per_layer("weight", weights, deepest)
        self.biases = _per_layer("bias", biases, deepest)

    @property
    def depth(self) -> int:
        return len(self.weights)

    @property
    def label(self) -> str:
        return f"depth {self.depth}"

    @property
    def chain(self) -> Chain:
        return self

    def __repr__(self) -> str:
        given = [
            repr(layers[0] if len(set(layers)) == 1 else layers)
            for layers in (self.weights, self.biases)
        ]
        rest = f", parameters={self.parameters}" if self.parameters else ""
        return f"Chain({self.activation.name!r}, {', '.join(given)}, depth={self.depth}{rest})"

    def _repr_html_(self) -> str:
        from gradplot.functions.written import recursion  # for notebooks alone

        name, parameters = self.activation.name, self.parameters
        return recursion(name, self.weights, biases=self.biases, parameters=parameters)

    def at(self, depth: int) -> Chain:
        """The chain of the first ``depth`` layers."""
        if not 1 <= depth <= self.depth:
            raise InputError("depths", f"{depth} is not a depth of a chain of {self.depth} layers")
        return Chain(
            self.activation, self.weights[:depth], self.biases[:depth], parameters=self.parameters
        )

    def along(
        self, variable: Variable, *, at: float = 0.5, target: float | None = None
    ) -> AlongChain:
        """This network with the input ``at``, as a curve over a parameter that all layers share.

        ``variable`` is "weight", "bias", or "input-bias" for the first layer's alone. With a
        ``target`` the curve is the loss (y - target)^2. Raises InputError for another variable.
        """
        from gradplot.functions.chain.along import AlongChain

        return AlongChain(self, Along(variable=variable, at=at, target=target))

    @cached_property
    def enclosures(self) -> Enclosures:
        """Its guaranteed ranges at several depths; most chains are never asked for them."""
        return Enclosures(self.shape, self.weights, self.biases)

    @property
    def signs(self) -> Array:
        """Of dz_k/dx in every layer, for an increasing activation."""
        return np.asarray(np.cumprod(np.sign(self.weights)), dtype=np.float64)

    def layer(self, k: int, lanes: Lanes = EVERY) -> tuple[float, float]:
        """Weight and bias of layer ``k``, counted from 0: the same in every lane (see ``Fan``)."""
        return self.weights[k], self.biases[k]

    def lanes(self, lanes: Lanes) -> Chain:
        """Itself: every lane is this chain (see ``Fan``)."""
        return self

    def extends(self, other: Chain) -> bool:
        """Whether ``other`` is this chain's first layers."""
        return (
            self.activation.name == other.activation.name
            and self.parameters == other.parameters
            and self.weights[: other.depth] == other.weights
            and self.biases[: other.depth] == other.biases
        )

    def as_options(self) -> dict[str, object]:
        """The options, by their long names, of a figure of this chain."""
        weights, biases = (
            layers[:1] if len(set(layers)) == 1 else layers
            for layers in (self.weights, self.biases)
        )
        return {
            "activation": self.activation.name,
            "weight": weights,
            "bias": biases,
            "depths": (self.depth,),
            **self.parameters,
        }

    def evaluate(
        self, x: Array, depths: Sequence[int] | None = None, *, hasty: bool = False
    ) -> Outputs:
        """Values and signed log-slopes at ``x`` for each of ``depths`` (ascending; default: all).

        The pass goes once over the layers, up to the deepest that is asked for. Where float64 loses
        an orbit it is followed closely; with ``hasty`` all is NaN there.
        """
        x = np.ascontiguousarray(x, dtype=np.float64)
        wanted = tuple(range(1, self.depth + 1)) if depths is None else tuple(depths)
        if any(not 1 <= depth <= self.depth for depth in wanted):
            raise InputError("depths", f"{max(wanted)} layers of a chain that has {self.depth}")
        out = Outputs(*(np.empty((len(wanted), x.size)) for _ in range(3)))
        for start in range(0, x.size, BLOCK):
            self._fill(x.ravel()[start : start + BLOCK], wanted, out, start, hasty=hasty)
        return out

    def _fill(
        self, x: Array, wanted: tuple[int, ...], out: Outputs, start: int, *, hasty: bool
    ) -> None:
        shape, a = self.shape, x
        log_slope = np.zeros_like(x)
        sign = np.ones_like(x)
        rows = {depth: row for row, depth in enumerate(wanted)}
        here = slice(start, start + x.size)
        with np.errstate(all="ignore"):
            past = Past(shape, self.activation.sup_slope(self.parameters), x)
            for layer in range(max(wanted)):
                weight = self.weights[layer]
                z = pre_activation(weight, self.biases[layer], a)
                past.see(weight, self.biases[layer], z)
                log_slope += shape.log_slope(np, z)
                log_slope += self.enclosures.logs[layer]
                if not shape.monotone:
                    sign *= shape.sign(np, z)
                if weight < 0:
                    np.negative(sign, out=sign)
                a = shape.value(np, z)
                if layer + 1 in rows:
                    row = rows[layer + 1]
                    out.value[row, here] = a
                    out.log_slope[row, here] = log_slope
                    out.sign[row, here] = np.where(np.isneginf(log_slope), 0.0, sign)
                    if past.lost.any():
                        lost = np.flatnonzero(past.lost)
                        found: Sequence[Array | float] = (np.nan,) * 3
                        if not hasty:
                            found = followed(self, layer + 1, x[lost])
                        for part, told in zip(out, found, strict=True):
                            part[row, start + lost] = told

    # --- the Curve protocol ----------------------------------------------------------------------

    def value(self, x: Array) -> Array:
        """y at each x."""
        return self.evaluate(x, (self.depth,)).value[0]

    def log_slope(self, x: Array) -> Pair:
        """(sign, log|dy/dx|) at each x; (0, -inf) where the slope is exactly 0."""
        out = self.evaluate(x, (self.depth,))
        return out.sign[0], out.log_slope[0]

    @property
    def operations(self) -> int:
        """Layers of a point; see ``Curve``."""
        return self.depth

    def hasty_value(self, x: Array) -> Array:
        """y at each x; see ``Hasty``."""
        return self.evaluate(x, (self.depth,), hasty=True).value[0]

    def hasty_log_slope(self, x: Array) -> Array:
        """log|dy/dx| at each x; see ``Hasty``."""
        return self.evaluate(x, (self.depth,), hasty=True).log_slope[0]

    def value_range(self, low: Array, high: Array) -> Pair:
        """Range of y over each [low, high]: exact up to rounding, a layer uses its input once."""
        return _alone(self.enclosures.values(low, high, (self.depth,)))

    def log_slope_range(self, low: Array, high: Array) -> Pair:
        """Range of log|dy/dx|: the sum of the layers' ranges, which tightens on splitting."""
        return _alone(self.enclosures.log_slopes(low, high, (self.depth,)))

    def log_slope_rate_range(self, low: Array, high: Array) -> Pair:
        """Range of d log|dy/dx| / dx; infinite where a kink or a turning point may be."""
        return _alone(self.enclosures.log_slope_rates(low, high, (self.depth,)))

    def continuous(self, low: Array, high: Array) -> np.ndarray:
        """A chain is continuous everywhere."""
        return np.ones(np.shape(low), dtype=bool)


def pre_activation(weight: float, bias: float, a: Array) -> Array:
    """weight·a + bias, with a zero weight winning over an overflowed a, and no infinity."""
    if weight == 0.0:
        return np.full_like(a, bias)
    z = weight * a
    z += bias
    limit = np.finfo(np.float64).max
    return np.clip(z, -limit, limit) if abs(weight) > 1e3 or not np.isfinite(z).all() else z


def _alone(depths: Pair) -> Pair:
    """The ranges of the only depth."""
    return depths[0][0], depths[1][0]


def _per_layer(key: str, numbers: Sequence[float] | float, depth: int) -> tuple[float, ...]:
    layers = tuple(map(float, numbers)) if isinstance(numbers, Sequence) else (float(numbers),)
    check_layers(key, layers, depth)
    return layers * depth if len(layers) == 1 else layers
