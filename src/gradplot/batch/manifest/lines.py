"""Where a key stands in a manifest's text, so that an error can name its line."""

from __future__ import annotations

import re

_HEADER = r"""\s*\[(\[)?\s*["']?([\w-]+)["']?\s*\]"""


class Lines:
    """The lines of a TOML document. tomllib keeps none, so they are found again when needed."""

    def __init__(self, text: str) -> None:
        self.text = text

    def find(self, section: str, number: int, *, key: str) -> int | None:
        """The line of ``key`` in the section, else of its header, else None; lines start at 1.

        ``section`` is "" for the top of the document; ``number`` counts the ``[[section]]`` of
        that name from 1.
        """
        lines = self.text.splitlines()
        start = 0
        if section:
            headers = [
                index
                for index, line in enumerate(lines)
                if (found := re.match(_HEADER, line)) and found[2] == section
            ]
            if len(headers) < max(number, 1):
                return None
            start = headers[max(number, 1) - 1] + 1
        end = start
        while end < len(lines) and not re.match(_HEADER, lines[end]):
            end += 1
        # "matrix.weight" stands at weight under [figure.matrix], or at matrix = { weight = … }.
        for name in (key.rpartition(".")[2], key.partition(".")[0].partition(" ")[0]):
            named = re.compile(rf"""\s*["']?{re.escape(name)}["']?\s*[.=]""")
            for index in range(start, end):
                if named.match(lines[index]):
                    return index + 1
        return start or None
