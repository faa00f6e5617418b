"""gradplot draws what exploding and vanishing gradients look like, in numbers that are proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradplot.version import __version__

if TYPE_CHECKING:
    from gradplot import batch
    from gradplot.bracketing import max_slope, max_slopes
    from gradplot.functions.chain.chain import Chain
    from gradplot.functions.formula.formula import Formula
    from gradplot.rendering import figure, render
    from gradplot.spec.figure import FigureSpec

# Names load on first use, so that `import gradplot` costs nothing: neither numpy nor matplotlib.
_HOMES = {
    "Chain": "gradplot.functions.chain.chain",
    "Formula": "gradplot.functions.formula.formula",
    "FigureSpec": "gradplot.spec.figure",
    "max_slope": "gradplot.bracketing",
    "max_slopes": "gradplot.bracketing",
    "figure": "gradplot.rendering",
    "render": "gradplot.rendering",
}

__all__ = [
    "Chain",
    "FigureSpec",
    "Formula",
    "__version__",
    "batch",
    "figure",
    "max_slope",
    "max_slopes",
    "render",
]


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name == "batch":
        return import_module("gradplot.batch")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
