"""Queries of word lists, by subject."""
