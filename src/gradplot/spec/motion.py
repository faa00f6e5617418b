"""How a figure moves, and the sliders of a page: what a still picture knows nothing of."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gradplot.errors import InputError
from gradplot.spec.checks import MAX_ABS_RANGE, check_range, require_finite

#: What can be swept, and its sign in formulas.
SWEPT = {"weight": "w", "bias": "b", "input-bias": "b₁"}
#: What has a slider on a page.
SLIDERS = ("weight", "bias", "depth")
#: Beyond this, what shows a GIF plays it at ten frames a second instead.
MAX_FPS = 50.0
MAX_SECONDS, MAX_FRAMES = 600.0, 500
#: What moves for longer by itself must be stoppable (WCAG 2.2, success criterion 2.2.2).
STOPPABLE = 5.0
MOST_STOPS = 65


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionSpec:
    """How a picture moves: depth after depth, or with one parameter swept from start to end.

    ``seconds`` is the length of one round with its rest at the end. ``last`` asks for the last
    frame where the format is a still one. ``following`` holds the biases that are expressions in
    the weight, by the names of their options.
    """

    parameter: str | None = None
    start: float = 0.0
    end: float = 0.0
    fps: float = 15.0
    seconds: float = 4.0
    loop: bool = False
    last: bool = False
    following: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.parameter is not None:
            if self.parameter not in SWEPT:
                known = ", ".join(SWEPT)
                raise InputError("animate", f"{self.parameter!r} cannot be swept; name {known}")
            for end in (self.start, self.end):
                require_finite("animate", end)
                if abs(end) > MAX_ABS_RANGE:
                    raise InputError("animate", f"{end:g} is too far out for a sweep")
            if self.start == self.end:
                raise InputError(
                    "animate", f"{self.start:g} to {self.end:g} stands still; give two ends"
                )
        for key, number, least, most in (
            ("fps", self.fps, 1.0, MAX_FPS),
            ("seconds", self.seconds, 0.2, MAX_SECONDS),
        ):
            require_finite(key, number)
            if not least <= number <= most:
                raise InputError(key, f"{number:g} cannot be shown; give {least:g} to {most:g}")
        if self.frames > MAX_FRAMES:
            raise InputError(
                "fps",
                f"{self.fps:g} for {self.seconds:g} seconds are {self.frames} frames, more than "
                f"{MAX_FRAMES}; give fewer a second, or fewer seconds",
            )

    @property
    def frames(self) -> int:
        return max(2, math.ceil(self.fps * self.seconds - 1e-9))

    @property
    def endless(self) -> bool:
        """Whether it moves for so long that readers must be given a way to stop it."""
        return self.loop or self.seconds > STOPPABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """A slider from ``start`` to ``end`` with ``stops`` places whose numbers are proven.

    None lets the page choose how many it can compute soon.
    """

    parameter: str
    start: float
    end: float
    stops: int | None = None

    def __post_init__(self) -> None:
        if self.parameter not in SLIDERS:
            known = ", ".join(SLIDERS)
            raise InputError("slide", f"{self.parameter!r} has no slider; name {known}")
        check_range("slide", (self.start, self.end))
        if self.stops is not None and not 2 <= self.stops <= MOST_STOPS:
            raise InputError(
                "slide",
                f"{self.stops} places are not 2 to {MOST_STOPS}: every one is computed; "
                "in between, the page draws by itself",
            )
        if self.parameter != "depth":
            return
        if not (self.start.is_integer() and self.end.is_integer() and self.start >= 1):
            raise InputError(
                "slide", f"depth {self.start:g} to {self.end:g}: depths are whole numbers from 1"
            )
        if self.end - self.start >= MOST_STOPS:
            raise InputError(
                "slide", f"depth {self.start:g} to {self.end:g} is more than {MOST_STOPS} places"
            )

    @property
    def depths(self) -> tuple[int, ...]:
        """The places of a slider for the depth."""
        return tuple(range(int(self.start), int(self.end) + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """The sliders of a page, each once; those not given are set around the figure's own values."""

    sliders: tuple[Slider, ...]

    def __post_init__(self) -> None:
        names = [slider.parameter for slider in self.sliders]
        for name in names:
            if names.count(name) > 1:
                raise InputError("slide", f"{name} is given twice; give it once")
