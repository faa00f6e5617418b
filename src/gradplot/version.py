"""gradplot's version, which needs nothing else of gradplot."""

__version__ = "0.1.0"
