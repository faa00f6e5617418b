"""The figure and its parts, and the images made of it."""
