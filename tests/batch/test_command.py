"""``gradplot batch`` as its users meet it, with real figures."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from processes import SMALL

from gradplot.batch import load
from gradplot.output.freshness import fingerprint
from gradplot.rendering import render

TWO = SMALL + (
    '[[figure]]\nactivation = "relu"\noutput = ["relu.svg", "relu.png", "relu.pdf"]\n'
    '[[figure]]\nactivation = "tanh"\noutput = "deep/er/tanh.svg"\n'
)


@pytest.fixture
def manifest(tmp_path):
    path = tmp_path / "figures.toml"
    path.write_text(TWO)
    return path


def test_a_batch_from_nothing_to_unchanged(batch, manifest):
    done = batch("figures.toml")
    assert (done.returncode, done.stdout) == (0, "")
    *lines, summary = done.stderr.splitlines()
    assert sorted(lines) == [
        "wrote deep/er/tanh.svg", "wrote relu.pdf", "wrote relu.png", "wrote relu.svg",
    ]  # fmt: skip
    assert summary == "2 drawn, 0 unchanged, 0 failed"
    for figure in load(manifest):
        for output in figure.outputs:
            with open(output.path, "rb") as file:
                drawn = render(figure.spec, formats=(output.format,)).images[output.format]
                assert file.read() == drawn, "other bytes than in this process"
    again = batch("figures.toml")
    assert (again.returncode, again.stdout) == (0, "")
    assert again.stderr == "0 drawn, 2 unchanged, 0 failed\n"


def test_the_manifest_need_not_be_named(batch, manifest):
    assert batch("--list").stdout.startswith("missing    relu.svg\n")


def test_the_manifest_may_come_from_standard_input(batch, tmp_path):
    done = batch("-", "-q", input=TWO)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "deep" / "er" / "tanh.svg").exists()


def test_jobs_make_no_difference_to_the_bytes(batch, manifest, tmp_path):
    def drawn() -> dict:
        return {p: p.read_bytes() for p in tmp_path.rglob("*") if p.suffix in (".svg", ".png")}

    batch("-j", "1")
    one = drawn()
    batch("-j", "3", "--force")
    assert len(one) == 3
    assert drawn() == one


def test_check_names_what_is_stale_and_draws_nothing(batch, manifest, tmp_path):
    done = batch("--check")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "missing    relu.svg", "missing    relu.png", "missing    relu.pdf",
        "missing    deep/er/tanh.svg",
    ]  # fmt: skip
    assert done.stderr == "0 unchanged, 2 missing, 0 stale\n"
    assert not (tmp_path / "relu.svg").exists()
    batch("-q")
    assert batch("--check", "--exact").returncode == 0
    manifest.write_text(TWO.replace("tanh", "erf", 1))
    done = batch("--check")
    assert (done.returncode, done.stdout) == (1, "stale      deep/er/tanh.svg\n")


def test_exact_check_sees_a_changed_byte(batch, manifest, tmp_path):
    batch("-q")
    path = tmp_path / "relu.svg"
    path.write_bytes(path.read_bytes().replace(b"<path", b"<PATH", 1))
    assert batch("--check").returncode == 0
    done = batch("--check", "--exact")
    assert (done.returncode, done.stdout) == (1, "different  relu.svg\n")
    assert b"<PATH" in path.read_bytes()


def test_a_failure_is_told_and_counted_and_the_rest_is_drawn(batch, manifest, tmp_path):
    (tmp_path / "deep").write_text("in the way")
    done = batch()
    assert done.returncode == 3
    assert "failed deep/er/tanh.svg (figure 2): " in done.stderr
    assert done.stderr.endswith("1 drawn, 0 unchanged, 1 failed\n")
    assert "Traceback" not in done.stderr
    assert (tmp_path / "relu.pdf").exists()


def test_a_mistake_in_the_last_figure_keeps_the_first_from_being_drawn(batch, manifest, tmp_path):
    manifest.write_text(TWO + '[[figure]]\nactivation = "rleu"\noutput = "x.svg"\n')
    done = batch()
    assert done.returncode == 2
    assert done.stderr == (
        "gradplot: figures.toml:12: figure 3: activation: unknown activation 'rleu'; "
        "did you mean relu?\n"
    )
    assert not (tmp_path / "relu.svg").exists()


def test_only_some(batch, manifest, tmp_path):
    assert batch("--only", "*.p*", "-q").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "figures.toml", "relu.pdf", "relu.png",
    ]  # fmt: skip
    done = batch("--only", "nothing*")
    assert done.returncode == 2
    assert "--only: no output is named like 'nothing*'" in done.stderr


def test_json_has_outcomes_and_numbers_also_of_what_is_unchanged(batch, manifest):
    batch("-q", "--only", "relu*")
    done = batch("--json")
    report = json.loads(done.stdout)
    assert [figure["state"] for figure in report["figures"]] == ["unchanged", "drawn"]
    relu, tanh = (figure["numbers"] for figure in report["figures"])
    assert relu["schema"] == "gradplot/1"
    assert relu["depths"][0]["max_slope"] == 8
    assert tanh["outputs"] == ["deep/er/tanh.svg"]
    checked = json.loads(batch("--check", "--json").stdout)
    assert [figure["numbers"] for figure in checked["figures"]] == [None, None]
    assert checked["exit_code"] == 0


def test_init_starts_a_manifest_that_can_be_drawn(batch, tmp_path):
    assert batch("--init").returncode == 0
    done = batch("--list")
    assert done.stdout.count("missing") == 10
    again = batch("--init")
    assert again.returncode == 3
    assert "exists already" in again.stderr
    assert batch("--init", "-").stdout == (tmp_path / "figures.toml").read_text()


def test_the_schema_is_printed(batch):
    assert json.loads(batch("--schema").stdout)["title"] == "gradplot manifest"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none.toml"], "none.toml: cannot be read: No such file or directory; to start one: "),
        (["-j", "0"], "--jobs: 0 is not in the range"),
        (["-j", "many"], "--jobs: 'many' is not a valid integer"),
        (["--exact"], "--exact: means something with --check only; add --check"),
        (["--check", "--list"], "--list: contradicts --check"),
        (["--check", "--force"], "--force: contradicts --check"),
        (["--check", "--watch"], "--watch: contradicts --check"),
        (["-", "--watch"], "--watch: standard input cannot be watched; name a file"),
        (["--scheduler", "tcp://127.0.0.1:1", "-j", "2"], "--scheduler: contradicts --jobs"),
        (["--jbos", "2"], "--jbos: no such option; did you mean --jobs?"),
        (["a.toml", "b.toml"], "unexpected extra argument"),
    ],
)
def test_usage_errors(batch, manifest, words, said):
    done = batch(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_fails_its_figure(batch, manifest, tmp_path):
    (tmp_path / "deep").mkdir(mode=0o500)
    done = batch()
    assert done.returncode == 3
    assert "permission denied" in done.stderr


def test_nobody_listening_does_not_stop_the_drawing(manifest, tmp_path):
    """As in ``gradplot batch 2>&1 | head -1``."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "gradplot", "batch"], cwd=tmp_path, stdout=writer, stderr=writer
    )
    os.close(writer)
    assert done.returncode in (0, 3)
    for figure in load(manifest):
        for output in figure.outputs:
            assert os.path.exists(output.path)


