"""Reads about people, conversations and introductions, by subject."""
