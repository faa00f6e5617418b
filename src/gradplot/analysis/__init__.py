"""What is found out about a curve: its steepest point, a faithful polyline, its growth."""
