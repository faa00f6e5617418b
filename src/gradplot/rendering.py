"""From a spec to its findings and pictures: the one road that every front door takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gradplot.errors import InputError
from gradplot.spec import FigureSpec, check_range

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gradplot.analysis.findings import Findings, Supremum
    from gradplot.functions.chain.chain import Chain
    from gradplot.functions.curve import Curve
    from gradplot.functions.formula.formula import Formula


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """What came of one figure: the numbers, and the bytes of each image asked for."""

    findings: Findings
    images: dict[str, bytes] = field(default_factory=dict, repr=False)


def render(
    spec: FigureSpec,
    *,
    formats: Iterable[str] = (),
    progress: Callable[[float], None] | None = None,
) -> Rendering:
    """Analyse ``spec`` and draw it in each of ``formats`` ("png", "svg", "pdf").

    Without formats matplotlib is never imported. ``progress`` hears the share of the analysis that
    is done, from 0 to 1. Raises InputError for a spec that cannot be drawn.
    """
    curves, findings = _analysed(spec, progress)
    wanted = tuple(formats)
    if not wanted:
        return Rendering(findings=findings)
    from gradplot.output.picture.images import images

    return Rendering(findings=findings, images=images(spec, curves, findings, formats=wanted))


def figure(function: FigureSpec | Chain | Formula | str, **options: object) -> Figure:
    """The matplotlib Figure of a spec, a Chain, a Formula, an activation's name, or a formula in x.

    ``options`` are the command line's long options, with underscores: ``figure("tanh", weight=8,
    depths=[1, 2, 3])``, ``figure("tanh(8*x)", theme="dark")``. Raises InputError for one that
    cannot be used.
    """
    spec = function if isinstance(function, FigureSpec) else _spec(function, options)
    if spec is function and options:
        raise InputError(next(iter(options)), "a FigureSpec is complete; change the spec itself")
    curves, findings = _analysed(spec, None)
    from gradplot.output.picture.figure import figure as draw

    return draw(spec, curves, findings)


def max_slope(curve: Curve, x_range: tuple[float, float] = (-1.0, 1.0)) -> Supremum:
    """The certified supremum of |dy/dx| of a Chain or a Formula on an x-range.

    Its ``lower`` and ``upper`` are natural logarithms. Raises InputError for a range that is empty,
    reversed or not finite.
    """
    check_range("x-range", x_range)
    from gradplot.analysis.supremum.choose import max_slopes

    (supremum,) = max_slopes((curve,), x_range)
    return supremum


def _analysed(
    spec: FigureSpec, progress: Callable[[float], None] | None
) -> tuple[tuple[Curve, ...], Findings]:
    from gradplot.analysis.analyse import analyse
    from gradplot.functions.build import curves

    drawn = curves(spec.function)
    return drawn, analyse(spec, drawn, progress=progress)


def _spec(function: Chain | Formula | str, options: dict[str, object]) -> FigureSpec:
    from gradplot.functions.activations.table import find
    from gradplot.reading.figure import figure_spec

    values = {name.replace("_", "-"): value for name, value in options.items()}
    if not isinstance(function, str):
        return figure_spec(function.as_options() | values)
    try:
        return figure_spec({**values, "activation": find(function).name})
    except InputError as error:
        if error.key != "activation":
            raise
    return figure_spec({**values, "formula": function})
