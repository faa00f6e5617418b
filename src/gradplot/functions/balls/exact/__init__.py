"""Real numbers that are known exactly, and what is 0 by them."""
