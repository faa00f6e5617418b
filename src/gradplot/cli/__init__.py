"""The command line: options declared once, a thin command per activation, one error boundary."""
