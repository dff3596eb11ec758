"""Learning: dated observations of what went well and what went wrong."""
