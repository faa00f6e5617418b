"""The table of activations: an entry for each, for people and for every command.

A new activation is one entry here, in the module of its family a function of its name that gives
its numerical description, and another in ``functions.balls.activations`` that gives its outline,
for formulas and descents. An explanation needs its kernel in ``functions.activations.balls``, too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from gradplot.errors import InputError

if TYPE_CHECKING:
    from gradplot.functions.activations.shape import Shape

INF = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """One entry of the table."""

    name: str
    #: act(z), for people.
    formula: str
    #: sup|act'| as a function of the parameters, and in words.
    sup_slope_of: Callable[..., float]
    supremum_text: str
    #: The module of this folder in which a function of this name gives the numerical description.
    family: str
    aliases: tuple[str, ...] = ()
    #: Parameter names with their defaults.
    parameters: Mapping[str, float] = field(default_factory=dict)
    #: The smallest value a parameter may take, and whether that value itself is allowed.
    least: Mapping[str, tuple[float, bool]] = field(default_factory=dict)

    def arguments(self, parameters: Mapping[str, float]) -> tuple[float, ...]:
        """The parameters in the entry's order, defaults filled in; InputError if unusable."""
        for name in parameters:
            if name not in self.parameters:
                raise InputError(name, f"{self.name} has no parameter {name}; leave it out")
        values = tuple(
            float(parameters.get(name, self.parameters[name])) for name in self.parameters
        )
        for name, number in zip(self.parameters, values, strict=True):
            least, allowed = self.least.get(name, (-INF, False))
            if not math.isfinite(number) or number < least or (number == least and not allowed):
                bound = f"{'at least' if allowed else 'more than'} {least:g}"
                raise InputError(name, f"{number:g} does not suit {self.name}; give {bound}")
        return values

    def shape(self, parameters: Mapping[str, float] | None = None) -> Shape:
        """The numerical description, with ``parameters`` or their defaults filled in."""
        # Loaded when numbers are wanted: names and formulas are at hand at start-up speed.
        family = import_module(f"gradplot.functions.activations.{self.family}")
        build: Callable[..., Shape] = getattr(family, self.name)
        return build(*self.arguments(parameters or {}))

    def sup_slope(self, parameters: Mapping[str, float] | None = None) -> float:
        """sup|act'|, the Lipschitz constant of the activation."""
        return self.sup_slope_of(*self.arguments(parameters or {}))

    def critical_weight(self, parameters: Mapping[str, float] | None = None) -> float:
        """1 / sup|act'|: with a smaller weight every slope must vanish with depth."""
        return 1.0 / self.sup_slope(parameters)


