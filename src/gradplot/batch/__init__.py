"""Many figures: a manifest read, checked, and drawn by worker processes, near or far."""

from gradplot.batch.manifest import Figure, Output, load
from gradplot.batch.outcomes import Outcome, Report
from gradplot.batch.runner import check, run, survey

__all__ = ["Figure", "Outcome", "Output", "Report", "check", "load", "run", "survey"]
