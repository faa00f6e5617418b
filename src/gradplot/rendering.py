"""From a spec to its findings and pictures: the one road that every front door takes.

What a figure shows is its subject, named by its spec. A subject has a module of its name on each
floor: ``analysis`` finds out, ``output.picture`` draws, ``output.report`` puts into words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from gradplot.errors import InputError
from gradplot.process import load_matplotlib
from gradplot.reading.formats import check_formats
from gradplot.spec.figure import ALL_FORMATS, FORMATS, MOVING, PAGES, TRACED, FigureSpec

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from matplotlib.figure import Figure
    from rich.console import RenderableType

    from gradplot.functions.chain.chain import Chain
    from gradplot.functions.formula.formula import Formula


class Report(Protocol):
    """What a subject's module in ``output.report`` offers; ``findings`` are the subject's own."""

    def title(self, spec: FigureSpec) -> str:
        """The figure's title; empty for none."""

    def alt_text(self, spec: FigureSpec, findings: Any) -> str:
        """The alternative text, written from the numbers."""

    def table(self, spec: FigureSpec, findings: Any) -> RenderableType:
        """The whole report for people."""

    def as_data(
        self, spec: FigureSpec, findings: Any, outputs: Iterable[str] = ()
    ) -> dict[str, Any]:
        """The findings as JSON's own types, without NaN or infinity."""

    def to_csv(self, findings: Any) -> str:
        """The findings as CSV, with a header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """What came of one figure: the numbers, and the bytes of each image asked for."""

    spec: FigureSpec
    findings: Any
    images: dict[str, bytes] = field(default_factory=dict, repr=False)
    #: The curves for a terminal, where they were asked for.
    preview: RenderableType | None = field(default=None, repr=False)

    @property
    def report(self) -> Report:
        """What puts the findings into words."""
        return cast("Report", _module("output.report", self.spec))

    def __repr__(self) -> str:
        from rich.console import Console

        from gradplot.output.report.fitted import UNBOUNDED

        screen = Console(width=UNBOUNDED, color_system=None, highlight=False, markup=False)
        with screen.capture() as captured:
            screen.print(self.report.table(self.spec, self.findings))
        return "\n".join(line.rstrip() for line in captured.get().rstrip().splitlines())

    def _repr_html_(self) -> str:
        from gradplot.output.report.html import html

        return html(self.report.table(self.spec, self.findings))

    def to_json(self, outputs: Iterable[str] = ()) -> str:
        """The findings as strict JSON, in ASCII, with a newline at the end."""
        data = self.report.as_data(self.spec, self.findings, outputs)
        return json.dumps(data, indent=2, allow_nan=False) + "\n"


def render(
    function: FigureSpec | Chain | Formula | str,
    *,
    formats: Iterable[str] = (),
    progress: Callable[[float], None] | None = None,
    preview_width: int | None = None,
    executor: Executor | None = None,
    **options: object,
) -> Rendering:
    """Analyse a figure and draw it in each of ``formats``.

    They are "png", "svg", "pdf"; "csv" and "tex" for the points of its curves; "gif", "webp" and
    "apng" to move; "html" to play with. ``function`` and ``options`` say which figure, as for
    ``figure``. Without formats matplotlib is never imported. ``progress`` hears the share of the
    analysis that is done, from 0 to 1, and then that of the frames; ``preview_width`` asks for a
    preview of so many letters, and ``executor`` takes frames, or parts of a map. Raises InputError
    for a figure that cannot be drawn.
    """
    spec, formats = _spec(function, options), tuple(formats)
    check_formats(spec, formats)
    if preview_width is not None and spec.function.subject != "curves":
        raise InputError("preview", "shows curves, and this has none; draw a picture with -o")
    from gradplot.functions.memory import keep_freed  # numpy

    keep_freed()
    shared = {"executor": executor} if spec.function.subject == "map" else {}
    analysed = _module("analysis", spec).analyse(spec, progress=progress, **shared)
    shown = None
    if preview_width is not None:
        from gradplot.output.picture.preview import preview

        shown = preview(spec, analysed, width=preview_width)
    rendering = Rendering(spec=spec, findings=analysed.findings, preview=shown)
    if formats:
        load_matplotlib()
    for maker, wanted in _makers(spec, formats).items():
        if maker == POINTS:
            rendering.images.update(_points(spec, analysed, wanted))
        elif maker == STILL:
            rendering.images.update(_stills(rendering, analysed, wanted))
        else:
            make = import_module(f"gradplot.output.{maker}").images
            rendering.images.update(
                make(spec, analysed, formats=wanted, executor=executor, progress=progress)
            )
    return rendering


#: What makes each format: a module of ``gradplot.output``.
STILL, POINTS, MOTION, PAGE = "picture.images", "picture.traced", "motion.images", "page.images"
_MAKERS = {
    **dict.fromkeys(FORMATS, STILL),
    **dict.fromkeys(TRACED, POINTS),
    **dict.fromkeys(MOVING, MOTION),
    **dict.fromkeys(PAGES, PAGE),
}


def _makers(spec: FigureSpec, formats: Iterable[str]) -> dict[str, list[str]]:
    """The formats that each module makes; the last frame of a sweep is for what sweeps."""
    swept = spec.motion is not None and spec.motion.parameter is not None
    found: dict[str, list[str]] = {}
    for format in formats:
        maker = _MAKERS.get(format)
        if maker is None:
            raise InputError("format", f"{format!r} is not one of {', '.join(ALL_FORMATS)}")
        found.setdefault(MOTION if swept and maker == STILL else maker, []).append(format)
    return found


def _points(spec: FigureSpec, analysed: Any, formats: Iterable[str]) -> dict[str, bytes]:
    """The points of the picture's own curves, as text."""
    from gradplot.output.picture.traced.pgfplots import to_tex
    from gradplot.output.picture.traced.points import to_csv

    points = _module("output.picture", spec).points(spec, analysed)
    write = {"csv": to_csv, "tex": to_tex}
    return {format: write[format](spec, points) for format in formats}


