"""What is tried: a chain or a formula on an x-range, as gradplot and as the oracle see it."""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

import gradplot
from fuzz.tree import Jet, Node, add, applied, constant, multiply, subtract
from gradplot.functions.chain.along import AlongChain
from gradplot.spec.along import Variable


@dataclass(frozen=True)
class ChainCase:
    activation: str
    parameters: tuple[tuple[str, float], ...]
    weights: tuple[float, ...]
    biases: tuple[float, ...]
    x_range: tuple[float, float]

    @property
    def group(self) -> str:
        return self.activation

    @property
    def numbers(self) -> tuple[float, ...]:
        return tuple(number for _, number in self.parameters)

    def subject(self) -> gradplot.Chain:
        parameters = dict(self.parameters)
        return gradplot.Chain(self.activation, self.weights, self.biases, parameters=parameters)

    def jet(self, x: arb) -> Jet:
        u = Jet(x, arb(1), arb(0))
        for weight, bias in zip(self.weights, self.biases, strict=True):
            w = arb(weight)
            u = Jet(w * u.value + arb(bias), w * u.slope, w * u.bend)
            u = applied(self.activation, self.numbers, u)
        return u

    def source(self) -> str:
        rest = f", parameters={dict(self.parameters)!r}" if self.parameters else ""
        return (
            f"gradplot.max_slope(gradplot.Chain({self.activation!r}, {list(self.weights)}, "
            f"{list(self.biases)}{rest}), {self.x_range})"
        )


@dataclass(frozen=True)
class AlongCase:
    """y of a chain, or its loss, over a parameter that its layers share."""

    network: ChainCase
    variable: Variable
    at: float
    target: float | None

    @property
    def group(self) -> str:
        return f"along {self.variable}" + ("" if self.target is None else ", loss")

    @property
    def x_range(self) -> tuple[float, float]:
        return self.network.x_range

    def subject(self) -> AlongChain:
        return self.network.subject().along(self.variable, at=self.at, target=self.target)

    def jet(self, x: arb) -> Jet:
        theta, u = Jet(x, arb(1), arb(0)), constant(arb(self.at))
        layers = zip(self.network.weights, self.network.biases, strict=True)
        for number, (weight, bias) in enumerate(layers):
            shifted = self.variable == "bias" or (self.variable == "input-bias" and number == 0)
            factor = theta if self.variable == "weight" else constant(arb(weight))
            shift = theta if shifted else constant(arb(bias))
            z = add(multiply(factor, u), shift)
            u = applied(self.network.activation, self.network.numbers, z)
        if self.target is None:
            return u
        miss = subtract(u, constant(arb(self.target)))
        return multiply(miss, miss)

    def source(self) -> str:
        call = f".along({self.variable!r}, at={self.at!r}, target={self.target!r})"
        return f"gradplot.max_slope({self.network.subject()!r}{call}, {self.x_range})"


@dataclass(frozen=True)
class FormulaCase:
    tree: Node
    constants: tuple[tuple[str, float], ...]
    nest: int | None
    x_range: tuple[float, float]

    @property
    def group(self) -> str:
        return "nested formula" if self.nest else "formula"

    def subject(self) -> gradplot.Formula:
        return gradplot.Formula(self.tree.text(), dict(self.constants), nest=self.nest)

    def jet(self, x: arb) -> Jet:
        start = Jet(x, arb(1), arb(0))
        names = {"x": start} | {name: constant(arb(value)) for name, value in self.constants}
        if self.nest is None:
            return self.tree.jet(names)
        y = start
        for _ in range(self.nest):
            y = self.tree.jet({**names, "y": y})
        return y

    def source(self) -> str:
        nest = f", nest={self.nest}" if self.nest else ""
        return (
            f"gradplot.max_slope(gradplot.Formula({self.tree.text()!r}, {dict(self.constants)!r}"
            f"{nest}), {self.x_range})"
        )


Case = ChainCase | AlongCase | FormulaCase
