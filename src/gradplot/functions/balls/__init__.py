"""Functions of one variable with their derivatives, over intervals of any precision (Arb)."""
