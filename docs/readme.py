"""Put into README.md what its commands print and its pictures say; the tests hold it to that."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from console import PICTURE, blocks, description, run, same, write_files

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


def main() -> None:
    page = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        write_files(page, Path(folder))
        for session in [session for block in blocks(page) for session in block]:
            done = run(session, Path(folder))
            if done.returncode:
                sys.exit(f"README.md: {session.line}\n{done.stderr}")
            if not session.output or same(session.output, done.stdout):
                continue
            shown = "\n".join(line.rstrip() for line in done.stdout.splitlines())
            page = page.replace(
                f"$ {session.command}\n{session.output}", f"$ {session.command}\n{shown}\n"
            )
    page = PICTURE.sub(
        lambda shown: f"![{description(ROOT / shown['path'])}]({shown['path']})", page
    )
    README.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
