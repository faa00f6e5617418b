"""The numerical description of an activation: what numpy computes of it.

Each kernel computes nothing that can overflow to NaN or lose the tail: phi = log|act'(z)| is
computed from z and never from the value, since 1 - tanh(z)^2 is 0 in float64 from |z| = 19 while
phi stays exact.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gradplot.functions.activations import kernels

if TYPE_CHECKING:
    from gradplot.functions.activations.kernels import Kernel

INF = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The numerical description of an activation, its parameters filled in.

    ``value``, ``log_slope`` and ``sign`` map an array z to act(z), phi(z) and the sign of act'(z);
    at a kink the side that PyTorch takes. The other fields are what guaranteed ranges rest on.
    """

    value: Kernel
    log_slope: Kernel
    #: Sign of act' away from flat stretches; the default is an increasing activation.
    sign: Kernel = kernels.one
    #: act' jumps here: z -> (phi just left, phi just right).
    kinks: Mapping[float, tuple[float, float]] = field(default_factory=dict)
    #: Zeros of act' where act turns; modulo ``period``, if there is one.
    turning: tuple[float, ...] = ()
    #: Local maxima of phi inside its smooth pieces; modulo ``period``.
    modes: tuple[float, ...] = ()
    period: float | None = None
    #: Relative error of ``value`` in units of 8 eps; 0 where it is computed without any error.
    spread: Kernel = kernels.one
    #: Relative error of |act'(z)|, as exp(phi), in units of 8 eps, beside 8 eps |phi|.
    blur: Kernel = kernels.one
    #: Ends of act's range.
    low: float = -INF
    high: float = INF
    #: z from act(z), for increasing activations; |error| <= 8 eps (|z| + slack(z)).
    inverse: Kernel | None = None
    slack: Kernel = kernels.zero
    #: phi'(z), its jumps, and where it has inner extrema. Its relative error is 8 eps (1 + blur).
    rate: Kernel = kernels.zero
    rate_jumps: Mapping[float, tuple[float, float]] = field(default_factory=dict)
    rate_modes: tuple[float, ...] = ()
    #: Of an activation that turns: act''(z), good to 1e-13, and a bound of |act'''| between kinks.
    bend: Kernel = kernels.zero
    bend_rate: float = 0.0

    @property
    def monotone(self) -> bool:
        return self.inverse is not None

    @property
    def straight(self) -> bool:
        """Whether act is increasing and straight between its kinks."""
        return self.monotone and self.rate is kernels.zero
