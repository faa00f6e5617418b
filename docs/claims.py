"""What has been written about exploding and vanishing gradients, each claim beside what it expects.

A claim is about one figure of examples/literature.toml, which says what is run. What it expects is
worked out here from the closed form that it rests on, never typed in as a result.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
from wall import sigmoid

#: The ends between which a number is known, as logarithms to the base 10.
Bracket = tuple[float, float]
FORMATS = ("float16", "bfloat16", "float32", "float64")
#: log2 of the smallest number that each holds, and of what is above its largest.
SMALLEST, LARGEST = (-24, -133, -149, -1074), (16, 128, 128, 1024)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """``says`` what is claimed ``where``; ``expected`` are logarithms to the base 10.

    ``relation`` is what the numbers that ``computed`` takes from the JSON have to be to them, and
    ``closed`` is the closed form in words, where it takes any. ``shown`` lays several numbers out.
    """

    figure: str
    says: str
    where: str
    relation: str = "equal to"
    closed: str = ""
    expected: tuple[float, ...]
    computed: Callable[[dict[str, Any]], list[Bracket]]
    shown: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Something that was written, and its claims."""

    title: str
    cited: str
    claims: tuple[Claim, ...]


def powers(base: float, *exponents: int) -> tuple[float, ...]:
    """log10 of a base to each of the exponents."""
    return tuple(exponent * math.log10(base) for exponent in exponents)


def slopes(data: dict[str, Any]) -> list[Bracket]:
    """The maximum slope at each depth."""
    return [tuple(row["log10_max_slope"].values()) for row in data["depths"]]


def deepest(data: dict[str, Any]) -> list[Bracket]:
    """The maximum slope at the deepest depth."""
    return slopes(data)[-1:]


def peak(data: dict[str, Any]) -> list[Bracket]:
    """The maximum slope at the only depth, and how far from 0 it is."""
    return [*slopes(data), point(abs(data["depths"][0]["at_x"]))]


def growths(data: dict[str, Any]) -> list[Bracket]:
    """What each depth multiplies the maximum slope of the depth before by."""
    return [point(row["growth"]) for row in data["depths"][1:]]


def steepest_cell(data: dict[str, Any]) -> list[Bracket]:
    """The largest maximum slope of a map's cells."""
    lower, upper = (
        max(max(row) for row in data["log10_max_slope"][end]) for end in ("lower", "upper")
    )
    return [(lower, upper)]


def width(data: dict[str, Any]) -> list[Bracket]:
    """How wide the stretch of x is where the slope is above 1.

    The share is the shortest decimal between its bounds: with one digit less there is none, so they
    are less than one unit of that digit apart.
    """
    low, high = data["x_range"]
    share = data["depths"][0]["share_above_one"]
    unit = 10.0 ** (1 - len(str(share).partition(".")[2]))
    return [(math.log10((share - unit) * (high - low)), math.log10((share + unit) * (high - low)))]


def longest_step(data: dict[str, Any]) -> list[Bracket]:
    """The longest step of a descent."""
    return [point(data["descent"]["longest_step"])]


def lost(end: str) -> Callable[[dict[str, Any]], list[Bracket]]:
    """The depths at which the float formats overflow or underflow; infinite where they never do."""
    return lambda data: [point(data[f"{end}_depth"][name] or math.inf) for name in FORMATS]


def point(number: float) -> Bracket:
    log = math.log10(number) if math.isfinite(number) else number
    return log, log


def beside_the_middle() -> float:
    """log10 of the slope of the three hidden units at x = 1/8, where the first of them is at 0."""
    with mpmath.workdps(30):
        u = 5 * (mpmath.tanh(10) - mpmath.tanh(5))
        inner = 200 * (1 - mpmath.sech(5) ** 2 + mpmath.sech(10) ** 2)
        return float(mpmath.log10(mpmath.sech(u) ** 2 * inner))


def fixed_point_factor() -> float:
    """a(1 - a) where a = sigmoid(a): what a layer far from the input multiplies the slope by."""
    a = 0.5
    for _ in range(100):
        a = sigmoid(a)
    return a * (1 - a)


def widest(weight: float) -> float:
    """Nielsen's bound of the width of the inputs where |w·sigmoid'(w·a + b)| is at least 1."""
    return 2 / weight * math.log(weight * (1 + math.sqrt(1 - 4 / weight)) / 2 - 1)
