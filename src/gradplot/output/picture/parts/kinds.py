"""The kinds of panel of a picture of curves: the value, and the slope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradplot.analysis.tracing.field import Window
from gradplot.analysis.tracing.trace import Trace, slope_trace, value_trace
from gradplot.output.picture.parts import ticks
from gradplot.output.picture.parts.limits import Limits, slope_limits, value_limits

if TYPE_CHECKING:
    from gradplot.analysis.findings import Findings, Supremum
    from gradplot.functions.curve import Curve
    from gradplot.output.picture.parts.ticks import Ticks
    from gradplot.spec.figure import FigureSpec


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of panel: what it says and how it finds what it shows."""

    name: str
    heading: str
    limits: Callable[[FigureSpec, tuple[Curve, ...], Findings], Limits]
    ticks: Callable[[float, float, int], Ticks]
    trace: Callable[[Curve, Window, Supremum], Trace]
    #: Peaks are marked and their values stand beside; else a key does.
    peaks: bool


def _value_limits(spec: FigureSpec, curves: tuple[Curve, ...], _: Findings) -> Limits:
    return spec.y_range or value_limits(curves, spec.x_range)


def _slope_limits(spec: FigureSpec, curves: tuple[Curve, ...], findings: Findings) -> Limits:
    return slope_limits(curves, spec.x_range, [row.supremum for row in findings.rows])


def _value_trace(curve: Curve, window: Window, _: Supremum) -> Trace:
    return value_trace(curve, window)


VALUE = Kind("value", "{0.kind}  {0.value}", _value_limits, ticks.linear, _value_trace, peaks=False)
SLOPE = Kind("slope", "slope  {0.slope}", _slope_limits, ticks.decades, slope_trace, peaks=True)
SHOWN = {"both": (VALUE, SLOPE), "value": (VALUE,), "slope": (SLOPE,)}
