"""A process that is gradplot's own: nobody opens a window in it, or reads docstrings."""

from __future__ import annotations

import gc
import os

_own = False


def claim() -> None:
    """Make this process gradplot's own, before anything large is loaded."""
    global _own
    _own = True
    # Loading modules and drawing make many objects, and few cycles to look for: at Python's own
    # pace that takes 5 % of the drawing.
    gc.set_threshold(100_000)
    # A backend that is not installed would break the import of matplotlib, and it complains about a
    # faulty matplotlibrc; neither is needed here.
    os.environ |= {"MPLBACKEND": "agg", "MATPLOTLIBRC": os.devnull}


def load_matplotlib() -> None:
    """Load what all pictures need of it; in a process of our own without its lists of properties.

    matplotlib writes them into its docstrings whenever it is imported, in a sixth of the time that
    this takes.
    """
    from matplotlib import artist

    if _own:
        artist.kwdoc = lambda artist: ""
