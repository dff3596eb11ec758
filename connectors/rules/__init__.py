"""Rules about people, conversations and introductions, by subject: who is allowed to do what."""
