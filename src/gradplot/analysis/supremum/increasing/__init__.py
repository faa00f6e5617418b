"""Increasing activations: one maximum between two kinks, at any depth."""
