"""What x passes through, layer by layer, with as many bits as every number needs to be known."""

from __future__ import annotations

import math
from functools import reduce
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from flint import arb, ctx, fmpq

from gradplot.analysis.layers.found import SATURATED, ZERO, Layer, Mark, Quantity
from gradplot.errors import InputError
from gradplot.functions.activations.ball import Ball, Point, Undecided
from gradplot.functions.activations.balls import ball

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradplot.functions.chain.chain import Chain

#: Bits that are tried first, and the most: an expanding layer takes a few, and there are 10 000.
BITS, MOST_BITS = 128, 2**18
#: Bits of exact fractions, where balls cannot tell on which side of a kink something lies.
MOST_FRACTION_BITS = 10**6
#: Bits that every number has at least, in itself or in its logarithm.
ACCURACY, LOG_RADIUS = 64, -64
#: From 53 right bits to more than ``MOST_BITS``.
NEWTON_STEPS = 16
#: What is smaller than this is as good as known: its own exponent has a dozen digits.
NEGLIGIBLE, NEGLIGIBLE_BITS = arb(2) ** -(10**12), 4096
#: The layer before the first: there z is x itself.
INPUT = -1
#: log2 of what a normal double may be.
_NORMAL = (-1022, 1024)


class Anchor(NamedTuple):
    """A point by the z that it has before the activation of one layer, counted from 0.

    ``before`` is about where it is in the layers before, for an activation that turns.
    """

    layer: int
    z: float
    before: tuple[float, ...] = ()


class Orbit(NamedTuple):
    """x, and z and act at every layer."""

    x: Any
    z: list[Any]
    points: list[Point]


def layers(chain: Chain, anchor: Anchor) -> tuple[Quantity, tuple[Layer, ...]]:
    """x and all that is said of its layers, every number known to ``ACCURACY`` bits.

    Raises InputError where even the most bits cannot tell on which side of a kink a layer is.
    """
    bits = BITS
    while True:
        with ctx.workprec(bits):
            try:
                return _described(chain, _orbit(chain, anchor))
            except Undecided:
                pass
        bits *= 2
        if bits > MOST_BITS:
            break
    with ctx.workprec(BITS):
        try:
            if anchor.layer == INPUT and ball(chain.activation, chain.parameters).rational:
                return _described(chain, _exact_orbit(chain, anchor.z))
        except Undecided:
            pass
    raise InputError(
        "at", f"{anchor.z:.17g}: even {MOST_BITS} bits do not settle its layers; move it a little"
    )


def orbit_ends(chain: Chain, x: float) -> list[float]:
    """z of every layer for the double x, as near as a double comes to it."""
    bits = BITS
    while bits <= MOST_BITS:
        with ctx.workprec(bits):
            try:
                return [float(z) for z in _orbit(chain, Anchor(INPUT, x)).z]
            except Undecided:
                bits *= 2
    return []


def _orbit(chain: Chain, anchor: Anchor) -> Orbit:
    act = ball(chain.activation, chain.parameters)
    before: list[arb] = []
    x = z = arb(anchor.z)
    for k in range(anchor.layer, INPUT, -1):
        before.insert(0, z)
        x = (z - chain.biases[k]) / chain.weights[k]
        if k:
            z = _preimage(act, x, anchor.before[k - 1] if anchor.before else None)
    return _through(chain, act, x, before)


def _preimage(act: Ball, a: arb, about: float | None) -> arb:
    """z with act(z) = a: the one near ``about`` where act turns.

    Newton's method finds it, and one step of the interval Newton method (R. E. Moore, Interval
    Analysis, 1966) proves that it is there: a ball that the step maps into itself holds a root.
    """
    if about is None:
        assert act.inverse is not None
        return act.inverse(a)
    z = arb(about)
    for _ in range(NEWTON_STEPS):
        z = (z - (act.at(z).value - a) / _slope(act, z)).mid()
    missed = abs(act.at(z).value - a) / abs(_slope(act, z))
    radius = 4 * missed.upper() + abs(z).upper() * arb(2) ** (8 - ctx.prec)
    around = z + arb(0, radius)
    root = z - (act.at(z).value - a) / _slope(act, around)
    if not around.contains_interior(root):
        raise Undecided
    return root


def _slope(act: Ball, z: arb) -> arb:
    point = act.at(z)
    if point.log_slope is None or not point.log_slope.is_finite():
        raise Undecided
    return point.sign * point.log_slope.exp()


def _exact_orbit(chain: Chain, x: float) -> Orbit:
    act = ball(chain.activation, chain.parameters)
    return _through(chain, act, fmpq(*x.as_integer_ratio()), [])


