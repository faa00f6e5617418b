"""Powers and exponentials of graded quantities, and what activations come to far out."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import arb

from gradplot.functions.balls import rules
from gradplot.functions.balls.activations import SELU_ALPHA, SELU_SCALE
from gradplot.functions.balls.beside.graded import Graded, flat
from gradplot.functions.balls.beside.growth import LOG, Growth
from gradplot.functions.balls.constants import ball_of
from gradplot.functions.balls.rules import Undefined
from gradplot.functions.balls.series_rules import Unknown
from gradplot.functions.balls.span import ONE, ZERO, Span, point
from gradplot.functions.step import Number, around

#: A power of s that stands for what falls faster than every one, as e^(-1/s).
FASTEST = 64
#: Bits of the exponents of powers that are only known as balls.
EXPONENT_BITS = 32


def power(u: Graded, q: Fraction) -> Graded:
    if q.denominator == 1 and q < 0:
        return power(u, -q).inverse()
    if q.denominator == 1 and u.factor.low < 0 and u.factor.high <= 0:
        return -power(-u, q) if q.numerator % 2 else power(-u, q)
    factor = u.factor
    if q.denominator > 1 and not factor.low >= 0:
        raise Undefined if factor.high < 0 else Unknown
    value = float(q)
    number = Number(value, value, value) if value == q else around(value)
    ranges, _ = rules.power(number)(factor.low, factor.high)
    return u.like(u.growth.raised(q), ranges.value)


def exp(u: Graded) -> Graded:
    factor = u.factor
    if not u.growth.endless or not (u.growth.power or u.growth.logs >= 1):
        return flat(u.stretch, Span(u.plain.low.exp(), u.plain.high.exp()))
    if factor.sign() > 0:
        return exp(-u).inverse()
    if not factor.sign():
        raise Unknown
    return _falling_power(-u) if not u.growth.power else _falling(-u)


def _falling_power(u: Graded) -> Graded:
    """e^-u = s^U, for u = U |log s|."""
    exponent = u.at(LOG).factor
    whole = (exponent.low * arb(2) ** EXPONENT_BITS).lower().floor().unique_fmpz()
    if whole is None:
        raise Unknown
    q = Fraction(int(whole), 2**EXPONENT_BITS)
    known = exponent.low is exponent.high and exponent.low == number(q).low
    return u.like(Growth(q, Fraction(0)), point(ONE) if known else Span(ZERO, ONE))


def _falling(u: Graded) -> Graded:
    """e^-u <= e^-ct for u >= ct, with t = s^-a; and t^(n/a) e^-ct rises up to t = n/ac."""
    power, logs = u.growth
    a = -power if logs >= 0 else -power / 2
    least = u.at(Growth(-a, Fraction(0))).factor.low.lower()
    if not least > 0:
        raise Unknown
    share, first = FASTEST / a, u.stretch.far.log() * number(-a).low
    peak = (number(share).low / least).max(first.exp())
    most = (number(share).low * peak.log() - least * peak).exp().upper()
    return u.like(Growth(Fraction(FASTEST), Fraction(0)), Span(ZERO, most))


def number(fraction: Fraction) -> Span:
    return point(ball_of(fraction))


def _one(u: Graded) -> Graded:
    return flat(u.stretch, point(ONE))


def _scaled(u: Graded, by: arb) -> Graded:
    return u * flat(u.stretch, point(by))


def _size(u: Graded) -> Graded:
    """|u|."""
    sign = u.factor.sign()
    if not sign:
        raise Unknown
    return u if sign > 0 else -u


def _sigmoid(u: Graded) -> Graded:
    return (_one(u) + exp(-u)).inverse()


def _tanh_slope(u: Graded) -> Graded:
    twice = _scaled(u, arb(2))
    return _scaled(_sigmoid(twice) * _sigmoid(-twice), arb(4))


def _bell(u: Graded) -> Graded:
    return exp(-power(u, Fraction(2)))


def _erf(u: Graded) -> Graded:
    """Rises from -1 to 1."""
    low, high = u.plain.low, u.plain.high
    return flat(u.stretch, Span(
        low.erf() if low.is_finite() else -ONE, high.erf() if high.is_finite() else ONE
    ))  # fmt: skip


def _normal(u: Graded) -> Graded:
    """The distribution function of the normal distribution: at most e^(-u²/2)/2 for u < 0."""
    root = _scaled(u, arb(2).rsqrt())
    if u.factor.sign() < 0:
        return flat(u.stretch, Span(ZERO, ONE / 2)) * _bell(root)
    return _scaled(_one(u) + _erf(root), ONE / 2)


def _gelu(u: Graded) -> tuple[Graded, Graded]:
    density = _scaled(_bell(_scaled(u, arb(2).rsqrt())), (2 * arb.pi()).rsqrt())
    return u * _normal(u), _normal(u) + u * density


def _silu(u: Graded) -> tuple[Graded, Graded]:
    return u * _sigmoid(u), _sigmoid(u) * (_one(u) + u * _sigmoid(-u))


def _elu(u: Graded, alpha: arb | float = 1.0) -> tuple[None, Graded]:
    return None, _one(u) if _size(u) is u else _scaled(exp(u), arb(alpha))


def _selu(u: Graded) -> tuple[None, Graded]:
    return None, _scaled(_elu(u, SELU_ALPHA)[1], SELU_SCALE)


def _gelu_tanh(u: Graded) -> tuple[Graded, Graded]:
    """u s(v), for s the sigmoid and v = cu(1 + ku²)."""
    c, k = 2 * (2 / arb.pi()).sqrt(), arb(44715) / 1000000
    square = _scaled(power(u, Fraction(2)), k)
    v, rate = _scaled(u * (_one(u) + square), c), _scaled(_one(u) + _scaled(square, arb(3)), c)
    return u * _sigmoid(v), _sigmoid(v) * (_one(u) + u * _sigmoid(-v) * rate)


def _mish(u: Graded) -> tuple[Graded, Graded]:
    """ut, for t = tanh(softplus(u)) = E(2 + E)/(1 + (1 + E)²) with E = e^u, or in e^-u."""
    one, e = _one(u), exp(-_size(u))
    two = _scaled(one, arb(2))
    if _size(u) is u:
        below = (one + _scaled(e * (one + e), arb(2))).inverse()
        t, rate = (one + _scaled(e, arb(2))) * below, e * e * (one + e)
    else:
        below = (two + e * (two + e)).inverse()
        t, rate = e * (two + e) * below, e * (one + e)
    return u * t, t + _scaled(u * rate * below * below, arb(4))


def _softplus(u: Graded) -> Graded:
    """log(1 + e^u): u + log(1 + e^-u), or e^u/(1 + t) for a t from 0 to e^u."""
    if _size(u) is u:
        return u + flat(u.stretch, Span(ZERO, arb(2).log()))
    return exp(u) * flat(u.stretch, Span(ONE / 2, ONE))


#: Of parts that grow without end: the value, where its range does not say as much, and the slope.
TAILS: dict[str, Callable[..., tuple[Graded | None, Graded]]] = {
    "arctan": lambda u: (None, (_one(u) + power(u, Fraction(2))).inverse()),
    "tanh": lambda u: (None, _tanh_slope(u)),
    "sigmoid": lambda u: (_sigmoid(u), _sigmoid(u) * _sigmoid(-u)),
    "softplus": lambda u: (_softplus(u), _sigmoid(u)),
    "gaussian": lambda u: (_bell(u), _scaled(u * _bell(u), arb(-2))),
    "erf": lambda u: (_erf(u), _scaled(_bell(u), 2 * arb.pi().rsqrt())),
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
    "silu": _silu,
    "mish": _mish,
    "elu": _elu,
    "selu": _selu,
    "softsign": lambda u: (
        u * (_one(u) + _size(u)).inverse(),
        power(_one(u) + _size(u), Fraction(-2)),
    ),
}
