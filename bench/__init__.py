"""How fast gradplot is beside other ways to the same picture or number, as ratios.

`python -m bench` measures everything and writes docs/BENCHMARKS.md; a number from it depends on the
machine, so that no test knows one.
"""
