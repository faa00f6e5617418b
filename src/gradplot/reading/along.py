"""Parameters on the axes, as people write them: --along weight 0.5 16 --at 0.5 --target 0.7."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from gradplot.errors import InputError
from gradplot.reading.values import number, numbers, span, whole, words
from gradplot.spec.along import VARIABLES, Along
from gradplot.spec.checks import check_range
from gradplot.spec.descent import Descent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradplot.spec.along import Variable

Range = tuple[float, float]
Axes = dict["Variable", Range]


def axes(given: Mapping[str, object]) -> Axes:
    """The parameters on the axes with their ranges; none where x is there.

    Raises InputError for what cannot be meant together with them.
    """
    chosen = _named(given.get("along", ()))
    if not chosen:
        for key in ("at", "target", "descend", "surface"):
            if key in given:
                raise InputError(key, "means something with a parameter on the axis; add --along")
        return chosen
    if len(chosen) > 2:
        raise InputError("along", f"{', '.join(chosen)} are too many; give one or two")
    _check_values(chosen, given)
    if "target" not in given:
        _check_no_loss(chosen, given)
    if len(chosen) > 1:
        for key in ("y-range", "animate", "slide"):
            if key in given:
                raise InputError(key, "has no meaning over two parameters; leave it out")
    elif "surface" in given:
        raise InputError("surface", "needs two parameters; add a second --along")
    return chosen


def _check_values(chosen: Axes, given: Mapping[str, object]) -> None:
    """Raise InputError for a value of what is on an axis."""
    if "x-range" in given:
        first = next(iter(chosen))
        raise InputError(
            "x-range", f"the axis shows the {first}; write its range as --along {first} A B"
        )
    for variable in chosen:
        if variable in given:
            raise InputError(variable, f"the {variable} is on the axis; leave out its value")
    if "bias" in chosen and "input-bias" in given:
        raise InputError(
            "input-bias", "the bias on the axis is the first layer's too; leave it out"
        )
    if "weight" in chosen and any(
        isinstance(word, str) and "w" in word
        for key in ("bias", "input-bias")
        for word in words(given.get(key, ()))
    ):
        raise InputError("bias", "the weight w is on the axis; give the bias as a number")


def _check_no_loss(chosen: Axes, given: Mapping[str, object]) -> None:
    """Raise InputError for what needs a loss."""
    if "descend" in given:
        raise InputError("descend", "needs a loss to go down; add --target")
    if len(chosen) > 1:
        raise InputError("along", "two parameters show a loss; add its --target")


def along(chosen: Axes, given: Mapping[str, object]) -> Along | None:
    """What is on the axis; None where that is x."""
    if not chosen:
        return None
    return Along(
        variable=next(iter(chosen)),
        at=input_of(given),
        target=number("target", given["target"]) if "target" in given else None,
    )


def input_of(given: Mapping[str, object]) -> float:
    """The network's input where a parameter is on the axis."""
    return number("at", given["at"]) if "at" in given else 0.5


def descent(given: Mapping[str, object], *, axes: int) -> Descent | None:
    """The descent that is asked for, on a loss over so many parameters."""
    if "descend" not in given:
        for key in ("rate", "steps", "clip"):
            if key in given:
                raise InputError(key, "means something with a descent; add --descend")
        return None
    start = numbers("descend", given["descend"])
    if len(start) != axes:
        wanted = "one number, where it starts" if axes == 1 else "two numbers, one for each axis"
        raise InputError("descend", f"{len(start)} given for {axes} on the axes; give {wanted}")
    default = Descent(start=start)
    return Descent(
        start=start,
        rate=number("rate", given["rate"]) if "rate" in given else default.rate,
        steps=whole("steps", given["steps"]) if "steps" in given else default.steps,
        clip=number("clip", given["clip"]) if "clip" in given else None,
    )


def _named(value: object) -> Axes:
    """From ("weight", "0.5", "16", "bias", ...)."""
    found: Axes = {}
    rest = [part for word in words(value) for part in (word if isinstance(word, list) else [word])]
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
        check_range("along", found[cast("Variable", name)])
    return found
