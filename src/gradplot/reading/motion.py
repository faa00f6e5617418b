"""The options of what moves, and of a page's sliders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gradplot.errors import InputError
from gradplot.reading.values import biases, number, whole, words
from gradplot.spec.functions import ChainSpec, FormulaSpec
from gradplot.spec.motion import MotionSpec, PageSpec, Slider

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Keys that say how a picture moves.
MOTION_KEYS = ("animate", "fps", "seconds", "loop", "frame")


def motion(given: Mapping[str, object]) -> MotionSpec | None:
    """How the picture moves; None where no option says anything of it."""
    if not any(given.get(key) for key in MOTION_KEYS):
        return None
    chosen: dict[str, object] = {
        key: number(key, given[key]) for key in ("fps", "seconds") if key in given
    }
    if "frame" in given and given["frame"] != "last":
        raise InputError("frame", f"{given['frame']!r} is not a frame; give last")
    if "animate" in given:
        name, *ends = words(given["animate"])
        if len(ends) != 2:
            raise InputError(
                "animate", f"{_listed(given['animate'])!r}: give a name and two ends, as in "
                "weight 0.5 16"
            )  # fmt: skip
        start, end = (number("animate", each) for each in ends)
        chosen |= {"parameter": str(name), "start": start, "end": end}
        if name == "weight":
            chosen["following"] = tuple(
                (key, str(value))
                for key in ("bias", "input-bias")
                if (value := _expression(given.get(key))) is not None
            )
    return MotionSpec(
        loop=bool(given.get("loop")),
        last="frame" in given,
        **chosen,  # type: ignore[arg-type]
    )


def _expression(value: object) -> str | None:
    """An expression in the weight that stands for all biases, if that is what was given."""
    listed = words(value) if value is not None else ()
    if len(listed) != 1 or not isinstance(listed[0], str):
        return None
    try:
        number("bias", listed[0])
    except InputError:
        return listed[0]
    return None


def swept(function: ChainSpec, motion: MotionSpec, value: float) -> ChainSpec:
    """The chain with the swept parameter at ``value``, and what follows it."""
    if motion.parameter == "input-bias":
        return replace(function, input_bias=value)
    if motion.parameter == "bias":
        return replace(function, bias=(value,))
    changed: dict[str, object] = {"weight": (value,)}
    for key, text in motion.following:
        (bias,) = biases(key, text, (value,))
        changed |= {"bias": (bias,)} if key == "bias" else {"input_bias": bias}
    return replace(function, **changed)  # type: ignore[arg-type]


def at_the_end(function: ChainSpec | FormulaSpec, motion: MotionSpec) -> ChainSpec:
    """The function of a sweep's last frame, which is what the figure's numbers are about."""
    if isinstance(function, FormulaSpec):
        raise InputError("animate", "a formula has no weight or bias to sweep; leave it out")
    for key, numbers in (("weight", function.weight), ("bias", function.bias)):
        if key == motion.parameter and len(numbers) > 1:
            raise InputError("animate", f"there is one {key} per layer; give one --{key} to sweep")
    return swept(function, motion, motion.end)


def page(given: Mapping[str, object]) -> PageSpec | None:
    """The sliders that are asked for; None for none."""
    if "slide" not in given:
        return None
    value = given["slide"]
    groups: list[list[object]] = []
    if isinstance(value, dict):
        groups = [[name, *words(ends)] for name, ends in value.items()]
    else:
        for word in words(value):
            if isinstance(word, str) and word[:1].isalpha() and word.lower() not in ("nan", "inf"):
                groups.append([])
            if not groups:
                raise InputError("slide", f"{word} has no name before it, as in weight 0.5 16")
            groups[-1].append(word)
    return PageSpec(sliders=tuple(map(_slider, groups)))


def as_deep_as(function: ChainSpec | FormulaSpec, page: PageSpec) -> ChainSpec | FormulaSpec:
    """The function at every depth of the page's slider for it, if there is one."""
    for slider in page.sliders:
        if slider.parameter == "depth" and isinstance(function, ChainSpec):
            return replace(function, depths=slider.depths)
    return function


def _slider(group: list[object]) -> Slider:
    name, *ends = group
    if len(ends) not in (2, 3):
        raise InputError(
            "slide", f"{_listed(group)!r}: give a name, two ends, and perhaps how many places, "
            "as in weight 0.5 16"
        )  # fmt: skip
    start, end = (number("slide", each) for each in ends[:2])
    if len(ends) == 3:
        return Slider(parameter=str(name), start=start, end=end, stops=whole("slide", ends[2]))
    return Slider(parameter=str(name), start=start, end=end)


def _listed(value: object) -> str:
    return " ".join(map(str, words(value)))