#: In the order in which they are listed for people.
_ENTRIES = (
    Activation(
        name="identity",
        formula="z",
        sup_slope_of=lambda: 1.0,
        supremum_text="1 everywhere",
        aliases=("linear",),
        family="straight",
    ),
    Activation(
        name="relu",
        formula="max(0, z)",
        sup_slope_of=lambda: 1.0,
        supremum_text="1 for z > 0",
        family="straight",
    ),
    Activation(
        name="relu6",
        formula="min(max(0, z), 6)",
        sup_slope_of=lambda: 1.0,
        supremum_text="1 on (0, 6)",
        family="straight",
    ),
    Activation(
        name="leaky_relu",
        formula="z if z > 0 else alpha·z",
        sup_slope_of=lambda alpha: max(1.0, alpha),
        supremum_text="1 for z > 0 (alpha for z < 0)",
        aliases=("lrelu",),
        parameters={"alpha": 0.01},
        least={"alpha": (0.0, True)},
        family="straight",
    ),
    Activation(
        name="hardtanh",
        formula="min(max(-1, z), 1)",
        sup_slope_of=lambda: 1.0,
        supremum_text="1 on (-1, 1)",
        aliases=("hard_tanh",),
        family="straight",
    ),
    Activation(
        name="hardsigmoid",
        formula="min(max(0, z + 3), 6) / 6",
        sup_slope_of=lambda: 1.0 / 6.0,
        supremum_text="1/6 on (-3, 3)",
        aliases=("hard_sigmoid",),
        family="straight",
    ),
    Activation(
        name="elu",
        formula="z if z > 0 else alpha·(e^z - 1)",
        sup_slope_of=lambda alpha: max(1.0, alpha),
        supremum_text="1 for z > 0 (alpha at 0⁻)",
        parameters={"alpha": 1.0},
        least={"alpha": (0.0, False)},
        family="increasing",
    ),
    Activation(
        name="selu",
        formula="1.0507·(z if z > 0 else 1.6733·(e^z - 1))",
        sup_slope_of=lambda: 1.7580993408473766,
        supremum_text="1.7581 at 0⁻ (1.0507 at 0⁺)",
        family="increasing",
    ),
    Activation(
        name="softplus",
        formula="log(1 + e^z)",
        sup_slope_of=lambda: 1.0,
        supremum_text="1 as z → ∞",
        family="increasing",
    ),
    Activation(
        name="softsign",
        formula="z / (1 + |z|)",
        sup_slope_of=lambda: 1.0,
        supremum_text="1 at 0",
        aliases=("soft_sign",),
        family="increasing",
    ),
    Activation(
        name="sigmoid",
        formula="1 / (1 + e^-z)",
        sup_slope_of=lambda: 0.25,
        supremum_text="1/4 at 0",
        aliases=("logistic", "sig"),
        family="increasing",
    ),
    Activation(
        name="tanh",
        formula="tanh(z)",
        sup_slope_of=lambda: 1.0,
        supremum_text="1 at 0",
        family="increasing",
    ),
    Activation(
        name="arctan",
        formula="arctan(z)",
        sup_slope_of=lambda: 1.0,
        supremum_text="1 at 0",
        aliases=("atan",),
        family="increasing",
    ),
    Activation(
        name="erf",
        formula="erf(z)",
        sup_slope_of=lambda: 2.0 / math.sqrt(math.pi),
        supremum_text="2/√π at 0",
        family="increasing",
    ),
    Activation(
        name="gelu",
        formula="z·Φ(z)",
        sup_slope_of=lambda: 1.1289041451851548,
        supremum_text="1.1289 at √2",
        family="gelu",
    ),
    Activation(
        name="gelu_tanh",
        formula="z/2·(1 + tanh(√(2/π)·(z + 0.044715·z³)))",
        sup_slope_of=lambda: 1.1289930686587718,
        supremum_text="1.1290 at 1.4185",
        aliases=("gelu_approx", "gelu_new"),
        family="gelu",
    ),
    Activation(
        name="silu",
        formula="z·sigmoid(z)",
        sup_slope_of=lambda: 1.0998393201288669,
        supremum_text="1.0998 at 2.3994",
        aliases=("swish",),
        family="turning",
    ),
    Activation(
        name="mish",
        formula="z·tanh(softplus(z))",
        sup_slope_of=lambda: 1.0884981612517279,
        supremum_text="1.0885 at 1.4906",
        family="turning",
    ),
    Activation(
        name="hardswish",
        formula="z·min(max(0, z + 3), 6) / 6",
        sup_slope_of=lambda: 1.5,
        supremum_text="3/2 at 3⁻",
        aliases=("hard_swish", "hard_silu", "hswish"),
        family="turning",
    ),
    Activation(
        name="sin",
        formula="sin(z)",
        sup_slope_of=lambda: 1.0,
        supremum_text="1 at kπ",
        family="turning",
    ),
    Activation(
        name="gaussian",
        formula="e^(-z²)",
        sup_slope_of=lambda: math.sqrt(2.0 / math.e),
        supremum_text="√(2/e) at ±1/√2",
        family="turning",
    ),
)

#: Canonical name -> entry.
ACTIVATIONS: dict[str, Activation] = {entry.name: entry for entry in _ENTRIES}

#: Every accepted spelling with underscores -> canonical name.
SPELLINGS: dict[str, str] = {
    spelling: entry.name for entry in _ENTRIES for spelling in (entry.name, *entry.aliases)
}


def find(name: str) -> Activation:
    """The entry called ``name``: canonical, an alias, or either with hyphens; any letter case.

    Raises InputError, suggesting the nearest name, for an unknown one.
    """
    spelling = name.strip().lower().replace("-", "_")
    if spelling in SPELLINGS:
        return ACTIVATIONS[SPELLINGS[spelling]]
    from gradplot.nearest import did_you_mean  # most names are known

    cure = did_you_mean(spelling, SPELLINGS, otherwise="`gradplot activations` lists them")
    raise InputError("activation", f"unknown activation {name!r}; {cure}")
