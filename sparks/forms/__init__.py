"""Forms of sparks, by subject."""
