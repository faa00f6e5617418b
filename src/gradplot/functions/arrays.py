"""The types of arrays that all floors share; nothing of numpy is loaded for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    #: Two arrays: the lower and the upper ends of intervals, or a sign and a logarithm.
    Pair = tuple[Array, Array]
    Mask = NDArray[np.bool_]
