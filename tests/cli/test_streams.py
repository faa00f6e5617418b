"""Standard output and standard error: what goes where, whatever they are connected to."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import COMMAND, Said

Say = Callable[..., Said]
Process = Callable[..., "subprocess.CompletedProcess[str]"]
Shell = Callable[[str], "subprocess.CompletedProcess[str]"]

full_disk = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


def test_the_table_goes_out_and_the_rest_to_standard_error(process: Process, here: Path) -> None:
    done = process("tanh")
    assert done.returncode == 0
    assert "maximum slope" in done.stdout
    assert done.stderr == "wrote tanh.png\n"
    assert (here / "tanh.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_on_standard_output_moves_the_table(here: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "tanh", "-o", "-", "--format", "png"], capture_output=True, timeout=120
    )
    assert done.returncode == 0
    assert done.stdout.startswith(b"\x89PNG")
    assert done.stdout.endswith(b"IEND\xaeB`\x82")
    assert b"maximum slope" in done.stderr
    assert not list(here.iterdir())


def test_the_same_bytes_on_standard_output_and_on_disk(here: Path) -> None:
    words = ["tanh", "-q", "-o", "a.svg", "-", "--format", "svg"]
    done = subprocess.run([*COMMAND, *words], capture_output=True, timeout=120)
    assert done.stdout == (here / "a.svg").read_bytes()
    assert done.stderr == b""


def test_several_outputs_are_named_one_by_one(say: Say, here: Path) -> None:
    said = say("tanh", "-o", "a.svg", "b/c.pdf", "-o", "a.svg", "--no-title")
    assert said.err == "wrote a.svg\nwrote b/c.pdf\n"
    assert (here / "b" / "c.pdf").read_bytes().startswith(b"%PDF")


def test_format_names_the_default_picture_and_names_without_suffix(say: Say, here: Path) -> None:
    assert say("swish", "--format", "svg", "-q").code == 0
    assert say("tanh", "--format", "svg", "-o", "plain", "-q").code == 0
    assert {path.name for path in here.iterdir()} == {"silu.svg", "plain"}


def test_quiet_says_nothing(say: Say, here: Path) -> None:
    assert say("tanh", "-q") == Said(0, "", "")
    assert (here / "tanh.png").exists()


def test_json_and_csv_replace_the_table(say: Say) -> None:
    said = say("tanh", "--no-plot", "--json")
    data = json.loads(said.out, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert [row["max_slope"] for row in data["depths"]] == [8, 64, 512]
    assert said.err == ""
    rows = list(csv.DictReader(io.StringIO(say("tanh", "--no-plot", "--csv").out)))
    assert [row["depth"] for row in rows] == ["1", "2", "3"]
    assert [float(row["max_slope"]) for row in rows] == [8, 64, 512]


def test_quiet_leaves_json_alone(say: Say) -> None:
    assert json.loads(say("tanh", "--no-plot", "--json", "-q").out)


def test_the_outputs_are_in_the_json(say: Say) -> None:
    assert json.loads(say("tanh", "--json", "-o", "a.svg").out)["outputs"] == ["a.svg"]


@pytest.mark.parametrize("words", ["tanh", "tanh --json", "--help", "activations", "tanh -h"])
def test_a_closed_pipe_ends_quietly(shell: Shell, here: Path, words: str) -> None:
    done = shell(f"set -o pipefail; gradplot {words} | true; exit ${{PIPESTATUS[0]}}")
    assert done.returncode == 0
    assert done.stderr in ("", "wrote tanh.png\n")
    if words.startswith("tanh") and "-h" not in words:
        assert (here / "tanh.png").read_bytes().endswith(b"IEND\xaeB`\x82")


def test_the_first_line_alone(shell: Shell) -> None:
    done = shell("gradplot tanh --no-plot --depths 1-9 | head -1")
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_a_picture_that_nobody_takes(shell: Shell) -> None:
    done = shell("gradplot tanh -q -o - --format svg | true; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_who_leaves_costs_no_file(shell: Shell, here: Path) -> None:
    shell("gradplot tanh -q -o - a.svg --format svg | true")
    assert (here / "a.svg").read_bytes().endswith(b"</svg>\n")


@full_disk
@pytest.mark.parametrize("words", ["tanh --no-plot", "tanh --no-plot --json", "--help", "-V"])
def test_a_table_on_a_full_disk(shell: Shell, words: str) -> None:
    done = shell(f"gradplot {words} > /dev/full")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("gradplot: standard output: No space left on device")


@full_disk
def test_a_picture_on_a_full_standard_output(shell: Shell) -> None:
    done = shell("gradplot tanh -o - --format svg > /dev/full")
    assert done.returncode == 3
    assert done.stderr.startswith("gradplot: standard output: No space left on device")


@full_disk
def test_a_full_standard_error_does_not_hide_the_code(shell: Shell) -> None:
    assert shell("gradplot tanh -d 0 2> /dev/full").returncode in (2, 3)
    assert shell("gradplot tanh --no-plot 2> /dev/full").returncode == 0


def test_closed_descriptors(shell: Shell, here: Path) -> None:
    """What is closed takes no text, and no file that is opened later takes its place."""
    done = shell("gradplot tanh -o a.svg >&-")
    assert done.returncode == 3
    assert "standard output" in done.stderr
    assert (here / "a.svg").read_bytes().endswith(b"</svg>\n")
    assert shell("gradplot tanh -q -o b.svg <&- >&- 2>&-").returncode == 0
    assert (here / "b.svg").read_bytes() == (here / "a.svg").read_bytes()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
@pytest.mark.parametrize(
    "words",
    [
        ("tanh", "--no-plot", "-b", ".5", "-d", "1", "50"),
        ("activations",),
        ("--help",),
        ("selu", "-h"),
    ],
)
def test_an_encoding_without_our_signs(
    process: Process, encoding: str, words: tuple[str, ...]
) -> None:
    done = process(*words, env={"PYTHONIOENCODING": encoding}, encoding=encoding)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "?" not in done.stdout
    assert "─" not in done.stdout
    table = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert len({len(line) for line in table}) <= 1, "columns do not stand under one another"


def test_a_sign_that_is_missing_says_no_more_than_is_proven(process: Process) -> None:
    done = process(
        "tanh", "--no-plot", "-d", "1", "5", "-w", "50", env={"PYTHONIOENCODING": "ascii"}
    )
    assert "<=0.001% of x" in done.stdout


def test_no_terminal_no_colour_no_cropping(process: Process) -> None:
    done = process("tanh", "--no-plot", "--depths", "1-30", env={"COLUMNS": "40"})
    assert "\x1b" not in done.stdout
    assert "…" not in done.stdout
    lines = done.stdout.splitlines()
    assert sum(line.split()[:1] == [str(depth)] for depth in range(1, 31) for line in lines) == 30
    assert max(map(len, lines)) > 80
    assert lines[-1].startswith("exploding: ")


def run_on_terminal(*words: str, columns: int = 80, **env: str) -> str:
    """What a command shows on a terminal of so many columns (both streams)."""
    pty = pytest.importorskip("pty")
    import fcntl
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        [*COMMAND, *words],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TERM": "xterm-256color", **env},
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            piece = os.read(leader, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(leader)
    process.wait(timeout=60)
    return shown.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")
class TestTerminal:
    """What only a terminal gets."""

    def test_colour_and_the_terminal_s_own_width(self, here: Path) -> None:
        shown = run_on_terminal("tanh", "--no-plot", "-b", "0.5", "-d", "1", "10", "50")
        assert "\x1b[1;31mexploding" in shown
        assert "10^45.046" in shown

    def test_no_color(self, here: Path) -> None:
        assert "\x1b[1;31m" not in run_on_terminal("tanh", "--no-plot", NO_COLOR="1")
        assert "\x1b" not in run_on_terminal("tanh", "-d", "0", NO_COLOR="1")
        assert "\x1b" not in run_on_terminal("tanh", "-d", "0", TERM="dumb")

    def test_an_error_stands_out(self, here: Path) -> None:
        assert run_on_terminal("tanh", "-d", "0").startswith("\x1b[31m\x1b[1mgradplot:")

    @pytest.mark.parametrize("columns", [40, 80])
    def test_nothing_is_cropped(self, here: Path, columns: int) -> None:
        shown = run_on_terminal("tanh", "--no-plot", "-d", "1", "50", columns=columns, NO_COLOR="1")
        assert "…" not in shown
        plain = re.sub(r"\x1b\[[\d;]*m", "", shown)
        assert max(map(len, plain.splitlines())) <= columns
        assert re.search(r"10\^\s*45.154", plain)

    def test_a_picture_is_not_put_on_it(self, here: Path) -> None:
        shown = run_on_terminal("tanh", "-o", "-", "--format", "svg", NO_COLOR="1")
        assert shown.count("\n") == 1
        assert "--output: " in shown
        assert "terminal" in shown

    @pytest.mark.slow
    def test_long_work_shows_progress(self, here: Path) -> None:
        """And takes it away again, with the cursor back in its place."""
        shown = run_on_terminal("sin", "-w", "3", "-b", "1", "-d", "1-40", "--no-plot")
        assert "Bracketing" in shown
        assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")
        assert "Bracketing" not in shown[shown.rindex("depth") :]
