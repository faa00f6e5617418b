"""Put the starter and the keys into docs/manifest.md; with --check, fail if it is out of date."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from gradplot.batch.manifest.keys import FUNCTIONS, Key, figure_keys
from gradplot.batch.manifest.starter import STARTER

PAGE = Path(__file__).with_name("manifest.md")


def main() -> None:
    written = PAGE.read_text(encoding="utf-8")
    page = filled(written, "starter", f"```toml\n{STARTER}```")
    page = filled(page, "keys", table())
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
    elif written != page:
        sys.exit(f"{PAGE.name} is out of date; run `make docs`")


def filled(page: str, name: str, text: str) -> str:
    """The page with ``text`` between the marks of this name."""
    marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return marks.sub(lambda found: f"{found[1]}{text}\n{found[2]}", page)


def table() -> str:
    rows = ["| key | what it is | value |", "|---|---|---|"]
    for name, key in figure_keys().items():
        rows.append(f"| `{name}` | {key.purpose}{beside(name, key)} | {key.kind.words} |")
    return "\n".join(rows)


def beside(name: str, key: Key) -> str:
    """Beside which of the keys that choose a function this one may stand, where not beside all."""
    if name in key.functions or set(key.functions) == set(FUNCTIONS):
        return ""
    return f" (with {' or '.join(f'`{function}`' for function in key.functions)})"


if __name__ == "__main__":
    main()
