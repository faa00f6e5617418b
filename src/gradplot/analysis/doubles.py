"""The slope of a chain at a given double, where float64 itself cannot tell it.

In an expanding chain the rounding of one layer is all that the later ones see. Decimal arithmetic
with 80 digits outlasts that until the orbit of a double has left the steepest one; so it can tell
whether a double attains the supremum. For the activations whose kernel is made of exponentials.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext

from gradplot.functions.chain import Chain

_CONTEXT = Context(prec=80, Emax=MAX_EMAX, Emin=MIN_EMIN)
#: What a kernel's own roundings may add up to.
_PAD = Decimal("1e-72")
_ONE, _TWO, _LOG_FOUR = Decimal(1), Decimal(2), _CONTEXT.ln(Decimal(4))
#: Past this |z| a kernel is as good as its limit, and exp would only cost time.
_FAR = Decimal(10_000)

Kernel = Callable[[Decimal], Decimal]


def _tanh(z: Decimal) -> Decimal:
    e = (-_TWO * abs(min(max(z, -_FAR), _FAR))).exp()
    return ((_ONE - e) / (_ONE + e)).copy_sign(z)


def _tanh_log_slope(z: Decimal) -> Decimal:
    e = (-_TWO * min(abs(z), _FAR)).exp()
    return _LOG_FOUR - _TWO * abs(z) - _TWO * (_ONE + e).ln()


def _sigmoid(z: Decimal) -> Decimal:
    return _ONE / (_ONE + (-min(max(z, -_FAR), _FAR)).exp())


def _sigmoid_log_slope(z: Decimal) -> Decimal:
    return -abs(z) - _TWO * (_ONE + (-min(abs(z), _FAR)).exp()).ln()


def _softsign(z: Decimal) -> Decimal:
    return z / (_ONE + abs(z))


def _softsign_log_slope(z: Decimal) -> Decimal:
    return -_TWO * (_ONE + abs(z)).ln()


#: name -> act and log act', both with act' largest at 0.
KERNELS: dict[str, tuple[Kernel, Kernel]] = {
    "tanh": (_tanh, _tanh_log_slope),
    "sigmoid": (_sigmoid, _sigmoid_log_slope),
    "softsign": (_softsign, _softsign_log_slope),
}


def known(chain: Chain) -> bool:
    """Whether the chain's activation has a kernel here."""
    return chain.activation.name in KERNELS


def log_slope(chain: Chain, x: float, *, least: float) -> tuple[float, float]:
    """Bounds of log|dy/dx| at the double ``x``; (-inf, bound) once it cannot reach ``least``."""
    value, slope = KERNELS[chain.activation.name]
    with localcontext(_CONTEXT):
        steepest = slope(Decimal(0))
        factors = {weight: abs(Decimal(weight)).ln() for weight in set(chain.weights)}
        left = sum((factors[weight] + steepest for weight in chain.weights), Decimal(0))
        low = high = Decimal(x)
        bottom = top = Decimal(0)
        for weight, bias in zip(chain.weights, chain.biases, strict=True):
            ends = sorted(Decimal(weight) * end + Decimal(bias) for end in (low, high))
            low, high = ends[0] - _pad(ends[0]), ends[1] + _pad(ends[1])
            at_ends = slope(low), slope(high)
            top += (steepest if low < 0 < high else max(at_ends)) + factors[weight]
            bottom += min(at_ends) + factors[weight]
            left -= factors[weight] + steepest
            if top + left < Decimal(least):
                return -math.inf, -_down(-(top + left))
            low, high = (value(end) for end in (low, high))
            low, high = low - _pad(low), high + _pad(high)
        spread = Decimal("1e-60") * (1 + abs(bottom) + abs(top))
        return _down(bottom - spread), -_down(-(top + spread))


def _pad(number: Decimal) -> Decimal:
    """The rounding of the last step; none where the number is so short that it was exact."""
    exact = len(number.as_tuple().digits) < 60
    return Decimal(0) if exact else _PAD * (_ONE + abs(number))


def _down(number: Decimal) -> float:
    return math.nextafter(float(number), -math.inf)
