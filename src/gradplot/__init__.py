"""gradplot draws what exploding and vanishing gradients look like, in numbers that are proven."""

__version__ = "0.1.0"
