"""Workers on other machines: a Dask cluster as an Executor."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gradplot.errors import GradplotError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

#: Seconds to reach the scheduler.
PATIENCE = 10


@contextmanager
def connected(address: str) -> Iterator[Executor]:
    """An executor on the cluster whose scheduler is at ``address``.

    The workers need gradplot, matplotlib and numpy in the versions that are installed here, and no
    shared disk. Raises InputError without the dask extra or for what is no address, and
    GradplotError where no scheduler answers.
    """
    try:
        from distributed import Client
        from distributed.comm import get_address_host_port
    except ImportError:
        raise InputError(
            "scheduler", "needs Dask; install it with: pip install 'gradplot[dask]'"
        ) from None
    # What goes wrong with a figure is in its outcome; the log would add tracebacks to it.
    for name in ("distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        # Asked first: a client that fails on it tries to end what it never began, for 20 s.
        get_address_host_port(address)
    except ValueError as error:
        raise InputError(
            "scheduler", f"{address!r} is no address ({error}); give one as in tcp://host:8786"
        ) from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError):
        raise GradplotError(
            f"scheduler: nobody answers at {address} within {PATIENCE} s; start it, or mend the "
            "address"
        ) from None
    with client:
        # Impure: a figure that is tried again must not be given its old failure.
        executor = client.get_executor(pure=False)
        executor.alive = lambda: client.status not in ("closing", "closed")
        yield executor
