"""From what people write, in a shell or a manifest, to a spec."""
