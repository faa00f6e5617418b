"""Files that are written whole or not at all; nothing here imports numpy or matplotlib."""

from __future__ import annotations

import errno
import os
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from gradplot.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    _LOCKS = False
else:
    _LOCKS = True

#: Seconds after which nobody still writes a file, where locks cannot tell.
_ABANDONED = 86_400.0
#: Names of unfinished files: a batch removes what a killed process left behind.
TEMPORARY_PREFIX, TEMPORARY_SUFFIX = ".gradplot-", ".tmp"

_CURES = {
    errno.ENOSPC: "the disk is full; free some space or write elsewhere",
    errno.EDQUOT: "the disk quota is used up; free some space or write elsewhere",
    errno.EACCES: "permission denied; choose another folder or change its permissions",
    errno.EPERM: "permission denied; choose another folder or change its permissions",
    errno.EROFS: "the file system is read-only; write elsewhere",
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose another folder",
    errno.EISDIR: "is a folder; name a file in it",
    errno.ENAMETOOLONG: "the name is too long; give a shorter one",
    errno.ELOOP: "its symbolic links lead in a circle; choose another name",
}


def write(path: str | os.PathLike[str], data: bytes, *, clobber: bool = True) -> Path:
    """Write ``data`` to ``path`` so that no reader ever sees a part of it.

    A temporary file beside the target takes its place in one step. Symbolic links are followed,
    missing parent folders are made, an old file's mode is kept; a pipe or a device is written to
    directly. Raises OutputError, and leaves an old file as it was, where that cannot be done, or
    where there is a file already and ``clobber`` is false.
    """
    shown = os.fspath(path)
    try:
        target = os.path.realpath(shown)
        old = _status(target)
        if old is not None and stat.S_ISDIR(old.st_mode):
            raise OutputError(f"{shown}: is a folder; name a file in it")
        if old is not None and not clobber:
            raise OutputError(refusal(shown))
        if old is not None and not os.access(target, os.W_OK):
            raise OutputError(f"{shown}: is read-only; change its mode or choose another name")
        if old is not None and not stat.S_ISREG(old.st_mode):
            _write_through(target, data)
        else:
            _replace(target, data, mode=old.st_mode if old else None, clobber=clobber)
    except FileExistsError:
        raise OutputError(refusal(shown)) from None
    except OSError as error:
        cure = _CURES.get(error.errno or 0, f"{error.strerror or error}; write elsewhere")
        raise OutputError(f"{shown}: {cure}") from error
    except ValueError as error:  # a NUL, or what the file system's encoding cannot say
        raise OutputError(f"{shown!r}: cannot name a file ({error}); choose another name") from None
    from pathlib import Path  # slow to load, and a removal has no use for it

    return Path(shown)


def is_temporary(name: str) -> bool:
    """Whether a file of this name (without its folder) is an unfinished one of ours."""
    return name.startswith(TEMPORARY_PREFIX) and name.endswith(TEMPORARY_SUFFIX)


def refusal(shown: str) -> str:
    """Why nothing is written over a file that is not to be replaced."""
    return f"{shown}: exists already; leave out --no-clobber or choose another name"


def _status(target: str) -> os.stat_result | None:
    try:
        return os.stat(target)
    except FileNotFoundError:
        return None


def _write_through(target: str, data: bytes) -> None:
    with open(target, "wb", buffering=0) as file:
        _write_all(file.fileno(), data)


def _replace(target: str, data: bytes, *, mode: int | None, clobber: bool) -> None:
    folder = os.path.dirname(target)
    with suppress(FileExistsError):  # of a file in the way, opening the temporary one tells
        os.makedirs(folder, exist_ok=True)
    with _undisturbed():
        file, temporary = _create(folder)
        with ExitStack() as cleanup:
            cleanup.callback(os.close, file)
            try:
                _write_all(file, data)
                if mode is not None:
                    os.chmod(temporary, stat.S_IMODE(mode))
                if not _LOCKS:  # there, no open file can be renamed
                    cleanup.close()
                if clobber or not _linked(temporary, target):
                    os.replace(temporary, target)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary)
                raise


def remove_abandoned(folder: str | os.PathLike[str]) -> int:
    """Remove the unfinished files that killed processes left in ``folder``; return how many.

    A process that still writes holds a lock on its file. Where locks are not to be had, a file is
    taken for abandoned after a day. What cannot be read or removed is left alone.
    """
    try:
        with os.scandir(folder) as entries:
            found = [entry.path for entry in entries if is_temporary(entry.name)]
    except (OSError, ValueError):
        return 0
    return sum(map(_removed, found))


def _removed(path: str) -> bool:
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    with ExitStack() as cleanup:
        cleanup.callback(os.close, file)
        locked = _hold(file)
        if locked is None:
            locked = time.time() - os.fstat(file).st_mtime > _ABANDONED
        if locked:
            if not _LOCKS:  # there, no open file can be removed
                cleanup.close()
            with suppress(OSError):
                os.unlink(path)
                return True
    return False


def _create(folder: str) -> tuple[int, str]:
    """A new temporary file, open and locked, and its path."""
    # The mode given here is cut by the umask, as any new file's.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        name = f"{TEMPORARY_PREFIX}{os.getpid()}-{os.urandom(6).hex()}{TEMPORARY_SUFFIX}"
        temporary = os.path.join(folder, name)
        file = os.open(temporary, flags, 0o666)
        if _hold(file) is not False:
            return file, temporary
        os.close(file)  # a removal came between the opening and the lock, and removes it


def _hold(file: int) -> bool | None:
    """Lock a temporary file; False where somebody else has it or had it, None without locks."""
    if not _LOCKS:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return os.fstat(file).st_nlink > 0


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _linked(temporary: str, target: str) -> bool:
    """Give the file its name unless that is taken; False where there are no hard links."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target) from None
        return False
    os.unlink(temporary)
    return True


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Put off signals that would end the process with a temporary file left behind.

    An interrupt needs no putting off: Python makes it an exception.
    """
    names = ("SIGTERM", "SIGHUP")
    signals = {getattr(signal, name) for name in names if hasattr(signal, name)}
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
