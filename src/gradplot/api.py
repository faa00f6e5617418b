"""What a notebook calls: figures and maximum slopes without a command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradplot.errors import InputError
from gradplot.spec import FigureSpec, check_range

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gradplot.analysis.findings import Supremum
    from gradplot.functions.curve import Curve


def max_slope(curve: Curve, x_range: tuple[float, float] = (-1.0, 1.0)) -> Supremum:
    """The certified supremum of |dy/dx| of a Chain or a Formula on an x-range.

    Its ``lower`` and ``upper`` are natural logarithms. Raises InputError for a range that is empty,
    reversed or not finite.
    """
    check_range("x-range", x_range)
    from gradplot.analysis.supremum.choose import max_slopes

    (supremum,) = max_slopes((curve,), x_range)
    return supremum


def figure(function: FigureSpec | str, **options: object) -> Figure:
    """The matplotlib Figure of a spec, of an activation's chains, or of a formula in x.

    ``options`` are the command line's long options, with underscores: ``figure("tanh", weight=8,
    depths=[1, 2, 3])``, ``figure("tanh(8*x)", theme="dark")``. Raises InputError for one that
    cannot be used.
    """
    spec = function if isinstance(function, FigureSpec) else _spec(function, options)
    if spec is function and options:
        raise InputError(next(iter(options)), "a FigureSpec is complete; change the spec itself")
    from gradplot.analysis.findings import analyse
    from gradplot.output.picture.figure import figure as draw

    return draw(spec, analyse(spec))


def _spec(function: str, options: dict[str, object]) -> FigureSpec:
    from gradplot.functions.activations.table import find
    from gradplot.reading.figure import figure_spec

    values = {name.replace("_", "-"): value for name, value in options.items()}
    try:
        return figure_spec({**values, "activation": find(function).name})
    except InputError as error:
        if error.key != "activation":
            raise
    return figure_spec({**values, "formula": function})
