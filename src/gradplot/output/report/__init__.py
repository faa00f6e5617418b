"""The findings in words and numbers: table, JSON, CSV, alternative text."""
