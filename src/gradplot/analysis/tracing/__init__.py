"""The polyline of a curve, true to a quarter of a pixel."""
