"""What is drawn over one another: the depths of a chain, or formulas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gradplot.errors import InputError
from gradplot.spec.along import Along
from gradplot.spec.checks import check_depth, check_layers, check_text, require_finite
from gradplot.spec.descent import Descent


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainSpec:
    """A network of one unit a layer, drawn at several depths.

    ``weight`` and ``bias`` hold one number, or one per layer (then exactly as many as the deepest
    depth). ``input_bias`` replaces the first layer's bias; None leaves it as it is. With ``along``
    the axis shows a parameter and not x, and that parameter's own field means nothing.
    """

    kind: ClassVar[str] = "chain"
    #: The modules that know what to do with it.
    subject: ClassVar[str] = "curves"

    activation: str
    parameters: tuple[tuple[str, float], ...] = ()
    weight: tuple[float, ...] = (8.0,)
    bias: tuple[float, ...] = (0.0,)
    input_bias: float | None = None
    depths: tuple[int, ...] = (1, 2, 3)
    along: Along | None = None
    #: Down the loss of the deepest network, over the parameter on the axis.
    descent: Descent | None = None

    def __post_init__(self) -> None:
        if not self.depths:
            raise InputError("depths", "no depth given; give at least one, as in 1 2 3")
        for depth in self.depths:
            check_depth("depths", depth)
        object.__setattr__(self, "depths", tuple(sorted(set(self.depths))))
        for key, numbers in (("weight", self.weight), ("bias", self.bias)):
            check_layers(key, numbers, self.depths[-1])
        if self.input_bias is not None:
            require_finite("input-bias", self.input_bias)
        for name, number in self.parameters:
            require_finite(name, number)
        if self.descent is not None:
            if self.along is None or self.along.target is None:
                raise InputError("descend", "needs a loss to go down; add --along and --target")
            if len(self.descent.start) != 1:
                raise InputError("descend", "starts at two numbers; give one, for the one axis")

    def layers(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Weights and biases of every layer up to the deepest depth."""
        deepest = self.depths[-1]
        weights = self.weight * deepest if len(self.weight) == 1 else self.weight
        biases = self.bias * deepest if len(self.bias) == 1 else self.bias
        if self.input_bias is not None:
            biases = (self.input_bias, *biases[1:])
        return weights, biases


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaSpec:
    """One or several formulas in x, drawn over one another.

    ``constants`` are the ``--let`` names. With ``nest`` each formula is one layer in ``y`` (and x),
    nested that many times, the innermost y being x, or ``start`` where that is given.
    """

    kind: ClassVar[str] = "formula"
    subject: ClassVar[str] = "curves"

    formulas: tuple[str, ...]
    labels: tuple[str, ...] = ()
    constants: tuple[tuple[str, float], ...] = ()
    nest: tuple[int, ...] = ()
    start: float | None = None

    def __post_init__(self) -> None:
        if not self.formulas:
            raise InputError("formula", "no formula given; give one, as in 'tanh(8*x)'")
        for name, number in self.constants:
            require_finite(f"let {name}", number)
        for depth in self.nest:
            check_depth("nest", depth)
        object.__setattr__(self, "nest", tuple(sorted(set(self.nest))))
        if self.start is not None:
            require_finite("start", self.start)
            if not self.nest:
                raise InputError("start", "is what the innermost y is; add --nest")
        curves = len(self.formulas) * max(1, len(self.nest))
        for label in self.labels:
            check_text("label", label)
        if self.labels and len(self.labels) != curves:
            raise InputError(
                "label", f"{len(self.labels)} given for {curves} curves; give each its own"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSpec:
    """One point of a network of one unit a layer, to be explained layer by layer.

    ``weight``, ``bias`` and ``input_bias`` are as in ``ChainSpec``. ``at`` is the point x; None for
    the steepest one of the figure's x-range.
    """

    kind: ClassVar[str] = "point"
    subject: ClassVar[str] = "point"

    activation: str
    parameters: tuple[tuple[str, float], ...] = ()
    weight: tuple[float, ...] = (8.0,)
    bias: tuple[float, ...] = (0.0,)
    input_bias: float | None = None
    depth: int = 3
    at: float | None = None

    def __post_init__(self) -> None:
        check_depth("depth", self.depth)
        self.chain()
        if self.at is not None:
            require_finite("at", self.at)
            object.__setattr__(self, "at", self.at + 0.0)  # -0 is 0

    def chain(self) -> ChainSpec:
        """The network of which this is a point; raises InputError for one that cannot be."""
        return ChainSpec(
            activation=self.activation,
            parameters=self.parameters,
            weight=self.weight,
            bias=self.bias,
            input_bias=self.input_bias,
            depths=(self.depth,),
        )
