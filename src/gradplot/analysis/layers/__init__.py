"""One point of a chain, layer by layer, in ball arithmetic."""
