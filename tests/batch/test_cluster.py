"""A Dask cluster draws what this machine would, a killed worker included."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from processes import SMALL, environment, wait_until

from gradplot.batch import check, run

MANIFEST = SMALL + (
    "[[figure]]\n"
    'matrix = { activation = ["tanh", "relu", "sigmoid", "sin"], weight = [1, 2, 3, 4] }\n'
    'output = ["{activation}-{weight}.svg", "{activation}-{weight}.png"]\n'
)


@pytest.fixture
def manifest(tmp_path):
    path = tmp_path / "figures.toml"
    path.write_text(MANIFEST)
    return path


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two worker processes on the loopback device; its address and processes."""
    pytest.importorskip("distributed", reason="the dask extra is not installed")
    place = tmp_path / "dask"
    place.mkdir()
    log = place / "scheduler.log"
    settings = {"cwd": place, "env": environment(), "stdout": subprocess.DEVNULL}
    processes = []

    def launch(module: str, *words: str, log) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *words]
        with open(log, "w") as file:
            processes.append(subprocess.Popen(command, stderr=file, **settings))
        return processes[-1]

    try:
        scheduler = launch(
            "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
            "--no-show", log=log,
        )  # fmt: skip
        pattern = re.compile(r"Scheduler at:\s+(tcp://127\.0\.0\.1:\d+)")
        wait_until(lambda: pattern.search(log.read_text()), seconds=60)
        address = pattern.search(log.read_text())[1]
        workers = [
            launch(
                "dask_worker", address, "--nworkers", "1", "--nthreads", "1", "--no-nanny",
                "--no-dashboard", log=place / f"worker-{number}.log",
            )
            for number in range(2)
        ]  # fmt: skip
        for number in range(2):
            joined = place / f"worker-{number}.log"
            wait_until(lambda joined=joined: "Registered to" in joined.read_text(), seconds=60)
        yield address, workers, scheduler
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()


def images(folder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".toml"
            and path.is_file()}  # fmt: skip


@pytest.mark.slow
def test_a_cluster_draws_the_same_bytes(cluster, batch, manifest, tmp_path):
    address, *_ = cluster
    assert run(manifest, jobs=2).exit_code == 0
    local = images(tmp_path)
    assert len(local) == 32
    done = batch("--scheduler", address, "--force")
    assert done.returncode == 0, done.stderr
    assert done.stderr.endswith("16 drawn, 0 unchanged, 0 failed\n")
    assert images(tmp_path) == local


@pytest.mark.slow
def test_a_worker_killed_half_way_costs_no_figure(cluster, start, manifest, tmp_path):
    address, workers, _ = cluster
    process = start("--scheduler", address)
    wait_until(lambda: len(images(tmp_path)) >= 4, seconds=60)
    os.kill(workers[0].pid, signal.SIGKILL)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert err.endswith("16 drawn, 0 unchanged, 0 failed\n")
    assert len(images(tmp_path)) == 32
    report = check(manifest, exact=True)
    assert {outcome.state for outcome in report.outcomes} == {"unchanged"}


@pytest.mark.slow
def test_a_scheduler_killed_half_way_fails_what_is_left(cluster, start, manifest, tmp_path):
    address, _, scheduler = cluster
    process = start("--scheduler", address)
    wait_until(lambda: len(images(tmp_path)) >= 4, seconds=60)
    scheduler.kill()
    _, err = process.communicate(timeout=120)
    assert process.returncode == 3, err
    assert "not drawn: it was cancelled, as when a scheduler is gone" in err
    assert "Traceback" not in err
    assert {outcome.state for outcome in check(manifest).outcomes} == {"unchanged", "missing"}


@pytest.mark.slow
def test_in_python_any_executor_will_do(cluster, manifest, tmp_path):
    from distributed import Client

    address, *_ = cluster
    with Client(address, set_as_default=False) as client:
        assert run(manifest, executor=client.get_executor()).exit_code == 0
    assert check(manifest, exact=True).exit_code == 0


@pytest.mark.slow
def test_the_standard_librarys_pool_will_do(manifest, tmp_path):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert run(manifest, executor=pool).exit_code == 0
    assert check(manifest, exact=True).exit_code == 0


@pytest.mark.slow
def test_nobody_at_the_address(batch, manifest):
    pytest.importorskip("distributed", reason="the dask extra is not installed")
    done = batch("--scheduler", "tcp://127.0.0.1:9")
    assert done.returncode == 3
    assert "scheduler: nobody answers at tcp://127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("address", ["nonsense://127.0.0.1:1", "127.0.0.1:port", ""])
def test_what_is_no_address(batch, manifest, address):
    pytest.importorskip("distributed", reason="the dask extra is not installed")
    done = batch("--scheduler", address)
    assert done.returncode == 2
    assert "--scheduler: " in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_extra_the_cure_is_named(batch, manifest, tmp_path):
    (tmp_path / "distributed.py").write_text("raise ImportError")
    done = batch(
        "--scheduler", "tcp://127.0.0.1:9",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        "gradplot: --scheduler: needs Dask; install it with: pip install 'gradplot[dask]'\n"
    )
