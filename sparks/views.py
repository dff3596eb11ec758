"""Pages of sparks."""
