"""One point of a chain, analysed: the subject of an explanation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from gradplot.analysis.layers import orbit, steepest
from gradplot.analysis.layers.found import PointFindings
from gradplot.analysis.supremum.choose import max_slopes
from gradplot.functions import build
from gradplot.spec.functions import PointSpec

if TYPE_CHECKING:
    from gradplot.analysis.findings import Supremum
    from gradplot.functions.chain.chain import Chain
    from gradplot.spec.figure import FigureSpec


class Analysed(NamedTuple):
    """What is found out; the picture needs no more."""

    findings: PointFindings


def analyse(spec: FigureSpec, *, progress: Callable[[float], None] | None = None) -> Analysed:
    """Every layer of the chain at the point that ``spec`` names.

    ``progress`` is told the share of the work that is done.
    """
    function = spec.function
    assert isinstance(function, PointSpec)
    chain = build.chain(function.chain())
    if function.at is not None:
        return Analysed(_at(chain, orbit.Anchor(orbit.INPUT, function.at), None))
    (supremum,) = max_slopes((chain,), spec.x_range, progress=progress)
    found = _at(chain, orbit.Anchor(orbit.INPUT, _nearest(supremum, spec.x_range)), supremum)
    if not found.reached:
        anchor = steepest.anchor(chain, supremum, spec.x_range)
        other = found if anchor is None else _at(chain, anchor, supremum)
        # A double is a point that can be asked for again: another one has to be better.
        if other.reached or found.slope.upper < other.slope.lower <= supremum.upper:
            found = other
    return Analysed(found)


def _nearest(supremum: Supremum, x_range: tuple[float, float]) -> float:
    """The double nearest to the steepest point; any point of a function that is flat."""
    if supremum.x is not None:
        return supremum.x
    return min(max(0.0, x_range[0]), x_range[1])


def _at(chain: Chain, anchor: orbit.Anchor, supremum: Supremum | None) -> PointFindings:
    x, layers = orbit.layers(chain, anchor)
    return PointFindings(x=x, exact=anchor.layer == orbit.INPUT, layers=layers, supremum=supremum)
