"""How dates and times are written where no template says it, such as in the admin: as on every other page."""
