"""Shell completion, asked for as the shells' own scripts ask."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

Process = Callable[..., "subprocess.CompletedProcess[str]"]


def completions(process: Process, line: str) -> set[str]:
    """What bash would offer for the last word of ``line``."""
    words = line.split(" ")
    done = process(
        env={
            "_GRADPLOT_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        }
    )
    assert done.stderr == ""
    return {found.partition(",")[2] for found in done.stdout.splitlines()}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(process: Process, shell: str) -> None:
    done = process(env={"_GRADPLOT_COMPLETE": f"{shell}_source"})
    assert done.returncode == 0
    assert "_GRADPLOT_COMPLETE" in done.stdout


def test_commands(process: Process) -> None:
    assert completions(process, "gradplot sof") == {"softplus", "softsign"}
    assert completions(process, "gradplot b") == {"batch"}
    assert completions(process, "gradplot swi") == {"swish"}


def test_options(process: Process) -> None:
    assert completions(process, "gradplot tanh --the") == {"--theme"}
    assert completions(process, "gradplot tanh --depths 1 2 --no-p") == {"--no-plot"}
    assert "--alpha" in completions(process, "gradplot elu --")


def test_values(process: Process) -> None:
    assert completions(process, "gradplot tanh --theme ") == {"light", "dark", "auto"}
    assert completions(process, "gradplot tanh --panels s") == {"slope"}
    assert completions(process, "gradplot tanh --size s") == {"slide"}
