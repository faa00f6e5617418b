"""Nests of layers in y alone: values layer by layer, and the derivatives of all layers at once.

Layers cost more than lanes: one pass over every layer's y takes a small part of the time of as many
passes, one a layer. What each layer does to its own y is then composed, pair by pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.intervals import scaled
from gradplot.functions.intervals.interval import Interval
from gradplot.functions.jets import layer
from gradplot.functions.jets.jets import Jet, Pass, chained, mapped
from gradplot.functions.jets.steps import run

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradplot.functions.step import Step

#: Intervals, of all layers, that are carried through a layer's steps together.
LANES = 2**13
#: Intervals of which all layers together take less time than one by one. More are asked for where a
#: function swings densely, and sharper ranges would not help.
FEW = 2048


def in_y_alone(layers: Sequence[Sequence[Step]]) -> bool:
    """Whether there are several layers, and each sees the variable through the layer before."""
    distinct = {id(steps): steps for steps in layers[1:]}.values()
    return bool(distinct) and all(step.function != "x" for steps in distinct for step in steps)


def nested(layers: Sequence[Sequence[Step]], x: Interval, going: Pass) -> Jet:
    """The jet of the last layer; the first layer's y is x.

    Ranges that are too wide, and wider with every layer, are found again from the layers' slopes.
    """
    whole = Jet(x, scaled.number(1.0))
    for steps, count in _runs(layers, max(1, LANES // max(1, x.low.size))):
        before, equal = going.continuous, [steps] * count
        range_of = layer.middle if going.points else layer.natural
        values = _values(range_of, equal, whole.value, going)
        doubtful = not going.points and layer.loose(steps)
        own = _own(steps, values[:-1], going) if going.order or doubtful else None
        if doubtful and own is not None and own.slope is not None:
            which = np.flatnonzero(layer.too_wide(values, own.slope))
            if which.size:
                some = replace(going, continuous=before[which])
                sharp = _values(layer.sharp, equal, _lanes(whole.value, which), some)
                values = [_put(*pair, which) for pair in zip(values, sharp, strict=True)]
                going.continuous = going.continuous.copy()
                going.continuous[which] = some.continuous
                own = _own(steps, values[:-1], going) if going.order else None
        outer = Jet(values[-1]) if own is None else replace(_composed(own), value=values[-1])
        whole = chained(outer, whole)
    return whole


def _lanes(part: Interval, which: NDArray[np.intp]) -> Interval:
    return Interval(part.low[which], part.high[which])


def _put(part: Interval, other: Interval, which: NDArray[np.intp]) -> Interval:
    low, high = part.low.copy(), part.high.copy()
    low[which], high[which] = other.low, other.high
    return Interval(low, high)


def _values(
    range_of: Callable[[Sequence[Step], Interval, Pass], Interval],
    layers: Sequence[Sequence[Step]],
    y: Interval,
    going: Pass,
) -> list[Interval]:
    """y, and what each layer makes of it."""
    found = [y]
    for steps in layers:
        value = range_of(steps, found[-1], going)
        found.append(Interval(*(np.broadcast_to(e, y.low.shape) for e in (value.low, value.high))))
    return found


def _own(steps: Sequence[Step], inputs: Sequence[Interval], going: Pass) -> Jet:
    """The jets of equal layers in their own y: a row a layer."""
    low, high = (np.stack(ends) for ends in zip(*((y.low, y.high) for y in inputs), strict=True))
    y = Jet(Interval(low.ravel(), high.ravel()), scaled.number(1.0))
    once = Pass(max(going.order, 1), going.points, np.ones(1, dtype=bool))
    found = run(steps, y, y, once)
    return mapped(lambda array: np.broadcast_to(array, low.size).reshape(low.shape), found)


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
        layers = (
            pairs
            if even == count
            else mapped(lambda *a: np.concatenate(a), pairs, _rows(layers, slice(even, count)))
        )
    return _rows(layers, 0)


def _rows(layers: Jet, which: slice | int) -> Jet:
    return mapped(lambda array: array[which], layers)
