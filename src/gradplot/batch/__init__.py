"""Many figures: a manifest read, checked, and drawn by worker processes, near or far."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradplot.batch.manifest.reader import Figure, Output, load, parse
    from gradplot.batch.outcomes import Outcome, Report
    from gradplot.batch.runner import Observer, check, run
    from gradplot.batch.state import only, survey

# Names load on first use: a worker process has no use for the manifest, nor a check for workers.
_HOMES = {
    "Figure": "manifest.reader",
    "Observer": "runner",
    "Outcome": "outcomes",
    "Output": "manifest.reader",
    "Report": "outcomes",
    "check": "runner",
    "load": "manifest.reader",
    "only": "state",
    "parse": "manifest.reader",
    "run": "runner",
    "survey": "state",
}

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


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found
