"""What is said of a descent: its table, its lines in words, and its JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gradplot.analysis.growth import FLOATS
from gradplot.output.report.data import finite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from gradplot.analysis.findings import Path
    from gradplot.spec.descent import Descent

#: Of a longer path the table shows this many steps at each end.
MOST_ROWS, ROWS_AT_EACH_END = 12, 5
#: A step of so much of an axis that leaves it was thrown out; a shorter one walks.
FAR = 0.1
_DIGITS = 6

Ends = tuple[float, float]


def leaves(path: Path, ranges: Sequence[Ends]) -> int | None:
    """After how many steps the path is outside of the axes for the first time; None for never."""
    return next(
        (
            number
            for number, step in enumerate(path.steps)
            if not all(
                low <= theta <= high
                for theta, (low, high) in zip(step.parameters, ranges, strict=True)
            )
        ),
        None,
    )


def descent_words(path: Path, *, ranges: Sequence[Ends]) -> list[str]:
    """What a path means: whether it was thrown out, left a float format, and what digits stand."""
    said = _left(path, ranges)
    if path.overflow:
        said.append(", ".join(_overflows(path)))
    walked = len(path.steps) - 1
    if path.digits is None and any(map(math.isnan, path.steps[-1].gradient)):
        said.append(f"the gradient at step {walked} is not known: the descent ends there")
    elif path.digits is None:
        said.append(f"step {walked + 1} leaves float64: the descent ends there")
    else:
        digits = f"{path.digits} digit{'' if path.digits == 1 else 's'} of the end mean anything"
        meaning = digits if path.digits else "no digit of the end means anything"
        said.append(f"{meaning} (descended once more in 1024 bits)")
    return said


def _left(path: Path, ranges: Sequence[Ends]) -> list[str]:
    """Whether the path leaves the axes, in no words or one phrase."""
    left = leaves(path, ranges)
    if left is None:
        return []
    if left == 0:
        return ["starts beyond the axis"]
    thrown = "thrown out: " if _is_far(path, left, ranges) else ""
    return [f"{thrown}step {left} leaves the axis"]


def _is_far(path: Path, number: int, ranges: Sequence[Ends]) -> bool:
    """Whether the step to a state goes as far as a tenth of an axis."""
    before, after = (path.steps[n].parameters for n in (number - 1, number))
    return any(
        abs(b - a) > FAR * (high - low)
        for a, b, (low, high) in zip(before, after, ranges, strict=True)
    )


def _overflows(path: Path) -> list[str]:
    """Where the gradient is above a float format's largest number, one phrase for each step."""
    by_step: dict[int, list[str]] = {}
    for name in FLOATS:
        if name in path.overflow:
            by_step.setdefault(path.overflow[name], []).append(f"{name}'s")
    return [
        f"the gradient is above {' and '.join(names)} largest number at step {number}"
        for number, names in by_step.items()
    ]


def note(descent: Descent, path: Path, *, ranges: Sequence[Ends]) -> str:
    """What is said below a picture: how it was walked, and what digits stand."""
    walked = len(path.steps) - 1
    clipped = "" if descent.clip is None else f", gradient clipped at {descent.clip:g}"
    meant = descent_words(path, ranges=ranges)[-1].partition(" (")[0]
    steps = f"rate {descent.rate:g}, {walked} step{'' if walked == 1 else 's'}{clipped}"
    return "; ".join([steps, *_left(path, ranges), meant])


def sentence(descent: Descent, path: Path, *, ranges: Sequence[Ends], names: Sequence[str]) -> str:
    """The path for those who hear it."""
    walked, left = len(path.steps) - 1, leaves(path, ranges)
    clipped = "" if descent.clip is None else f", its gradient clipped at {descent.clip:g},"
    parts = [
        f"Gradient descent from {_place(names, descent.start)} with rate {descent.rate:g}{clipped} "
        f"comes in {walked} step{'' if walked == 1 else 's'} to "
        f"{_place(names, path.steps[-1].parameters)}"
    ]
    if walked:
        parts.append(f"its longest step is {path.longest:.4g}")
    if left:
        parts.append(f"step {left} leaves the axis")
    if path.digits is None:
        parts.append("the descent ends there, where float64 cannot go on")
    return "; ".join(parts).replace("-", "−") + "."


def _place(names: Sequence[str], place: Sequence[float]) -> str:
    return ", ".join(
        f"{name} = {theta:.{_DIGITS}g}" for name, theta in zip(names, place, strict=True)
    )


def descent_table(
    descent: Descent, path: Path, *, ranges: Sequence[Ends], names: Sequence[str]
) -> RenderableType:
    """A line for each step, the first and the last few of many; then what they mean."""
    from rich.console import Group
    from rich.text import Text

    from gradplot.output.report.fitted import FittedTable

    clip = "" if descent.clip is None else f", gradient clipped at {descent.clip:g}"
    heading = Text.assemble(("descent", "bold"), f"  rate {descent.rate:g}{clip}")
    rates = [f"dE/d{name}" for name in names]
    rows: list[list[str]] = []
    count = len(path.steps)
    shown = list(range(count))
    if count > MOST_ROWS:
        shown = [*range(ROWS_AT_EACH_END), -1, *range(count - ROWS_AT_EACH_END, count)]
    for number in shown:
        if number < 0:
            rows.append(["…"] * (2 + 2 * len(names)))
            continue
        step = path.steps[number]
        cells = (*step.parameters, step.loss, *step.gradient)
        rows.append([str(number), *map(_cell, cells)])
    headings = ("step", *names, "loss E", *rates)
    columns = zip(headings, zip(*rows, strict=True), strict=True)
    grid = FittedTable([(name, "right", cells) for name, cells in columns], spare=(rates,))
    said = [f"longest step {path.longest:.4g}", *descent_words(path, ranges=ranges)]
    return Group(heading, grid, Text("; ".join(said)))


def _cell(value: float) -> str:
    if math.isnan(value):
        return "not known"
    return "beyond float64" if not math.isfinite(value) else f"{value + 0.0:.{_DIGITS}g}"


def descent_data(descent: Descent, path: Path) -> dict[str, Any]:
    """A descent as JSON's own types: None where float64 has no finite number.

    Over one parameter ``start``, ``parameter`` and ``gradient`` are numbers, over two pairs.
    """
    return {
        "start": _bare(descent.start),
        "rate": descent.rate,
        "steps": descent.steps,
        "clip": descent.clip,
        "path": [
            {
                "step": number,
                "parameter": _bare(step.parameters),
                "loss": finite(step.loss),
                "gradient": _bare(step.gradient),
                "log10_gradient": finite(step.log10_norm),
            }
            for number, step in enumerate(path.steps)
        ],
        "longest_step": finite(path.longest),
        "digits": path.digits,
        "overflow": {name: path.overflow.get(name) for name in FLOATS},
    }


def _bare(values: Sequence[float]) -> float | list[float | None] | None:
    found = [finite(value) for value in values]
    return found[0] if len(found) == 1 else found
