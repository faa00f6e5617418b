"""The parameter on the axis, as people write it: --along weight 0.5 16 --at 0.5 --target 0.7."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from gradplot.errors import InputError
from gradplot.reading.values import number, span, words
from gradplot.spec.along import VARIABLES, Along

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradplot.spec.along import Variable

Range = tuple[float, float]


def along(given: Mapping[str, object]) -> tuple[Along, Range] | None:
    """What is on the axis and its range; None where that is x.

    Raises InputError for what cannot be meant together with it.
    """
    chosen = axes(given.get("along", ()))
    if not chosen:
        for key in ("at", "target"):
            if key in given:
                raise InputError(key, "means something with a parameter on the axis; add --along")
        return None
    if len(chosen) > 1:
        names = " and ".join(chosen)
        raise InputError("along", f"{names} are two parameters; give one")
    ((variable, ends),) = chosen.items()
    if "x-range" in given:
        raise InputError(
            "x-range", f"the axis shows the {variable}; write its range as --along {variable} A B"
        )
    if variable in given:
        raise InputError(variable, f"the {variable} is on the axis; leave out its value")
    if variable == "weight" and any(
        isinstance(word, str) and "w" in word
        for key in ("bias", "input-bias")
        for word in words(given.get(key, ()))
    ):
        raise InputError("bias", "the weight w is on the axis; give the bias as a number")
    at = number("at", given["at"]) if "at" in given else 0.5
    target = number("target", given["target"]) if "target" in given else None
    return Along(variable=variable, at=at, target=target), ends


def axes(value: object) -> dict[Variable, Range]:
    """The parameters on the axes with their ranges, from ("weight", "0.5", "16", "bias", ...)."""
    found: dict[Variable, Range] = {}
    rest = list(words(value))
    if [str(word) for word in rest] == ["x"]:
        return found
    while rest:
        name = str(rest.pop(0)).strip().lower().replace("_", "-")
        if name not in VARIABLES:
            known = ", ".join(VARIABLES)
            raise InputError("along", f"{name!r} is no parameter; name x, {known}")
        if name in found:
            raise InputError("along", f"{name} is given twice; give it once")
        ends = [rest.pop(0) for _ in range(2) if rest and str(rest[0]) not in VARIABLES]
        if len(ends) != 2:
            raise InputError("along", f"{name} has no range; give its two ends, as in {name} -4 4")
        found[cast("Variable", name)] = span("along", ends)
    return found
