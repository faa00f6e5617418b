"""Largest values over runs of neighbours, by a sparse table: for all runs at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gradplot.functions.arrays import Array


def largest_within(values: Array, first: np.ndarray, stop: np.ndarray) -> Array:
    """max of values[first:stop] for each pair; -inf where that is empty."""
    out = np.full(first.size, -math.inf)
    some = np.flatnonzero(stop > first)
    if not some.size:
        return out
    table = [values]
    longest = int((stop - first).max())
    while 2 ** len(table) <= longest:
        half = 2 ** (len(table) - 1)
        table.append(np.maximum(table[-1][:-half], table[-1][half:]))
    level = np.floor(np.log2(stop[some] - first[some])).astype(int)
    for height in np.unique(level):
        here = some[level == height]
        row = table[height]
        out[here] = np.maximum(row[first[here]], row[stop[here] - 2**height])
    return out


def largest_above(values: Array, first: np.ndarray, stop: np.ndarray, size: int) -> Array:
    """For each of ``size`` places the largest value whose [first, stop) contains it."""
    some = np.flatnonzero(stop > first)
    if not some.size:
        return np.full(size, -math.inf)
    level = np.floor(np.log2(stop[some] - first[some])).astype(int)
    row = np.full(size, -math.inf)
    for height in range(int(level.max()), -1, -1):
        here = some[level == height]
        np.maximum.at(row, first[here], values[here])
        np.maximum.at(row, stop[here] - 2**height, values[here])
        if height:
            half = 2 ** (height - 1)
            shifted = np.full(size, -math.inf)
            shifted[half:] = row[:-half]
            row = np.maximum(row, shifted)
    return row
