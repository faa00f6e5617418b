"""Networks whose z leaves float64 on the way, against mpmath, which has no largest number."""

from __future__ import annotations

import random

import mpmath as mp
import numpy as np
import pytest

from activation_oracle import ORACLE
from gradplot.analysis.supremum.choose import max_slope
from gradplot.functions.chain.chain import Chain

#: From here on the oracle takes exponentials for 0, and infinity for the logarithms of what is not.
FAR = 1e9
NAMES = (
    "identity", "relu", "leaky_relu", "elu", "selu", "silu", "hardswish", "softplus", "softsign",
    "arctan", "tanh", "sigmoid", "hardtanh", "sin",
)  # fmt: skip


EXPONENTIAL = {"elu", "selu", "silu", "softplus", "tanh", "sigmoid"}


def truth(name, weights, biases, x):
    """y, and log|dy/dx|."""
    act, slope_of = ORACLE[name]
    with mp.workdps(600):
        y, log = mp.mpf(x), mp.mpf(0)
        for weight, bias in zip(weights, biases, strict=True):
            z = mp.mpf(weight) * y + mp.mpf(bias)
            if name in EXPONENTIAL and abs(z) > FAR:
                limit = mp.sign(z) * FAR
                rises = abs(slope_of(limit)) > 0.5
                slope = slope_of(limit) if rises else mp.mpf(0)
                y = slope * z if rises else act(limit)
            else:
                slope, y = slope_of(z), act(z)
            log += mp.log(abs(slope * weight)) if slope else -mp.inf
        return y, log


@pytest.mark.parametrize("seed", range(90))
def test_points_ranges_and_brackets_know_of_what_lies_past(seed):
    rng = random.Random(seed)
    name, depth = NAMES[seed % len(NAMES)], rng.randint(1, 4)
    powers = [rng.choice((0.0, rng.uniform(-250, 250), 200.0, -200.0)) for _ in range(depth)]
    weights = [rng.choice((-1, 1)) * rng.uniform(1, 9) * 10**power for power in powers]
    biases = [rng.choice((0.0, 0.0, rng.uniform(-2, 2), -1e150)) for _ in range(depth)]
    chain, x = Chain(name, weights, biases), rng.choice((-1, 1)) * rng.uniform(0.5, 2.0)
    at, ends = np.array([x]), np.sort([x, x * (1 + 1e-3)])
    y, log = truth(name, weights, biases, x)
    low, high = chain.value_range(ends[:1], ends[1:])
    bottom, top = chain.log_slope_range(ends[:1], ends[1:])
    upper = max_slope(chain, (float(ends[0]), float(ends[1]))).upper
    assert chain.value(at)[0] == pytest.approx(float(y), rel=1e-9, abs=1e-300)
    assert low[0] <= y <= high[0]
    told = chain.log_slope(at)[1][0]
    if log < -FAR / 2:
        assert told < -FAR / 2
        assert bottom[0] < -FAR / 2
    else:
        assert told == pytest.approx(float(log), rel=1e-9, abs=1e-9)
        assert bottom[0] - 1e-9 <= log <= top[0] + 1e-9
        assert log <= upper + 1e-9
