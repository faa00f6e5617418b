"""Ctrl-C, kill -9, dying workers and a second batch: finished figures stay whole, litter goes."""

from __future__ import annotations

import os
import signal
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from processes import SMALL, alive, children, wait_until

from gradplot.batch import check
from gradplot.output.files import is_temporary

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc"),
    pytest.mark.slow,
]

COUNT = 60


def manifest_of(count: int) -> str:
    return SMALL + (
        '[[figure]]\nactivation = "tanh"\noutput = "out/{weight}.svg"\n'
        f"matrix = {{ weight = {list(range(1, count + 1))} }}\n"
    )


#: One figure that takes seconds, for there is a dot for each of its 90 million pixels.
LARGE = (
    '[[figure]]\nactivation = "relu"\ndepths = 1\nsize = "30x30"\ndpi = 310\noutput = "large.png"\n'
)


@pytest.fixture
def many(tmp_path):
    path = tmp_path / "figures.toml"
    path.write_text(manifest_of(COUNT))
    return path


def images(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.svg"))


def litter(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if is_temporary(path.name)]


def assert_whole(folder: Path) -> None:
    """Every image that is there is complete, and what its figure would be drawn as now."""
    for path in images(folder):
        ElementTree.parse(path)
    report = check(folder / "figures.toml")
    assert {outcome.state for outcome in report.outcomes} <= {"unchanged", "missing"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_what_is_finished_and_nothing_else(start, many, tmp_path, number):
    process = start("-j", "2")
    wait_until(lambda: len(images(tmp_path)) >= 5)
    workers = children(process.pid)
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == -number, "it must die by the signal itself"
    assert "Traceback" not in err
    assert 5 <= len(images(tmp_path)) < COUNT
    assert litter(tmp_path) == []
    assert_whole(tmp_path)
    wait_until(lambda: not any(map(alive, workers)))


def test_a_signal_before_anything_is_drawn(start, many, tmp_path):
    process = start("-j", "2")
    wait_until(lambda: children(process.pid))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT
    assert "Traceback" not in err
    assert litter(tmp_path) == []


def test_ctrl_c_at_the_terminal_reaches_the_parent_alone(start, many, tmp_path):
    """It goes to the whole process group, where workers must not answer it with tracebacks."""
    process = start("-j", "2", start_new_session=True)
    wait_until(lambda: len(images(tmp_path)) >= 2)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT
    assert "Traceback" not in err
    assert "KeyboardInterrupt" not in err
    assert_whole(tmp_path)


def test_kill_of_the_parent_ends_the_workers_and_the_next_run_cleans_up(
    start, batch, many, tmp_path
):
    process = start("-j", "2")
    wait_until(lambda: len(images(tmp_path)) >= 5)
    workers = children(process.pid)
    assert len(workers) == 2
    process.kill()
    process.wait()
    wait_until(lambda: not any(map(alive, workers)))
    assert_whole(tmp_path)
    # As if the kill had come in the middle of a write.
    (tmp_path / "out" / f".gradplot-{process.pid}-0123456789ab.tmp").write_text("<svg half")
    many.write_text(manifest_of(3))
    assert batch("-q").returncode == 0
    assert litter(tmp_path) == []


def test_a_killed_worker_costs_nothing_but_time(start, many, tmp_path):
    """Its figure is tried again, and all the others are drawn as ever."""
    process = start("-j", "2")
    wait_until(lambda: len(images(tmp_path)) >= 5)
    os.kill(children(process.pid)[0], signal.SIGKILL)
    count = len(images(tmp_path))
    wait_until(lambda: len(images(tmp_path)) >= count + 10)
    os.kill(children(process.pid)[-1], signal.SIGKILL)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0
    assert err.endswith(f"{COUNT} drawn, 0 unchanged, 0 failed\n")
    assert len(images(tmp_path)) == COUNT
    assert_whole(tmp_path)


def test_a_figure_whose_workers_die_twice_has_failed(start, tmp_path):
    (tmp_path / "figures.toml").write_text(
        SMALL.replace("[defaults]", "[[figure]]")
        + 'activation = "tanh"\noutput = "a.svg"\n'
        + LARGE
    )
    process = start("-j", "1")
    wait_until((tmp_path / "a.svg").exists)
    (first,) = children(process.pid)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: set(children(process.pid)) - {first})
    (second,) = set(children(process.pid)) - {first}
    os.kill(second, signal.SIGKILL)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "failed large.png (figure 2): not drawn: " in err
    assert "worker process was killed by SIGKILL (out of memory?)" in err
    assert err.endswith("1 drawn, 0 unchanged, 1 failed\n")
    assert not (tmp_path / "large.png").exists()
    assert (tmp_path / "a.svg").exists()


def test_two_batches_at_once_on_the_same_outputs(start, many, tmp_path):
    """They may both draw a figure, never spoil it, and never remove what the other still writes."""
    both = [start("-j", "1", "--force"), start("-j", "1", "--force")]
    for process in both:
        _, err = process.communicate(timeout=120)
        assert (process.returncode, err.splitlines()[-1]) == (
            0,
            f"{COUNT} drawn, 0 unchanged, 0 failed",
        )
    assert len(images(tmp_path)) == COUNT
    assert litter(tmp_path) == []
    assert_whole(tmp_path)


def test_cleaning_up_leaves_alone_what_is_being_written(tmp_path):
    """A lock tells a writer from its remains, so no clock or process id has to."""
    from gradplot.output import files

    file, path = files._create(str(tmp_path))
    try:
        assert files.remove_abandoned(tmp_path) == 0
        assert os.path.exists(path)
    finally:
        os.close(file)
    assert files.remove_abandoned(tmp_path) == 1
    assert not os.path.exists(path)
