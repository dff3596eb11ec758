"""Queries on people, conversations and introductions, by subject."""