def test_numpy_matplotlib_and_rich_stay_unloaded_where_nothing_is_drawn(batch, manifest, tmp_path):
    """Nor what worker processes take."""
    assert batch("-q").returncode == 0
    script = (
        "import sys\n"
        "from gradplot.cli.boundary import outcome\n"
        "assert outcome(['batch', *sys.argv[1:]]) == 0\n"
        "heavy = 'numpy matplotlib rich subprocess concurrent importlib.metadata'.split()\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    for words in ([], ["--check"]):
        done = subprocess.run(
            [sys.executable, "-c", script, *words], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.stdout == "[]\n", done.stderr


def test_hostile_surroundings_change_no_byte(batch, manifest, tmp_path):
    """A matplotlibrc, a backend that does not exist, a hash seed: none of them is in the spec."""
    batch("-q")
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 20\n")
    hostile = {**os.environ, "MPLBACKEND": "no.such.backend", "PYTHONHASHSEED": "7"}
    done = batch("--check", "--exact", env=hostile)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_a_module_in_the_working_directory_is_not_imported(batch, manifest, tmp_path):
    for name in ("json", "numpy", "struct", "gradplot"):
        (tmp_path / f"{name}.py").write_text(f"raise SystemExit('the wrong {name}')")
    installed = subprocess.run(
        [sys.executable, "-P", "-m", "gradplot", "batch", "-q"], cwd=tmp_path, capture_output=True
    )
    assert installed.returncode == 0, installed.stderr


def test_the_style_sheet_decides_too(batch, manifest, tmp_path):
    sheet = tmp_path / "my.mplstyle"
    sheet.write_text("lines.linewidth: 5\n")
    manifest.write_text(TWO.replace("[defaults]", '[defaults]\nstyle = "my.mplstyle"'))
    assert batch("-q").returncode == 0
    assert batch("--check").returncode == 0
    sheet.write_text("lines.linewidth: 6\n")
    assert batch("--check").returncode == 1


def test_a_malformed_style_sheet_is_found_before_anything_is_drawn(batch, manifest, tmp_path):
    (tmp_path / "bad.mplstyle").write_text("lines.linewidth: wide\n")
    manifest.write_text(TWO + 'style = "bad.mplstyle"\n')
    done = batch()
    assert done.returncode == 2
    assert "bad.mplstyle: " in done.stderr
    assert "(the style of figure 2)" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "relu.svg").exists()


@pytest.mark.skipif(os.name != "posix", reason="closes descriptors as shells do")
@pytest.mark.parametrize(
    ("redirection", "said"), [("<&-", "there is none"), ("0> out", "Bad file")]
)
def test_standard_input_that_cannot_be_read(manifest, tmp_path, redirection, said):
    command = f"{sys.executable} -m gradplot batch - {redirection}"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.startswith("gradplot: <stdin>: ")


def test_the_single_commands_and_the_batch_write_the_same_bytes(batch, manifest, tmp_path):
    batch("-q")
    subprocess.run(
        [sys.executable, "-m", "gradplot", "relu", "--size", "2x2", "--dpi", "50", "-d", "1",
         "-o", "single.svg", "-q"],
        cwd=tmp_path, check=True,
    )  # fmt: skip
    assert (tmp_path / "single.svg").read_bytes() == (tmp_path / "relu.svg").read_bytes()


def test_fingerprints_are_in_the_files(batch, manifest):
    from gradplot.output.freshness import read

    batch("-q")
    for figure in load(manifest):
        for output in figure.outputs:
            assert read(output.path) == fingerprint(figure.spec, output.format)


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_a_terminal_gets_a_progress_bar_that_leaves_no_trace(manifest, tmp_path):
    import pty

    (tmp_path / "deep").write_text("in the way")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gradplot", "batch", "--force"],
        cwd=tmp_path,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "200"},
    )
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 65536):
            seen += chunk
    except OSError:  # how a pseudo-terminal ends
        pass
    os.close(ours)
    assert process.wait() == 3
    text = seen.decode()
    assert "Drawing" in text
    assert "2/2" in text
    assert "1 failed" in text
    assert "failed deep/er/tanh.svg (figure 2): " in text
    assert "wrote" not in text
    # After the bar: a line up, the line erased, the summary.
    assert text.endswith("\x1b[1A\x1b[2K1 drawn, 0 unchanged, 1 failed\r\n")
