"""What a Markdown page shows of gradplot: commands and what came out, files, and pictures.

A line that starts with "$ " is a command (a trailing backslash continues it); the lines under it,
up to the next command, are its standard output. A command without output under it was shown for its
picture: it is run, and what it prints is not compared.
"""

from __future__ import annotations

import html
import math
import os
import re
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: A file that the page shows, with its name in a comment that is its first line.
SHOWN = re.compile(
    r"^```(?:toml|yaml|latex|make|html|markdown)\n"
    r"((?:#|%|<!--) (\S+\.\w+|Makefile)(?: -->)?\n.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
#: A picture with its alternative text.
PICTURE = re.compile(r"!\[(?P<alt>[^]]*)\]\((?P<path>\S+\.svg)\)")
#: What a reader's own settings must not change.
PRIVATE = ("GRADPLOT_", "MPL", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "PYTHON")
#: Boxes, spaces and line breaks are laid out by rich and click, as each release sees fit.
LAYOUT = re.compile(r"[\s─-╿]+")
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


ROOT = Path(__file__).parents[1]


def pages() -> list[Path]:
    """README.md and every page of the documentation that is written by hand."""
    written = (ROOT / "docs").glob("[a-z]*.md"), (ROOT / "docs" / "howto").glob("*.md")
    return [ROOT / "README.md", *sorted(path for found in written for path in found)]


@dataclass(frozen=True)
class Session:
    """One command and the output that the page shows under it."""

    command: str
    output: str

    @property
    def line(self) -> str:
        """The command as one line."""
        return re.sub(r"\\\n\s*", "", self.command)


def blocks(page: str) -> Iterator[list[Session]]:
    """The commands of every block on the page, in order."""
    for block in BLOCK.findall(page):
        sessions = []
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            typed = re.match(r"(?:.*\\\n)*.*\n", part)
            assert typed is not None
            sessions.append(Session(command=typed[0].rstrip("\n"), output=part[typed.end() :]))
        yield sessions


def write_files(page: str, folder: Path) -> None:
    """Put the files that the page shows where its commands expect them."""
    for text, name in SHOWN.findall(page):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".md"):  # front matter must stand first
            text = text.partition("\n")[2]
        path.write_text(text, encoding="utf-8")


def description(picture: Path) -> str:
    """The alternative text that lies inside an SVG."""
    found = re.search(r"<desc[^>]*>(.*?)</desc>", picture.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None, picture
    return html.unescape(found[1])


def run(session: Session, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command by the shell in ``folder``, this environment's gradplot first on PATH."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(PRIVATE)}
    environment["PATH"] = sysconfig.get_path("scripts") + os.pathsep + environment["PATH"]
    environment["PYTHONUTF8"] = "1"
    return subprocess.run(
        ["sh", "-c", session.line],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )


def same(shown: str, printed: str) -> bool:
    """Whether two outputs say the same: the same words, and the same numbers to nine digits.

    The last digits of a bound are the processor's affair; the layout is that of rich and click.
    """
    one, other = (LAYOUT.sub(" ", text).strip() for text in (shown, printed))
    return NUMBER.sub("#", one) == NUMBER.sub("#", other) and all(
        math.isclose(float(a), float(b), rel_tol=1e-9)
        for a, b in zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    )
