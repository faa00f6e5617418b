"""What the activations' own functions have in common, over arrays.

Nothing here imports numpy: a kernel takes the array module as its first argument.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array

    Kernel = Callable[[Any, Array], Array]

#: Beyond this |z| some kernels stop growing, so that nothing overflows; phi is then below -10^300.
FAR = 1e150


def one(np: Any, z: Array) -> Array:
    return np.ones_like(z)


def zero(np: Any, z: Array) -> Array:
    return np.zeros_like(z)


def clipped(np: Any, z: Array) -> Array:
    return np.clip(z, -FAR, FAR)


@lru_cache(maxsize=8)
def elementwise(np: ModuleType, function: Callable[[float], float]) -> Callable[[Array], Array]:
    # numpy has no erf; the C library's, called per element, is slow and correct to an ulp.
    ufunc = np.frompyfunc(function, 1, 1)
    return lambda z: np.asarray(ufunc(z), dtype=np.float64)


def sigmoid(np: Any, z: Array) -> Array:
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def softplus(np: Any, z: Array) -> Array:
    # np.logaddexp takes five times as long.
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def log_sigmoid(np: Any, z: Array) -> Array:
    return -softplus(np, -z)


def log_abs(np: Any, y: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.log(np.abs(y))


def turns_at(point: float) -> Kernel:
    return lambda np, z: np.where(z >= point, 1.0, -1.0)
