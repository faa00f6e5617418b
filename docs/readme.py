"""Put into README.md and the pages what their commands print and their pictures say.

The tests hold the pages to that.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from console import PICTURE, blocks, description, pages, run, same, write_files


def main() -> None:
    for path in pages():
        text = path.read_text(encoding="utf-8")
        now = refreshed(text, path)
        if now != text:
            path.write_text(now, encoding="utf-8")


def refreshed(page: str, path: Path) -> str:
    """The page, with what its commands print now."""
    with tempfile.TemporaryDirectory() as folder:
        write_files(page, Path(folder))
        for session in [session for block in blocks(page) for session in block]:
            done = run(session, Path(folder))
            if done.returncode:
                sys.exit(f"{path.name}: {session.line}\n{done.stderr}")
            if not session.output or same(session.output, done.stdout):
                continue
            shown = "\n".join(line.rstrip() for line in done.stdout.splitlines())
            page = page.replace(
                f"$ {session.command}\n{session.output}", f"$ {session.command}\n{shown}\n"
            )
    return PICTURE.sub(
        lambda shown: (
            f"![{description(path.parent / shown['path'])}]({shown['path']})"
            if (path.parent / shown["path"]).exists()
            else shown[0]
        ),
        page,
    )


if __name__ == "__main__":
    main()
