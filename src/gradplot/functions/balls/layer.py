"""One layer of a program: its steps, and what is known of the points where they fail."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from gradplot.functions.balls.beside.points import Beside
from gradplot.functions.balls.constants import span_of
from gradplot.functions.balls.jets import BINARY, Jet, Pass, chained, compose, negate, raised
from gradplot.functions.balls.removable import Removable
from gradplot.functions.balls.rules import rule
from gradplot.functions.balls.span import ONE, point
from gradplot.functions.step import Step

#: As many times as long as steps themselves takes a look at them from beside a point.
BESIDE = 7


class Layer:
    """Steps with x and the result before as y. Of ``within`` x does not leave the ends."""

    def __init__(self, steps: Sequence[Step], within: tuple[arb, arb] | None = None) -> None:
        self.steps = tuple(steps)
        self.removable = Removable(steps) if _divides(steps) else None
        self.beside = Beside(steps, within)
        self.mentions_x = any(step.function == "x" for step in steps)

    @property
    def size(self) -> int:
        """The number of operations that the last evaluation took: of a quotient that has a series
        at a point twice as many."""
        twice = 2 if self.removable and self.removable.places else 1
        return len(self.steps) * (twice + BESIDE * self.beside.looks)

    def jet(self, x: Jet, y: Jet, going: Pass) -> Jet:
        self.beside.looks = 0
        if y is x:
            return self._of_one(x, going)
        if self.mentions_x:
            return _run(self.steps, x, y, going, None)
        if self.removable is None:
            jet = _run(self.steps, x, y, going, None)
            if jet.slope is None or jet.slope.bounded:
                return jet
        return chained(self._of_one(Jet(y.value, point(ONE)), going), y, going)

    def _of_one(self, t: Jet, going: Pass) -> Jet:
        """The layer as a function of one variable t."""
        jet = _run(self.steps, t, t, going, self.removable)
        low, high = t.value.low, t.value.high
        return jet if low is high else self.beside.better(jet, low, high)


def _run(steps: Sequence[Step], x: Jet, y: Jet, going: Pass, removable: Removable | None) -> Jet:
    results: list[Jet] = []
    for number, step in enumerate(steps):
        name = step.function
        if name == "x":
            jet = x
        elif name == "y":
            jet = y
        elif name == "number":
            jet = Jet(span_of(step.constants[0]))
        elif name == "neg":
            jet = negate(results[step.sources[0]])
        elif name == "pow" and step.constants:
            jet = raised(results[step.sources[0]], step.constants[0], going)
        elif len(step.sources) == 2:
            a, b = (results[source] for source in step.sources)
            if name == "div" and removable is not None:
                jet = removable.quotient(number, a, b, y, going)
            else:
                jet = BINARY[name](a, b, going)
        else:
            parameters = tuple(constant.value for constant in step.constants)
            jet = compose(rule(name, parameters), results[step.sources[0]], going)
        results.append(jet)
    return results[-1]


def _divides(steps: Sequence[Step]) -> bool:
    """Whether there is a quotient of two parts that are no constants."""
    return any(
        step.function == "div"
        and all(steps[source].function != "number" for source in step.sources)
        for step in steps
    )
