"""Writes about people, conversations and introductions, by subject."""
