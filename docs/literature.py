"""Write docs/LITERATURE.md by running a command for each claim; with --check, fail if it is stale.

The figures are those of examples/literature.toml, the claims those of docs/sources.py.
"""

from __future__ import annotations

import json
import math
import shlex
import sys
import textwrap
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from pathlib import Path
from typing import Any

from claims import Bracket, Claim
from console import ROOT, Session, run, same
from sources import SOURCES

from gradplot.output.report.digits import number_text

PAGE = Path(__file__).with_name("LITERATURE.md")
MANIFEST = ROOT / "examples" / "literature.toml"
#: One part in 10^9 of a number, in its logarithm.
SLACK = 4e-10
#: What is asked of a number's bracket: (expected, lower, upper), as logarithms to the base 10.
RELATIONS: dict[str, Callable[[float, float, float], bool]] = {
    "equal to": lambda expected, lower, upper: lower - SLACK <= expected <= upper + SLACK,
    "at most": lambda expected, lower, upper: upper <= expected + SLACK,
    "at least": lambda expected, lower, upper: lower >= expected - SLACK,
    "below": lambda expected, lower, upper: upper < expected,
    "above": lambda expected, lower, upper: lower > expected,
}
OPENING = """\
<!-- Written by `make docs` from examples/literature.toml and docs/sources.py. -->
# The literature, checked

What has been written about exploding and vanishing gradients, and what gradplot finds: a command
for each claim. {count} claims, of which {hold} hold{rest}.

*Expected* is worked out from the closed form that a claim rests on. *Computed* is what the command
prints with `--json`. The verdict is a comparison of the two and nothing else: *equal* numbers agree
to one part in 10^9, expected inside the bounds that are proven; "at most" and "at least" allow for
as much; "below" and "above" are strict. `gradplot batch examples/literature.toml` draws them all.
"""


def main() -> None:
    page = written(figures(), run_all(figures()))
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
    elif stale(page):
        sys.exit(f"{PAGE.name} is out of date; run `make docs`")


def stale(page: str) -> bool:
    """Whether the page that is there says anything else than this one."""
    return not PAGE.exists() or not same(PAGE.read_text(encoding="utf-8"), page)


def figures() -> dict[str, dict[str, Any]]:
    """The manifest's figures by the names of their pictures."""
    manifest = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))
    return {Path(figure["output"]).stem: figure for figure in manifest["figure"]}


def command(figure: Mapping[str, Any]) -> str:
    """What to type for the picture of a figure: its keys are the long option names."""
    said = ["gradplot"]
    if "map" in figure:
        said += ["map", figure["map"]]
    elif "formula" in figure:
        said += ["expr", figure["formula"]]
    else:
        said.append(figure["activation"])
    for key, value in figure.items():
        if key not in ("activation", "map", "formula", "output"):
            said += [f"--{key}", *_words(value)]
    return shlex.join(said)


def _words(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for part in value:
            yield from _words(part)
    else:
        yield str(value)


def run_all(figures: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The JSON of every figure's command."""

    def findings(figure: Mapping[str, Any]) -> Any:
        done = run(Session(f"{command(figure)} --no-plot --json", ""), ROOT)
        if done.returncode:
            sys.exit(f"{command(figure)}\n{done.stderr}")
        return json.loads(done.stdout)

    with ThreadPoolExecutor(cpu_count()) as workers:
        return dict(zip(figures, workers.map(findings, figures.values()), strict=True))


def holds(claim: Claim, computed: Sequence[Bracket]) -> bool:
    """Whether every number is to what is expected of it as the claim says."""
    relation = RELATIONS[claim.relation]
    return all(
        relation(expected, *bracket)
        for expected, bracket in zip(claim.expected, computed, strict=True)
    )


def written(figures: Mapping[str, Mapping[str, Any]], found: Mapping[str, Any]) -> str:
    """The page."""
    computed = {
        claim: claim.computed(found[claim.figure]) for source in SOURCES for claim in source.claims
    }
    verdicts = [holds(claim, numbers) for claim, numbers in computed.items()]
    failed = verdicts.count(False)
    rest = f" and {failed} {'does' if failed == 1 else 'do'} not" if failed else ""
    parts = [OPENING.format(count=len(verdicts), hold=verdicts.count(True), rest=rest)]
    for source in SOURCES:
        parts.append(f"## {source.title}\n\n{wrapped(source.cited)}\n")
        for claim in source.claims:
            parts.append(entry(claim, command(figures[claim.figure]), computed[claim]))
    return "\n".join(parts)


def entry(claim: Claim, typed: str, computed: Sequence[Bracket]) -> str:
    """One claim with its command and its row of numbers."""
    relation = [claim.relation] if claim.relation != "equal to" else []
    closed = [f"{claim.closed}:"] if claim.closed else []
    expected = laid_out(claim, [(log, log) for log in claim.expected])
    row = (
        claim.where,
        " ".join([*relation, *closed, expected]),
        laid_out(claim, computed),
        "holds" if holds(claim, computed) else "**does not hold**",
    )
    cells = " | ".join(cell.replace("|", "\\|") for cell in row)
    note = f"\n{wrapped(claim.note)}\n" if claim.note else ""
    return (
        f"**{claim.says}**\n\n```sh\n{typed}\n```\n\n"
        f"| where | expected | computed | verdict |\n|---|---|---|---|\n| {cells} |\n{note}"
    )


def wrapped(text: str) -> str:
    return textwrap.fill(text, 100, break_long_words=False, break_on_hyphens=False)


def laid_out(claim: Claim, numbers: Sequence[Bracket]) -> str:
    """Numbers as people read them, of each only the digits that its bracket proves."""
    texts = [_text(*bracket) for bracket in numbers]
    return claim.shown.format(*texts) if claim.shown else ", ".join(texts)


def _text(lower: float, upper: float) -> str:
    if math.isinf(lower):
        return "never" if lower > 0 else "0"
    plain = {f"{10**end:.9g}" for end in (lower, upper) if 6 < end < 15}
    if len(plain) == 1:  # the tables would show a power of ten
        return plain.pop()
    return number_text(lower * math.log(10), upper * math.log(10))


if __name__ == "__main__":
    main()
