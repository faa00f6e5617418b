"""One figure as plain, frozen, validated data; its canonical JSON and digest.

Nothing here imports numpy or matplotlib: a spec is checked, compared and hashed at start-up speed.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Literal, get_args

from gradplot.errors import InputError
from gradplot.spec.checks import check_range, check_text
from gradplot.spec.functions import ChainSpec, FormulaSpec
from gradplot.spec.map import MapSpec

Panels = Literal["both", "value", "slope"]
Theme = Literal["light", "dark"]
_PANELS, _THEMES = get_args(Panels), get_args(Theme)

#: (inches wide, inches high, dots per inch): 1920 x 1080 and 1050 x 720 pixels.
SIZES: dict[str, tuple[float, float, int]] = {
    "slide": (12.8, 7.2, 150),
    "paper": (3.5, 2.4, 300),
}
FORMATS = ("png", "svg", "pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSpec:
    """Everything that decides a figure's bytes, except its format.

    ``size`` is in inches, ``dpi`` in dots per inch. ``title`` and ``alt`` are None for the
    automatic text, and an empty ``title`` draws none. ``style`` is the text of a matplotlib style
    sheet, not its path: the same words draw the same figure wherever the file lies.
    """

    function: ChainSpec | FormulaSpec | MapSpec
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
        assert not isinstance(self.function, MapSpec)
        return self.function

    def canonical(self) -> str:
        """The spec as JSON whose text depends on nothing but its content."""
        parts = {"kind": self.function.kind, **_data(self), "function": _data(self.function)}
        return _CANONICAL.encode(parts)

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, as hexadecimal."""
        import hashlib  # slow to load, and a usage error has no use for it

        return hashlib.sha256(self.canonical().encode()).hexdigest()


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def _data(spec: FigureSpec | ChainSpec | FormulaSpec | MapSpec) -> dict[str, object]:
    # dataclasses.asdict copies deeply, which a thousand figures can feel. The slots are the fields.
    return {name: getattr(spec, name) for name in spec.__slots__}
