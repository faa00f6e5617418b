"""Standard output and standard error: text that any encoding can show, and honest failures."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import IO, TYPE_CHECKING

from gradplot.errors import OutputError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

#: What stands for a character that the stream's encoding lacks. With the blank behind it, "<=" is
#: as wide as what was laid out; "<" alone would say more than is proven.
PLAIN = {
    "×": "x",
    "·": "*",
    "−": "-",
    "–": "-",
    "≈": "~",
    "≤ ": "<=",
    "≥ ": ">=",
    "≤": "<=",
    "≥": ">=",
    "…": "...",
    "²": "^2",
    "³": "^3",
    "√": "sqrt ",
    "π": "pi",
    "Φ": "Phi",
    "∞": "inf",
    "±": "+-",
    "→": "->",
    "⁻": "-",
    "⁺": "+",
    "•": "*",
}


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    character = error.object[error.start]
    if "\udc80" <= character <= "\udcff":  # a byte of a file name that is not text
        return bytes([ord(character) - 0xDC00]), error.start + 1
    for length in (2, 1):
        sign = error.object[error.start : error.start + length]
        if sign in PLAIN:
            return PLAIN[sign], error.start + len(sign)
    return "?", error.start + 1


codecs.register_error("gradplot", _plain)


def prepare() -> None:
    """Make both streams safe to write to, whatever they are and however they are encoded."""
    # A closed descriptor would be given to the first file that is opened, and so be written over.
    # Held open for reading alone, it fails on writing, which is the truth.
    for number in (0, 1, 2):  # each opens as the lowest number that is free
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="gradplot")


def shown(text: str) -> str:
    """The text as standard output can show it, for what is laid out in columns."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "gradplot").decode(encoding)


def emit(data: str | bytes, *, err: bool = False) -> None:
    """Write all of ``data`` now, to standard output or standard error.

    BrokenPipeError where nobody reads any more; OutputError for any other failure.
    """
    stream = sys.stderr if err else sys.stdout
    try:
        if isinstance(data, bytes):
            stream.flush()
            stream.buffer.write(data)
        else:
            stream.write(data)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        name = "standard error" if err else "standard output"
        raise OutputError(f"{name}: {error.strerror}; write elsewhere") from None


def abandon(stream: IO[str]) -> None:
    """Send what is still to be written on a failed stream nowhere, and quietly."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    except (OSError, ValueError):
        pass
    finally:
        os.close(nowhere)


def console(*, err: bool = False) -> Console:
    """The rich console of a stream."""
    import shutil

    from rich.console import Console

    from gradplot.output.report.fitted import UNBOUNDED

    stream = sys.stderr if err else sys.stdout
    # Not rich's own guess, which crops what is no terminal at 80 columns, and takes a dumb one for
    # as wide.
    size = shutil.get_terminal_size() if stream.isatty() else (UNBOUNDED, 25)
    return Console(
        file=stream, width=size[0], height=size[1], highlight=False, emoji=False, markup=False
    )


def drawn(renderable: RenderableType, *, err: bool = False) -> str:
    """What rich draws for a stream, without blanks at the ends of lines."""
    screen = console(err=err)
    with screen.capture() as captured:
        screen.print(renderable)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())
