"""Every write in communities, by subject."""
