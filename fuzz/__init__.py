"""Random chains, formulas and command lines, held against oracles that share no code with gradplot.

``python -m fuzz --help`` says how much of each; ``make fuzz`` runs it.
"""
