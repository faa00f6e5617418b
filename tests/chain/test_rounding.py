"""The roundings that make a proof a proof: each test here fails without the margin it is about."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace

import mpmath as mp
import numpy as np
import pytest

from gradplot.analysis.supremum import slopes
from gradplot.functions.intervals import interval as iv
from gradplot.functions.intervals.interval import ULPS, Interval

Taken = tuple[Callable[[Interval], Interval], Callable[[mp.mpf], mp.mpf], float, float]
#: Functions that intervals take from numpy: over intervals, in truth, and on what range.
TAKEN: dict[str, Taken] = {
    "exp": (iv.exp, mp.exp, -700.0, 700.0),
    "log": (iv.log, mp.log, 1e-300, 1e300),
    "sinh": (iv.sinh, mp.sinh, -700.0, 700.0),
    "cosh": (iv.cosh, mp.cosh, -700.0, 700.0),
    "sin": (iv.sin, mp.sin, -1e4, 1e4),
    "cos": (iv.cos, mp.cos, -1e4, 1e4),
    "tan": (iv.tan, mp.tan, -1e4, 1e4),
}


def points(low: float, high: float, count: int) -> np.ndarray:
    """Doubles of all sizes between two ends."""
    random = np.random.default_rng(7)
    if low > 0:
        return np.exp(random.uniform(math.log(low), math.log(high), count))
    even = random.uniform(low, high, count // 2)
    return np.concatenate((even, high * np.exp(-random.uniform(0.0, 40.0, count // 2))))


@pytest.mark.parametrize("name", TAKEN)
def test_numpy_is_as_good_as_it_is_taken_to_be(name: str) -> None:
    """The one thing that is taken on trust, looked at on the machine where it is used."""
    _, truth, low, high = TAKEN[name]
    x = points(low, high, 2000)
    y = getattr(np, name)(x)
    with mp.workdps(40):
        for at, found in zip(x.tolist(), y.tolist(), strict=True):
            error = abs(truth(mp.mpf(at)) - mp.mpf(found))
            assert error <= 0.5 * ULPS * mp.mpf(math.ulp(found)), at


@pytest.mark.parametrize("name", TAKEN)
@pytest.mark.parametrize("side", [-1, 1])
def test_a_library_as_bad_as_allowed_does_no_harm(
    name: str, side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a function that is wrong by nearly as much as it may be, the ranges still hold."""
    function, truth, low, high = TAKEN[name]
    x = points(low, high, 200)
    honest = getattr(np, name)

    def sloppy(z: np.ndarray) -> np.ndarray:
        return honest(z) * (1.0 + side * (ULPS - 1.0) * np.finfo(float).eps)

    patched = SimpleNamespace(**{key: getattr(np, key) for key in dir(np)})
    setattr(patched, name, sloppy)
    monkeypatch.setattr(iv, "np", patched)
    with np.errstate(all="ignore"):
        found = function(Interval(x, x))
    with mp.workdps(40):
        for at, bottom, top in zip(x, found.low, found.high, strict=True):
            if bottom > -math.inf and top < math.inf:
                assert mp.mpf(float(bottom)) <= truth(mp.mpf(float(at))) <= mp.mpf(float(top))


def test_a_sum_over_layers_holds_the_exact_sum() -> None:
    """Log factors that do not add up in any float: the total must lie on the right side of each."""
    random = np.random.default_rng(3)
    phi = random.uniform(-1.0, 0.0, (200, 400)) * 10.0 ** random.integers(-3, 3, (200, 400))
    logs = np.log(random.uniform(1.0, 9.0, (200, 1)))
    used = np.ones_like(phi, dtype=bool)
    low = slopes._total(phi, logs, used, -1.0)
    high = slopes._total(phi, logs, used, 1.0)
    for lane in range(phi.shape[1]):
        layers = zip(phi[:, lane].tolist(), logs[:, 0].tolist(), strict=True)
        exact = sum((Fraction(a) + Fraction(b) for a, b in layers), Fraction(0))
        assert Fraction(float(low[lane])) <= exact <= Fraction(float(high[lane]))
        assert high[lane] - low[lane] <= 1e-12 * np.abs(phi[:, lane]).sum()
