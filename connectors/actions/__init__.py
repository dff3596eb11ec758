"""Actions on people, conversations and introductions, by subject."""
