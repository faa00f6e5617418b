"""A worker process: calls come in on its standard input, results go out on its standard output.

It ends with its standard input, so it never outlives a parent that was killed.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import queue
import sys
import threading
from typing import BinaryIO

from gradplot.batch import frames

#: What a worker says first: it could be started.
READY = b"ready"


def serve() -> None:
    """Answer calls until the parent hangs up."""
    calls = os.fdopen(os.dup(0), "rb")
    results = os.fdopen(os.dup(1), "wb")
    # Nothing that a library prints or reads may get between the messages.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    # A bad value of the user's breaks the import of matplotlib, and no window is ever opened.
    os.environ["MPLBACKEND"] = "agg"
    # Figures hold cycles, but few; looking for them at Python's own pace takes 5 % of the drawing.
    gc.set_threshold(50_000)
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(calls, inbox), daemon=True).start()
    frames.send(results, READY)
    while True:
        answer = _answer(inbox.get())
        with contextlib.suppress(BrokenPipeError):
            frames.send(results, answer)


def _listen(calls: BinaryIO, inbox: queue.SimpleQueue[bytes]) -> None:
    # A thread of its own, to hear at once, in the middle of a drawing too, that the parent is gone.
    try:
        while True:
            inbox.put(frames.receive(calls))
    except (EOFError, OSError):
        sys.stderr.flush()
        os._exit(0)


def _answer(call: bytes) -> bytes:
    """(True, result) or (False, exception), pickled."""
    try:
        function, args, kwargs = pickle.loads(call)
        return pickle.dumps((True, function(*args, **kwargs)), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        try:
            return pickle.dumps((False, error))
        except Exception:
            return pickle.dumps((False, RuntimeError(repr(error))))
