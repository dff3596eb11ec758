"""All writes of the communities app, by subject."""
