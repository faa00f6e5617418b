"""One point in words: its title, its alternative text, its numbers as text, and what decides it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gradplot.output.report.digits import number_text, power_text
from gradplot.output.report.network import described, written_out
from gradplot.output.report.text import one_line, typeset
from gradplot.spec.functions import PointSpec

if TYPE_CHECKING:
    from gradplot.analysis.layers.found import Layer, PointFindings, Quantity
    from gradplot.spec.figure import FigureSpec

#: Layers, or stretches of them, that a sentence lists.
MOST_LISTED = 4
#: Digits of x where it is no double: as many as a double's bounds can prove.
X_DIGITS = 16


def title(spec: FigureSpec) -> str:
    """The spec's own title, or the network and the point; empty for none."""
    if spec.title is not None:
        return one_line(spec.title)
    function = function_of(spec)
    where = "the steepest x" if function.at is None else f"x = {typeset(function.at)}"
    return f"{written_out(function.chain())}, at {where}"


def alt_text(spec: FigureSpec, findings: PointFindings) -> str:
    """The spec's own alt text, or what is drawn and what decides the slope, in sentences."""
    if spec.alt is not None:
        return spec.alt
    function = function_of(spec)
    where = f"{'the steepest point, ' if function.at is None else ''}x = {x_text(findings)}"
    layers = f"{function.depth} layer{'s' if function.depth > 1 else ''}"
    return (
        f"The layer factors |w·act'(z)| as bars and their running product as a line (logarithmic), "
        f"over the {layers} of {described(function.chain())}, at {where}. "
        f"{' '.join(closing(findings))}"
    )


def closing(findings: PointFindings) -> list[str]:
    """What decides the slope, and what is to be known of the point, in sentences."""
    return [_decided(findings), *_of_the_steepest(findings), *_of_kinks(findings)]


def x_text(findings: PointFindings) -> str:
    """The point as it can be typed again, or as far as it is known where it is no double."""
    if findings.exact and findings.x.nearest is not None:
        return repr(findings.x.nearest).removesuffix(".0")
    return signed(findings.x, digits=X_DIGITS)


def signed(quantity: Quantity, *, digits: int) -> str:
    """A number with its sign, in proven digits."""
    minus = "-" if quantity.sign < 0 else ""
    return minus + number_text(quantity.lower, quantity.upper, digits=digits)


def signed_power(quantity: Quantity) -> str:
    """A number as its sign and a power of ten: "-10^45.046"; "0" for 0."""
    return {-1: "-", 0: "", 1: "+"}[quantity.sign] + power_text(quantity.lower, quantity.upper)


def function_of(spec: FigureSpec) -> PointSpec:
    """The point that a figure explains."""
    assert isinstance(spec.function, PointSpec)
    return spec.function


def _decided(findings: PointFindings) -> str:
    slope, layers = findings.slope, findings.layers
    dead = [layer for layer in layers if layer.mark == "dead"]
    if dead:
        why = " and ".join(dict.fromkeys(map(_why_dead, dead)))
        are = "is" if len(dead) == 1 else "are"
        return f"dy/dx is exactly 0: {_listed(dead)} {are} dead ({why})."
    text = f"dy/dx = {signed(slope, digits=10)}"
    groups = [(name, [layer for layer in layers if layer.mark == mark]) for mark, name in _GROUPS]
    told = [
        f"{_together(chosen)} from the {_listed(chosen, name)}" for name, chosen in groups if chosen
    ]
    if len(told) == 1:
        every = "the only layer is" if len(layers) == 1 else f"all {len(layers)} layers are"
        return f"{text}: {every} {layers[0].mark}." if layers[0].mark else f"{text}."
    return f"{text}: {' times '.join(told)}."


#: What the layers of each mark are called beside the others.
_GROUPS = (("expanding", "expanding"), ("saturated", "saturated"), (None, "other"))


def _why_dead(layer: Layer) -> str:
    return "act'(z) = 0" if layer.derivative.sign == 0 else "w = 0"


def _together(layers: Sequence[Layer]) -> str:
    """The size of the product of some factors."""
    ends = []
    for side in ("lower", "upper"):
        logs = [getattr(layer.factor, side) for layer in layers]
        room = 2.0**-50 * math.fsum(map(abs, logs))
        ends.append(math.fsum(logs) + (-room if side == "lower" else room))
    return power_text(ends[0], ends[1])


def _listed(layers: Sequence[Layer], kind: str = "") -> str:
    """ "layer 3", "other layers 1, 4-9", "200 expanding layers" """
    runs: list[list[int]] = []
    for layer in layers:
        if runs and layer.layer == runs[-1][1] + 1:
            runs[-1][1] = layer.layer
        else:
            runs.append([layer.layer, layer.layer])
    named = f"{kind} layer{'s' if len(layers) > 1 else ''}".strip()
    if len(runs) > MOST_LISTED:
        return f"{len(layers)} {named}"
    return f"{named} {', '.join(str(a) if a == b else f'{a}-{b}' for a, b in runs)}"


def _of_the_steepest(findings: PointFindings) -> list[str]:
    supremum = findings.supremum
    if supremum is None or supremum.dead:
        return []
    if not findings.reached:
        text = number_text(supremum.lower, supremum.upper)
        if any(layer.kink for layer in findings.layers):
            return [f"The maximum slope is {text}: near x, off the kink."]
        return [f"The maximum slope is {text}, near x: this double's orbit has left the steepest."]
    if findings.exact:
        return []
    if supremum.unattained:
        return ["No float64 x leads through these layers: x lies between two doubles."]
    return ["x lies between two doubles."]


def _of_kinks(findings: PointFindings) -> list[str]:
    kinks = [layer for layer in findings.layers if layer.kink]
    if not kinks:
        return []
    return [f"z of {_listed(kinks)} is exactly on a kink; act'(z) is the side that PyTorch takes."]
