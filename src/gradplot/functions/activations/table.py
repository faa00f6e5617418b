"""The table of activations: an entry per activation, for people and for every command.

Nothing here imports numpy: names and formulas are at hand at start-up speed. What numpy computes of
an entry is the function of its name in ``shapes``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gradplot.errors import InputError

if TYPE_CHECKING:
    from gradplot.functions.activations.shapes import Shape

INF = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """One entry of the table; ``shape`` is what numpy computes of it."""

    name: str
    #: act(z), for people.
    formula: str
    #: sup|act'| as a function of the parameters, and in words.
    sup_slope_of: Callable[..., float]
    supremum_text: str
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
        from gradplot.functions.activations import shapes

        build: Callable[..., Shape] = getattr(shapes, self.name)
        return build(*self.arguments(parameters or {}))

    def sup_slope(self, parameters: Mapping[str, float] | None = None) -> float:
        """sup|act'|, the Lipschitz constant of the activation."""
        return self.sup_slope_of(*self.arguments(parameters or {}))

    def critical_weight(self, parameters: Mapping[str, float] | None = None) -> float:
        """1 / sup|act'|: with a smaller weight every slope must vanish with depth."""
        return 1.0 / self.sup_slope(parameters)


def _entry(
    name: str,
    formula: str,
    sup_slope: float | Callable[..., float],
    supremum_text: str,
    **more: Any,
) -> Activation:
    sup = sup_slope if callable(sup_slope) else lambda *_: sup_slope
    return Activation(
        name=name,
        formula=formula,
        sup_slope_of=sup,
        supremum_text=supremum_text,
        **more,
    )


_ENTRIES = (
    _entry(
        "identity",
        "z",
        1.0,
        "1 everywhere",
        aliases=("linear",),
    ),
    _entry("relu", "max(0, z)", 1.0, "1 for z > 0"),
    _entry("relu6", "min(max(0, z), 6)", 1.0, "1 on (0, 6)"),
    _entry(
        "leaky_relu",
        "z if z > 0 else alpha·z",
        lambda alpha: max(1.0, alpha),
        "1 for z > 0 (alpha for z < 0)",
        parameters={"alpha": 0.01},
        least={"alpha": (0.0, True)},
    ),
    _entry(
        "elu",
        "z if z > 0 else alpha·(e^z - 1)",
        lambda alpha: max(1.0, alpha),
        "1 for z > 0 (alpha at 0⁻)",
        parameters={"alpha": 1.0},
        least={"alpha": (0.0, False)},
    ),
    _entry(
        "selu",
        "1.0507·(z if z > 0 else 1.6733·(e^z - 1))",
        1.7580993408473766,
        "1.7581 at 0⁻ (1.0507 at 0⁺)",
    ),
    _entry("gelu", "z·Φ(z)", 1.1289041451851548, "1.1289 at √2"),
    _entry(
        "gelu_tanh",
        "z/2·(1 + tanh(√(2/π)·(z + 0.044715·z³)))",
        1.1289930686587718,
        "1.1290 at 1.4185",
        aliases=("gelu_approx", "gelu_new"),
    ),
    _entry(
        "silu",
        "z·sigmoid(z)",
        1.0998393201288669,
        "1.0998 at 2.3994",
        aliases=("swish",),
    ),
    _entry("mish", "z·tanh(softplus(z))", 1.0884981612517279, "1.0885 at 1.4906"),
    _entry("softplus", "log(1 + e^z)", 1.0, "1 as z → ∞"),
    _entry("softsign", "z / (1 + |z|)", 1.0, "1 at 0", aliases=("soft_sign",)),
    _entry("sigmoid", "1 / (1 + e^-z)", 0.25, "1/4 at 0", aliases=("logistic", "sig")),
    _entry("tanh", "tanh(z)", 1.0, "1 at 0"),
    _entry(
        "hardtanh",
        "min(max(-1, z), 1)",
        1.0,
        "1 on (-1, 1)",
        aliases=("hard_tanh",),
    ),
    _entry(
        "hardsigmoid",
        "min(max(0, z + 3), 6) / 6",
        1.0 / 6.0,
        "1/6 on (-3, 3)",
        aliases=("hard_sigmoid",),
    ),
    _entry(
        "hardswish",
        "z·min(max(0, z + 3), 6) / 6",
        1.5,
        "3/2 at 3⁻",
        aliases=("hard_swish", "hard_silu"),
    ),
    _entry("arctan", "arctan(z)", 1.0, "1 at 0", aliases=("atan",)),
    _entry("erf", "erf(z)", 2.0 / math.sqrt(math.pi), "2/√π at 0"),
    _entry("sin", "sin(z)", 1.0, "1 at kπ"),
    _entry("gaussian", "e^(-z²)", math.sqrt(2.0 / math.e), "√(2/e) at ±1/√2"),
)

#: Canonical name -> entry, in the order in which they are listed for people.
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
    from difflib import get_close_matches

    near = get_close_matches(spelling, SPELLINGS, n=1)
    cure = f"did you mean {near[0]}?" if near else "`gradplot activations` lists them"
    raise InputError("activation", f"unknown activation {name!r}; {cure}")
