"""The slope of a chain at a given double, where float64 itself cannot tell it.

In an expanding chain the rounding of one layer is all that the later ones see. Decimal arithmetic
with 60 digits outlasts that until the orbit of a double has left the steepest one; so it can tell
whether a double attains the supremum. For the activations whose kernel is made of exponentials.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext

from gradplot.functions.chain.chain import Chain

DIGITS = 60
_CONTEXT = Context(prec=DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN)
#: What a kernel's own roundings may add up to, relative to its terms; and to a slope.
_PAD, _SLOPE_PAD = Decimal(10) ** (8 - DIGITS), Decimal(10) ** (10 - DIGITS)
_ZERO, _ONE, _TWO, _FOUR = Decimal(0), Decimal(1), Decimal(2), Decimal(4)
#: Past this |z| a kernel is as good as its limit, and exp would leave what Decimal can hold. The
#: slope is then only known from above.
_FAR = Decimal(10) ** 15
_LOG_TEN = math.log(10)

#: z -> (act(z), act'(z))
Kernel = Callable[[Decimal], tuple[Decimal, Decimal]]


def _tanh(z: Decimal) -> tuple[Decimal, Decimal]:
    e = (-_TWO * min(abs(z), _FAR)).exp()
    sum_ = _ONE + e
    return ((_ONE - e) / sum_).copy_sign(z), _FOUR * e / (sum_ * sum_)


def _sigmoid(z: Decimal) -> tuple[Decimal, Decimal]:
    e = (-min(abs(z), _FAR)).exp()
    sum_ = _ONE + e
    return (_ONE if z >= 0 else e) / sum_, e / (sum_ * sum_)


def _softsign(z: Decimal) -> tuple[Decimal, Decimal]:
    sum_ = _ONE + abs(z)
    return z / sum_, _ONE / (sum_ * sum_)


#: Each with act' largest at 0, falling on both sides.
KERNELS: dict[str, Kernel] = {"tanh": _tanh, "sigmoid": _sigmoid, "softsign": _softsign}


def known(chain: Chain) -> bool:
    """Whether the chain's activation has a kernel here."""
    return chain.activation.name in KERNELS


def log_slope(chain: Chain, x: float, *, least: float) -> tuple[float, float]:
    """Bounds of log|dy/dx| at the double ``x``; (-inf, bound) once it cannot reach ``least``."""
    kernel = KERNELS[chain.activation.name]
    with localcontext(_CONTEXT):
        steepest = kernel(Decimal(0))[1]
        rest = math.prod((abs(Decimal(weight)) * steepest for weight in chain.weights), start=_ONE)
        enough = least / _LOG_TEN
        low = high = Decimal(x)
        bottom = top = _ONE
        for weight, bias in zip(chain.weights, chain.biases, strict=True):
            ends = sorted(Decimal(weight) * end + Decimal(bias) for end in (low, high))
            low, high = ends[0] - _pad(ends[0]), ends[1] + _pad(ends[1])
            at_low = kernel(low)
            at_high = at_low if low == high else kernel(high)
            size = abs(Decimal(weight))
            top *= (steepest if low < 0 < high else max(at_low[1], at_high[1])) * size
            far = max(abs(low), abs(high)) > _FAR
            bottom *= _ZERO if far else min(at_low[1], at_high[1]) * size
            rest /= size * steepest
            # adjusted() is the power of ten below a number: a logarithm that costs nothing.
            if top == 0 or (top * rest).adjusted() + 1 < enough:
                return -math.inf, ((top * rest).adjusted() + 2) * _LOG_TEN if top else -math.inf
            low, high = at_low[0] - _pad(at_low[0]), at_high[0] + _pad(at_high[0])
        spread = _SLOPE_PAD * (1 + chain.depth)
        bounds = bottom.ln() + (_ONE - spread).ln(), top.ln() + (_ONE + spread).ln()
        return _down(bounds[0]), -_down(-bounds[1])


def _pad(number: Decimal) -> Decimal:
    """The rounding of the last step; none where the number is so short that it was exact."""
    exact = len(number.as_tuple().digits) < DIGITS - 8
    return Decimal(0) if exact else _PAD * (_ONE + abs(number))


def _down(number: Decimal) -> float:
    return math.nextafter(float(number), -math.inf)
