"""When which frame is shown. Nothing here imports numpy.

A round begins with a short rest, moves, and ends with a long one on its last frame, which is the
finished picture.
"""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

from gradplot.spec.motion import MotionSpec

#: Shares of the round that its first and its last frame rest.
FIRST_REST, LAST_REST = 0.1, 0.25
#: Share of a curve's own time in which it is drawn; then it rests.
DRAWN_IN = 0.8
#: Weights of one sign whose ends are so many times apart are swept in equal ratios: slopes grow
#: with powers of the weight.
RATIO = 4.0
#: Decimals at most of a swept value.
MOST_DECIMALS = 12


class Wipe(NamedTuple):
    """A frame between two pictures: ``share`` of the page, from the left, shows the next one."""

    stage: int
    share: float


def wipes(motion: MotionSpec, stages: int) -> list[Wipe]:
    """Frames that lead from picture 0 through ``stages`` - 1 others, each drawn in from the left.

    The first frame is picture 0 whole, the last one the last picture whole.
    """
    moves = _moves(motion)
    found = [Wipe(0, 0.0)]
    for step in range(1, moves + 1):
        place = step / moves * (stages - 1)
        stage = min(int(place), stages - 2)
        share = min(1.0, (place - stage) / DRAWN_IN)
        share = share * share * (3.0 - 2.0 * share)  # sets out and arrives gently
        found.append(Wipe(stage + 1, 0.0) if share == 1.0 else Wipe(stage, share))
    return found


def swept_values(motion: MotionSpec) -> list[float]:
    """The parameter's value in every frame, in short decimals, so that what is shown is exact."""
    moves = _moves(motion)
    start, end = motion.start, motion.end
    geometric = (
        motion.parameter == "weight"
        and start * end > 0
        and max(abs(start / end), abs(end / start)) >= RATIO
    )
    shares = [step / moves for step in range(moves + 1)]
    if geometric:
        values = [start * (end / start) ** share for share in shares]
    else:
        values = [start + (end - start) * share for share in shares]
    decimals = decimals_of(motion)
    return [start, *(round(value, decimals) for value in values[1:-1]), end]


def decimals_of(motion: MotionSpec) -> int:
    """Decimals that tell neighbouring frames apart ten times over."""
    moves = _moves(motion)
    smallest = abs(motion.end - motion.start) / moves
    if motion.parameter == "weight" and motion.start * motion.end > 0:
        least = min(abs(motion.start), abs(motion.end))
        ratio = max(abs(motion.start), abs(motion.end)) / least
        smallest = min(smallest, least * (ratio ** (1 / moves) - 1))
    return min(MOST_DECIMALS, max(0, 1 - math.floor(math.log10(smallest))))


def durations(motion: MotionSpec, frames: int) -> list[int]:
    """Milliseconds of every frame, in the hundredths of a second that a GIF counts in."""
    rest = motion.seconds * LAST_REST
    first = motion.seconds * FIRST_REST
    step = max(0.0, (motion.seconds - rest - first) / max(1, frames - 2))
    ends = [first + step * k for k in range(frames - 1)] + [motion.seconds]
    marks = [0, *(round(100 * end) for end in ends)]
    return [10 * max(1, after - before) for before, after in itertools.pairwise(marks)]


def _moves(motion: MotionSpec) -> int:
    """Frames after the first one."""
    moving = motion.seconds * (1.0 - FIRST_REST - LAST_REST)
    return max(1, round(motion.fps * moving))
