"""Dates and times with a 24-hour clock, as on every page: 21 Nov 2026, 14:38."""

DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
