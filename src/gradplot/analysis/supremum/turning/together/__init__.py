"""Many networks of one activation that turns, side by side: a lane of the same arrays for each."""
