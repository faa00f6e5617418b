"""Measure all, or the sections named, on this machine: `python -m bench [SECTION ...]`."""

from __future__ import annotations

import argparse

from rich.console import Console

from bench import batch, beside, deep, numerics, single
from bench.machine import machine
from bench.page import PAGE, page, renewed, show

SECTIONS = {
    "single": single.section,
    "batch": batch.section,
    "numerics": numerics.section,
    "beside": beside.section,
    "deep": deep.section,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    names = parser.parse_args().sections or list(SECTIONS)
    for name in names:
        if name not in SECTIONS:
            parser.error(f"{name} is not one of {', '.join(SECTIONS)}")
    console = Console(width=120)
    found = []
    for name in names:
        found.append(SECTIONS[name]())
        show(found[-1], console)
    if len(names) == len(SECTIONS):
        text = page(machine(), found)
    else:
        text = renewed(PAGE.read_text(encoding="utf-8"), machine(), found)
    PAGE.write_text(text, encoding="utf-8")
    console.print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
