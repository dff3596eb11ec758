"""Pages of packs: for those who prepare them, and for whoever has a link."""
