"""Signals at any moment: the process dies by the signal itself, quietly, and leaves whole files or
none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .conftest import COMMAND

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of Unix")

#: Prints a line when Python itself has started and the command is about to. Until then a signal
#: meets Python's own start-up; the default effect spans the moment between the two.
ENTRY = """
import signal
import gradplot.__main__ as entrance
if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
print("ready", flush=True)
entrance.main()
"""
#: Work of a second or so, several files to write, and a table.
WORDS = ("tanh", "-b", "0.5", "-d", "1", "10", "50", "-o", "a.svg", "b.png")
#: Work of several seconds: no signal comes too late.
LONG = ("sin", "-w", "3", "-b", "1", "-d", "100", "--no-plot")
OLD = b"an old picture"


@contextmanager
def started(folder: Path, *words: str, ignoring: bool = False) -> Iterator[subprocess.Popen[str]]:
    """A process that has just reached the command's entrance."""
    process = subprocess.Popen(
        [sys.executable, "-c", ENTRY, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if ignoring else None,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def whole(path: Path) -> bool:
    """Whether a picture is as it was, or is complete."""
    data = path.read_bytes()
    ends = {".svg": b"</svg>\n", ".png": b"IEND\xaeB`\x82"}
    return data == OLD or data.endswith(ends[path.suffix])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "moments"), [(signal.SIGINT, 10), (signal.SIGTERM, 4), (signal.SIGHUP, 3)]
)
def test_at_any_moment(tmp_path: Path, number: signal.Signals, moments: int) -> None:
    start = time.monotonic()
    with started(tmp_path, *WORDS) as process:
        process.communicate(timeout=120)
        assert process.returncode == 0
    length = time.monotonic() - start
    interrupted = 0
    for moment in range(moments):
        folder = tmp_path / str(moment)
        folder.mkdir()
        (folder / "a.svg").write_bytes(OLD)
        with started(folder, *WORDS) as process:
            time.sleep(length * moment / moments)
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
        assert process.returncode in (-number, 0), err
        assert "Traceback" not in err
        assert "KeyboardInterrupt" not in err
        assert not [path for path in folder.iterdir() if path.suffix == ".tmp"], "litter"
        assert all(whole(path) for path in folder.iterdir())
        interrupted += process.returncode == -number
        if process.returncode == 0:
            assert "depth" in out
    assert interrupted >= moments // 3


def test_an_ignored_signal_stays_ignored(tmp_path: Path) -> None:
    """What a shell starts in the background is not the terminal's to interrupt."""
    with started(tmp_path, "tanh", "-o", "a.svg", ignoring=True) as process:
        for _ in range(5):
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert whole(tmp_path / "a.svg")


def test_a_shell_loop_stops(tmp_path: Path) -> None:
    """Bash goes on after a child that exits, and stops after one that dies by SIGINT."""
    words = " ".join(f"'{word}'" for word in (*COMMAND, *LONG))
    script = f"for i in 1 2 3 4 5; do echo run; {words} -q; done; echo survived"
    process = subprocess.Popen(
        ["bash", "-c", script],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "run\n"
    time.sleep(0.6)
    os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert "survived" not in out
    assert out.count("run") <= 1
    assert process.returncode == -signal.SIGINT


SWALLOWING = """
import os, signal, sys
from gradplot.cli import activation
def swallow(*_, **__):
    for _ in range(3):
        try:
            os.kill(os.getpid(), signal.SIGINT)
            signal.sigtimedwait([], 0.01)
        except KeyboardInterrupt:
            print("swallowed", flush=True)
activation.make_figure = swallow
sys.argv[1:] = ["tanh"]
from gradplot.__main__ import main
main()
"""


def test_a_swallowed_interrupt_still_ends_the_process() -> None:
    """Some library may catch what it should not; once is also all that anybody sees of it."""
    done = subprocess.run(
        [sys.executable, "-c", SWALLOWING], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "swallowed\n"
    assert done.returncode == -signal.SIGINT
    assert done.stderr == ""


REPLACING = """
import os, signal, sys
from gradplot.cli import activation
class Finalized:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        signal.sigtimedwait([], 0.01)
def replace(*_, **__):
    if sys.argv[2:]:
        Finalized()  # an interrupt that nobody can catch
        return
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        signal.sigtimedwait([], 0.01)
    except KeyboardInterrupt as interrupt:
        raise ImportError("initialization failed") from interrupt
activation.make_figure = replace
from gradplot.__main__ import main
main()
"""


@pytest.mark.parametrize("words", [["tanh"], ["tanh", "--no-plot"]])
def test_an_interrupt_in_another_guise_is_still_one(words: list[str]) -> None:
    """A module that was being loaded reports an ImportError instead; a finalizer, nothing."""
    done = subprocess.run(
        [sys.executable, "-c", REPLACING, *words], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (-signal.SIGTERM, "")


FORKING = """
import os, signal, sys
from gradplot.cli.signals import Interruption
interruption = Interruption()
interruption.watch()
child = os.fork()
if child == 0:
    os.kill(os.getpid(), signal.SIGTERM)
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), interruption.signal)
"""


def test_a_forked_worker_dies_of_its_own_signal() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKING], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"-{signal.SIGTERM.value} None\n"
    assert done.stderr == ""
