"""What was measured, as data: ratios with their spread, tables of words, and the machine."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """One time over another, round by round: the median, and the least and most of any round."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
        """``ours`` over ``theirs``, where both were measured in turn."""
        each = [one / other for one, other in zip(ours, theirs, strict=True)]
        return cls(statistics.median(each), min(each), max(each))

    def __str__(self) -> str:
        return f"{figure(self.median)} ({figure(self.low)}-{figure(self.high)})"


@dataclass(frozen=True, slots=True)
class Goal:
    """What a ratio should be: at least, or at most, a limit."""

    limit: float
    least: bool

    def verdict(self, ratio: Ratio) -> str:
        """The goal, and whether the median meets it."""
        met = ratio.median >= self.limit if self.least else ratio.median <= self.limit
        return f"{'≥' if self.least else '≤'} {self.limit:g}: {'met' if met else 'missed'}"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words under their columns, and what has to be said of them."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Tables about one question, under a heading, with the words that explain them."""

    title: str
    words: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Machine:
    """The kind of machine, and the versions of what was measured; no names of hosts."""

    system: str
    processor: str
    cores: int
    versions: Mapping[str, str]


def figure(number: float) -> str:
    """Three significant digits; one and an exponent below a thousandth and from a million on."""
    if number and not 0.001 <= abs(number) < 1_000_000:
        return f"{number:.0e}".replace("e-0", "e-").replace("e+0", "e+")
    return f"{float(f'{number:.3g}'):.10f}".rstrip("0").rstrip(".")
