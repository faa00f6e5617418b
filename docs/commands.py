"""Write docs/commands.md from the commands themselves; with --check, fail if it is out of date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click
from console import same

from gradplot.cli.app import COMMANDS, app
from gradplot.functions.activations.table import ACTIVATIONS

PAGE = Path(__file__).with_name("commands.md")
#: The activation whose help stands for all.
SHOWN = "tanh"
#: Help is laid out by click: its next release may lay it out in other words.
CLICK = "click " + ".".join(version("click").split(".")[:2])


def main() -> None:
    page = "\n".join(lines())
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
        return
    written = PAGE.read_text(encoding="utf-8")
    if same(written, page):
        return
    if CLICK not in written.partition("\n")[0]:
        print(f"{PAGE.name}: not checked, it was not written with {CLICK}", file=sys.stderr)
        return
    sys.exit(f"{PAGE.name} is out of date; run `make docs`")


def lines() -> Iterator[str]:
    yield f"<!-- Written by `make docs` with {CLICK}; the text is in src/gradplot/cli. -->"
    yield "# Commands"
    yield from helped("gradplot", app)
    yield "\n## Activations\n"
    yield from table()
    yield f"\nThe command of each takes the options that `gradplot {SHOWN}` takes:"
    yield from helped(f"gradplot {SHOWN}", command(SHOWN))
    yield from own_options()
    for name in COMMANDS:
        yield f"\n## gradplot {name}"
        yield from helped(f"gradplot {name}", command(name))


def table() -> Iterator[str]:
    yield "| activation | act(z) | sup\\|act'\\| | also called |"
    yield "|---|---|---|---|"
    for name, entry in ACTIVATIONS.items():
        cells = (
            f"`{name}`",
            f"`{entry.formula}`",
            entry.supremum_text,
            ", ".join(f"`{alias}`" for alias in entry.aliases),
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def own_options() -> Iterator[str]:
    """What an activation's command takes beyond the options of all."""
    common = {param.name for param in command(SHOWN).params}
    for name in ACTIVATIONS:
        context = click.Context(command(name), info_name=f"gradplot {name}")
        for param in context.command.params:
            record = param.get_help_record(context)
            if param.name not in common and record:
                yield f"\n`gradplot {name}` also takes `{record[0]}`: {record[1]}"


def command(name: str) -> click.Command:
    found = app.get_command(click.Context(app), name)
    assert found is not None
    return found


def helped(path: str, found: click.Command) -> Iterator[str]:
    context = click.Context(found, info_name=path, terminal_width=88, **found.context_settings)
    yield f"\n```\n$ {path} --help\n{found.get_help(context)}\n```"


if __name__ == "__main__":
    main()
