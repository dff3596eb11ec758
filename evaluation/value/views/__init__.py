"""Views of value maps: reading them, and writing what they consist of."""
