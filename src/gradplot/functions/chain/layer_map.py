"""Guaranteed steps between layers: z' = w·act(z) + b and its inverse, over arrays of intervals.

Every function takes interval ends as float64 arrays and returns them rounded outward. Weight and
bias are numbers, or arrays of one per lane whose weights are of one sign and not 0.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradplot.functions.activations import ranges
from gradplot.functions.activations.ranges import KERNEL_ERROR, PAD, SMALL
from gradplot.functions.activations.shape import Shape
from gradplot.functions.intervals.rounding import EPS, MAX, two_product, two_sum

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array, Pair

    #: One number for all lanes, or one for each.
    Numbers = float | Array


_NEARLY = math.nextafter(MAX, 0.0)


def forward(shape: Shape, weight: Numbers, bias: Numbers, z: Array) -> Array:
    """z of a layer from z of the layer before, and this layer's weight and bias.

    ``z`` has the lower ends in its first row and the upper ends in its second.
    """
    if shape.kinks or shape.turning:
        low, high = ranges.value_range(shape, z[0], z[1])
        return np.stack(affine(weight, bias, low, high, exact=bool(shape.kinks)))
    with np.errstate(all="ignore"):
        y = shape.value(np, z)
        error = KERNEL_ERROR * np.abs(y) + PAD * (z != 0.0)
        y[0] -= error[0]
        y[1] += error[1]
        # Two of these take half as long as np.clip.
        np.maximum(y, shape.low * (1.0 + EPS), out=y)
        np.minimum(y, shape.high * (1.0 + EPS), out=y)
        y = np.stack(ranges.unclipped(shape, (z[0], z[1]), (y[0], y[1])))
        y = y[::-1] if _turns(weight) else y
        product = weight * y
        out = product + bias
        error = EPS * np.abs(product) + EPS * np.abs(out) + PAD * (y != 0.0)
        flat = _flat(weight)
        if flat or not np.isfinite(error).all():
            out = np.full_like(z, bias) if flat else out
            error = np.where(np.isfinite(out) & (not flat), error, 0.0)
        out[0] -= error[0]
        out[1] += error[1]
        low, high = out  # as ``_within_doubles``, in place
        np.maximum(low, -MAX, out=low)
        np.minimum(low, _NEARLY, out=low)
        np.maximum(high, -_NEARLY, out=high)
        np.minimum(high, MAX, out=high)
        return out


def backward(shape: Shape, weight: Numbers, bias: Numbers, z: Array) -> Array:
    """The inverse of ``forward`` for increasing activations; infinite beyond act's range."""
    assert shape.inverse is not None
    with np.errstate(all="ignore"):
        a = _backward_affine(weight, bias, z, exact=bool(shape.kinks))
        out = shape.inverse(np, np.clip(a, shape.low, shape.high))
        error = KERNEL_ERROR * (np.abs(out) + shape.slack(np, out)) + PAD * (out != 0.0)
        for kink in shape.kinks:
            error = np.where(out == kink, 0.0, error)
        out = np.stack((out[0] - error[0], out[1] + error[1]))
    out[a <= shape.low] = -math.inf
    out[a >= shape.high] = math.inf
    unknown = np.isnan(out)
    if unknown.any():
        out = np.where(unknown, np.array([[-math.inf], [math.inf]]), out)
    return out


def _backward_affine(weight: Numbers, bias: Numbers, z: Array, *, exact: bool) -> Array:
    if exact:
        return np.stack(affine_inverse(weight, bias, z[0], z[1]))
    difference = (z[::-1] if _turns(weight) else z) - bias
    a = difference / weight
    error = 2.0 * EPS * np.abs(a) + PAD * (difference != 0.0)
    a[0] -= error[0]
    a[1] += error[1]
    return a


def affine(weight: Numbers, bias: Numbers, low: Array, high: Array, *, exact: bool = True) -> Pair:
    """Range of weight·a + bias.

    With ``exact`` it is not padded where float64 computes it without error: padding across a kink
    would make slope where there is none. Without, it is several times as fast. Here the weights of
    an array may be of both signs.
    """
    if _flat(weight):
        return np.full_like(low, bias), np.full_like(high, bias)
    a = np.stack((low, high))
    if not isinstance(weight, float):
        a = np.where(weight < 0, a[::-1], a)
    elif weight < 0:
        a = a[::-1]
    with np.errstate(all="ignore"):
        product = weight * a
        z = product + bias
        error = EPS * np.abs(product) + EPS * np.abs(z)
        error += np.where((a != 0.0) & (np.abs(z) < SMALL), PAD, 0.0)
        sure = ~np.isfinite(z)
        if exact:
            lost = two_product(np.asarray(weight), a)[1], two_sum(product, np.asarray(bias))[1]
            sure |= (lost[0] == 0.0) & (lost[1] == 0.0)
        error[sure] = 0.0
        return _within_doubles(z[0] - error[0], z[1] + error[1])


def _within_doubles(low: Array, high: Array) -> Pair:
    """Ends that kernels can take: the largest double stands for all that is past float64.

    An interval that lies there has an inside, too, for those who look at insides alone.
    """
    return np.clip(low, -MAX, _NEARLY), np.clip(high, -_NEARLY, MAX)


def affine_inverse(weight: Numbers, bias: Numbers, low: Array, high: Array) -> Pair:
    """Range of (z - bias) / weight, weight not 0; not padded where float64 has it exactly."""
    if _turns(weight):
        low, high = high, low
    return _quotient_bounds(weight, bias, low)[0], _quotient_bounds(weight, bias, high)[1]


def _quotient_bounds(weight: Numbers, bias: Numbers, z: Array) -> Pair:
    with np.errstate(all="ignore"):
        difference = z - bias
        a = difference / weight
        error = 2.0 * EPS * np.abs(a) + np.where((difference != 0) & (np.abs(a) < SMALL), PAD, 0.0)
        back, lost = two_product(np.asarray(weight), a)
        exact = (two_sum(z, np.asarray(-bias))[1] == 0.0) & (back == difference) & (lost == 0.0)
        sure = exact | ~np.isfinite(a)
        error = np.where(sure, 0.0, error)
        return a - error, a + error


def _turns(weight: Numbers) -> bool:
    """Whether the layer turns the order of its inputs."""
    return weight < 0 if isinstance(weight, float) else bool((weight < 0).any())


def _flat(weight: Numbers) -> bool:
    return isinstance(weight, float) and weight == 0.0
