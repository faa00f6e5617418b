"""Chains and formulas as a notebook writes them: in HTML, with people's signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape


def recursion(
    activation: str,
    weights: Sequence[float],
    *,
    biases: Sequence[float],
    parameters: Mapping[str, float],
) -> str:
    """A chain as its layers' recursion, with its depth."""
    weight = _number(weights[0]) if len(set(weights)) == 1 else "w<sub>k</sub>"
    product = "a<sub>k−1</sub>" if weight == "1" else f"{weight}·a<sub>k−1</sub>"
    if len(set(biases)) > 1:
        product += " + b<sub>k</sub>"
    elif biases[0]:
        product += f" {'−' if biases[0] < 0 else '+'} {_number(abs(biases[0]))}"
    notes = "".join(f", {name} = {_number(value)}" for name, value in parameters.items())
    return (
        f"a<sub>k</sub> = {escape(activation)}({product}), a<sub>0</sub> = x, "
        f"y = a<sub>{len(weights)}</sub>{notes}"
    )


def formula(text: str, constants: Mapping[str, float], *, nest: int | None) -> str:
    """A formula as typed, with its constants."""
    notes = "".join(f", {escape(name)} = {_number(value)}" for name, value in constants.items())
    if nest is not None:
        notes += f", nested {nest} times in y"
    return f"<code>{escape(text)}</code>{notes}"


def _number(value: float) -> str:
    return f"{value:.6g}".replace("-", "−")
