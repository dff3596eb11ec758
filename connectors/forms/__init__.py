"""Forms about people, conversations and introductions, by subject."""
