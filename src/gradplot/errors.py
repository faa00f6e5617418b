"""The kinds of error a user can cause; nothing else is raised for a user's mistake.

Every message says what is wrong, the value, and the cure, on one line.
"""

from __future__ import annotations


class GradplotError(Exception):
    """Something could not be computed, drawn or written."""

    exit_code = 3


class InputError(GradplotError):
    """A value that the user gave cannot be used.

    ``key`` is the long option name, which is also the manifest key (``"depths"``, ``"x-range"``),
    so that each front door can say where it stood (``--depths``, ``figure 3: depths``).
    """

    exit_code = 2

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key
        self.message = message

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str]]:
        return type(self), (self.key, self.message)


class ManifestError(GradplotError):
    """A manifest cannot be used; the message has a line for each problem, saying where it is."""

    exit_code = 2


class OutputError(GradplotError):
    """A file or a stream could not be written."""
