"""A process of our own leaves out what nobody reads in it; a user's process keeps everything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DRAWN_BY_THE_COMMAND = """
import atexit, sys
from gradplot.__main__ import main

@atexit.register
def told():
    from matplotlib.lines import Line2D
    print("LISTED" if "antialiased" in Line2D.set.__doc__ else "LEFT OUT")

sys.argv = ["gradplot", "tanh", "-q", "-o", "figure.svg"]
main()
"""
DRAWN_BY_THE_LIBRARY = """
import gradplot
svg = gradplot.render("tanh", formats=("svg",)).images["svg"]
from matplotlib.lines import Line2D
print("LISTED" if "antialiased" in Line2D.set.__doc__ else "LEFT OUT")
open("library.svg", "wb").write(svg)
"""
DRAWN_BY_A_WORKER = """
import sys
from gradplot.batch.pool import WorkerPool
sys.path.insert(0, ".")
from asked import listed
if __name__ == "__main__":
    with WorkerPool(1) as pool:
        print(pool.submit(listed).result())
"""
ASKED = """
def listed():
    import gradplot
    gradplot.render("tanh", formats=("svg",))
    from matplotlib.lines import Line2D
    return "LISTED" if "antialiased" in Line2D.set.__doc__ else "LEFT OUT"
"""


def told(script: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_lists_of_properties_are_left_out_where_nobody_reads_them(tmp_path: Path) -> None:
    (tmp_path / "asked.py").write_text(ASKED)
    assert told(DRAWN_BY_THE_COMMAND, tmp_path) == "LEFT OUT"
    assert told(DRAWN_BY_A_WORKER, tmp_path) == "LEFT OUT"


def test_a_user_s_matplotlib_keeps_its_documentation_and_draws_the_same(tmp_path: Path) -> None:
    assert told(DRAWN_BY_THE_LIBRARY, tmp_path) == "LISTED"
    told(DRAWN_BY_THE_COMMAND, tmp_path)
    assert (tmp_path / "library.svg").read_bytes() == (tmp_path / "figure.svg").read_bytes()
