"""What became of each figure, and what that means for the batch."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from gradplot.batch.manifest.reader import Figure

#: "different" is up to date by its fingerprint, but not the bytes that a fresh drawing has.
State = Literal["drawn", "unchanged", "missing", "stale", "different", "failed"]

SCHEMA = "gradplot-batch/1"
#: The worst comes last; a figure is in the worst state of its images.
_ORDER: tuple[State, ...] = ("unchanged", "drawn", "missing", "stale", "different", "failed")
_EXIT_CODES: dict[State, int] = {"missing": 1, "stale": 1, "different": 1, "failed": 3}


@dataclass(slots=True)
class Outcome:
    """What became of one figure: a state for each of its images, by name."""

    figure: Figure
    states: dict[str, State]
    #: Why it failed; the traceback too where the fault is ours.
    error: str | None = None
    trace: str | None = None
    #: The findings as JSON data, where they were asked for.
    numbers: dict[str, Any] | None = None

    @property
    def state(self) -> State:
        return max(self.states.values(), key=_ORDER.index)

    def fail(self, error: str, trace: str | None = None) -> None:
        """Every image that is not done has failed, and so has the figure."""
        self.error, self.trace = error, trace
        for name, state in self.states.items():
            if state not in ("drawn", "unchanged"):
                self.states[name] = "failed"
        if "failed" not in self.states.values():
            self.states[next(iter(self.states))] = "failed"


@dataclass(slots=True)
class Report:
    """The outcomes of a batch; it counts them and owns the exit code."""

    outcomes: list[Outcome] = field(default_factory=list)

    def counts(self) -> Counter[State]:
        """The number of figures in each state."""
        return Counter(outcome.state for outcome in self.outcomes)

    @property
    def exit_code(self) -> int:
        """0 all well, 1 something is missing, stale or different, 3 something failed."""
        return max((_EXIT_CODES.get(state, 0) for state in self.counts()), default=0)

    def as_data(self) -> dict[str, Any]:
        """The report as JSON's own types."""
        counts = self.counts()
        return {
            "schema": SCHEMA,
            "figures": [
                {
                    "figure": outcome.figure.place,
                    "state": outcome.state,
                    "outputs": [
                        {"name": output.name, "path": output.path, "state": state}
                        for output in outcome.figure.outputs
                        if (state := outcome.states.get(output.name))
                    ],
                    "error": outcome.error,
                    "numbers": outcome.numbers,
                }
                for outcome in self.outcomes
            ],
            "counts": {state: counts[state] for state in _ORDER},
            "exit_code": self.exit_code,
        }
