"""Ctrl-C and its kin: clean up by unwinding, then die by the very signal that came.

Only a process that dies by SIGINT itself stops the shell loop around it; one that exits with 130
does not.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


class Interruption:
    """Turns the first signal into a KeyboardInterrupt, and remembers it.

    A library may swallow the exception; the memory decides in the end. Further signals are ignored
    while the first is being cleaned up after, so that the clean-up is not itself cut short.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self._process = os.getpid()

    def watch(self) -> None:
        """Take over every signal that has its default effect; leave ignored ones ignored."""
        for number in _SIGNALS:
            if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                signal.signal(number, self._arrived)

    def _arrived(self, number: int, _frame: FrameType | None) -> None:
        if os.getpid() != self._process:  # a forked worker: nothing of ours to clean up
            die_by(number)
        if self.signal is None:
            self.signal = number
            # Raised where nobody can catch it, in a finalizer or a callback, it is ignored with a
            # traceback. The work then goes on to its end, and the process dies by the signal there.
            sys.unraisablehook = lambda _: None
            raise KeyboardInterrupt


def die_by(number: int) -> NoReturn:
    """End this process as if nothing had caught the signal."""
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)
    os._exit(128 + number)  # where the signal is blocked


def stand_down() -> None:
    """Give every watched signal its default effect again: what is left needs no clean-up."""
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
