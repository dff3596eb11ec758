"""Value maps: what changed for whom, what it was worth, and on which assumptions that rests."""