def _through(chain: Chain, act: Ball, x: Any, before: list[arb]) -> Orbit:
    """The orbit of x; ``before`` is what is known of its first layers, better than from x."""
    a, zs, points = x, [], []
    for k, (weight, bias) in enumerate(zip(chain.weights, chain.biases, strict=True)):
        if isinstance(x, fmpq):
            z = a * fmpq(*weight.as_integer_ratio()) + fmpq(*bias.as_integer_ratio())
            if int(z.q).bit_length() > MOST_FRACTION_BITS:
                raise Undecided
        else:
            z = before[k] if k < len(before) else a * weight + bias
            _require_known(z)
        point = act.at(z)
        zs.append(z)
        points.append(point)
        a = point.value
    if not isinstance(x, fmpq):
        _require_known(x)
    return Orbit(x, zs, points)


def _require_known(number: arb) -> None:
    if number.rad() == 0 or number.rel_accuracy_bits() >= ACCURACY:
        return
    if ctx.prec < NEGLIGIBLE_BITS or not abs(number) < NEGLIGIBLE:
        raise Undecided


def _described(chain: Chain, orbit: Orbit) -> tuple[Quantity, tuple[Layer, ...]]:
    slopes = [(point.sign, point.log_slope) for point in orbit.points]
    weights = [_sign_and_log(arb(weight)) for weight in chain.weights]
    factors = [_times(pair) for pair in zip(slopes, weights, strict=True)]
    forward = list(accumulate(factors, _product))
    # behind[k] is dy/da of layer k; a further one for the output itself.
    behind = list(accumulate(reversed(factors), _product, initial=ONE))[::-1]
    inputs = [_sign_and_log(_ball(a)) for a in (orbit.x, *(p.value for p in orbit.points[:-1]))]
    # A slope that is exactly the limit is not below it, however its logarithm is rounded.
    limit = math.log(SATURATED * chain.activation.sup_slope(chain.parameters)) - 1e-12
    found = []
    for k, point in enumerate(orbit.points):
        at_z = _product(slopes[k], behind[k + 1])
        found.append(
            Layer(
                layer=k + 1,
                z=_quantity(_ball(orbit.z[k])),
                a=_quantity(_ball(point.value)),
                derivative=_of_log(slopes[k]),
                factor=_of_log(factors[k]),
                product=_of_log(forward[k]),
                backwards=_of_log(behind[k]),
                dy_dw=_of_log(_product(at_z, inputs[k])),
                dy_db=_of_log(at_z),
                mark=_mark(slopes[k], factors[k], limit),
                kink=any(orbit.z[k] == int(kink) for kink in chain.shape.kinks),
            )
        )
    return _quantity(_ball(orbit.x)), tuple(found)


#: The sign of a number, and the logarithm of its size; None for 0.
SignedLog = tuple[int, arb | None]

ONE: SignedLog = (1, arb(0))


def _product(one: SignedLog, other: SignedLog) -> SignedLog:
    if one[1] is None or other[1] is None:
        return 0, None
    return one[0] * other[0], one[1] + other[1]


def _times(factors: Iterable[SignedLog]) -> SignedLog:
    return reduce(_product, factors, ONE)


def _mark(slope: SignedLog, factor: SignedLog, limit: float) -> Mark | None:
    if factor[1] is None:
        return "dead"
    if factor[1] > 0:
        return "expanding"
    assert slope[1] is not None
    return "saturated" if slope[1] < limit else None


def _ball(number: Any) -> arb:
    return arb(number)


def _sign_and_log(number: arb) -> SignedLog:
    if number.is_zero():
        return 0, None
    sign = 1 if number > 0 else -1 if number < 0 else 0
    if not sign:  # negligible: of its size only a bound is known
        return 1, arb.neg_inf().union(abs(number).upper().log())
    return sign, abs(number).log()


def _quantity(number: arb) -> Quantity:
    sign, log = _sign_and_log(number)
    if log is None:
        return ZERO
    return _bounded(sign, log, float(number.mid()))


def _of_log(signed: SignedLog) -> Quantity:
    sign, log = signed
    if log is None:
        return ZERO
    narrow = log.rad() < arb(2) ** LOG_RADIUS or log.rel_accuracy_bits() >= ACCURACY
    if not (narrow and log.is_finite()) and not log < NEGLIGIBLE.log():
        raise Undecided
    near = abs(log) < 1000
    return _bounded(sign, log, sign * float(log.exp().mid()) if near else math.inf)


def _bounded(sign: int, log: arb, nearest: float) -> Quantity:
    fits = math.isfinite(nearest) and _NORMAL[0] < math.frexp(nearest)[1] <= _NORMAL[1]
    return Quantity(
        sign=sign,
        lower=_down(log),
        upper=-_down(-log),
        nearest=nearest if fits and nearest else None,
    )


def _down(number: arb) -> float:
    """A double that is surely not above ``number``, and next to it."""
    if not number.is_finite():
        return -math.inf
    low = float(number.lower())
    if math.isinf(low):
        return -math.inf if low < 0 else math.nextafter(math.inf, 0.0)
    return low if arb(low) <= number else math.nextafter(low, -math.inf)
