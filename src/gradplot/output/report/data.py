"""What JSON and CSV tell of numbers, and how CSV is written; nothing here imports numpy or rich."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable

from gradplot.output.report.digits import log10_bracket, outward


def log10_ends(lower: float, upper: float) -> tuple[float | None, float | None]:
    """Both ends as logarithms to the base 10, rounded outward; None for an infinite one."""
    low = outward(log10_bracket(lower, lower))[0] if math.isfinite(lower) else None
    high = outward(log10_bracket(upper, upper))[1] if math.isfinite(upper) else None
    return low, high


def finite(value: float) -> float | None:
    """The number, without a sign on 0; None where it is infinite or not known."""
    return value + 0.0 if math.isfinite(value) else None


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Lines of CSV; nothing between the commas for None."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
