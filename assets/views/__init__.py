"""Pages of assets, by subject."""
