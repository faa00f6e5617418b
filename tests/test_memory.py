"""The memory of arrays that come and go."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

#: The pages that a hundred sums of arrays of 40,000 doubles ask the system for.
PAGES = """
import resource
import numpy as np
from gradplot.functions.memory import keep_freed
keep_freed()
numbers = np.ones(40_000)
def work():
    for _ in range(100):
        ((numbers + 1.0) * (numbers + 2.0) + (numbers + 3.0)).max()
work()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators have other ways")
def test_arrays_that_come_and_go_take_no_new_pages() -> None:
    """Each of them has some 80 pages; without ``keep_freed`` there are more than 10,000."""
    done = subprocess.run([sys.executable, "-c", PAGES], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 1000
