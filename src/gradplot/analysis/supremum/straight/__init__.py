"""Increasing and piecewise straight activations: exact pieces."""
