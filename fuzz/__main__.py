"""The command line of the fuzzer, and its report."""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import suppress

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from fuzz.check import SLOW, Verdict
from fuzz.run import KINDS, Plan, Totals, run

#: Seconds between two lines that say how far a run is, where no bar can.
TELL = 60.0
QUANTILES = (0.5, 0.9, 0.99, 1.0)
#: Cases of one kind of trouble that are printed in full.
MOST_SHOWN = 20


def main() -> int:
    plan = _plan()
    totals = Totals()
    start = time.monotonic()
    console = Console(width=110)
    every = sum(getattr(plan, kind) for kind in KINDS)
    told = start
    bar = Progress(console=Console(stderr=True), disable=not sys.stderr.isatty())
    with suppress(KeyboardInterrupt), bar as progress:  # what is done is reported
        task = progress.add_task(f"seed {plan.seed}", total=every)
        for kind, verdict in run(plan):
            totals.add(kind, verdict)
            progress.advance(task)
            if progress.disable and time.monotonic() - told > TELL:
                told = time.monotonic()
                done = sum(totals.done.values())
                print(f"{done:,} of {every:,} after {told - start:.0f} s", file=sys.stderr)
            if verdict.wrong or verdict.crash:
                _show(console, verdict)
    _report(console, totals, plan, seconds=time.monotonic() - start)
    return 1 if totals.bad else 0


def _plan() -> Plan:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--seed", default="0", help="any word; the same word, the same cases")
    parser.add_argument("--chains", type=int, default=1000, metavar="N")
    parser.add_argument("--formulas", type=int, default=300, metavar="N")
    parser.add_argument(
        "--alongs", type=int, default=200, metavar="N", help="chains over a parameter"
    )
    parser.add_argument("--pictures", type=int, default=200, metavar="N", help="drawn curves")
    parser.add_argument("--commands", type=int, default=100, metavar="N")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many")
    parser.add_argument("--processes", type=int, default=min(os.cpu_count() or 1, 8), metavar="N")
    parser.add_argument(
        "--activations", default="", help="chains of these alone, as in gelu,mish [default: all]"
    )
    given = vars(parser.parse_args())
    names = tuple(name for name in given.pop("activations").split(",") if name)
    return Plan(**given, activations=names)


def _show(console: Console, verdict: Verdict) -> None:
    """A case that should not be, ready to be pasted."""
    console.print(f"\n[bold red]{'CRASH' if verdict.crash else 'WRONG'}[/] {verdict.group}")
    console.print(verdict.source, markup=False, highlight=False, soft_wrap=True)
    for line in (*verdict.wrong, *verdict.crash.splitlines()):
        console.print("  " + line, markup=False, highlight=False, soft_wrap=True)


def _report(console: Console, totals: Totals, plan: Plan, *, seconds: float) -> None:
    table = Table(title=f"bracket widths, seed {plan.seed}", title_justify="left")
    table.add_column("of")
    table.add_column("cases", justify="right")
    for share in QUANTILES:
        table.add_column("largest" if share == 1 else f"{share:.0%}", justify="right")
    for group, widths in sorted(totals.widths.items()):
        ordered = sorted(widths)
        cells = (ordered[min(int(share * len(ordered)), len(ordered) - 1)] for share in QUANTILES)
        table.add_row(group, f"{len(ordered):,}", *(f"{width:.1e}" for width in cells))
    console.print()
    console.print(table)
    for kind, done in totals.done.items():
        rest = ", ".join(
            f"{totals.counts[f'{kind} {name}']:,} {name}"
            for name in ("refused", "dead", "unbounded", "converged")
            if totals.counts[f"{kind} {name}"]
        )
        console.print(f"{done:,} {kind}: {rest}", highlight=False)
    for title, cases in (
        (f"calls above {SLOW:g} s", totals.slow),
        ("lower ends that the oracle's search did not reach (no proof against them)",
         totals.unreached),
    ):  # fmt: skip
        if cases:
            console.print(f"{len(cases):,} {title}:", highlight=False)
        for verdict in cases[:MOST_SHOWN]:
            console.print(
                f"  {verdict.seconds:.1f} s  {verdict.source}",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )
    bad = sum(bool(v.wrong) for v in totals.bad)
    console.print(
        f"{bad:,} violations, {sum(bool(v.crash) for v in totals.bad):,} crashes, "
        f"{len(totals.slow):,} calls above {SLOW:g} s, in {seconds:.0f} s",
        style="red" if totals.bad else "green",
        highlight=False,
    )


if __name__ == "__main__":
    sys.exit(main())
