"""Pages of applying: for everybody, and for the team."""
