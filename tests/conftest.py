"""What every test may take for granted, whatever started the suite."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Let Ctrl-C mean Ctrl-C: a shell starts background jobs with SIGINT ignored, their children
    inherit that, and what is tested of signals would then be the shell's, not ours."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
