"""Holds one bracket of gradplot's against the oracles, and says what is wrong with it."""

from __future__ import annotations

import math
import random
import signal
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from flint import arb, ctx, fmpq

import gradplot
from fuzz import straight
from fuzz.cases import Case, ChainCase
from fuzz.search import Jets, at_point, climbed, highest_over, log_above, log_below, steepest
from gradplot.errors import InputError

#: What gradplot.max_slope gives back; its class is no public name.
Found = Any
#: A call is slow past this many seconds, and given up for hung past that many.
SLOW, HUNG = 10.0, 120.0
#: A double attains the supremum to this; what gradplot says of x is held to it.
ATTAINS = 1e-9
#: Boxes and seconds of Arb for one case, random inputs tried, and doubles tried about x.
BOXES, SECONDS, INPUTS, DOUBLES = 400, 0.4, 12, 12


class Hung(Exception):
    """A call that did not come back."""


@dataclass
class Verdict:
    """What came of one case; ``wrong`` holds violations, ``crash`` a traceback."""

    group: str
    source: str
    seconds: float = 0.0
    width: float = math.nan
    wrong: list[str] = field(default_factory=list)
    crash: str = ""
    refused: bool = False
    dead: bool = False
    unbounded: bool = False
    #: Whether Arb's own bracket closed to 1e-6, and whether it reached gradplot's lower end.
    converged: bool = False
    reached: bool = True


def check(case: Case, *, boxes: int = BOXES, seconds: float = SECONDS) -> Verdict:
    """Run gradplot on a case, then everything that is known of it."""
    verdict = Verdict(case.group, case.source())
    with tried(verdict, case), warnings.catch_warnings():
        warnings.simplefilter("error")
        found = gradplot.max_slope(case.subject(), case.x_range)
    if verdict.refused or verdict.crash:
        return verdict
    verdict.dead = found.dead
    verdict.unbounded = found.upper == math.inf
    verdict.width = 0.0 if found.lower == found.upper else found.upper - found.lower
    try:
        _hold_form(verdict, case, found)
        _hold_bracket(verdict, case, found, boxes=boxes, seconds=seconds)
        _hold_place(verdict, case.jet, case, found)
        if isinstance(case, ChainCase) and case.activation in straight.NAMES:
            _hold_exactly(verdict, case, found)
    except Exception:
        verdict.crash = "in the oracle: " + traceback.format_exc()
    return verdict


@contextmanager
def tried(verdict: Verdict, case: Case) -> Iterator[None]:
    """Whether what gradplot does in here was refused or crashed, and the seconds that it took."""
    start = time.perf_counter()
    try:
        with _no_longer_than(HUNG):
            yield
    except InputError as error:
        verdict.refused = True
        _hold_refusal(verdict, case, error)
    except Exception:
        verdict.crash = traceback.format_exc()
    finally:
        verdict.seconds = time.perf_counter() - start


