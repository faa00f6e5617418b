"""Tasks to workers and results back, as they come, and a second try for what a worker died of."""

from __future__ import annotations

import queue
from collections import deque
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import nullcontext
from typing import TYPE_CHECKING

from gradplot.batch.pool import WorkerPool, cores
from gradplot.batch.task import Drawn, Failed, Task, draw

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from contextlib import AbstractContextManager

#: Figures handed to workers and not yet written: enough for a large cluster, and no more bytes in
#: memory than that.
WINDOW = 256
#: Seconds after which a silent executor is asked whether it is still there.
PULSE = 5.0
#: How often a figure is tried whose worker dies.
ATTEMPTS = 2


def perform(
    tasks: dict[int, Task], *, executor: Executor | None = None, jobs: int | None = None
) -> Generator[tuple[int, Drawn | Failed], None, None]:
    """The result of each task as it comes, from the executor or from processes of our own."""
    own: AbstractContextManager[Executor]
    if executor is None:
        workers = min(jobs or cores(), len(tasks))
        own, window = WorkerPool(workers), 2 * workers
    else:
        own, window = nullcontext(executor), WINDOW
    with own as chosen:
        yield from _collect(tasks, chosen, window=window)


def _collect(
    tasks: dict[int, Task], executor: Executor, *, window: int
) -> Iterator[tuple[int, Drawn | Failed]]:
    """Keep ``window`` tasks in hand and yield what comes back; try again what a worker died of."""
    waiting = deque((index, 1) for index in tasks)
    running: dict[Future[Drawn | Failed], tuple[int, int]] = {}
    done: queue.SimpleQueue[Future[Drawn | Failed]] = queue.SimpleQueue()
    try:
        while waiting or running:
            while waiting and len(running) < window:
                index, attempt = waiting.popleft()
                try:
                    future = executor.submit(draw, tasks[index])
                except Exception as error:
                    yield index, _unperformed(error)
                    continue
                running[future] = index, attempt
                future.add_done_callback(done.put)
            if not running:
                continue
            try:
                future = done.get(timeout=PULSE)
            except queue.Empty:
                # A cluster that is gone may leave a future that nobody will ever finish.
                if not getattr(executor, "alive", lambda: True)():
                    for future in [future for future in running if not future.done()]:
                        index, _ = running.pop(future)
                        yield index, _unperformed(CancelledError())
                continue
            if future not in running:
                continue
            index, attempt = running.pop(future)
            failure = _error_of(future)
            if failure is None:
                yield index, future.result()
            elif isinstance(failure, BrokenExecutor) and attempt < ATTEMPTS:
                waiting.append((index, attempt + 1))
            else:
                yield index, _unperformed(failure)
    finally:
        for future in running:
            future.cancel()


def _error_of(future: Future[Drawn | Failed]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as cancelled:
        return cancelled


def _unperformed(error: BaseException) -> Failed:
    if isinstance(error, BrokenExecutor):
        return Failed(f"not drawn: {error}")
    if isinstance(error, CancelledError):
        return Failed("not drawn: it was cancelled, as when a scheduler is gone")
    return Failed(f"not drawn: {type(error).__name__}: {error}")
