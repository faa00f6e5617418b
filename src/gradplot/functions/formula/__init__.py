"""Formulas: from text to a tree, its derivatives over intervals, its poles."""
