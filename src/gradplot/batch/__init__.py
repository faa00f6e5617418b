"""Many figures: a manifest read, checked, and drawn by worker processes, near or far."""

from gradplot.batch.manifest import Figure, Output, load, parse
from gradplot.batch.outcomes import Outcome, Report
from gradplot.batch.runner import Observer, check, run
from gradplot.batch.state import only, survey

__all__ = [
    "Figure",
    "Observer",
    "Outcome",
    "Output",
    "Report",
    "check",
    "load",
    "only",
    "parse",
    "run",
    "survey",
]
