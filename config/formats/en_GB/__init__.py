"""Dates and times with a 24-hour clock."""
