"""What people see: the figure, the table, the files."""
