"""Work side by side, on whatever executor there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from typing import TypeVar

from gradplot.errors import GradplotError

T = TypeVar("T")
R = TypeVar("R")


def mapped(
    function: Callable[[T], R], items: Sequence[T], executor: Executor | None
) -> Iterator[R]:
    """``function`` of each item, in their order; here and now where there is no executor.

    Nothing but ``submit`` is asked of the executor. Raises GradplotError where it loses its
    workers.
    """
    if executor is None:
        yield from map(function, items)
        return
    try:
        futures = [executor.submit(function, item) for item in items]
        try:
            for future in futures:
                yield future.result()
        finally:
            for future in futures:
                future.cancel()
    except BrokenExecutor as error:
        raise GradplotError(f"not drawn: {error}") from error
