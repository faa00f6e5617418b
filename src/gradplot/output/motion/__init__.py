"""Moving pictures: which frames there are, their one palette, and the files they make."""
