"""Calls for worker processes to carry out; a module of its own, so that they can be pickled."""

from __future__ import annotations

import os
import signal
import time


def square(number: int) -> int:
    return number * number


def whoami() -> int:
    return os.getpid()


def fail(message: str) -> None:
    raise ValueError(message)


def perish() -> None:
    """Die as a process does that the system kills for its memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def chatter(number: int) -> int:
    """Print through every layer there is, as a careless library might."""
    print("to stdout", flush=True)
    os.write(1, b"to descriptor 1\n")
    os.system("echo from a child")
    return number


def unpicklable() -> object:
    return lambda: None


class UnpicklableError(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__("two arguments, one of which is lost on the way")


def raise_unpicklable() -> None:
    raise UnpicklableError(1, 2)


def doze(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def announce_and_doze(path: str, seconds: float) -> None:
    """Write this process's id to a file, then sleep."""
    with open(path + ".tmp", "w") as file:
        file.write(str(os.getpid()))
    os.replace(path + ".tmp", path)
    time.sleep(seconds)


def announce_and_hold(path: str) -> None:
    """Write this process's id to a file, then compute in C for minutes, and let no thread run."""
    announce_and_doze(path, 0.0)
    pow(7, 10**8)
