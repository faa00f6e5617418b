"""What people write today: pyplot, numpy and rich, a grid of 1001 points, two panels and a table.

Usage: peer.py OUTPUT [ACTIVATION [WEIGHT [BIAS [DEPTHS]]]], DEPTHS as 1,2,3. The benchmarks race
gradplot against it, so it does the same job as well as a grid can: same size, curves, panels, peaks
and columns, the slope by the chain rule, nothing slow on purpose and nothing left out.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from rich.console import Console
from rich.table import Table


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


ACTIVATIONS = {
    "relu": (lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "softsign": (lambda z: z / (1 + abs(z)), lambda z: 1 / (1 + abs(z)) ** 2),
    "softplus": (lambda z: np.logaddexp(0, z), sigmoid),
}

given, usual = sys.argv[1:], ["t.svg", "tanh", "8", "0", "1,2,3"]
output, name, weight, bias, depths = given + usual[len(given) :]
act, derivative = ACTIVATIONS[name]
w, b = float(weight), float(bias)
depths = [int(depth) for depth in depths.split(",")]

x = np.linspace(-1, 1, 1001)
values, slopes = {}, {}
y, dydx = x, np.ones_like(x)
for depth in range(1, max(depths) + 1):
    z = w * y + b
    y, dydx = act(z), dydx * w * derivative(z)
    if depth in depths:
        values[depth], slopes[depth] = y, abs(dydx)

fig, (top, bottom) = plt.subplots(2, 1, sharex=True, figsize=(12.8, 7.2))
colors = plt.cm.Reds(np.linspace(0.35, 0.95, len(depths)))
for depth, color in zip(depths, colors, strict=True):
    top.plot(x, values[depth], color=color, label=f"depth {depth}")
    steep = np.where(slopes[depth] > 0, slopes[depth], np.nan)
    bottom.plot(x, steep, color=color, label=f"depth {depth}")
    if np.isfinite(steep).any():
        peak = np.nanargmax(steep)
        bottom.plot(x[peak], steep[peak], "o", color=color)
        bottom.annotate(f"{steep[peak]:.4g}", (x[peak], steep[peak]))
top.set_title(f"y = {name}({w:g} y + {b:g}), nested")
top.set_ylabel("y")
top.legend()
bottom.set_yscale("log")
bottom.set_xlabel("x")
bottom.set_ylabel("|dy/dx|")
fig.savefig(output, dpi=150)

table = Table(title=f"{name}, w = {w:g}, b = {b:g}")
for column in ("depth", "maximum slope", "at x", "growth", "share above 1"):
    table.add_column(column, justify="right")
before = None
for depth in depths:
    peak = np.argmax(slopes[depth])
    top_slope = slopes[depth][peak]
    growth = f"×{top_slope / before:.4g}" if before else ""
    share = np.mean(slopes[depth] > 1)
    table.add_row(str(depth), f"{top_slope:.6g}", f"{x[peak]:.4g}", growth, f"{share:.1%}")
    before = top_slope
Console().print(table)
