"""The demonstration: an invented authority, two teams, a year of their work. The same seed gives the same year."""
