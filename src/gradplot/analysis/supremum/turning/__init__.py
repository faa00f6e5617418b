"""Activations that turn: a max-plus program over the layers."""
