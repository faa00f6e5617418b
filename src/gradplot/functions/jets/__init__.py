"""Values with their derivatives over intervals, in numpy: rules, programs of steps, curves."""
