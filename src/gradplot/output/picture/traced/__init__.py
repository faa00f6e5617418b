"""The points of a picture's own curves, as text: CSV and pgfplots."""
