"""A progress bar for work that takes longer than a second, on a terminal's standard error."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

#: Work that ends sooner shows nothing.
PATIENCE = 1.0


@contextmanager
def progress_bar(description: str) -> Iterator[Callable[[float], None]]:
    """Yield what hears the share of the work that is done; show it once the work is long."""
    if not sys.stderr.isatty():
        yield lambda share: None
        return
    bar = _LateBar(description)
    timer = threading.Timer(PATIENCE, bar.show)
    timer.daemon = True
    timer.start()
    try:
        yield bar.hear
    finally:
        timer.cancel()
        bar.hide()


class _LateBar:
    def __init__(self, description: str) -> None:
        self._description = description
        self._share = 0.0
        self._shown: Progress | None = None
        self._over = False
        self._lock = threading.Lock()

    def show(self) -> None:
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

        from gradplot.cli.streams import console

        with self._lock:
            if self._over:
                return
            self._shown = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TaskProgressColumn(),
                console=console(err=True),
                transient=True,
            )
            self._shown.add_task(self._description, total=1.0)
            self._shown.start()
        self.hear(self._share)

    def hear(self, share: float) -> None:
        self._share = share
        if self._shown is not None:
            task = self._shown.task_ids[0]
            if share < 1.0:
                self._shown.update(task, completed=share)
            else:  # all is found out, and drawing takes as long as it takes: the bar pulses
                self._shown.update(task, total=None, description="Drawing")

    def hide(self) -> None:
        with self._lock:
            self._over = True
            if self._shown is not None:
                self._shown.stop()
