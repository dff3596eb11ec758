"""Who may do what with people, conversations and introductions, by subject."""
