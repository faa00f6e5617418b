"""Bounds of slopes beside a point where the parts of a layer have none."""
