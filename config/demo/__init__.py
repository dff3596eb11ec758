"""A lived-in demonstration: an invented authority, two teams, a year of their work. The same seed makes the same year."""
