"""One figure as plain, frozen, validated data; its canonical JSON and digest.

Nothing here imports numpy or matplotlib: a spec is checked, compared and hashed at start-up speed.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from gradplot.errors import InputError
from gradplot.spec.along import Along
from gradplot.spec.checks import check_range, check_text
from gradplot.spec.descent import Descent
from gradplot.spec.functions import ChainSpec, FormulaSpec, PointSpec
from gradplot.spec.map import MapSpec
from gradplot.spec.motion import MotionSpec, PageSpec
from gradplot.spec.surface import SurfaceSpec

Panels = Literal["both", "value", "slope"]
Theme = Literal["light", "dark", "auto"]
_PANELS, _THEMES = get_args(Panels), get_args(Theme)

#: (inches wide, inches high, dots per inch): 1920 x 1080 and 1050 x 720 pixels.
SIZES: dict[str, tuple[float, float, int]] = {
    "slide": (12.8, 7.2, 150),
    "paper": (3.5, 2.4, 300),
}
#: Every frame of a sweep is another picture: 1280 x 720 pixels where nothing says more.
SWEEP_DPI = 100
#: The formats of a picture, of its curves' points, of what moves, and of a page to play with.
FORMATS, TRACED = ("png", "svg", "pdf"), ("csv", "tex")
MOVING, PAGES = ("gif", "webp", "apng"), ("html",)
ALL_FORMATS = (*FORMATS, *TRACED, *MOVING, *PAGES)
#: Formats that can follow the page they stand in, or have no colours, as the theme "auto" asks.
_FOLLOWING = ("svg", "csv")

#: What a figure can show.
Function = ChainSpec | FormulaSpec | MapSpec | PointSpec | SurfaceSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSpec:
    """Everything that decides a figure's bytes, except its format.

    ``size`` is in inches, ``dpi`` in dots per inch. ``title`` and ``alt`` are None for the
    automatic text, and an empty ``title`` draws none. ``style`` is the text of a matplotlib style
    sheet, not its path: the same words draw the same figure wherever the file lies.
    """

    function: Function
    x_range: tuple[float, float] = (-1.0, 1.0)
    y_range: tuple[float, float] | None = None
    panels: Panels = "both"
    theme: Theme = "light"
    transparent: bool = False
    size: tuple[float, float] = SIZES["slide"][:2]
    dpi: int = SIZES["slide"][2]
    title: str | None = None
    alt: str | None = None
    style: str | None = field(default=None, repr=False)
    svg_text: bool = False
    motion: MotionSpec | None = None
    page: PageSpec | None = None

    def __post_init__(self) -> None:
        check_range("x-range", self.x_range)
        if self.y_range is not None:
            check_range("y-range", self.y_range)
        for key, value, choices in (
            ("panels", self.panels, _PANELS),
            ("theme", self.theme, _THEMES),
        ):
            if value not in choices:
                raise InputError(key, f"{value!r} is not one of {', '.join(choices)}")
        for inches in self.size:
            if not (math.isfinite(inches) and 1 <= inches <= 100):
                raise InputError("size", f"{inches:g} inches cannot be drawn; a side is 1 to 100")
        if not 10 <= self.dpi <= 2400:
            raise InputError("dpi", f"{self.dpi} cannot be drawn; give 10 to 2400")
        for key, text in (("title", self.title), ("alt", self.alt)):
            if text is not None:
                check_text(key, text)
        width, height = (inches * self.dpi for inches in self.size)
        if width * height > 1e8:
            raise InputError("size", f"{width:.0f} x {height:.0f} pixels are more than 10^8")

    @property
    def curves(self) -> ChainSpec | FormulaSpec:
        """The function of a figure whose subject is curves."""
        assert isinstance(self.function, ChainSpec | FormulaSpec)
        return self.function

    @property
    def along(self) -> Along | None:
        """The parameter on the axis; None where that is x, or where there are two."""
        return self.function.along if isinstance(self.function, ChainSpec) else None

    @property
    def descent(self) -> Descent | None:
        """The descent down the loss, if there is one."""
        return getattr(self.function, "descent", None)

    @property
    def clear(self) -> bool:
        """Whether the page shows through: it must where it decides between light and dark."""
        return self.transparent or self.theme == "auto"

    def check_format(self, format: str) -> None:
        """Raise InputError where a file of this format could not be what the spec asks for."""
        if format not in FORMATS and self.function.subject != "curves":
            raise InputError(
                "output", f"a .{format} is made of curves, and this has none; draw a .svg or .png"
            )
        if self.theme == "auto" and format not in _FOLLOWING:
            raise InputError(
                "theme", f"a .{format} cannot follow its page; give light or dark, or draw a .svg"
            )

    def canonical(self) -> str:
        """The spec as JSON whose text depends on nothing but its content."""
        return _CANONICAL.encode({"kind": self.function.kind, **_data(self)})

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, as hexadecimal."""
        import hashlib  # slow to load, and a usage error has no use for it

        return hashlib.sha256(self.canonical().encode()).hexdigest()


#: Fields that came after others: where they say nothing, digests stay what they were.
_LATER = {"along", "descent", "motion", "page", "start"}


def _data(spec: Any) -> dict[str, object]:
    # dataclasses.asdict copies deeply, which a thousand figures can feel. The slots are the fields.
    data = {name: getattr(spec, name) for name in spec.__slots__}
    return {k: v for k, v in data.items() if v is not None or k not in _LATER}


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False, default=_data)
