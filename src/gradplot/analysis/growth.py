"""How the maximum slope grows with depth, and where that leads: verdict, overflow, underflow."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from gradplot.analysis.findings import Supremum, Verdict

#: name -> (largest finite value, smallest positive value).
FLOATS: dict[str, tuple[float, float]] = {
    "float16": (65504.0, 2.0**-24),
    "bfloat16": (2.0**128 - 2.0**120, 2.0**-133),
    "float32": (2.0**128 - 2.0**104, 2.0**-149),
    "float64": (1.7976931348623157e308, 5e-324),
}
#: Logarithms this near to a limit may be on either side of it: 2^1024, which overflows, has the
#: logarithm of float64's largest number.
EDGE = 1e-9
#: A growth per layer this close to x1, as a logarithm, is called steady: it reads "x1.00".
STEADY = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the rows say of depths beyond them; see ``Findings``."""

    per_layer: tuple[float, float] | None = None
    verdict: Verdict | None = None
    overflow: dict[str, int | None] = field(default_factory=lambda: dict.fromkeys(FLOATS))
    underflow: dict[str, int | None] = field(default_factory=lambda: dict.fromkeys(FLOATS))
    extrapolated: frozenset[str] = frozenset()


def step(before: Supremum, after: Supremum) -> tuple[float, float] | None:
    """Bracket of log(after / before); None where either is dead or has no bound."""
    ends = (before.lower, before.upper, after.lower, after.upper)
    if not all(map(math.isfinite, ends)):
        return None
    return after.lower - before.upper, after.upper - before.lower


def outlook(depths: Sequence[int | None], suprema: Sequence[Supremum]) -> Outlook:
    """The growth per layer from the two deepest rows (or from depth 0, whose slope is 1).

    ``depths`` ascend and belong to one chain; without any there is nothing to say.
    """
    known = [(d, s) for d, s in zip(depths, suprema, strict=False) if d is not None]
    if not known:
        return Outlook()
    depth, deepest = known[-1]
    if deepest.dead:
        return Outlook(verdict="dead")
    start = (0, Supremum(lower=0.0, upper=0.0, x=None, located=False, attained=True))
    before_depth, before = ([start, *known])[-2]
    whole = step(before, deepest)
    if whole is None:
        return Outlook()
    layers = depth - before_depth
    per_layer = (whole[0] / layers, whole[1] / layers)
    middle = 0.5 * (per_layer[0] + per_layer[1])
    verdict: Verdict = "steady"
    if abs(middle) >= STEADY:
        verdict = "exploding" if middle > 0 else "vanishing"
    overflow, underflow, guessed = _crossings([start, *known], middle, verdict)
    return Outlook(
        per_layer=per_layer,
        verdict=verdict,
        overflow=overflow,
        underflow=underflow,
        extrapolated=guessed,
    )


def _crossings(
    rows: list[tuple[int, Supremum]], growth: float, verdict: Verdict
) -> tuple[dict[str, int | None], dict[str, int | None], frozenset[str]]:
    overflow: dict[str, int | None] = dict.fromkeys(FLOATS)
    underflow: dict[str, int | None] = dict.fromkeys(FLOATS)
    guessed = set()
    for name, (largest, smallest) in FLOATS.items():
        for found, limit, sign in (
            (overflow, _rounds_to_infinity(largest), 1.0),
            (underflow, math.log(smallest), -1.0),
        ):
            heading = "exploding" if sign > 0 else "vanishing"
            seen, certain = _crossing(rows, limit, sign)
            if seen is None and verdict == heading:
                seen, certain = _beyond(rows[-1], limit, growth, sign), False
            found[name] = seen
            if seen is not None and not certain:
                guessed.add(name)
    return overflow, underflow, frozenset(guessed)


def _crossing(
    rows: list[tuple[int, Supremum]], limit: float, sign: float
) -> tuple[int | None, bool]:
    """The depth in the rows at which ``limit`` is passed, and whether it is certain."""
    for (depth_before, before), (depth, after) in itertools.pairwise(rows):
        inner, outer = (after.lower, before.upper) if sign > 0 else (after.upper, before.lower)
        past = sign * inner > sign * limit
        if not math.isfinite(inner) or not (past or (sign > 0 and inner >= limit - EDGE)):
            continue
        if depth - depth_before == 1:
            return depth, past and sign * outer <= sign * limit
        pace = (inner - outer) / (depth - depth_before)
        return min(depth, _beyond((depth_before, before), limit, pace, sign)), False
    return None, False


def _beyond(row: tuple[int, Supremum], limit: float, growth: float, sign: float) -> int:
    """The first depth after ``row`` past ``limit`` at ``growth`` per layer."""
    depth, supremum = row
    middle = 0.5 * (supremum.lower + supremum.upper)
    layers = (limit - middle) / growth
    # The smallest number is not lost, what rounds to infinity is: a power that falls exactly on the
    # limit is past it for an overflow alone, however it is rounded.
    slack = 1e-12 * layers + EDGE
    return depth + max(1, math.ceil(layers - slack) if sign > 0 else math.floor(layers + slack) + 1)


def _rounds_to_infinity(largest: float) -> float:
    """The logarithm of what a float format rounds to infinity: half a step above its largest."""
    fraction, exponent = math.frexp(largest)
    return math.log(0.5 * (fraction + 1.0)) + exponent * math.log(2.0)
