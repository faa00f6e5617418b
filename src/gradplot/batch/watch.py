"""Waiting until a file changes, vanishes or comes back."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gradplot.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    #: What tells one content of a file from another, without reading it; None for no file.
    Signature = tuple[tuple[int, int, int] | None, ...]

#: Milliseconds without a change after which an editor is taken to be done with saving.
QUIET = 200
#: Milliseconds after which the files are looked at although nothing was reported.
GLANCE = 1000


def signature(paths: Iterable[str]) -> Signature:
    """The state of some files, to be compared later."""
    return tuple(map(_signature, paths))


def _signature(path: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def require() -> None:
    """Raise InputError where the watch extra is not installed."""
    try:
        import watchfiles  # noqa: F401
    except ImportError:
        raise InputError(
            "watch", "needs watchfiles; install it with: pip install 'gradplot[watch]'"
        ) from None


def wait_for_change(paths: Iterable[str], seen: Signature) -> None:
    """Return once the files are not as they were ``seen``, be it that they already are not."""
    from watchfiles import watch

    chosen = [os.path.abspath(path) for path in paths]
    while signature(chosen) == seen:
        # The folders are watched, not the files: many editors save by putting a new file in place.
        folders = {_nearest_folder(os.path.dirname(path)) for path in chosen}
        reports = watch(
            *folders,
            watch_filter=None,
            debounce=QUIET,
            rust_timeout=GLANCE,
            yield_on_timeout=True,
            recursive=False,
        )
        # A new watch after every report: the folder may be another one by now.
        next(reports)
        reports.close()


def _nearest_folder(path: str) -> str:
    """The folder itself, or the nearest one above it that exists."""
    while not os.path.isdir(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    return path
