"""The activations: the table, the numerical description of each, and its guaranteed ranges."""
