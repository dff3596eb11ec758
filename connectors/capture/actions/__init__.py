"""Actions on the sealed queue, by subject."""
