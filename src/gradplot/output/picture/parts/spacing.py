"""Where labels in a column stand, and which of them, where there is no room for all.

Nothing here imports matplotlib.
"""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], step: float, low: float, high: float) -> list[float]:
    """Places at least ``step`` apart, in the order given, as near as can be to those wanted.

    ``wanted`` ascends. Neighbours that would touch are moved together, by least squares; where
    [low, high] is too short for all, the step shrinks.
    """
    count = len(wanted)
    if count > 1:
        step = min(step, (high - low) / (count - 1))
    pools: list[tuple[float, int]] = []
    for k, place in enumerate(wanted):
        mean, members = place - k * step, 1
        while pools and pools[-1][0] > mean:
            earlier, others = pools.pop()
            mean = (earlier * others + mean * members) / (others + members)
            members += others
        pools.append((mean, members))
    last = high - (count - 1) * step
    flat = [min(max(mean, low), last) for mean, members in pools for _ in range(members)]
    return [place + k * step for k, place in enumerate(flat)]


def thinned(count: int, room: int) -> list[int]:
    """Which of ``count`` things in a row to name where only ``room`` fit: evenly, both ends too."""
    if count <= room:
        return list(range(count))
    if room < 2:
        return [count - 1][:room]
    return sorted({round(k * (count - 1) / (room - 1)) for k in range(room)})
