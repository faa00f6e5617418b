"""A TOML manifest: its keys, the way from its text to figures, and its schema."""
