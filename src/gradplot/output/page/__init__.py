"""A page to play with: one file with sliders, proven numbers for their stops, and a still."""
