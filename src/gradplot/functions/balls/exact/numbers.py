"""Real numbers by their names: sums of products of powers of pi, e^a, primes and other values of
functions, so that sqrt(2)² - 2 and e - exp(1) are 0 for certain.

Two numbers of the same normal form are the same; of two forms nothing follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx, fmpz

from gradplot.functions.balls.constants import ball_of
from gradplot.functions.balls.rules import rule

#: A number of one name, and the rational power that it is raised to; sorted.
Atom = tuple[str, "Exact | int"]
Product = tuple[tuple[Atom, Fraction], ...]
#: Precision in which a sign is told, terms at most, whole powers, and bits of what is factored.
BITS, MOST_TERMS, MOST_POWER, MOST_BITS = 256, 64, 64, 64
#: Bits of a fraction that is short: some powers of any double are.
SHORT = 8192
#: Of these every power is a number.
POSITIVE = ("prime", "exp", "pi")


class Unclear(ArithmeticError):
    """No exact number, or none that is short."""


@dataclass(frozen=True, slots=True)
class Exact:
    """A sum of products with rational factors; 0 without terms."""

    terms: tuple[tuple[Product, Fraction], ...] = ()

    @property
    def fraction(self) -> Fraction | None:
        if not self.terms:
            return Fraction(0)
        product, factor = self.terms[0]
        return factor if len(self.terms) == 1 and not product else None

    def __add__(self, other: Exact) -> Exact:
        return _sum((*self.terms, *other.terms))

    def __neg__(self) -> Exact:
        return Exact(tuple((product, -factor) for product, factor in self.terms))

    def __mul__(self, other: Exact) -> Exact:
        result = Exact()
        for product, factor in self.terms:
            for others, by in other.terms:
                result = result + _product((*product, *others), factor * by)
        return result

    def ball(self) -> arb:
        """In the precision of now."""
        return sum((_size(*term) for term in self.terms), arb(0))

    def sign(self) -> int:
        """Raises Unclear where it is not told."""
        if not self.terms:
            return 0
        with ctx.workprec(BITS):
            ball = self.ball()
        if not (ball > 0 or ball < 0):
            raise Unclear
        return 1 if ball > 0 else -1

    def raised(self, q: Fraction) -> Exact:
        """self^q."""
        if not self.terms and q > 0:
            return self
        whole = q.denominator == 1
        if not self.sign() or (self.sign() < 0 and not whole) or abs(q) > MOST_POWER:
            raise Unclear
        if len(self.terms) > 1:
            if whole and q > 0:
                return self * self.raised(q - 1) if q > 1 else self
            return _product(((("sum", self), q),), Fraction(1))
        product, factor = self.terms[0]
        if not whole and (factor < 0 or any(name not in POSITIVE for (name, _), _ in product)):
            return _product(((("sum", self), q),), Fraction(1))
        powers = [(atom, q * power) for atom, power in product]
        powers += [(atom, q * power) for atom, power in primes(abs(factor))]
        return _product(powers, Fraction(-1 if factor < 0 and q.numerator % 2 else 1))


def rational(fraction: Fraction) -> Exact:
    return Exact((((), fraction),)) if fraction else Exact()


def named(name: str, of: Exact | int = 0) -> Exact:
    return Exact((((((name, of), Fraction(1)),), Fraction(1)),))


def primes(size: Fraction) -> list[tuple[Atom, Fraction]]:
    if max(size.numerator, size.denominator).bit_length() > MOST_BITS:
        raise Unclear
    return [
        (("prime", int(prime)), Fraction(sign * int(power)))
        for sign, number in ((1, size.numerator), (-1, size.denominator))
        for prime, power in fmpz(number).factor()
    ]


def _product(powers: Iterable[tuple[Atom, Fraction]], factor: Fraction) -> Exact:
    """Whole powers of primes and of sums are multiplied out."""
    merged: dict[Atom, Fraction] = {}
    for atom, power in powers:
        merged[atom] = merged.get(atom, Fraction(0)) + power
    rest = rational(Fraction(1))
    for (name, of), power in list(merged.items()):
        whole = power.__floor__()
        if name == "prime" and whole:
            assert isinstance(of, int)
            factor *= Fraction(of) ** whole
            merged[name, of] -= whole
        elif name == "sum" and whole > 0:
            assert isinstance(of, Exact)
            rest = rest * of.raised(Fraction(whole))
            merged[name, of] -= whole
    kept = tuple(sorted(((atom, p) for atom, p in merged.items() if p), key=repr))
    own = Exact(((kept, factor),)) if factor else Exact()
    return own if rest == rational(Fraction(1)) else own * rest


def _sum(terms: Iterable[tuple[Product, Fraction]]) -> Exact:
    merged: dict[Product, Fraction] = {}
    for product, factor in terms:
        merged[product] = merged.get(product, Fraction(0)) + factor
    if len(merged) > MOST_TERMS or not all(map(_is_short, merged.values())):
        raise Unclear
    return Exact(tuple(sorted(((p, f) for p, f in merged.items() if f), key=repr)))


def _is_short(factor: Fraction) -> bool:
    return max(factor.numerator.bit_length(), factor.denominator.bit_length()) <= SHORT


def _size(product: Product, factor: Fraction) -> arb:
    size = ball_of(factor)
    for (name, of), power in product:
        size *= _value(name, of) ** ball_of(power)
    return size


def _value(name: str, of: Exact | int) -> arb:
    if isinstance(of, int):
        return arb.pi() if name == "pi" else arb(of)
    ball = of.ball()
    if name == "sum":
        return ball
    found = rule(name)(ball, ball)[0].value
    return found.low.union(found.high)
