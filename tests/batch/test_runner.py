"""What a run draws, writes and reports, with the drawing itself replaced by a quick one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path

import pytest

import gradplot.functions.formula.parser
import gradplot.rendering
from gradplot.batch import Observer, check, load, only, run, survey
from gradplot.batch.task import Failed, Task, draw
from gradplot.errors import InputError, ManifestError
from gradplot.output.freshness import fingerprint
from gradplot.rendering import Rendering

MANIFEST = """
[[figure]]
activation = "relu"
output = ["relu.svg", "sub/relu.png"]
[[figure]]
activation = "tanh"
output = "tanh.svg"
[[figure]]
activation = "sigmoid"
output = "sigmoid.svg"
"""


def picture(spec, format: str) -> bytes:
    """The least that passes for an image of its format."""
    mark = fingerprint(spec, format).encode()
    if format == "svg":
        return b"<svg><dc:identifier>" + mark + b"</dc:identifier>words</svg>\n"
    return b"\x89PNG\r\n\x1a\ntEXtIdentifier\0" + mark + b"IDAT\0\0\0\0IEND\xaeB`\x82"


@pytest.fixture
def renders(monkeypatch):
    """Draw by ``picture``; gives the (activation, formats) that were drawn."""
    seen = []

    def render(spec, *, formats, progress=None):
        seen.append((spec.function.activation, tuple(formats)))
        return Rendering(
            spec=spec, findings=None, images={format: picture(spec, format) for format in formats}
        )

    monkeypatch.setattr("gradplot.rendering.render", render)
    return seen


@pytest.fixture
def manifest(tmp_path):
    path = tmp_path / "figures.toml"
    path.write_text(MANIFEST)
    return path


@pytest.fixture
def threads():
    with ThreadPoolExecutor(2) as executor:
        yield executor


def states(report) -> list[str]:
    return [outcome.state for outcome in report.outcomes]


def test_missing_is_drawn_and_then_left_alone(manifest, renders, threads):
    assert states(survey(manifest)) == ["missing"] * 3
    report = run(manifest, executor=threads)
    assert (states(report), report.exit_code) == (["drawn"] * 3, 0)
    spec = load(manifest)[0].spec
    assert (manifest.parent / "sub" / "relu.png").read_bytes() == picture(spec, "png")
    assert len(renders) == 3
    again = run(manifest, executor=threads)
    assert (states(again), again.exit_code) == (["unchanged"] * 3, 0)
    assert len(renders) == 3


def test_only_what_changed_is_drawn(manifest, renders, threads):
    run(manifest, executor=threads)
    renders.clear()
    manifest.write_text(MANIFEST.replace('"tanh"', '"softsign"'))
    assert states(run(manifest, executor=threads)) == ["unchanged", "drawn", "unchanged"]
    assert renders == [("softsign", ("svg",))]


def test_only_the_image_that_is_missing_is_drawn(manifest, renders, threads):
    run(manifest, executor=threads)
    renders.clear()
    other = manifest.parent / "relu.svg"
    before = other.stat().st_mtime_ns
    (manifest.parent / "sub" / "relu.png").unlink()
    report = run(manifest, executor=threads)
    assert report.outcomes[0].states == {"relu.svg": "unchanged", "sub/relu.png": "drawn"}
    assert renders == [("relu", ("png",))]
    assert other.stat().st_mtime_ns == before


def test_force_draws_everything(manifest, renders, threads):
    run(manifest, executor=threads)
    assert states(run(manifest, executor=threads, force=True)) == ["drawn"] * 3
    assert len(renders) == 6


def test_a_damaged_file_is_drawn_again(manifest, renders, threads):
    run(manifest, executor=threads)
    path = manifest.parent / "tanh.svg"
    path.write_bytes(path.read_bytes()[:40])
    assert states(run(manifest, executor=threads)) == ["unchanged", "drawn", "unchanged"]


def test_one_failure_does_not_stop_the_rest(manifest, renders, threads, monkeypatch):
    quick = gradplot.rendering.render  # the fixture's

    def render(spec, **settings):
        if spec.function.activation == "tanh":
            raise InputError("style", "cannot be used")
        if spec.function.activation == "sigmoid":
            raise ZeroDivisionError("a bug")
        return quick(spec, **settings)

    monkeypatch.setattr("gradplot.rendering.render", render)
    report = run(manifest, executor=threads)
    assert states(report) == ["drawn", "failed", "failed"]
    assert report.exit_code == 3
    mistake, bug = report.outcomes[1:]
    assert (mistake.error, mistake.trace) == ("style: cannot be used", None)
    assert "ZeroDivisionError" in bug.error
    assert "raise ZeroDivisionError" in bug.trace
    assert not (manifest.parent / "tanh.svg").exists()


def test_what_cannot_be_written_fails_alone(tmp_path, renders, threads):
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "figures.toml").write_text(MANIFEST.replace('"tanh.svg"', '"file/tanh.svg"'))
    report = run(tmp_path / "figures.toml", executor=threads)
    assert states(report) == ["drawn", "failed", "drawn"]
    assert "file/tanh.svg" in report.outcomes[1].error
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full here")
def test_a_full_disk_fails_its_figure_alone(manifest, renders, threads):
    (manifest.parent / "tanh.svg").symlink_to("/dev/full")
    report = run(manifest, executor=threads)
    assert states(report) == ["drawn", "failed", "drawn"]
    assert "the disk is full" in report.outcomes[1].error
    assert (manifest.parent / "tanh.svg").is_symlink()


def test_a_link_stays_a_link_and_its_file_is_replaced(manifest, renders, threads):
    elsewhere = manifest.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "real.svg").write_text("old")
    link = manifest.parent / "tanh.svg"
    link.symlink_to("elsewhere/real.svg")
    assert states(run(manifest, executor=threads)) == ["drawn"] * 3
    assert link.is_symlink()
    assert (elsewhere / "real.svg").read_bytes() == picture(load(manifest)[1].spec, "svg")
    assert states(run(manifest, executor=threads)) == ["unchanged"] * 3


def test_check_draws_nothing_and_names_each(manifest, renders, threads):
    run(manifest, executor=threads)
    (manifest.parent / "sub" / "relu.png").unlink()
    manifest.write_text(MANIFEST.replace('"tanh"', '"softsign"'))
    renders.clear()
    report = check(manifest)
    assert states(report) == ["missing", "stale", "unchanged"]
    assert report.outcomes[0].states == {"relu.svg": "unchanged", "sub/relu.png": "missing"}
    assert report.exit_code == 1
    assert renders == []
    assert check(load(manifest)[2:]).exit_code == 0


def test_exact_check_finds_a_touched_image(manifest, renders, threads):
    run(manifest, executor=threads)
    path = manifest.parent / "tanh.svg"
    path.write_bytes(path.read_bytes().replace(b"words", b"SWORD"))
    assert check(manifest).exit_code == 0
    report = check(manifest, exact=True, executor=threads)
    assert states(report) == ["unchanged", "different", "unchanged"]
    assert report.exit_code == 1


def test_exact_check_that_cannot_draw_has_failed(manifest, renders, threads, monkeypatch):
    run(manifest, executor=threads)
    monkeypatch.delattr("gradplot.rendering.render")
    report = check(manifest, exact=True, executor=threads)
    assert states(report) == ["failed"] * 3
    assert report.exit_code == 3


def test_the_pattern_chooses_among_the_images(manifest):
    chosen = only(load(manifest), "*.png")
    assert [output.name for figure in chosen for output in figure.outputs] == ["sub/relu.png"]
    assert only(load(manifest), "none*") == []


class Flaky(Executor):
    """An executor whose workers die over the first calls for an activation."""

    def __init__(self, deaths: dict[str, int]) -> None:
        self.deaths = deaths
        self.calls: list[str] = []

    def submit(self, fn, /, *args, **kwargs):
        name = args[0].spec.function.activation
        self.calls.append(name)
        future: Future = Future()
        if self.deaths.get(name, 0) > 0:
            self.deaths[name] -= 1
            future.set_exception(BrokenExecutor("its worker process was killed"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def test_a_figure_whose_worker_dies_is_tried_once_more(manifest, renders):
    executor = Flaky({"tanh": 1})
    assert states(run(manifest, executor=executor)) == ["drawn"] * 3
    assert sorted(executor.calls) == ["relu", "sigmoid", "tanh", "tanh"]


def test_a_figure_that_kills_its_workers_is_given_up(manifest, renders):
    executor = Flaky({"tanh": 9})
    report = run(manifest, executor=executor)
    assert states(report) == ["drawn", "failed", "drawn"]
    assert report.outcomes[1].error == "not drawn: its worker process was killed"
    assert executor.calls.count("tanh") == 2


@pytest.mark.parametrize("jobs", [0, -1])
def test_no_workers_are_too_few(manifest, jobs):
    with pytest.raises(InputError, match="is no number of workers"):
        run(manifest, jobs=jobs)


def test_an_executor_that_takes_nothing_fails_every_figure(manifest, renders):
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    report = run(manifest, executor=executor)
    assert states(report) == ["failed"] * 3
    assert "after shutdown" in report.outcomes[0].error


def test_a_cancelled_call_is_a_failure(manifest, renders):
    class Cancelling(Executor):
        def submit(self, fn, /, *args, **kwargs):
            future: Future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    assert states(run(manifest, executor=Cancelling())) == ["failed"] * 3


def test_results_may_come_in_any_order(manifest, renders):
    class Backwards(Executor):
        """Finishes nothing before it has everything, and then the last first."""

        def __init__(self) -> None:
            self.held: list = []

        def submit(self, fn, /, *args, **kwargs):
            future: Future = Future()
            self.held.append((future, fn(*args, **kwargs)))
            if len(self.held) == 3:
                for waiting, result in reversed(self.held):
                    waiting.set_result(result)
            return future

    report = run(manifest, executor=Backwards())
    assert states(report) == ["drawn"] * 3
    assert [outcome.figure.place for outcome in report.outcomes] == [
        "figure 1",
        "figure 2",
        "figure 3",
    ]
    assert states(check(manifest)) == ["unchanged"] * 3


def test_each_figure_is_on_disk_when_it_is_heard_of(manifest, renders, threads):
    class Listening(Observer):
        def __init__(self) -> None:
            self.heard: list = []

        def begin(self, tasks):
            self.heard.append(tasks)

        def settle(self, outcome):
            assert all(os.path.exists(output.path) for output in outcome.figure.outputs)
            self.heard.append(outcome.state)

        def skip(self, outcome):
            self.heard.append("skipped")

    observer = Listening()
    run(manifest, executor=threads, observer=observer)
    run(manifest, executor=threads, observer=observer)
    assert observer.heard == [3, "drawn", "drawn", "drawn", "skipped", "skipped", "skipped"]


def test_threads_of_one_process_take_turns(manifest, monkeypatch):
    """matplotlib is not to be trusted with two figures at once."""
    busy = threading.Lock()

    def render(spec, *, formats, progress=None):
        assert busy.acquire(blocking=False)
        time.sleep(0.02)
        busy.release()
        return Rendering(
            spec=spec, findings=None, images={each: picture(spec, each) for each in formats}
        )

    monkeypatch.setattr("gradplot.rendering.render", render)
    with ThreadPoolExecutor(3) as executor:
        assert states(run(manifest, executor=executor)) == ["drawn"] * 3


def test_a_worker_of_another_version_draws_nothing(manifest, renders):
    spec = load(manifest)[0].spec
    result = draw(Task(spec, ("svg",), "gradplot:" + "0" * 64))
    assert isinstance(result, Failed)
    assert "install the same versions there" in result.message
    assert renders == []


def test_an_abandoned_file_is_swept_up(manifest, renders, threads):
    """Beside the outputs, and where a link leads; a file of somebody else's stays."""
    elsewhere = manifest.parent / "elsewhere"
    elsewhere.mkdir()
    (manifest.parent / "tanh.svg").symlink_to("elsewhere/real.svg")
    litter = [manifest.parent / ".gradplot-1-ab.tmp", elsewhere / ".gradplot-2-cd.tmp"]
    others = [manifest.parent / "notes.tmp", manifest.parent / ".gradplot-notes"]
    for path in litter + others:
        path.write_text("half a picture")
    run(manifest, executor=threads)
    assert [path.exists() for path in litter] == [False, False]
    assert [path.exists() for path in others] == [True, True]


