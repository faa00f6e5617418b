"""The ``gradplot`` command, as a script and as ``python -m gradplot``."""

from __future__ import annotations

import signal
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and exit."""
    # While modules load there is nothing to clean up: Ctrl-C may end the process then and there.
    # SIG_IGN is what a shell gives to its background jobs, and stays.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from gradplot.cli.boundary import run

    run()


if __name__ == "__main__":
    main()
