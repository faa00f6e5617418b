"""The certified supremum of a slope: one module chooses, a room for each method."""
