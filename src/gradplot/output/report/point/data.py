"""One point as JSON and as CSV; nothing here imports numpy or rich."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gradplot.output.report.data import csv_text, log10_ends
from gradplot.output.report.digits import log10_bracket
from gradplot.output.report.point.words import function_of

if TYPE_CHECKING:
    from gradplot.analysis.layers.found import Layer, PointFindings, Quantity
    from gradplot.spec.figure import FigureSpec

SCHEMA = "gradplot-explain/1"
#: The numbers of a layer that JSON tells in full, and those of which only the size matters.
NUMBERS = ("z", "a", "derivative", "factor")
PRODUCTS = ("product", "product_backwards")
GRADIENTS = ("dy_dw", "dy_db")


def as_data(
    spec: FigureSpec, findings: PointFindings, outputs: Iterable[str] = ()
) -> dict[str, Any]:
    """The layers as JSON's own types, without NaN or infinity; see docs/json.md."""
    function, supremum = function_of(spec), findings.supremum
    bracket = None
    if supremum is not None:
        lower, upper = log10_ends(supremum.lower, supremum.upper)
        bracket = {"lower": lower, "upper": upper}
    return {
        "schema": SCHEMA,
        "activation": function.activation,
        "parameters": dict(function.parameters),
        "weight": list(function.weight),
        "bias": list(function.bias),
        "input_bias": function.bias[0] if function.input_bias is None else function.input_bias,
        "depth": function.depth,
        "x": findings.x.nearest,
        "x_exact": findings.exact,
        "slope": findings.slope.nearest,
        "slope_sign": findings.slope.sign,
        "log10_slope": _log10(findings.slope),
        "x_range": None if supremum is None else list(spec.x_range),
        "log10_max_slope": bracket,
        "reached": None if supremum is None else findings.reached,
        "layers": [_layer(layer) for layer in findings.layers],
        "outputs": list(outputs),
    }


def to_csv(findings: PointFindings) -> str:
    """One line per layer, and a header: the keys of JSON's layers."""
    rows = [_layer(layer) for layer in findings.layers]
    for row in rows:
        row["kink"] = str(row["kink"]).lower()
    return csv_text([rows[0], *(row.values() for row in rows)])


def _layer(layer: Layer) -> dict[str, Any]:
    found: dict[str, Any] = {"layer": layer.layer}
    for name in NUMBERS:
        found |= _number(name, getattr(layer, name))
    for name, product in zip(PRODUCTS, (layer.product, layer.backwards), strict=True):
        found |= {f"{name}_sign": product.sign, f"log10_{name}": _log10(product)}
    for name in GRADIENTS:
        found |= _number(name, getattr(layer, name))
    return found | {"mark": layer.mark, "kink": layer.kink}


def _number(name: str, quantity: Quantity) -> dict[str, Any]:
    return {
        name: quantity.nearest,
        f"{name}_sign": quantity.sign,
        f"log10_{name}": _log10(quantity),
    }


def _log10(quantity: Quantity) -> float | None:
    """The logarithm of its size; None for 0, and where only a bound is known."""
    if not (math.isfinite(quantity.lower) and math.isfinite(quantity.upper)):
        return None
    low, high = log10_bracket(quantity.lower, quantity.upper)
    return float((low + high) / 2)
