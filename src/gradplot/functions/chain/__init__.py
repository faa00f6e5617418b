"""Chains: the network of one unit a layer, and the steps between its layers."""
