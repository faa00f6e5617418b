"""What a notebook calls: figures and maximum slopes without a command line."""
