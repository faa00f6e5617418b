"""Nests of layers in y alone: values layer by layer, and the derivatives of all layers at once.

Layers cost more than lanes: one pass over every layer's y takes a small part of the time of as many
passes, one a layer. What each layer does to its own y is then composed, pair by pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from gradplot.functions.intervals import scaled
from gradplot.functions.intervals.interval import Interval
from gradplot.functions.jets.jets import Jet, Pass, chained, mapped
from gradplot.functions.jets.steps import run

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradplot.functions.step import Step

#: Intervals, of all layers, that are carried through a layer's steps together.
LANES = 2**13


def in_y_alone(layers: Sequence[Sequence[Step]]) -> bool:
    """Whether there are several layers, and each sees the variable through the layer before."""
    distinct = {id(steps): steps for steps in layers[1:]}.values()
    return bool(distinct) and all(step.function != "x" for steps in distinct for step in steps)


def nested(layers: Sequence[Sequence[Step]], x: Interval, going: Pass) -> Jet:
    """The jet of the last layer; the first layer's y is x."""
    lanes = x.low.size
    whole = Jet(x, scaled.number(1.0))
    for steps, count in _runs(layers, max(1, LANES // max(1, lanes))):
        inputs, values = [Jet(whole.value)], replace(going, order=0)
        for _ in range(count):
            output = Jet(run(steps, inputs[-1], inputs[-1], values).value)
            inputs.append(mapped(lambda array: np.broadcast_to(array, lanes), output))
        going.continuous, value = values.continuous, inputs.pop().value
        own = Jet(_joined(*inputs).value, scaled.number(1.0))
        found = run(steps, own, own, replace(going, continuous=np.ones(1, dtype=bool)))
        table = mapped(lambda array: _table(array, count, lanes), found)
        whole = chained(replace(_composed(table), value=value), whole)
    return whole


def _runs(layers: Sequence[Sequence[Step]], most: int) -> Iterator[tuple[Sequence[Step], int]]:
    """The steps of equal layers in a row, and how many they are, cut to so many at most."""
    for _, group in groupby(layers, key=id):
        equal = list(group)
        for start in range(0, len(equal), most):
            yield equal[0], min(most, len(equal) - start)


def _composed(layers: Jet) -> Jet:
    """The jet of layers after one another from those of each in its own y: a row a layer."""
    while (count := len(layers.value.low)) > 1:
        even = count - count % 2
        pairs = chained(_rows(layers, slice(1, even, 2)), _rows(layers, slice(0, even, 2)))
        layers = pairs if even == count else _joined(pairs, _rows(layers, slice(even, count)))
    return _rows(layers, 0)


def _rows(layers: Jet, which: slice | int) -> Jet:
    return mapped(lambda array: array[which], layers)


def _joined(*jets: Jet) -> Jet:
    return mapped(lambda *arrays: np.concatenate(arrays), *jets)


def _table(array: NDArray[Any], layers: int, lanes: int) -> NDArray[Any]:
    return np.broadcast_to(array, layers * lanes).reshape(layers, lanes)
