"""Worker processes: one that dies costs one call, and none outlives its parent."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import labour
import pytest
from processes import alive, wait_until

from gradplot.batch.pool import WorkerLost, WorkerPool, WorkersUnavailable

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")


def test_results_come_back_from_other_processes():
    with WorkerPool(2) as pool:
        futures = [pool.submit(labour.square, number) for number in range(20)]
        assert [future.result() for future in futures] == [number**2 for number in range(20)]
        assert pool.submit(labour.whoami).result() != os.getpid()


def test_no_more_workers_than_asked_for():
    with WorkerPool(2) as pool:
        futures = [pool.submit(labour.doze, 0.02) for _ in range(10)]
        assert len({future.result() for future in futures}) <= 2


def test_one_call_needs_one_worker():
    """However many workers are allowed, only those are started that have something to do."""
    with WorkerPool(50) as pool:
        pool.submit(labour.square, 2).result()
        assert len(pool._workers) == 1


def test_an_exception_is_the_calls_own():
    with WorkerPool(1) as pool:
        before = pool.submit(labour.whoami).result()
        with pytest.raises(ValueError, match="so be it"):
            pool.submit(labour.fail, "so be it").result()
        assert pool.submit(labour.whoami).result() == before


@pytest.mark.parametrize("call", [labour.unpicklable, labour.raise_unpicklable])
def test_what_cannot_be_pickled_is_the_calls_own_failure(call):
    with WorkerPool(1) as pool:
        assert pool.submit(call).exception() is not None
        assert pool.submit(labour.square, 3).result() == 9


def test_what_a_library_prints_does_not_get_among_the_results(capfd):
    with WorkerPool(1) as pool:
        assert pool.submit(labour.chatter, 7).result() == 7
    assert capfd.readouterr().out == ""


@POSIX
def test_a_killed_worker_costs_its_own_call_alone():
    with WorkerPool(2) as pool:
        futures = [pool.submit(labour.doze, 0.05) for _ in range(5)]
        doomed = pool.submit(labour.perish)
        futures += [pool.submit(labour.doze, 0.05) for _ in range(5)]
        with pytest.raises(WorkerLost, match="SIGKILL"):
            doomed.result()
        assert all(future.result() for future in futures)


@POSIX
def test_many_deaths_leave_a_working_pool():
    with WorkerPool(2) as pool:
        futures = [pool.submit(labour.perish) for _ in range(6)]
        assert all(isinstance(future.exception(), WorkerLost) for future in futures)
        assert pool.submit(labour.square, 4).result() == 16


def test_workers_that_cannot_start_fail_every_call_at_once(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with WorkerPool(1) as pool:
        with pytest.raises(WorkersUnavailable, match="no worker process can be started"):
            pool.submit(labour.square, 2).result()
        with pytest.raises(WorkersUnavailable):
            pool.submit(labour.square, 2)


def test_workers_that_end_as_they_start_are_not_tried_for_ever(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with WorkerPool(1) as pool:
        futures = [pool.submit(labour.square, number) for number in range(10)]
        kinds = [type(future.exception()) for future in futures]
        assert kinds == [WorkerLost] * 3 + [WorkersUnavailable] * 7
        with pytest.raises(WorkersUnavailable, match="exit code 1 as it started"):
            pool.submit(labour.square, 2)


def test_a_worker_that_ends_as_it_starts_costs_its_own_call_alone(monkeypatch, tmp_path):
    """As when memory is short just then."""
    interpreter = tmp_path / "python"
    interpreter.write_text(
        f"#!/bin/sh\n[ -e {tmp_path}/once ] || {{ touch {tmp_path}/once; kill -9 $$; }}\n"
        f'exec {sys.executable} "$@"\n'
    )
    interpreter.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(interpreter))
    with WorkerPool(1) as pool:
        first, second = pool.submit(labour.square, 2), pool.submit(labour.square, 3)
        assert isinstance(first.exception(), WorkerLost)
        assert second.result() == 9


def test_leaving_the_pool_waits_for_what_was_submitted(tmp_path):
    with WorkerPool(1) as pool:
        futures = [pool.submit(labour.doze, 0.05) for _ in range(3)]
    assert all(future.done() for future in futures)
    with pytest.raises(RuntimeError):
        pool.submit(labour.square, 2)


def test_an_exception_ends_the_workers_in_the_middle_of_their_work(tmp_path):
    marker = tmp_path / "pid"
    start = time.monotonic()
    with contextlib.suppress(KeyboardInterrupt), WorkerPool(1) as pool:
        running = pool.submit(labour.announce_and_doze, str(marker), 60)
        waiting = pool.submit(labour.square, 2)
        wait_until(marker.exists)
        raise KeyboardInterrupt
    assert time.monotonic() - start < 30
    assert waiting.cancelled()
    assert isinstance(running.exception(), WorkerLost)
    assert not alive(int(marker.read_text()))


@POSIX
def test_a_worker_does_not_outlive_a_killed_parent(tmp_path):
    """Not even in the middle of a long call."""
    marker = tmp_path / "pid"
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import labour\n"
        "from gradplot.batch.pool import WorkerPool\n"
        "with WorkerPool(1) as pool:\n"
        "    pool.submit(labour.announce_and_doze, sys.argv[2], 60).result()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, Path(__file__).parent, marker])
    try:
        wait_until(marker.exists)
    finally:
        parent.kill()
        parent.wait()
    worker = int(marker.read_text())
    wait_until(lambda: not alive(worker))


def test_workers_do_not_run_the_callers_script_again(tmp_path):
    """Not even one that lacks the guard which other pools ask for."""
    script = tmp_path / "script.py"
    script.write_text(
        "import sys; sys.path.insert(0, sys.argv[1]); import labour\n"
        "from gradplot.batch.pool import WorkerPool\n"
        "print('once')\n"
        "with WorkerPool(2) as pool:\n"
        "    print([pool.submit(labour.square, number).result() for number in (2, 3)])\n"
    )
    command = [sys.executable, str(script), str(Path(__file__).parent)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("once\n[4, 9]\n", "")


@POSIX
def test_a_stopped_worker_cannot_hold_up_the_end(monkeypatch):
    monkeypatch.setattr("gradplot.batch.pool.PATIENCE", 0.2)
    with WorkerPool(1) as pool:
        worker = pool.submit(labour.whoami).result()
        os.kill(worker, signal.SIGSTOP)
    assert not alive(worker)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills a process with its parent")
def test_a_worker_in_the_middle_of_c_code_dies_with_its_parent(tmp_path):
    """It cannot hear that its parent is gone: no thread of Python's runs meanwhile."""
    marker = tmp_path / "pid"
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import labour\n"
        "from gradplot.batch.pool import WorkerPool\n"
        "WorkerPool(1).submit(labour.announce_and_hold, sys.argv[2]).result()"
    )
    command = [sys.executable, "-c", script, str(Path(__file__).parent), str(marker)]
    with subprocess.Popen(command) as parent:
        wait_until(marker.exists)
        worker = int(marker.read_text())
        time.sleep(0.3)
        assert alive(worker)
        parent.kill()
    wait_until(lambda: not alive(worker), seconds=10)
