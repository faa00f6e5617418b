"""What is plotted: activations, chains of them, and formulas. Numpy only, and only when used."""
