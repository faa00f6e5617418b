"""The preview: the curves in braille, on a terminal only, and within its width."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gradplot.rendering import render

from .conftest import COMMAND, Said

pty = pytest.importorskip("pty", reason="no pseudo-terminals here")


def text(name: str, *, width: int = 80, **options: object) -> list[str]:
    return str(render(name, preview_width=width, **options).preview).splitlines()


def on_terminal(folder: Path, *words: str, **environment: str) -> tuple[int, str]:
    """What the command shows on a terminal of its own, and its exit code."""
    leader, follower = pty.openpty()
    given = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "80"}
    process = subprocess.Popen(
        [*COMMAND, *words],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        cwd=folder,
        env=given | {"PYTHONIOENCODING": "utf-8", **environment},
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            data = os.read(leader, 65536)
        except OSError:  # how Linux says that nobody writes any more
            break
        if not data:
            break
        shown += data
    os.close(leader)
    return process.wait(60), shown.decode()


@pytest.mark.parametrize("options", [{"weight": 8}, {"weight": 0.5, "x_range": (-3, 3)}])
def test_the_dots_are_where_the_curve_is(options: dict[str, object]) -> None:
    """Every column of dots reaches the curve's own values, to a dot and a half."""
    lines = text("tanh", depths=1, panels="value", y_range=(-1, 1), **options)
    rows = [line[line.index("│" if "│" in line else "┤") + 1 :] for line in lines[1:19]]
    columns = max(len(row.split(" depth")[0].rstrip()) for row in rows)
    low, high = options.get("x_range", (-1, 1))
    for column in range(2, columns - 2):
        seen = [r for r, row in enumerate(rows) if "\u2801" <= row[column : column + 1] <= "\u28ff"]
        across = len(lines[-2].split("└")[1])
        x = low + np.array([column, column + 1]) / across * (high - low)
        y = np.tanh(options["weight"] * x)
        assert min(seen) <= (1 - y[1]) / 2 * 18 + 0.4
        assert max(seen) + 1 >= (1 - y[0]) / 2 * 18 - 0.4


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("panels", ["both", "value", "slope"])
def test_it_fits_the_width_and_shows_the_panels_asked_for(width: int, panels: str) -> None:
    lines = text("tanh", width=width, panels=panels, bias=0.5, depths=[1, 10])
    assert max(map(len, lines)) <= width
    whole = "\n".join(lines)
    assert ("value  y" in whole) == (panels != "slope")
    assert ("|dy/dx|" in whole) == (panels != "value")
    assert ("10^9.012" in whole) == (panels != "value")
    assert "depth 10" in whole


@pytest.mark.parametrize("width", [20, 24, 30])
def test_a_very_narrow_one_has_curves_and_no_names(width: int) -> None:
    lines = text("tanh", width=width, bias=0.5, depths=[1, 10])
    assert max(map(len, lines)) <= width
    assert any("⠤" in line or "⠒" in line for line in lines)


def test_a_parameter_on_the_axis_is_what_the_axes_say() -> None:
    whole = "\n".join(text("sigmoid", along=["bias", -3, -2], target=0.7, depths=[10]))
    assert "loss  E" in whole
    assert "slope  |dE/db|" in whole
    assert whole.endswith("  b")


def test_of_many_depths_some_are_named_evenly_and_each_peak_in_its_place() -> None:
    lines = text("sigmoid", weight=2, depths="1-20", width=80)
    named = [int(line.split("depth ")[1]) for line in lines if "depth " in line]
    assert (named[0], named[-1]) == (1, 20)
    assert named == sorted(named)
    slopes = lines[lines.index(next(line for line in lines if "slope" in line)) :]
    decades = [at for at, line in enumerate(slopes) if "10⁻⁵ ┤" in line]
    peaks = {line.split()[-1]: at for at, line in enumerate(slopes)}
    assert abs(peaks["0.00002448"] - decades[0]) <= 1
    assert peaks["10^-10.984"] > decades[0] + 4


def test_a_slope_without_bound_is_named_at_the_top() -> None:
    assert text("tan(3*x)", panels="slope")[1].endswith("unbounded")


def test_it_is_for_terminals(say: Callable[..., Said], here: Path) -> None:
    said = say("tanh", "--preview")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("gradplot: --preview: standard output is no terminal; ")
    assert not list(here.iterdir())


def test_it_is_shown_on_one_and_draws_no_file_unasked(here: Path) -> None:
    code, shown = on_terminal(here, "tanh", "--preview", NO_COLOR="")
    assert code == 0
    assert "\x1b[38;2;" in shown  # depth 3, not dimmed
    assert "⠒" in shown
    assert "maximum slope" in shown
    assert not list(here.iterdir())
    code, shown = on_terminal(here, "tanh", "--preview", "-o", "tanh.svg")
    assert (code, [path.name for path in here.iterdir()]) == (0, ["tanh.svg"])


def test_no_colour_means_none(here: Path) -> None:
    code, shown = on_terminal(here, "tanh", "--preview", NO_COLOR="1")
    assert code == 0
    assert "38;2" not in shown
    assert "⠒" in shown


def test_a_dumb_terminal_is_as_wide_as_it_is(here: Path) -> None:
    code, shown = on_terminal(here, "tanh", "--preview", TERM="dumb", COLUMNS="60")
    assert code == 0
    assert max(map(len, shown.splitlines())) <= 60
    assert "\x1b" not in shown


@pytest.mark.parametrize("rival", ["--json", "--csv", "--quiet", "--no-plot"])
def test_it_contradicts_other_reports(here: Path, rival: str) -> None:
    code, shown = on_terminal(here, "tanh", "--preview", rival)
    assert code == 2
    assert f"--preview: contradicts {rival}" in shown


def test_a_terminal_without_its_letters_is_told(here: Path) -> None:
    code, shown = on_terminal(here, "tanh", "--preview", PYTHONIOENCODING="latin-1")
    assert code == 2
    assert "use a UTF-8 locale" in shown


def test_it_loads_no_matplotlib() -> None:
    program = (
        "import sys, gradplot; gradplot.render('tanh', preview_width=80); "
        "print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


@pytest.mark.parametrize("words", [("map", "tanh"), ("explain", "tanh")])
def test_what_has_no_curves_does_not_offer_it(
    say: Callable[..., Said], here: Path, words: tuple[str, ...]
) -> None:
    assert "--preview" not in say(words[0], "--help").out
    code, shown = on_terminal(here, *words, "--preview")
    assert code == 2
    assert "--preview: shows curves, and this has none" in shown
