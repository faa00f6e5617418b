"""The error function and its inverse over arrays: numpy has neither.

Both start from tables at equal steps, made when they are first needed, and end in a few terms of a
series there: 2 eps of the value, a few times as fast as the C library called per element.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

from gradplot.functions.activations import kernels

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

#: Steps per unit in both tables; erf is 1 to float64 from here on, and s below is no larger.
STEPS, LAST = 64, 6.125
#: Terms of the series about a step: the next one is less than 1e-17 of erf.
TERMS = 8
#: Arrays so small are sooner done element by element.
SMALL = 150


def erf(np: Any, z: Array) -> Array:
    """erf(z), good to 2 eps of it."""
    if np.size(z) < SMALL:
        return kernels.elementwise(np, math.erf)(z)
    size = np.minimum(np.abs(z), LAST)
    place = np.rint(np.fmin(size, LAST) * STEPS)  # of NaN, too, which stays in the rest
    # Steps are powers of 2, so that this is exact.
    beyond = size - place / STEPS
    at, *terms = np.take(_series(np), place.astype(np.intp), axis=1)
    total = terms[-1]
    for term in terms[-2::-1]:
        total *= beyond
        total += term
    total *= beyond
    total += at
    return np.copysign(total, z)


def inverse(np: Any, y: Array) -> Array:
    """z from erf(z); infinite beyond what erf reaches."""
    size = np.abs(y)
    with np.errstate(divide="ignore", invalid="ignore"):
        # s = sqrt(-log(1 - y^2)) is nearly z itself: straight lines do between steps.
        near = np.log1p(-size * size)
        s = np.sqrt(-np.where(size < 0.5, near, np.log((1.0 - size) * (1.0 + size))))
    s = np.where(s < LAST, s, LAST) * STEPS
    place = s.astype(np.intp)
    table = _inverses(np)
    z = table[place] + (s - place) * (table[place + 1] - table[place])
    # One step of Halley's method, whose error is the third power of that.
    step = (erf(np, z) - size) * np.exp(z * z) * (math.sqrt(math.pi) / 2.0)
    return np.copysign(np.where(size < 1.0, z - step / (1.0 + z * step), math.inf), y)


@cache
def _series(np: Any) -> Array:
    """In each column erf and its Taylor coefficients at a step."""
    columns = []
    for number in range(round(LAST * STEPS) + 1):
        z = number / STEPS
        slope = 2.0 / math.sqrt(math.pi) * math.exp(-z * z)
        # The derivatives of exp(-z^2) are Hermite polynomials times it.
        hermite = [1.0, -2.0 * z]
        for n in range(1, TERMS):
            hermite.append(-2.0 * z * hermite[-1] - 2.0 * n * hermite[-2])
        terms = [slope * hermite[n] / math.factorial(n + 1) for n in range(TERMS)]
        columns.append([math.erf(z), *terms])
    return np.array(columns).T.copy()


@cache
def _inverses(np: Any) -> Array:
    """z of erf at every step of s."""
    from statistics import NormalDist  # slow to load

    quantile, found = NormalDist().inv_cdf, [0.0]
    for number in range(1, round(LAST * STEPS) + 2):
        rest = math.exp(-((number / STEPS) ** 2))
        # (1 - y) / 2, which float64 would lose in 1 - y.
        tail = rest / (1.0 + math.sqrt(1.0 - rest)) / 2.0
        found.append(-quantile(tail) / math.sqrt(2.0))
    return np.array(found)
