"""Pages of sparks, by subject: the list and the writing, one spark's life, and the money."""
