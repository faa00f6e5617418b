"""Every activation and its derivative from its definition, in arbitrary precision (mpmath)."""

from __future__ import annotations

import mpmath as mp


def mp_phi_cdf(z):
    return mp.erfc(-z / mp.sqrt(2)) / 2


SCALE, ALPHA = mp.mpf(1.0507009873554805), mp.mpf(1.6732632423543772)
HUNDREDTH = mp.mpf(0.01)
#: name -> (act, act'), straight from the definitions, in arbitrary precision.
ORACLE = {
    "identity": (lambda z: z, lambda z: mp.mpf(1)),
    "relu": (lambda z: max(z, 0), lambda z: mp.mpf(z > 0)),
    "relu6": (lambda z: min(max(z, 0), 6), lambda z: mp.mpf(0 < z < 6)),
    "leaky_relu": (
        lambda z: z if z > 0 else HUNDREDTH * z,
        lambda z: mp.mpf(1) if z > 0 else HUNDREDTH,
    ),
    "elu": (lambda z: z if z > 0 else mp.expm1(z), lambda z: mp.mpf(1) if z > 0 else mp.exp(z)),
    "selu": (
        lambda z: SCALE * (z if z > 0 else ALPHA * mp.expm1(z)),
        lambda z: SCALE * (1 if z > 0 else ALPHA * mp.exp(z)),
    ),
    "gelu": (
        lambda z: z * mp_phi_cdf(z),
        lambda z: mp_phi_cdf(z) + z * mp.npdf(z),
    ),
    "gelu_tanh": (
        lambda z: z * _sig(2 * _u(z)),
        lambda z: (
            _sig(2 * _u(z))
            + z
            / 2
            * mp.sech(_u(z)) ** 2
            * mp.sqrt(2 / mp.pi)
            * (1 + 3 * mp.mpf("0.044715") * z * z)
        ),
    ),
    "silu": (lambda z: z * _sig(z), lambda z: _sig(z) + z * _sig(z) * _sig(-z)),
    "mish": (
        lambda z: z * mp.tanh(mp.log1p(mp.exp(z))),
        lambda z: mp.tanh(mp.log1p(mp.exp(z))) + z * mp.sech(mp.log1p(mp.exp(z))) ** 2 * _sig(z),
    ),
    "softplus": (lambda z: mp.log1p(mp.exp(z)), lambda z: _sig(z)),
    "softsign": (lambda z: z / (1 + abs(z)), lambda z: (1 + abs(z)) ** -2),
    "sigmoid": (lambda z: _sig(z), lambda z: _sig(z) * _sig(-z)),
    "tanh": (lambda z: mp.tanh(z), lambda z: mp.sech(z) ** 2),
    "hardtanh": (lambda z: min(max(z, -1), 1), lambda z: mp.mpf(-1 < z < 1)),
    "hardsigmoid": (
        lambda z: min(max(z + 3, 0), 6) / mp.mpf(6),
        lambda z: mp.mpf(-3 < z < 3) / 6,
    ),
    "hardswish": (
        lambda z: z * min(max(z + 3, 0), 6) / mp.mpf(6),
        lambda z: mp.mpf(0) if z < -3 else ((2 * z + 3) / 6 if z < 3 else mp.mpf(1)),
    ),
    "arctan": (lambda z: mp.atan(z), lambda z: 1 / (1 + z * z)),
    "erf": (lambda z: mp.erf(z), lambda z: 2 / mp.sqrt(mp.pi) * mp.exp(-z * z)),
    "sin": (lambda z: mp.sin(z), lambda z: mp.cos(z)),
    "gaussian": (lambda z: mp.exp(-z * z), lambda z: -2 * z * mp.exp(-z * z)),
}


def _u(z):
    return mp.sqrt(2 / mp.pi) * (z + mp.mpf("0.044715") * z**3)


def _sig(z):
    return 1 / (1 + mp.exp(-z))


def log_slope(name, weights, biases, x):
    """log|dy/dx| of a chain at x, in the working precision; None where the slope is exactly 0."""
    act, slope_of = ORACLE[name]
    a, total = mp.mpf(x), mp.mpf(0)
    for weight, bias in zip(weights, biases, strict=True):
        z = mp.mpf(weight) * a + mp.mpf(bias)
        slope = mp.mpf(weight) * slope_of(z)
        if slope == 0:
            return None
        total += mp.log(abs(slope))
        a = act(z)
    return total