def test_the_report_is_strict_json(manifest, renders, threads):
    report = run(manifest, executor=threads)
    data = json.loads(json.dumps(report.as_data(), allow_nan=False))
    assert data["schema"] == "gradplot-batch/1"
    assert data["counts"] == {
        "unchanged": 0, "drawn": 3, "missing": 0, "stale": 0, "different": 0, "failed": 0,
    }  # fmt: skip
    assert data["figures"][0]["outputs"] == [
        {"name": "relu.svg", "path": str(manifest.parent / "relu.svg"), "state": "drawn"},
        {"name": "sub/relu.png", "path": str(manifest.parent / "sub/relu.png"), "state": "drawn"},
    ]


def test_the_public_names_are_there_whatever_was_imported_before():
    """A module must not take the place of the function that has its name."""
    script = (
        "import gradplot, gradplot.batch.task, gradplot.rendering\n"
        "assert callable(gradplot.render) and callable(gradplot.figure)\n"
        "assert callable(gradplot.batch.run)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    subprocess.run(
        [sys.executable, "-c", "import gradplot; gradplot.batch.run; gradplot.render"], check=True
    )


def test_formulas_that_have_been_drawn_are_not_read_again(tmp_path, renders, threads, monkeypatch):
    """A thousand of them take longer to read than to look up."""

    def written(formula: str) -> Path:
        path = tmp_path / "figures.toml"
        path.write_text(f'[[figure]]\nformula = "{formula}"\noutput = "a.svg"\n')
        return path

    def render(spec, *, formats, progress=None):
        return Rendering(
            spec=spec, findings=None, images={each: picture(spec, each) for each in formats}
        )

    monkeypatch.setattr("gradplot.rendering.render", render)
    assert states(run(written("tanh(8*x)"), executor=threads)) == ["drawn"]
    with monkeypatch.context() as patch:
        patch.delattr("gradplot.functions.formula.parser.parse")
        assert states(run(written("tanh(8*x)"))) == ["unchanged"]
        with pytest.raises(ImportError):
            load(written("tanh(9*x)"))
    with pytest.raises(ManifestError, match="formula: unknown name 'tahn'"):
        load(written("tahn(8*x)"))
