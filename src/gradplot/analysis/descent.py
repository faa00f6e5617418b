"""Gradient descent on a chain's loss, each gradient known to the last bit of float64.

The gradient at a double is computed in ball arithmetic with as many bits as it takes to round it to
the nearest double beyond doubt; what follows is one product, rounded once, and one difference. So a
path is the same on every machine. It is walked once more in arithmetic of many more bits, and the
digits on which both ends agree are those that mean anything: on a cliff rounding decides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from flint import arb, ctx

from gradplot.analysis.findings import LN10, Path, Step
from gradplot.analysis.growth import FLOATS
from gradplot.functions.balls.activations import outline

if TYPE_CHECKING:
    from gradplot.functions.balls.outline import Outline
    from gradplot.functions.chain.chain import Chain
    from gradplot.spec.along import Variable
    from gradplot.spec.descent import Descent

#: Bits to begin with, and at most: a gradient that needs more is not known, and ends the path.
FIRST_BITS, MOST_BITS = 128, 8192
#: Bits of the second walk.
EXACT_BITS = 1024
#: Decimal digits that float64 holds.
DIGITS = 15.95


class Loss:
    """E = (y - target)^2 of a chain with a fixed input, and its gradient by shared parameters."""

    def __init__(
        self, chain: Chain, variables: Sequence[Variable], *, at: float, target: float
    ) -> None:
        self.chain, self.variables = chain, tuple(variables)
        self.at, self.target = at, target
        arguments = chain.activation.arguments(chain.parameters)
        self.outline = outline(chain.activation.name, arguments)

    def __call__(self, parameters: Sequence[arb]) -> tuple[arb, list[arb]]:
        """The loss and its gradient, at the precision in force; forward mode, a term a layer."""
        given = dict(zip(self.variables, parameters, strict=True))
        y, rates = arb(self.at), [arb(0) for _ in parameters]
        for layer, (w, b) in enumerate(zip(self.chain.weights, self.chain.biases, strict=True)):
            weight = given.get("weight", w)
            shift = shift_of(layer, self.variables)
            bias = b if shift is None else given[shift]
            grown = [weight * rate for rate in rates]
            for number, variable in enumerate(self.variables):
                if variable == "weight":
                    grown[number] += y
                elif variable == shift:
                    grown[number] += 1
            y, slope = _at(self.outline, weight * y + bias)
            rates = [slope * rate for rate in grown]
        away = y - self.target
        return away * away, [2 * away * rate for rate in rates]


def shift_of(layer: int, variables: Sequence[Variable]) -> Variable | None:
    """Which of the parameters is the bias of a layer, counted from 0; None for one of its own."""
    if layer == 0 and "input-bias" in variables:
        return "input-bias"
    return "bias" if "bias" in variables else None


def _at(activation: Outline, z: arb) -> tuple[arb, arb]:
    """act(z) and act'(z), at a kink on the side that PyTorch takes."""
    place = sum(1 for kink in activation.kinks if z > kink)
    value, slope, _ = activation.pieces[place].at(z)
    return value, slope


def descend(loss: Loss, descent: Descent, *, progress: Callable[[float], None]) -> Path:
    """Walk down from ``descent.start``; stops early where float64 cannot go on."""
    steps: list[Step] = []
    place = descent.start
    for number in range(descent.steps + 1):
        step, hop = _step(loss, place, descent)
        steps.append(step)
        if number == descent.steps or not all(map(math.isfinite, hop)):
            break
        place = tuple(theta - part for theta, part in zip(place, hop, strict=True))
        if not all(map(math.isfinite, place)):
            break
        progress((number + 1) / (2 * descent.steps))
    overflow = {
        name: number
        for name, (largest, _) in FLOATS.items()
        for number in [_first_above(steps, math.log10(largest))]
        if number is not None
    }
    whole = len(steps) == descent.steps + 1
    digits = _agreed(loss, descent, steps[-1].parameters) if whole else None
    progress(1.0)
    return Path(tuple(steps), digits, overflow)


def _first_above(steps: Sequence[Step], log10: float) -> int | None:
    return next((number for number, step in enumerate(steps) if step.log10_norm > log10), None)


def _step(loss: Loss, place: tuple[float, ...], descent: Descent) -> tuple[Step, tuple[float, ...]]:
    """What is found at a place, and the hop from there: rate times the clipped gradient."""
    bits = FIRST_BITS
    while True:
        with ctx.workprec(bits):
            value, gradient = loss([arb(theta) for theta in place])
            norm = _norm(gradient)
            hop = [part * descent.rate * _factor(norm, descent.clip) for part in gradient]
            found = [_nearest(ball) for ball in (value, *gradient, *hop)]
            if None not in found or bits >= MOST_BITS:
                pairs = zip(found, (value, *gradient, *hop), strict=True)
                numbers = [_settled(ball) if n is None else n for n, ball in pairs]
                log10 = _log10(norm)
                count = len(place)
                step = Step(place, numbers[0], tuple(numbers[1 : 1 + count]), log10)
                return step, tuple(numbers[1 + count :])
        bits *= 2


def _agreed(loss: Loss, descent: Descent, end: tuple[float, ...]) -> int:
    """Digits of the end that a walk in many more bits confirms."""
    with ctx.workprec(EXACT_BITS):
        place = [arb(theta) for theta in descent.start]
        for _ in range(descent.steps):
            _, gradient = loss(place)
            factor = descent.rate * _factor(_norm(gradient), descent.clip)
            place = [
                (theta - part * factor).mid() for theta, part in zip(place, gradient, strict=True)
            ]
        size = max(map(abs, end)) or 1.0
        away = max(abs(theta - mine) for theta, mine in zip(place, end, strict=True)) / size
        if not away.is_finite():
            return 0
        gap = float(away.mid())
    return int(max(0.0, min(DIGITS, -math.log10(gap) if gap else DIGITS)))


def _norm(gradient: Sequence[arb]) -> arb:
    if len(gradient) == 1:
        return abs(gradient[0])
    return sum((part * part for part in gradient), start=arb(0)).sqrt()


def _log10(norm: arb) -> float:
    """Of a gradient's norm; -inf for one that no bits tell from 0, nan for one not known."""
    if not norm.is_finite():
        return math.nan
    log = norm.log()
    return float(log.mid()) / LN10 if log.is_finite() else -math.inf


def _factor(norm: arb, clip: float | None) -> arb:
    return arb(1) if clip is None or not norm > clip else clip / norm


def _settled(ball: arb) -> float:
    """What even the most bits do not decide: 0 where it is below all doubles, else nan."""
    return 0.0 if ball.is_finite() and abs(ball) < math.ulp(0.0) else math.nan


def _nearest(ball: arb) -> float | None:
    """The double nearest to a number that a ball encloses; None where the ball cannot tell."""
    if not ball.is_finite():
        return None
    low, high = float(ball.lower()), float(ball.upper())
    return low if low == high else None
