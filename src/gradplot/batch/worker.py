"""A worker process: calls come in on its standard input, results go out on its standard output.

A message is a length, then that many bytes. A worker ends with its standard input, and on Linux
with its parent itself, so it never outlives a parent that was killed.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import struct
import sys
import threading
from typing import BinaryIO

from gradplot import process

#: What a worker says first: it could be started.
READY = b"ready"
_LENGTH = struct.Struct("<Q")
#: prctl(2): the signal that this process gets when its parent dies.
_PDEATHSIG = 1


def serve() -> None:
    """Answer calls until the parent hangs up."""
    _die_with_the_parent()
    calls = os.fdopen(os.dup(0), "rb")
    results = os.fdopen(os.dup(1), "wb")
    # Nothing that a library prints or reads may get between the messages.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    process.claim()
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(calls, inbox), daemon=True).start()
    send(results, READY)
    while True:
        answer = _answer(inbox.get())
        with contextlib.suppress(BrokenPipeError):
            send(results, answer)


def _listen(calls: BinaryIO, inbox: queue.SimpleQueue[bytes]) -> None:
    # A thread of its own, to hear at once, in the middle of a drawing too, that the parent is gone.
    try:
        while True:
            inbox.put(receive(calls))
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


def send(stream: BinaryIO, message: bytes) -> None:
    """Write one message and flush it."""
    stream.write(_LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """Read one message; raises EOFError where the stream ends, even within a message."""
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return _exactly(stream, length)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def _die_with_the_parent() -> None:
    """Have Linux kill this process with the one that started it, in the middle of C code too.

    Elsewhere the end of standard input is heard as soon as Python runs again.
    """
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
