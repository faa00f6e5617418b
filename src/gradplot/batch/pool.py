"""Worker processes on this machine, as an Executor that a killed worker does not break.

The pools of the standard library give up all that is pending when one process dies, and cannot say
what it was working on. Here each worker has one call at a time, so that only this call is lost and
the next one gets a new worker.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import TYPE_CHECKING, Any, BinaryIO, ParamSpec, TypeVar, cast

from gradplot.batch.worker import READY, receive, send

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

P = ParamSpec("P")
T = TypeVar("T")

#: Seconds for a worker to end after its parent hung up.
PATIENCE = 10.0
#: Workers that may end as they start, one after another, before no more are tried.
STILLBORN = 3
#: The worker imports what the parent would, wherever that was found.
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from gradplot.batch.worker import serve; serve()"
)
#: Figures are drawn side by side already; threads within numpy would only fight for the cores.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class WorkerLost(BrokenExecutor):
    """The worker process died while it had the call."""


class WorkersUnavailable(BrokenExecutor):
    """No worker process can be started."""


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class WorkerPool(Executor):
    """At most ``jobs`` worker processes, each started when there is work for it."""

    def __init__(self, jobs: int | None = None) -> None:
        self.jobs = jobs or cores()
        self._calls: queue.SimpleQueue[tuple[Future[Any], bytes] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._workers: set[_Worker] = set()
        self._pending = 0
        self._closed = False
        self._killed = False
        self._stillborn = 0
        self._broken: WorkersUnavailable | None = None

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        call = pickle.dumps((fn, args, kwargs), pickle.HIGHEST_PROTOCOL)
        future: Future[T] = Future()
        with self._lock:
            if self._broken is not None:
                raise self._broken
            if self._closed:
                raise RuntimeError("the pool is shut down")
            self._pending += 1
            if self._pending > len(self._threads) and len(self._threads) < self.jobs:
                thread = threading.Thread(target=self._attend, daemon=True)
                self._threads.append(thread)
                thread.start()
            self._calls.put((future, call))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers once they have done what was submitted."""
        with self._lock:
            self._closed = True
        if cancel_futures:
            self._cancel_waiting()
        for _ in self._threads:
            self._calls.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def kill(self) -> None:
        """End the workers at once, in the middle of whatever they do."""
        with self._lock:
            self._closed = self._killed = True
            for worker in self._workers:
                worker.process.kill()
        self.shutdown(cancel_futures=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # On Ctrl-C nobody wants to wait for the figures that are half done.
        if kind is None:
            self.shutdown()
        else:
            self.kill()

    def _cancel_waiting(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                call = self._calls.get_nowait()
                if call is not None:
                    call[0].cancel()
                    call[0].set_running_or_notify_cancel()

    def _attend(self) -> None:
        """Hand calls to one worker after another; the body of each thread."""
        worker: _Worker | None = None
        try:
            while (item := self._calls.get()) is not None:
                future, call = item
                if future.set_running_or_notify_cancel():
                    worker = self._serve(future, call, worker)
                with self._lock:
                    self._pending -= 1
        finally:
            if worker is not None:
                self._dismiss(worker)

    def _serve(self, future: Future[Any], call: bytes, worker: _Worker | None) -> _Worker | None:
        """Settle one future; the worker for the next call, or None where it was lost."""
        try:
            worker = worker or self._hire()
        except BrokenExecutor as error:
            future.set_exception(error)
            return None
        try:
            done, result = pickle.loads(worker.ask(call))
        except (EOFError, OSError):
            future.set_exception(WorkerLost(f"its worker process {self._dismiss(worker)}"))
            return None
        except Exception as error:
            # An answer that cannot be unpickled here is this call's fault alone.
            done, result = False, error
        if done:
            future.set_result(result)
        else:
            future.set_exception(result)
        return worker

    def _hire(self) -> _Worker:
        with self._lock:
            if self._broken is not None:
                raise self._broken
            if self._killed:
                raise WorkersUnavailable("the pool was shut down")
            try:
                worker = _Worker()
            except OSError as error:
                reason = error.strerror or error
                self._broken = WorkersUnavailable(f"no worker process can be started: {reason}")
                raise self._broken from None
            self._workers.add(worker)
        if worker.says_ready():
            self._stillborn = 0
            return worker
        end = f"a worker process {self._dismiss(worker)} as it started"
        with self._lock:
            self._stillborn += 1
            if self._stillborn >= STILLBORN and not self._killed:
                self._broken = WorkersUnavailable(end)
        raise WorkerLost(end)

    def _dismiss(self, worker: _Worker) -> str:
        with self._lock:
            self._workers.discard(worker)
        return worker.end()


class _Worker:
    """One process and the pipes to it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            # -P: a json.py in the working directory is not what the boot needs.
            [sys.executable, "-P", "-c", _BOOT, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**_ONE_THREAD, **os.environ},
            # Ctrl-C at the terminal is for the parent, which then ends its workers itself.
            start_new_session=True,
        )
        self.calls = cast("BinaryIO", self.process.stdin)
        self.results = cast("BinaryIO", self.process.stdout)

    def says_ready(self) -> bool:
        try:
            return receive(self.results) == READY
        except (EOFError, OSError):
            return False

    def ask(self, call: bytes) -> bytes:
        send(self.calls, call)
        return receive(self.results)

    def end(self) -> str:
        """Hang up, and say how the process ended."""
        with contextlib.suppress(OSError):
            self.calls.close()
        self.results.close()
        try:
            code = self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        if code >= 0:
            return f"ended with exit code {code}"
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        hint = " (out of memory?)" if name == "SIGKILL" else ""
        return f"was killed by {name}{hint}"
