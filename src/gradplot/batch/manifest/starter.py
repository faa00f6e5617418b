"""The manifest that `gradplot batch --init` writes to start from."""

STARTER = """\
# Figures for `gradplot batch`. Keys are the long option names of `gradplot tanh` and
# `gradplot expr`; paths are relative to this file. Only what changed is drawn again.
# Editors that know JSON Schema complete keys and values: gradplot batch --schema > schema.json,
# and as the first line of this file: #:schema ./schema.json

# Where the outputs go, if not beside this file:
# folder = "../static"

# Values for every figure that does not give its own.
[defaults]
depths = [1, 2, 3]
size = "slide"

# One figure; the suffix of its output decides the format: .png, .svg or .pdf.
[[figure]]
activation = "relu"
weight = 8
output = "relu.svg"

# Several outputs of one figure, and a bias that is an expression in the weight w.
[[figure]]
activation = "sigmoid"
bias = "-w/2"
input-bias = 0
output = ["sigmoid.svg", "sigmoid.png"]

# A figure for every combination of the values in the matrix; {key} stands for a value.
[[figure]]
matrix = { activation = ["tanh", "softsign"], weight = [0.5, 1, 8] }
output = "{activation}-{weight}.svg"

# Any formula in x.
[[figure]]
formula = "tanh(w*tanh(w*x))"
let = { w = 8 }
output = "nested.svg"
"""
