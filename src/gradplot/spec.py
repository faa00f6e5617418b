"""One figure as plain, frozen, validated data; its canonical JSON and digest.

Nothing here imports numpy or matplotlib: a spec is checked, compared and hashed at start-up speed.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import ClassVar, Literal, get_args

from gradplot.errors import InputError

Panels = Literal["both", "value", "slope"]
Theme = Literal["light", "dark"]
_PANELS, _THEMES = get_args(Panels), get_args(Theme)

#: (inches wide, inches high, dots per inch): 1920 x 1080 and 1050 x 720 pixels.
SIZES: dict[str, tuple[float, float, int]] = {
    "slide": (12.8, 7.2, 150),
    "paper": (3.5, 2.4, 300),
}
FORMATS = ("png", "svg", "pdf")
MAX_DEPTH = 10_000
#: Beyond this an axis cannot be laid out in float64.
MAX_ABS_RANGE = 1e100
#: Control characters but tab and newline, halves of surrogate pairs, and what XML rules out.
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainSpec:
    """A network of one unit a layer, drawn at several depths.

    ``weight`` and ``bias`` hold one number, or one per layer (then exactly as many as the deepest
    depth). ``input_bias`` replaces the first layer's bias; None leaves it as it is.
    """

    subject: ClassVar[str] = "curves"

    activation: str
    parameters: tuple[tuple[str, float], ...] = ()
    weight: tuple[float, ...] = (8.0,)
    bias: tuple[float, ...] = (0.0,)
    input_bias: float | None = None
    depths: tuple[int, ...] = (1, 2, 3)

    def __post_init__(self) -> None:
        if not self.depths:
            raise InputError("depths", "no depth given; give at least one, as in 1 2 3")
        for depth in self.depths:
            if depth < 1:
                raise InputError("depths", f"{depth} is not a depth; depths start at 1")
            if depth > MAX_DEPTH:
                raise InputError("depths", f"{depth} is too deep; the deepest is {MAX_DEPTH}")
        object.__setattr__(self, "depths", tuple(sorted(set(self.depths))))
        deepest = self.depths[-1]
        for key, numbers in (("weight", self.weight), ("bias", self.bias)):
            for number in numbers:
                require_finite(key, number)
            if len(numbers) not in (1, deepest):
                raise InputError(
                    key,
                    f"{len(numbers)} values for depth {deepest}; "
                    f"give one, or one per layer ({deepest})",
                )
        if self.input_bias is not None:
            require_finite("input-bias", self.input_bias)
        for name, number in self.parameters:
            require_finite(name, number)

    def layers(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Weights and biases of every layer up to the deepest depth."""
        deepest = self.depths[-1]
        weights = self.weight * deepest if len(self.weight) == 1 else self.weight
        biases = self.bias * deepest if len(self.bias) == 1 else self.bias
        if self.input_bias is not None:
            biases = (self.input_bias, *biases[1:])
        return weights, biases


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaSpec:
    """One or several formulas in x, drawn over one another.

    ``constants`` are the ``--let`` names. With ``nest`` each formula is one layer in ``y`` (and x),
    nested that many times, the innermost y being x.
    """

    subject: ClassVar[str] = "curves"

    formulas: tuple[str, ...]
    labels: tuple[str, ...] = ()
    constants: tuple[tuple[str, float], ...] = ()
    nest: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.formulas:
            raise InputError("formula", "no formula given; give one, as in 'tanh(8*x)'")
        for name, number in self.constants:
            require_finite(f"let {name}", number)
        for depth in self.nest:
            if not 1 <= depth <= MAX_DEPTH:
                raise InputError("nest", f"{depth} is not a depth; depths are 1 to {MAX_DEPTH}")
        object.__setattr__(self, "nest", tuple(sorted(set(self.nest))))
        curves = len(self.formulas) * max(1, len(self.nest))
        for label in self.labels:
            check_text("label", label)
        if self.labels and len(self.labels) != curves:
            raise InputError("label", f"{len(self.labels)} labels for {curves} curves; one each")


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSpec:
    """Everything that decides a figure's bytes, except its format.

    ``size`` is in inches, ``dpi`` in dots per inch. ``title`` and ``alt`` are None for the
    automatic text, and an empty ``title`` draws none. ``style`` is the text of a matplotlib style
    sheet, not its path: the same words draw the same figure wherever the file lies.
    """

    function: ChainSpec | FormulaSpec
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

    def canonical(self) -> str:
        """The spec as JSON whose text depends on nothing but its content."""
        kind = "chain" if isinstance(self.function, ChainSpec) else "formula"
        return _CANONICAL.encode({"kind": kind, **_data(self), "function": _data(self.function)})

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, as hexadecimal."""
        import hashlib  # slow to load, and a usage error has no use for it

        return hashlib.sha256(self.canonical().encode()).hexdigest()


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def _data(spec: FigureSpec | ChainSpec | FormulaSpec) -> dict[str, object]:
    # dataclasses.asdict copies deeply, which a thousand figures can feel. The slots are the fields.
    return {name: getattr(spec, name) for name in spec.__slots__}


def require_finite(key: str, number: float) -> None:
    """Raise InputError unless ``number`` is finite."""
    if not math.isfinite(number):
        raise InputError(key, f"{number} is not a number that can be drawn; give a finite one")


def check_text(key: str, text: str) -> None:
    """Raise InputError for characters that no image file can hold as text."""
    odd = _NO_TEXT.search(text)
    if odd:
        raise InputError(key, f"{text!r} has the character {odd[0]!r}; leave it out")


def check_range(key: str, ends: tuple[float, float]) -> None:
    """Raise InputError unless ``ends`` is a range that an axis can show."""
    low, high = ends
    for end in ends:
        require_finite(key, end)
        if abs(end) > MAX_ABS_RANGE:
            raise InputError(key, f"{end:g} is too far out; stay within ±{MAX_ABS_RANGE:g}")
    if low == high:
        raise InputError(key, f"{low:g} to {high:g} is empty; give two different ends")
    if low > high:
        raise InputError(key, f"{low:g} to {high:g} is reversed; give the lower end first")
    if high - low < 1e-12 * max(abs(low), abs(high)) or high - low < 1e-300:
        raise InputError(key, f"{low!r} to {high!r} is too narrow for float64; widen it")
