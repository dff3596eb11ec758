"""Forms of communities, by subject."""
