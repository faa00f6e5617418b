"""How pictures look: themes, settings, colours and strokes."""
