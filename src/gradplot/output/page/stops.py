"""The stops of a page's sliders and the certified numbers at each of their combinations."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from gradplot.analysis import growth
from gradplot.analysis.supremum.choose import max_slopes
from gradplot.errors import InputError
from gradplot.functions import build
from gradplot.output.labour import mapped
from gradplot.output.picture.parts.limits import Limits, slope_limits, value_limits
from gradplot.spec.functions import ChainSpec
from gradplot.spec.motion import Slider

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor

    from gradplot.analysis.findings import Supremum, Verdict
    from gradplot.spec.figure import FigureSpec

#: Maximum slopes that a page holds at most, and the deepest network that it draws by itself.
MOST_NUMBERS, DEEPEST = 5000, 200
#: Stops of a slider where nobody said how many; those of a bias slider that nobody asked for; and
#: how few they become, half of them at a time, where all depths would be too many numbers.
STOPS, BIAS_STOPS, FEWEST = 17, 9, 3
#: Numbers at most where nobody said how many stops, and of activations that turn, which take
#: a tenth or a fifth of a second each.
ENOUGH, ENOUGH_TURNING = 3000, 200
#: Significant digits of a stop: what people can read.
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """All stops of the biases at one weight."""

    spec: FigureSpec
    weight: float
    biases: tuple[float, ...]


class Proven(NamedTuple):
    """One combination's certified suprema and verdicts, a depth each."""

    suprema: tuple[Supremum, ...]
    verdicts: tuple[Verdict | None, ...]


class RowFound(NamedTuple):
    """What came of a row: a combination each, and the limits that hold all that is alive in it."""

    proven: list[Proven]
    value: Limits | None
    slope: Limits | None


class Stops(NamedTuple):
    """All of a page: stops of both sliders, what is proven (weights outside), and the axes."""

    weights: tuple[float, ...]
    biases: tuple[float, ...]
    proven: list[list[Proven]]
    value: Limits
    slope: Limits


def stops_of(spec: FigureSpec) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The stops of the weight and of the bias, the figure's own values among them.

    Raises InputError for a slider that leaves the figure's own value out, and for too many.
    """
    function = spec.function
    assert isinstance(function, ChainSpec)
    given = {each.parameter: each for each in spec.page.sliders} if spec.page else {}
    (weight,), (bias,) = function.weight, function.bias
    across, along = _counts(function, given)
    weights = _stops(given.get("weight") or _around_weight(weight), weight, across)
    biases = _stops(given.get("bias") or _around_bias(bias), bias, along)
    numbers = len(weights) * len(biases) * len(function.depths)
    if numbers > MOST_NUMBERS:
        raise InputError(
            "slide",
            f"{len(weights)} weights, {len(biases)} biases and {len(function.depths)} depths are "
            f"{numbers} maximum slopes, more than {MOST_NUMBERS}; give fewer places, as in "
            "weight 0.5 16 9",
        )
    if function.depths[-1] > DEEPEST:
        raise InputError(
            "depths", f"a page draws down to depth {DEEPEST}; give less than {function.depths[-1]}"
        )
    return weights, biases


def _around_weight(weight: float) -> Slider:
    low, high = sorted((0.0, 2 * weight)) if weight else (-1.0, 1.0)
    return Slider(parameter="weight", start=low, end=high)


def _around_bias(bias: float) -> Slider:
    reach = max(2.0, abs(bias))
    return Slider(parameter="bias", start=bias - reach, end=bias + reach)


def _counts(function: ChainSpec, given: Mapping[str, Slider]) -> tuple[int, int]:
    """How many stops the weight and the bias have: as was said, or what takes a few seconds."""
    said = [given[name].stops if name in given else None for name in ("weight", "bias")]
    counts = [said[0] or STOPS, said[1] or (STOPS if "bias" in given else BIAS_STOPS)]
    chain = build.curves(function)[-1].chain
    assert chain is not None
    enough = ENOUGH if chain.shape.monotone else ENOUGH_TURNING
    while counts[0] * counts[1] * len(function.depths) > enough:
        halved = [k for k in range(2) if said[k] is None and counts[k] > FEWEST]
        if not halved:
            break
        most = max(halved, key=lambda k: (counts[k], k))
        counts[most] = counts[most] // 2 + 1  # every other one
    return counts[0], counts[1]


def _stops(slider: Slider, own: float, count: int) -> tuple[float, ...]:
    if not slider.start <= own <= slider.end:
        raise InputError(
            "slide",
            f"{slider.parameter} {own:g} is not on its slider from {slider.start:g} to "
            f"{slider.end:g}; give --{slider.parameter} within, or a wider slider",
        )
    step = (slider.end - slider.start) / (count - 1)
    inner = {float(f"{slider.start + k * step:.{DIGITS}g}") for k in range(1, count - 1)}
    inner = {each for each in inner if slider.start < each < slider.end}
    return tuple(sorted({slider.start, slider.end, own, *inner}))


def compute(
    spec: FigureSpec,
    *,
    executor: Executor | None,
    progress: Callable[[float], None],
) -> Stops:
    """Every number of a page, a row of weights at a time."""
    weights, biases = stops_of(spec)
    rows = [Row(spec, weight, biases) for weight in weights]
    found: list[RowFound] = []
    for number, each in enumerate(mapped(row, rows, executor), 1):
        found.append(each)
        progress(number / len(rows))
    return Stops(
        weights,
        biases,
        [each.proven for each in found],
        spec.y_range or _union([each.value for each in found], (-1.0, 1.0)),
        _union([each.slope for each in found], (-1.0, 1.0)),
    )


def row(wanted: Row) -> RowFound:
    """The numbers of one weight at every bias."""
    spec, function = wanted.spec, wanted.spec.function
    assert isinstance(function, ChainSpec)
    proven: list[Proven] = []
    values: list[Limits | None] = []
    slopes: list[Limits | None] = []
    for bias in wanted.biases:
        curves = build.curves(replace(function, weight=(wanted.weight,), bias=(bias,)))
        suprema = max_slopes(curves, spec.x_range)
        verdicts = tuple(
            growth.outlook(function.depths[:count], suprema[:count]).verdict
            for count in range(1, len(suprema) + 1)
        )
        proven.append(Proven(tuple(suprema), verdicts))
        if any(math.isfinite(supremum.lower) for supremum in suprema):
            values.append(value_limits(curves, spec.x_range))
            slopes.append(slope_limits(curves, spec.x_range, suprema))
    nothing = (-1.0, 1.0)
    return RowFound(
        proven,
        _union(values, nothing) if values else None,
        _union(slopes, nothing) if slopes else None,
    )


def _union(limits: list[Limits | None], otherwise: Limits) -> Limits:
    known = [each for each in limits if each is not None]
    if not known:
        return otherwise
    return min(each[0] for each in known), max(each[1] for each in known)
