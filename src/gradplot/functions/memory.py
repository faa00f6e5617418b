"""The memory of numpy's arrays, kept while they come and go.

An array of some hundred kilobytes is otherwise given back to the system as it is freed, and the
next one starts with pages that the system clears anew: half the time of all arithmetic on them.
"""

from __future__ import annotations

from functools import cache

import numpy as np

#: Doubles in the largest block that glibc learns from: 32 MiB, less what it puts beside them.
LARGE = 4_190_000


@cache
def keep_freed() -> None:
    """Let glibc keep what arrays free, as it does once it has seen a block as large come and go.

    The block is never touched, so that it costs nothing; other allocators do not mind it.
    """
    np.empty(LARGE)