def _stills(rendering: Rendering, analysed: Any, formats: Iterable[str]) -> dict[str, bytes]:
    """The ordinary pictures."""
    from gradplot.output.picture.images import images

    spec = rendering.spec
    draw = _module("output.picture", spec).picture
    return images(
        spec,
        lambda look, outlined: draw(look, analysed, outlined=outlined),
        title=rendering.report.title(spec),
        alt=rendering.report.alt_text(spec, analysed.findings),
        formats=formats,
    )


def figure(function: FigureSpec | Chain | Formula | str, **options: object) -> Figure:
    """The matplotlib Figure of a spec, a Chain, a Formula, an activation's name, or a formula in x.

    As the last line of a notebook's cell it shows itself.

    ``options`` are the command line's long options, with underscores: ``figure("tanh", weight=8,
    depths=[1, 2, 3])``, ``figure("tanh(8*x)", theme="dark")``. Raises InputError for one that
    cannot be used.
    """
    spec = _spec(function, options)
    if spec.theme == "auto":
        raise InputError("theme", "a matplotlib Figure cannot follow its page; give light or dark")
    analysed = _module("analysis", spec).analyse(spec)
    drawn = _module("output.picture", spec).picture(spec, analysed, axes=True)
    report = cast("Report", _module("output.report", spec))
    drawn.describe(spec, title=report.title(spec), alt=report.alt_text(spec, analysed.findings))
    return cast("Figure", drawn)


def _module(floor: str, spec: FigureSpec) -> Any:
    """The module of a spec's subject on a floor, loaded when it is needed."""
    return import_module(f"gradplot.{floor}.{spec.function.subject}")


def _spec(function: FigureSpec | Chain | Formula | str, options: dict[str, object]) -> FigureSpec:
    if isinstance(function, FigureSpec):
        if options:
            raise InputError(next(iter(options)), "a FigureSpec is complete; change it itself")
        return function
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
