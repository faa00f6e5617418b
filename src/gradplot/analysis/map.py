"""A map analysed: the certified maximum slope of every cell, and the fold across it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, as_completed
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gradplot.analysis.findings import Axis, MapFindings
from gradplot.analysis.fold_line import strokes
from gradplot.analysis.supremum.many import suprema
from gradplot.functions.activations.table import find
from gradplot.functions.chain.networks import Networks
from gradplot.spec.map import AXES, MapSpec

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from gradplot.functions.activations.shape import Shape
    from gradplot.functions.arrays import Array, Pair
    from gradplot.spec.figure import FigureSpec

#: The width of a cell's bracket that is aimed at, as a natural logarithm.
TOLERANCE = 1e-6
#: Layers of the cells that go to a worker together, and cells where each is searched alone.
TOGETHER, TURNING, ALONE = 60_000, 8_000, 48


class Analysed(NamedTuple):
    """What is found out about a map; it has no curves."""

    findings: MapFindings


def analyse(
    spec: FigureSpec,
    *,
    progress: Callable[[float], None] | None = None,
    executor: Executor | None = None,
) -> Analysed:
    """Every cell of the map of ``spec``, in parts that ``executor`` takes if there is one.

    ``progress`` is told the share of the cells that are done.
    """
    function = spec.function
    assert isinstance(function, MapSpec)
    activation, parameters = find(function.activation), dict(function.parameters)
    axes = tuple(_axis(function, name) for name in function.axes)
    numbers = dict(zip(AXES, _cells(function), strict=True))
    networks = Networks(
        activation,
        parameters,
        numbers["weight"].ravel(),
        numbers["bias"].ravel(),
        numbers["depth"].ravel().astype(int),
    )
    lower, upper = np.empty(networks.size), np.empty(networks.size)
    done = 0
    for part, (low, high) in _brackets(
        networks, spec.x_range, _parts(function, networks.shape), executor
    ):
        lower[part], upper[part] = low, high
        done += part.size
        if progress is not None:
            progress(done / networks.size)
    shape = (len(axes[1].values), len(axes[0].values))
    return Analysed(
        MapFindings(
            axes=(axes[0], axes[1]),
            lower=_rows(lower.reshape(shape)),
            upper=_rows(upper.reshape(shape)),
            fold=tuple(strokes(function, spec.x_range)),
            critical_weight=activation.critical_weight(parameters),
        )
    )


def _axis(function: MapSpec, name: str) -> Axis:
    values = function.values(name)
    low, high = getattr(function, name)
    if name == "depth":  # a cell stands around its depth
        half = 0.5 * (values[1] - values[0])
        low, high = low - half, high + half
    return Axis(name=name, values=values, low=float(low), high=float(high))


def _cells(function: MapSpec) -> list[Array]:
    """Weight, bias and depth of every cell: a row for each value of the second axis."""
    first, second = function.axes
    across = np.meshgrid(function.values(first), function.values(second))
    known = dict(zip((first, second), across, strict=True))
    return [
        known.get(name, np.full(across[0].shape, float(function.values(name)[0]))) for name in AXES
    ]


def _parts(function: MapSpec, shape: Shape) -> list[np.ndarray]:
    """Numbers of the cells in parts; all depths of a network in one, as they share their work."""
    first, second = (len(function.values(name)) for name in function.axes)
    cells = np.arange(first * second).reshape(second, first)
    lines = cells.T if function.axes[1] == "depth" else cells
    layers = TOGETHER if shape.monotone else TURNING
    most = ALONE if shape.straight else layers // function.depth[-1]
    count = max(1, most // lines.shape[1])
    return [lines[start : start + count].ravel() for start in range(0, len(lines), count)]


def _brackets(
    networks: Networks,
    x_range: tuple[float, float],
    parts: list[np.ndarray],
    executor: Executor | None,
) -> Iterator[tuple[np.ndarray, Pair]]:
    """The bounds of each part as they come."""
    if executor is None or len(parts) == 1:
        for part in parts:
            yield part, suprema(networks.of(part), x_range, tolerance=TOLERANCE)
        return
    futures = {}
    try:
        for part in parts:
            some = networks.of(part)
            task = (some.activation.name, some.parameters, some.weight, some.bias, some.depth)
            futures[executor.submit(bounds, task, x_range)] = part
        for future in as_completed(futures):
            part = futures[future]
            try:
                yield part, future.result()
            except (BrokenExecutor, CancelledError):
                # Its worker is lost, and the rest of the map should not be lost with it.
                yield part, suprema(networks.of(part), x_range, tolerance=TOLERANCE)
    finally:
        for future in futures:
            future.cancel()


def bounds(
    task: tuple[str, Mapping[str, float], Array, Array, np.ndarray],
    x_range: tuple[float, float],
) -> Pair:
    """The bounds of some cells: what a worker, here or elsewhere, does for a map."""
    name, parameters, weight, bias, depth = task
    networks = Networks(find(name), parameters, weight, bias, depth)
    return suprema(networks, x_range, tolerance=TOLERANCE)


def _rows(cells: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in cells.tolist())