class _no_longer_than:
    """Raises Hung in the main thread of this process after some seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> None:
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, self._stop)
            signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def __exit__(self, *_: object) -> None:
        if hasattr(signal, "SIGALRM"):
            signal.setitimer(signal.ITIMER_REAL, 0.0)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        raise Hung(f"no answer in {self.seconds:g} s")


def _hold_refusal(verdict: Verdict, case: Case, error: InputError) -> None:
    """Only a formula that has no value anywhere, or is none, may be refused."""
    if error.key != "x-range":
        if isinstance(case, ChainCase):
            verdict.wrong.append(f"a chain was refused: {error}")
        return
    for x in _inputs(case, 200):
        ctx.prec = 256
        jet = case.jet(x)
        if jet.value.is_finite() and jet.slope.is_finite():
            verdict.wrong.append(f"refused ({error}), but defined at x = {float(x)!r}")
            return


def _inputs(case: Case, count: int) -> list[arb]:
    """Doubles inside the x-range, the same for every run."""
    rng = random.Random(case.source())
    low, high = case.x_range
    return [arb(low + (high - low) * rng.random()) for _ in range(count)]


def _hold_form(verdict: Verdict, case: Case, found: Found) -> None:
    low, high = case.x_range
    if not found.lower <= found.upper:
        verdict.wrong.append(f"no bracket: [{found.lower!r}, {found.upper!r}]")
    if found.x is not None and not low <= found.x <= high:
        verdict.wrong.append(f"x = {found.x!r} is outside the x-range")
    if found.dead and not found.lower == found.upper == -math.inf:
        verdict.wrong.append("dead, with a slope")
    if None not in (found.x_low, found.x_high) and not found.x_low <= found.x_high:
        verdict.wrong.append(f"x_low = {found.x_low!r} above x_high = {found.x_high!r}")
    if found.attained and found.unattained:
        verdict.wrong.append("both attained and proven not to be")


def _hold_bracket(
    verdict: Verdict, case: Case, found: Found, *, boxes: int, seconds: float
) -> None:
    """Arb's bracket and gradplot's must overlap: what is reached <= upper, lower <= a bound."""
    near = [arb(x) for x in (found.x, found.x_low, found.x_high) if x is not None]
    low, high = (arb(end) for end in case.x_range)
    near = [x for x in near if low <= x <= high]
    truth = steepest(
        case.jet, low, high, boxes=boxes, seconds=seconds, tries=[*near, *_inputs(case, INPUTS)]
    )
    if truth.lower > found.upper:
        verdict.wrong.append(
            f"upper = {found.upper!r}, but log|dy/dx| >= {truth.lower!r} at x = {truth.at}"
        )
    if truth.upper < found.lower:
        verdict.wrong.append(f"lower = {found.lower!r}, but log|dy/dx| <= {truth.upper!r}")
    verdict.converged = truth.upper - truth.lower <= 1e-6 or truth.upper == -math.inf
    if math.isfinite(found.lower) and truth.lower < found.lower - ATTAINS:
        best = truth.lower
        if found.x_low is not None and found.x_low < found.x_high:
            best = max(best, climbed(case.jet, arb(found.x_low), arb(found.x_high)))
        verdict.reached = best >= found.lower - ATTAINS


def _hold_place(verdict: Verdict, jet: Jets, case: Case, found: Found) -> None:
    """What is said of x: attained there, somewhere in [x_low, x_high], or at no double."""
    low, high = case.x_range
    if found.attained:
        # By a double there: x itself may be on the far side of a kink.
        ends = [x for x in (found.x, found.x_low, found.x_high) if x is not None]
        near = (x for end in ends for x in _doubles_about(end) if low <= x <= high)
        slopes = (at_point(jet, arb(x))[1] for x in near)
        enough = found.upper - ATTAINS * (1 + 1e-6)
        if not any(slope >= enough for slope in slopes):
            verdict.wrong.append(f"said to be attained, but at no double about x = {found.x!r}")
    if found.located and found.x_low is not None:
        left, right = max(low, found.x_low), min(high, found.x_high)
        if left < right:
            slope = highest_over(jet, arb(left), arb(right))
        else:
            _, slope = at_point(jet, arb(left))
        if slope < found.lower - ATTAINS * (1 + 1e-6):
            verdict.wrong.append(
                f"said to lie in [{found.x_low!r}, {found.x_high!r}], where log|dy/dx| <= "
                f"{slope!r} < {found.lower!r}"
            )
    if found.unattained:
        for x in _doubles_about(found.x):
            slope, _ = at_point(jet, arb(x))
            if low <= x <= high and slope > found.upper - ATTAINS * (1 - 1e-6):
                verdict.wrong.append(f"said to be attained at no double, but {x!r} does")
                break


def _doubles_about(x: float) -> list[float]:
    found, left, right = [x], x, x
    for _ in range(DOUBLES):
        left, right = math.nextafter(left, -math.inf), math.nextafter(right, math.inf)
        found += [left, right]
    return found


def _hold_exactly(verdict: Verdict, case: ChainCase, found: Found) -> None:
    """The steepest of all straight pieces, in fractions, must lie in the bracket."""
    pieces = straight.pieces(case.activation, case.numbers, case.weights, case.biases, case.x_range)
    truth = straight.supremum(pieces)
    verdict.converged = True
    if (truth == 0) != found.dead:
        verdict.wrong.append(f"dead: {found.dead}, but the steepest piece's slope is {truth}")
        return
    if truth == 0:
        return
    ctx.prec = 256
    size = arb(fmpq(truth.numerator, truth.denominator))
    low, high = log_below(size), log_above(size)
    if not found.lower <= high or not low <= found.upper:
        verdict.wrong.append(
            f"[{found.lower!r}, {found.upper!r}] misses the steepest piece's {low!r}"
        )
