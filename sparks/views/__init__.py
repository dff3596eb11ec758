"""Views by subject: the list and the form (`sparks`), one spark (`life`), its steps (`steps`), and money (`money`)."""
