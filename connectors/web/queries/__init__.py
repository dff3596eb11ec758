"""Queries of the web of connections, by subject."""
