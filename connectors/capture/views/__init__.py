"""Views of the sealed queue: what the phone requests, and what waits for review."""
